"""Threads, mentions, professionals' notes and peers' advice: who may, who sees, who is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    deny,
    get_rows,
    hide,
    row_of,
    set_roles,
    set_suspended,
    told,
)
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)

UNKNOWN = "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"


def comment(person: Person, draft: MadeDraft, **named: Any) -> str:
    return str(act(person, "add_comment", draft, **{"version": 1, "body": "Well said.", **named}))


def add_note(person: Person, draft: MadeDraft, body: str = "Among us.") -> str:
    return str(act(person, "add_professional_note", draft, version=1, body=body))


def number(person: Person, draft: MadeDraft) -> Any:
    return person.gateway().read("get_change_number", {"p_draft": draft.id})


def thread(world: World, draft: MadeDraft) -> Any:
    room = world.ines.gateway().read("get_review", {"p_draft": draft.id})
    return room["comments"][0]["resolved_at"], room["comments"][0]["resolved_by_name"]


class TestThreads:
    def test_are_settled_by_any_reader_and_open_again_with_an_answer(
        self, world: World, draft: MadeDraft
    ) -> None:
        first = comment(world.marco, draft)
        act(world.sam, "resolve_thread", comment=first, resolved=True)
        assert thread(world, draft)[1] == "Sam"
        assert told(world, world.marco) == ["thread_resolved"]

        comment(world.dana, draft, parent=first)

        assert thread(world, draft) == (None, None)
        assert actions_of(world, draft)[-3:] == [
            "comment_added",
            "thread_resolved",
            "comment_added",
        ]
        assert_record_whole(world)

    def test_settled_twice_are_settled_once(self, world: World, draft: MadeDraft) -> None:
        first = comment(world.marco, draft)
        for _ in range(3):
            act(world.sam, "resolve_thread", comment=first, resolved=True)
        act(world.ines, "resolve_thread", comment=first, resolved=False)
        act(world.ines, "resolve_thread", comment=first, resolved=False)

        assert actions_of(world, draft)[-2:] == ["thread_resolved", "thread_reopened"]
        assert [n["times"] for n in get_rows(world.marco, "/notifications?select=times")] == [1]

    def test_have_one_level(self, world: World, draft: MadeDraft) -> None:
        first = comment(world.marco, draft)
        answer = comment(world.dana, draft, parent=first)
        elsewhere = comment(world.marco, draft_in_state(world, "in_review"))

        for parent in (answer, elsewhere, UNKNOWN):
            deny(
                "not_found",
                world.sam,
                "add_comment",
                draft,
                version=1,
                body="And?",
                parent=parent,
            )
        for target in (answer, UNKNOWN):
            deny("not_found", world.sam, "resolve_thread", comment=target, resolved=True)
        deny("choice_missing", world.sam, "resolve_thread", comment=first, resolved=None)

    @pytest.mark.parametrize("name", ["otto", "wes", "nobody"])
    def test_are_no_business_of_strangers(self, world: World, draft: MadeDraft, name: str) -> None:
        first = comment(world.marco, draft)

        deny("not_found", getattr(world, name), "resolve_thread", comment=first, resolved=True)

        assert thread(world, draft) == (None, None)


class TestMentions:
    def test_tell_those_mentioned_and_the_others_of_the_thread(
        self, world: World, draft: MadeDraft
    ) -> None:
        first = comment(world.marco, draft)
        comment(world.dana, draft, parent=first, mentions=[world.sam.id, world.dana.id])

        assert told(world, world.sam) == ["mentioned"]
        assert told(world, world.marco) == ["comment_added"]
        assert told(world, world.ines) == ["comment_added"]
        assert told(world, world.dana) == told(world, world.kim) == []

    def test_are_only_of_people_who_see_the_draft(self, world: World, draft: MadeDraft) -> None:
        set_suspended(world, world.paul)
        hidden = hide(draft_in_state(world, "in_review"))

        for place, who in [
            (draft, world.wes.id),
            (draft, world.paul.id),
            (draft, UNKNOWN),
            (hidden, world.marco.id),
            (hidden, world.sam.id),
        ]:
            deny(
                "mention_invalid",
                world.dana,
                "add_comment",
                place,
                version=1,
                body="Look.",
                mentions=[world.kim.id, who],
            )

        assert world.run_sql("select count(*) from public.comments") == [(0,)]
        assert told(world, world.kim) == []
        comment(world.dana, hidden, mentions=[world.kim.id, world.ines.id])

    def test_of_too_many_are_refused(self, world: World, draft: MadeDraft) -> None:
        many = [f"{UNKNOWN[:-2]}{n:02}" for n in range(21)]

        deny(
            "mention_invalid",
            world.sam,
            "add_comment",
            draft,
            version=1,
            body="All.",
            mentions=many,
        )


class TestNotes:
    def test_are_between_professionals(self, world: World, draft: MadeDraft) -> None:
        add_note(world.dana, draft)

        for reader, seen in [("dana", 1), ("paul", 1), ("kim", 1), ("ines", 0), ("marco", 0)]:
            rows = get_rows(getattr(world, reader), "/professional_notes?select=body")
            assert len(rows) == seen, reader
        for name in ("ines", "marco", "sam"):
            person = getattr(world, name)
            room = person.gateway().read("get_review", {"p_draft": draft.id})
            assert room["notes"] is None
            deny("role_missing", person, "add_professional_note", draft, version=1, body="I too.")

    @pytest.mark.parametrize("how", ["author", "former author", "author, professional since"])
    def test_are_never_their_authors_also_with_two_roles(self, world: World, how: str) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        draft = draft_in_state(world, "in_review", author=world.kim)
        if how == "former author":
            act(
                world.sam,
                "hand_over_drafts",
                workspace=world.home,
                **{"from": world.kim.id, "to": world.marco.id},
            )
        if how == "author, professional since":
            set_roles(world, world.kim, "influencer")
            set_roles(world, world.kim, "influencer", "professional")
        before = number(world.kim, draft)
        add_note(world.dana, draft, "Kim should not read this.")

        assert get_rows(world.kim, "/professional_notes") == []
        assert get_rows(world.kim, "/professional_notes?body=like.*Kim*") == []
        room = world.kim.gateway().read("get_review", {"p_draft": draft.id})
        assert room["notes"] is None
        assert "should not read" not in str(room)
        assert number(world.kim, draft) == before
        deny("own_draft", world.kim, "add_professional_note", draft, version=1, body="What?")

    def test_leave_no_trace_for_anybody_else(self, world: World, draft: MadeDraft) -> None:
        """Whatever others can read is what it was, to the letter."""

        def seen_by(person: Person) -> list[Any]:
            readers: list[Callable[[], Any]] = [
                partial(number, person, draft),
                lambda: person.gateway().read("get_review", {"p_draft": draft.id}),
                lambda: person.gateway().read("get_draft", {"p_draft": draft.id}),
                lambda: person.gateway().read("get_home", {"p_workspace": world.home}),
                lambda: person.gateway().read("get_queue", {"p_workspace": world.home}),
                lambda: person.gateway().read("list_drafts", {"p_workspace": world.home}),
                lambda: person.gateway().read("get_people", {"p_workspace": world.home}),
                lambda: get_rows(person, "/audit_events"),
                lambda: get_rows(person, "/notifications"),
                lambda: get_rows(person, "/drafts"),
            ]
            return [read() for read in readers]

        people = [world.ines, world.marco, world.sam]
        before = [seen_by(person) for person in people]
        professionals = number(world.paul, draft)

        add_note(world.dana, draft)

        assert [seen_by(person) for person in people] == before
        assert number(world.paul, draft) == professionals + 1

    def test_need_a_version_that_others_see(self, world: World, draft: MadeDraft) -> None:
        for version in (0, 2):
            deny("not_found", world.dana, "add_professional_note", draft, version=version, body="?")
        for body, word in (("", "text_missing"), ("x" * 4001, "text_too_long")):
            deny(word, world.dana, "add_professional_note", draft, version=1, body=body)


def advise(person: Person, draft: MadeDraft, **named: Any) -> Any:
    return act(person, "advise_draft", draft, **advice(draft, **named))


def advice(draft: MadeDraft, **named: Any) -> dict[str, Any]:
    given = {"version": draft.version, "content_hash": draft.content_hash}
    return {**given, "kind": "looks_good", "note": "", **named}


class TestAdvice:
    def test_is_given_once_a_version_and_decides_nothing(
        self, world: World, draft: MadeDraft
    ) -> None:
        advise(world.marco, draft)
        deny("already_advised", world.marco, "advise_draft", draft, **advice(draft))
        again = submit(world, edit(world, draft, make_content("Better.")))
        advise(world.marco, again, kind="please_change", note="Shorter.")

        assert row_of(world, draft)["state"] == "in_review"
        rows = get_rows(world.sam, "/advice?select=version_number,kind&order=version_number")
        assert [tuple(row.values()) for row in rows] == [(1, "looks_good"), (2, "please_change")]
        assert told(world, world.ines) == ["advice_given"]
        assert_record_whole(world)

    @pytest.mark.parametrize("name", ["dana", "paul", "sam", "kim"])
    def test_comes_from_peers(self, world: World, draft: MadeDraft, name: str) -> None:
        deny("role_missing", getattr(world, name), "advise_draft", draft, **advice(draft))

    def test_does_not_come_from_the_author(self, world: World, draft: MadeDraft) -> None:
        deny("own_draft", world.ines, "advise_draft", draft, **advice(draft))

    def test_answers_the_request_for_it(self, world: World, draft: MadeDraft) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")

        advise(world.marco, draft)

        rows = get_rows(world.ines, "/review_requests?select=outcome,closed_at")
        assert [row["outcome"] for row in rows] == ["advised"]

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"content_hash": "0" * 64}, "stale_version"),
            ({"version": 2}, "not_found"),
            ({"kind": "approved"}, "kind_invalid"),
            ({"kind": None}, "kind_invalid"),
            ({"kind": "please_change"}, "text_missing"),
            ({"note": "x" * 4001}, "text_too_long"),
        ],
        ids=str,
    )
    def test_is_of_what_is_in_review(
        self, world: World, draft: MadeDraft, changes: dict[str, Any], word: str
    ) -> None:
        deny(word, world.marco, "advise_draft", draft, **advice(draft, **changes))

    def test_of_an_older_version_comes_too_late(self, world: World, draft: MadeDraft) -> None:
        submit(world, edit(world, draft, make_content("Better.")))

        deny("stale_version", world.marco, "advise_draft", draft, **advice(draft))

    @pytest.mark.parametrize("kind", ["approved", "changes_requested", "declined"])
    def test_after_the_decision_comes_too_late(
        self, world: World, draft: MadeDraft, kind: str
    ) -> None:
        decide(world, draft, kind)

        deny("wrong_state", world.marco, "advise_draft", draft, **advice(draft))


class TestLooks:
    def test_are_ones_own_and_open_on_what_changed_since(
        self, world: World, draft: MadeDraft
    ) -> None:
        act(world.dana, "note_look", draft, version=1)
        for text in ("Second.", "Third."):
            draft = submit(world, edit(world, draft, make_content(text)))

        room = world.dana.gateway().read("get_review", {"p_draft": draft.id})
        assert (room["version"]["number"], room["compare"]["number"]) == (3, 1)
        other = world.kim.gateway().read("get_review", {"p_draft": draft.id})
        assert (other["compare"]["number"], other["look"]) == (2, None)
        act(world.dana, "note_look", draft, version=3)
        again = world.dana.gateway().read("get_review", {"p_draft": draft.id})
        assert (again["look"]["previous_version"], again["compare"]["number"]) == (1, 1)
        assert get_rows(world.kim, "/draft_looks") == []

    def test_are_of_versions_that_others_see(self, world: World, draft: MadeDraft) -> None:
        private = make_draft(world)
        act(world.ines, "save_version", private, expected_revision=1, note="")

        for place, version in ((private, 1), (draft, 2), (draft, 0)):
            deny("not_found", world.dana, "note_look", place, version=version)
        for person in (world.otto, world.nobody):
            deny("not_found", person, "note_look", draft, version=1)

    def test_read_what_one_was_told_of_the_draft(self, world: World, draft: MadeDraft) -> None:
        comment(world.marco, draft)
        other = draft_in_state(world, "in_review")
        comment(world.marco, other)

        act(world.ines, "note_look", draft, version=1)

        rows = get_rows(world.ines, "/notifications?select=draft_id&read_at=is.null")
        assert [row["draft_id"] for row in rows] == [other.id]
