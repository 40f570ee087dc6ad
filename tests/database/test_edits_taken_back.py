"""Taking back an edit that was offered: whose right it is, until when, and what is as before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from services import reviews
from tests.support.acts import (
    accept,
    accepting,
    act,
    actions_of,
    assert_record_whole,
    assign,
    deny,
    hide,
    offer,
    open_requests,
    row_of,
    save,
    set_roles,
    set_suspended,
    state_of,
    told,
)
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    make_content,
    submit,
    withdraw,
)
from tests.support.together import refusals, run_together


def its(offered: MadeDraft, **named: Any) -> dict[str, Any]:
    return {"version": offered.version, "content_hash": offered.content_hash, **named}


def take_back(offered: MadeDraft, *, by: Person, note: str = "") -> Any:
    return act(by, "take_back_edits", offered, **its(offered, note=note))


class TestTakenBack:
    def test_the_version_that_was_edited_is_in_review_again(
        self, world: World, draft: MadeDraft
    ) -> None:
        offered = offer(world, draft)
        before = row_of(world, draft)["change_number"]

        answer = take_back(offered, by=world.dana, note="I misread a line.")

        assert (answer["state"], answer["version"]) == ("in_review", 1)
        row = row_of(world, draft)
        assert (row["state"], row["submitted_version"], row["offered_version"]) == (
            "in_review",
            1,
            None,
        )
        assert row["change_number"] > before
        decide(world, draft, "approved", by=world.kim)
        assert row_of(world, draft)["approved_hash"] == draft.content_hash

    def test_is_recorded_beside_what_it_ends(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)
        take_back(offered, by=world.dana, note="I misread a line.")

        rows = world.run_sql(
            "select kind, version_number, content_hash, reason_code, note, valid_until is null"
            " from public.decisions order by decided_at"
        )
        assert rows == [
            ("approved_with_edits", 2, offered.content_hash, None, "A comma.", False),
            ("edits_taken_back", 2, offered.content_hash, None, "I misread a line.", True),
        ]
        assert actions_of(world, draft)[-1] == "edits_taken_back"
        assert_record_whole(world)

    def test_the_author_is_told_and_cannot_accept_it_any_more(
        self, world: World, draft: MadeDraft
    ) -> None:
        offered = offer(world, draft)
        take_back(offered, by=world.dana)

        assert told(world, world.ines) == ["edits_offered", "edits_taken_back"]
        deny("nothing_offered", world.ines, "accept_edits", draft, **accepting(offered))
        deny("not_approved", world.ines, "mark_published", draft, content_hash=offered.content_hash)

    def test_the_same_professional_has_it_and_can_offer_another(
        self, world: World, draft: MadeDraft
    ) -> None:
        take_back(offer(world, draft), by=world.dana)
        assert open_requests(world, draft) == [("dana", "professional", "taken")]

        again = offer(world, draft, make_content("Rest is learnt."))
        accept(again)

        assert row_of(world, draft)["approved_version"] == 3

    def test_it_is_no_earlier_decision(self, world: World, draft: MadeDraft) -> None:
        take_back(offer(world, draft), by=world.dana)

        found = reviews.find_next(world.dana.gateway(), workspace_id=world.home)

        assert found is not None
        assert found.my_decision is None

    def test_whoever_had_it_before_has_it_again(self, world: World, draft: MadeDraft) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")
        assign(world.sam, world, world.dana, draft)
        before = open_requests(world, draft)

        take_back(offer(world, draft), by=world.dana)

        assert open_requests(world, draft) == before
        assert told(world, world.marco)[-1] == "edits_taken_back"

    @pytest.mark.parametrize("change", ["suspended", "no peer", "shut out", "author"])
    def test_but_nobody_who_could_not_be_asked_now(
        self, world: World, draft: MadeDraft, change: str
    ) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")
        offered = offer(world, draft)
        if change == "suspended":
            set_suspended(world, world.marco)
        elif change == "no peer":
            set_roles(world, world.marco, "coordinator")
        elif change == "shut out":
            hide(offered)
        else:
            give = {"from": world.ines.id, "to": world.marco.id}
            act(world.sam, "hand_over_drafts", workspace=world.home, **give)

        take_back(offered, by=world.dana)

        assert open_requests(world, draft) == [("dana", "professional", "taken")]

    def test_what_the_author_wrote_meanwhile_stays(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)
        mine = save(offered, make_content("Mine."))

        take_back(offered, by=world.dana)

        submit(world, mine)
        assert row_of(world, draft)["submitted_version"] == 3

    def test_a_second_look_is_still_one(self, world: World, draft: MadeDraft) -> None:
        back = decide(world, draft, "changes_requested")
        again = submit(world, save(back, make_content("Second.")))
        take_back(offer(world, again), by=world.dana)

        room = world.dana.gateway().read("get_review", {"p_draft": draft.id})

        assert (room["version"]["number"], room["compare"]["number"]) == (2, 1)


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("sam", "role_missing"),
            ("paul", "no_credential"),
            ("kim", "not_the_editor"),
            ("otto", "not_found"),
            ("wes", "not_found"),
        ],
    )
    def test_to_everybody_else(self, world: World, draft: MadeDraft, name: str, word: str) -> None:
        offered = offer(world, draft)

        deny(word, getattr(world, name), "take_back_edits", draft, **its(offered))

        assert state_of(world, draft) == "changes_requested"

    @pytest.mark.parametrize(
        ("change", "word"),
        [("suspended", "not_found"), ("role", "role_missing"), ("credential", "no_credential"),
         ("scope", "out_of_scope")],
    )  # fmt: skip
    def test_to_an_editor_who_could_not_decide_any_more(
        self, world: World, draft: MadeDraft, change: str, word: str
    ) -> None:
        offered = offer(world, draft)
        if change == "suspended":
            set_suspended(world, world.dana)
        elif change == "role":
            set_roles(world, world.dana, "influencer")
        else:
            what = "revoked_at = now()" if change == "credential" else "scope = '{trauma}'"
            world.run_sql(
                f"update public.credentials set {what} where profile_id = %s",  # noqa: S608
                world.dana.id,
            )

        deny(word, world.dana, "take_back_edits", draft, **its(offered))

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"version": 1}, "nothing_offered"),
            ({"version": None}, "nothing_offered"),
            ({"content_hash": "0" * 64}, "hash_differs"),
            ({"content_hash": None}, "hash_differs"),
            ({"note": "x" * 4001}, "text_too_long"),
        ],
        ids=str,
    )
    def test_of_what_was_not_on_the_screen(
        self, world: World, draft: MadeDraft, changes: dict[str, Any], word: str
    ) -> None:
        offered = offer(world, draft)

        deny(word, world.dana, "take_back_edits", draft, **its(offered, **changes))

        assert state_of(world, draft) == "changes_requested"

    def test_once_the_offer_is_over(self, world: World) -> None:
        endings: dict[str, Callable[[MadeDraft], object]] = {
            "accepted": accept,
            "taken back": lambda d: take_back(d, by=world.dana),
            "another version": lambda d: submit(world, save(d, make_content("Mine."))),
            "withdrawn": lambda d: withdraw(world, d, expected_state="changes_requested"),
        }
        for name, end in endings.items():
            draft = draft_in_state(world, "in_review")
            offered = offer(world, draft)
            end(offered)
            state = state_of(world, draft)

            deny("nothing_offered", world.dana, "take_back_edits", draft, **its(offered))
            assert state_of(world, draft) == state, name

    def test_where_nothing_was_offered(self, world: World, draft: MadeDraft) -> None:
        back = decide(world, draft, "changes_requested")

        for changes in ({}, {"version": None}, {"version": None, "content_hash": None}):
            deny("nothing_offered", world.dana, "take_back_edits", draft, **its(back, **changes))


class TestAtTheSameMoment:
    def test_as_the_author_accepts_exactly_one_wins(self, world: World) -> None:
        for turn in range(6):
            draft = draft_in_state(world, "in_review")
            offered = offer(world, draft)
            both = [partial(accept, offered), partial(take_back, offered, by=world.dana)]

            done = run_together(*(both if turn % 2 else reversed(both)))

            assert refusals(done) == ["nothing_offered"]
            row = row_of(world, draft)
            last = actions_of(world, draft)[-1]
            assert (row["state"], row["approved_hash"], last) in (
                ("approved", offered.content_hash, "edits_accepted"),
                ("in_review", None, "edits_taken_back"),
            )
            assert row["offered_version"] is None
        assert_record_whole(world)

    def test_in_two_windows_it_happens_once(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)

        done = run_together(*[partial(take_back, offered, by=world.dana)] * 2)

        assert refusals(done) == ["nothing_offered"]
        assert open_requests(world, draft) == [("dana", "professional", "taken")]

    def test_as_the_author_sends_their_own_the_newer_text_is_in_review(
        self, world: World, draft: MadeDraft
    ) -> None:
        offered = offer(world, draft)
        mine = save(offered, make_content("Mine."))

        done = run_together(
            partial(submit, world, mine), partial(take_back, offered, by=world.dana)
        )

        assert refusals(done) in ([], ["nothing_offered"])
        row = row_of(world, draft)
        assert (row["state"], row["submitted_version"]) == ("in_review", 3)
