"""A draft that comes back goes to whoever decided on it, if they can still take it."""

from __future__ import annotations

import pytest

from tests.support.acts import act, assign, deny, open_requests, row_of, told
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)

AWAY = "update public.memberships set away_until = private.today() where profile_id = %s"


class TestSecondLook:
    def sent_back(self, world: World) -> MadeDraft:
        return decide(world, draft_in_state(world, "in_review"), "changes_requested")

    def send_in(self, world: World, draft: MadeDraft) -> list[tuple[str, str, str]]:
        again = submit(world, edit(world, draft, make_content("Better.")))
        return open_requests(world, again)

    def test_goes_to_whoever_sent_it_back(self, world: World) -> None:
        draft = self.sent_back(world)

        assert self.send_in(world, draft) == [("dana", "professional", "second_look")]
        assert told(world, world.dana) == ["review_wanted"]
        deny("already_taken", world.kim, "take_review", draft)

    @pytest.mark.parametrize(
        "change",
        [
            AWAY,
            "update public.memberships set suspended_at = now() where profile_id = %s",
            "update public.memberships set roles = '{influencer}' where profile_id = %s",
            "update public.credentials set scope = '{trauma}' where profile_id = %s",
            "update public.credentials set revoked_at = now() where profile_id = %s",
            "update public.drafts set former_author_ids = array[%s::uuid]",
        ],
        ids=["away", "suspended", "no professional", "out of scope", "revoked", "former author"],
    )
    def test_goes_to_nobody_who_could_not_take_it(self, world: World, change: str) -> None:
        draft = self.sent_back(world)
        world.run_sql(change, world.dana.id)

        assert self.send_in(world, draft) == []

    def test_does_not_come_back_to_whoever_let_it_go(self, world: World) -> None:
        draft = self.sent_back(world)
        draft = submit(world, edit(world, draft, make_content("Better.")))
        act(world.dana, "pass_on_review", draft, reason="not_my_area")
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")

        draft = submit(world, edit(world, draft, make_content("Better still.")))

        assert open_requests(world, draft) == [("marco", "peer", "asked")]
        assert told(world, world.marco) == ["advice_wanted", "new_version"]

    def test_stays_with_whoever_has_it(self, world: World) -> None:
        draft = self.sent_back(world)
        draft = submit(world, edit(world, draft, make_content("Better.")))
        assign(world.sam, world, world.kim, draft)

        draft = submit(world, edit(world, draft, make_content("Better still.")))

        assert open_requests(world, draft) == [("kim", "professional", "assigned")]
        assert told(world, world.kim) == ["review_wanted", "new_version"]

    def test_also_after_an_approval_that_ended(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        assert self.send_in(world, draft) == [("dana", "professional", "second_look")]
        assert row_of(world, draft)["state"] == "in_review"
