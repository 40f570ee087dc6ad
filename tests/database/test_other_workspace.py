"""Rights in one workspace are worth nothing in another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services import drafts, errors, people, publishing
from tests.support.people import (
    Person,
    World,
    draft_in_state,
    make_content,
)
from tests.support.refusals import assert_refused, snapshot


class TestOtherWorkspace:
    """otto has every right, but elsewhere: ids of home are as good as unknown ones to him."""

    def test_ids_do_not_cross(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        ((credential,),) = world.run_sql(
            "select id::text from public.credentials where profile_id = %s", world.dana.id
        )
        invitation = people.invite_person(
            world.sam.gateway(),
            workspace_id=world.home,
            email="a@example.org",
            roles=["influencer"],
        )
        make_everything(world, world.otto)
        other, gateway = world.other, world.otto.gateway()
        calls: list[Callable[[], Any]] = [
            lambda: publishing.mark_published(
                gateway, draft_id=draft.id, content_hash=draft.content_hash
            ),
            lambda: people.check_credential(
                gateway,
                workspace_id=other,
                credential_id=credential,
                expires_on=date(2027, 1, 1),
            ),
            lambda: people.revoke_credential(gateway, workspace_id=other, credential_id=credential),
            lambda: people.revoke_invitation(
                gateway, workspace_id=other, invitation_id=invitation.id
            ),
            lambda: people.hand_over_drafts(
                gateway, workspace_id=other, from_id=world.ines.id, to_id=world.wes.id
            ),
            lambda: people.set_roles(
                gateway,
                workspace_id=other,
                profile_id=world.ines.id,
                roles=["coordinator"],
                expected=["influencer"],
            ),
            lambda: people.set_suspended(
                gateway, workspace_id=other, profile_id=world.ines.id, suspended=True
            ),
            lambda: people.submit_credential(
                gateway,
                workspace_id=other,
                profile_id=world.dana.id,
                profession="P",
                register_url="https://example.org/1",
                jurisdiction="DE",
                scope=["general"],
            ),
        ]
        before = snapshot(world)

        for call in calls:
            with pytest.raises((errors.NotFound, errors.Conflict)):
                call()

        assert snapshot(world) == before

    def test_a_person_of_both_keeps_their_roles_apart(self, world: World) -> None:
        """Influencer here and coordinator there: neither right works in the other place."""
        world.run_sql(
            "insert into public.memberships (workspace_id, profile_id, roles)"
            " values (%s, %s, '{influencer}')",
            world.home,
            world.otto.id,
        )
        draft = draft_in_state(world, "approved")
        gateway = world.otto.gateway()

        assert_refused(
            errors.Forbidden,
            "role_missing",
            publishing.mark_published,
            gateway,
            draft_id=draft.id,
            content_hash=draft.content_hash,
        )
        assert_refused(
            errors.Forbidden,
            "role_missing",
            people.invite_person,
            gateway,
            workspace_id=world.home,
            email="a@example.org",
            roles=["coordinator"],
        )
        with pytest.raises(errors.Forbidden):
            drafts.create_draft(
                gateway,
                workspace_id=world.other,
                title="T",
                content=make_content(),
                publish_by=None,
            )
        assert people.get_people(gateway, workspace_id=world.home).invitations == ()
        with world.otto.rest() as client:
            addresses = {row["email"] for row in client.get("/profile_contacts").json()}
        assert addresses == {world.otto.email, world.wes.email}


def make_everything(world: World, person: Person) -> None:
    world.run_sql(
        "update public.memberships set roles = '{coordinator,influencer,professional}'"
        " where profile_id = %s",
        person.id,
    )
