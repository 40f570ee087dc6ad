"""A post on a sensitive topic is approved only with checked help for each of its countries.

Every test calls the database function itself, with a professional's token.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from services.library import attached, store
from services.library.models import Contact
from tests.support.acts import (
    accepting,
    act,
    actions_of,
    assert_record_whole,
    deny,
    edits,
    get_rows,
    state_of,
)
from tests.support.findings import choose, refuse_approval
from tests.support.gate import BOTH, GRAVE, approve, attached_names, refuse, share_line
from tests.support.helped import DIRECTORY, add_line, attach, check_line
from tests.support.library import correct, expire, tomorrow
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    have_checked,
    make_content,
    submit,
)
from tests.support.together import refusals, run_together


@pytest.fixture
def grave(world: World) -> MadeDraft:
    """In review by ines, on suicide, for people in Germany."""
    return draft_in_state(world, "in_review", content=GRAVE)


class TestGate:
    def test_refuses_without_help_and_names_the_country(
        self, world: World, grave: MadeDraft
    ) -> None:
        refuse(world, grave, "DE")
        answer = call_approval(world, grave)
        assert "For DE nothing counts today" in answer["message"]

    def test_opens_with_a_checked_service(self, world: World, grave: MadeDraft) -> None:
        attach(world, grave, add_line(world))

        approve(world, grave)
        assert actions_of(world, grave)[-2:] == ["help_attached", "draft_approved"]
        assert_record_whole(world)

    def test_asks_nothing_of_other_posts(self, world: World) -> None:
        approve(world, draft_in_state(world, "in_review"))

    def test_goes_by_the_topic_that_the_author_chose_as_well(self, world: World) -> None:
        plain = make_content("It gets lighter.", topic="substance_use")
        draft = draft_in_state(world, "in_review", content=plain)

        refuse(world, draft, "DE")

    def test_does_not_go_by_a_figure_of_speech(self, world: World) -> None:
        joke = make_content("Leaving the group chat was social suicide, and I would do it again.")

        approve(world, draft_in_state(world, "in_review", content=joke))

    def test_needs_every_country(self, world: World) -> None:
        draft = draft_in_state(world, "in_review", content=BOTH)
        attach(world, draft, add_line(world))
        refuse(world, draft, "AT")

        attach(world, draft, add_line(world, country="AT"))
        approve(world, draft)

    def test_needs_a_country(self, world: World) -> None:
        nowhere = make_content(GRAVE.caption, audience_countries=())
        draft = draft_in_state(world, "in_review", content=nowhere)
        attach(world, draft, add_line(world))

        refuse_approval("help_without_country", draft, by=world.dana)

    def test_takes_no_service_of_another_country(self, world: World, grave: MadeDraft) -> None:
        attach(world, grave, add_line(world, country="AT"))

        refuse(world, grave, "DE")

    def test_takes_one_that_is_good_anywhere(self, world: World, grave: MadeDraft) -> None:
        attach(world, grave, add_line(world, country=""))

        approve(world, grave)

    def test_takes_none_for_something_else(self, world: World, grave: MadeDraft) -> None:
        attach(world, grave, add_line(world, topics=("perinatal", "eating_disorders")))

        refuse(world, grave, "DE")

    @pytest.mark.parametrize("days", [-1, 0, 14, 30])
    def test_goes_by_checks_as_public_pages_do(
        self, world: World, grave: MadeDraft, days: int
    ) -> None:
        line = add_line(world)
        attach(world, grave, line)
        expire(world, line, days=days)

        if days < 0:
            refuse(world, grave, "DE")
            check_line(world, line)
        approve(world, grave)

    def test_takes_no_unchecked_service(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world, checked=False)
        attach(world, grave, line)
        refuse(world, grave, "DE")

        check_line(world, line, by=world.dana)
        approve(world, grave)

    def test_ends_with_a_doubt(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        attach(world, grave, line)
        store.doubt_resource(
            world.sam.gateway(),
            workspace_id=world.home,
            resource_id=line.id,
            revision=line.revision,
            reason="Nobody answers",
        )

        refuse(world, grave, "DE")

    def test_ends_when_it_is_taken_off(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        attach(world, grave, line)

        assert attached.take_off(world.dana.gateway(), draft_id=grave.id, resource_ids=[line.id])

        # It is again what was read before anything was attached.
        refuse(world, grave, "DE")

    def test_reads_a_changed_number_anew(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        attach(world, grave, line)
        other = correct(world.sam, world, line, contacts=(Contact("call", "01632 960 556"),))

        refuse_approval("not_checked", grave, by=world.dana)
        refuse(world, grave, "DE")
        check_line(world, other)
        approve(world, grave)

    def test_does_not_read_anew_for_a_new_check(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        attach(world, grave, line)
        check_line(world, line, by=world.dana)

        decide(world, grave, "approved")

    def test_counts_checks_of_its_workspace_only(self, world: World, grave: MadeDraft) -> None:
        shared = share_line(world)
        attach(world, grave, shared)
        store.check_resource(
            world.otto.gateway(),
            workspace_id=world.other,
            resource_id=shared.id,
            revision=1,
            method="own_page",
            source="https://light.example.org/",
            next_due=tomorrow(30),
        )
        refuse(world, grave, "DE")

        check_line(world, shared)
        approve(world, grave)

    def test_holds_when_it_races_with_taking_off(self, world: World) -> None:
        line = add_line(world)
        for _ in range(4):
            draft = draft_in_state(world, "in_review", content=GRAVE)
            attach(world, draft, line)
            off = partial(
                attached.take_off, world.ines.gateway(), draft_id=draft.id, resource_ids=[line.id]
            )
            done = run_together(off, partial(decide, world, draft, "approved"))

            went = state_of(world, draft) == "approved"
            assert refusals(done) == (["wrong_state"] if went else ["help_missing"])


def call_approval(world: World, draft: MadeDraft) -> Any:
    """The refusal as it comes over HTTP."""
    with world.dana.rest() as client:
        answer = client.post(
            "/rpc/decide_draft",
            json={
                "p_draft": draft.id,
                "p_version": draft.version,
                "p_content_hash": draft.content_hash,
                "p_kind": "approved",
                "p_reason_code": None,
                "p_note": "",
            },
        )
    assert answer.status_code == 409
    return answer.json()


class TestPairs:
    def test_come_together(self, world: World, grave: MadeDraft) -> None:
        adult = add_line(world, pair="Light")
        young = add_line(world, name="Night Light, young", topics=("youth",), pair="light")

        assert attach(world, grave, adult) == 2
        approve(world, grave)
        assert attached_names(world, grave) == ["Night Light", "Night Light, young"]
        assert young.id

    def test_help_only_as_a_whole(self, world: World, grave: MadeDraft) -> None:
        adult = add_line(world, pair="Light")
        attach(world, grave, adult)
        young = add_line(
            world, name="Night Light, young", topics=("youth",), pair="Light", checked=False
        )
        refuse(world, grave, "DE")

        attach(world, grave, young)
        refuse(world, grave, "DE")
        check_line(world, young)
        approve(world, grave)

    def test_go_together(self, world: World, grave: MadeDraft) -> None:
        adult = add_line(world, pair="Light")
        young = add_line(world, name="Night Light, young", pair="Light")
        attach(world, grave, adult)

        off = attached.take_off(world.ines.gateway(), draft_id=grave.id, resource_ids=[young.id])

        assert off == 2
        assert attached_names(world, grave) == []


class TestDirectory:
    def test_stands_in_where_nothing_is_checked(self, world: World, grave: MadeDraft) -> None:
        deny("no_directory", world.ines, "attach_directory", grave, attached=True)
        assert world.server().state_directory(address=DIRECTORY)
        assert not world.server().state_directory(address=DIRECTORY)
        refuse(world, grave, "DE")

        attached.attach_directory(world.ines.gateway(), draft_id=grave.id, attached=True)
        refuse_approval("not_checked", grave, by=world.dana)
        approve(world, grave)
        ((row,),) = (get_rows(world.ines, "/approval_checks"),)
        assert row["help"]["directory"] == DIRECTORY

    def test_does_not_stand_in_for_what_is_checked(self, world: World, grave: MadeDraft) -> None:
        world.server().state_directory(address=DIRECTORY)
        attached.attach_directory(world.dana.gateway(), draft_id=grave.id, attached=True)
        line = add_line(world)
        refuse(world, grave, "DE")

        expire(world, line, days=-1)
        approve(world, grave)

    def test_counts_only_while_the_operator_names_it(self, world: World, grave: MadeDraft) -> None:
        world.server().state_directory(address=DIRECTORY)
        attached.attach_directory(world.ines.gateway(), draft_id=grave.id, attached=True)
        for address in ("https://other.example.org/", ""):
            world.server().state_directory(address=address)
            refuse(world, grave, "DE")

        world.server().state_directory(address=DIRECTORY)
        assert attached.attach_directory(world.ines.gateway(), draft_id=grave.id, attached=False)
        refuse(world, grave, "DE")

    @pytest.mark.parametrize("address", ["findahelpline.com", "javascript:alert(1)", "x" * 501])
    def test_is_the_address_of_a_page(self, world: World, address: str) -> None:
        with pytest.raises(Exception, match="full address"):
            world.server().state_directory(address=address)


class TestEveryWay:
    def test_an_edit_that_its_author_accepts(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        made = act(world.dana, "approve_with_edits", draft, **edits(draft, GRAVE))
        offered = replace(draft, version=made["version"], content_hash=made["content_hash"])
        have_checked(world, draft.id)
        deny("help_missing", world.ines, "accept_edits", offered, **accepting(offered))
        assert state_of(world, draft) == "changes_requested"

        attach(world, offered, add_line(world), by=world.kim)

        act(world.ines, "accept_edits", offered, **accepting(offered))
        assert state_of(world, draft) == "approved"

    def test_a_second_look(self, world: World, grave: MadeDraft) -> None:
        decide(world, grave, "changes_requested")
        again = make_content(f"{GRAVE.caption} Every day.")
        second = submit(world, edit(world, grave, again))
        refuse(world, second, "DE")

        attach(world, second, add_line(world))
        approve(world, second)

    def test_a_text_that_stopped_being_sensitive(self, world: World, grave: MadeDraft) -> None:
        refuse(world, grave, "DE")

        approve(world, submit(world, edit(world, grave, make_content())))

    def test_a_draft_whose_checker_settings_are_all_off(
        self, world: World, grave: MadeDraft
    ) -> None:
        choose(world, packs_off=["core"])

        refuse(world, grave, "DE")
