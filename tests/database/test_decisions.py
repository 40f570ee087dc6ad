"""Who may decide: not on their own, and only under a current credential in scope."""

from __future__ import annotations

import json

import pytest

from services import decisions, drafts, errors, home, people, rooms
from services.decisions import REASONS, WHY_NOT
from tests.support.acts import set_roles
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
from tests.support.refusals import assert_refused
from tests.support.together import refusals, run_together


def why_not(person: Person, draft: MadeDraft) -> str | None:
    return rooms.get_room(person.gateway(), draft_id=draft.id).why_not


def assert_cannot_decide(world: World, person: Person, draft: MadeDraft, word: str) -> None:
    """The room says it, the queue says it, and the database refuses with the same word."""
    assert why_not(person, draft) == word
    assert WHY_NOT[word]
    queue = home.get_home(person.gateway(), workspace_id=world.home).queue
    assert [d.why_not for d in queue if d.id == draft.id] in ([word], [])
    for kind in ("approved", "changes_requested", "declined"):
        assert_refused(errors.Forbidden, word, decide, world, draft, kind, by=person)


def change_credential(world: World, person: Person, change: str) -> None:
    world.run_sql(f"update public.credentials set {change} where profile_id = %s", person.id)  # noqa: S608


def hand_over(world: World, giver: Person, taker: Person) -> int:
    return people.hand_over_drafts(
        world.sam.gateway(), workspace_id=world.home, from_id=giver.id, to_id=taker.id
    )


class TestOwnDraft:
    def test_is_never_decided_on_by_its_author(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        draft = submit(world, make_draft(world, author=world.kim))

        assert_cannot_decide(world, world.kim, draft, "own_draft")

    def test_nor_by_somebody_with_every_role(self, world: World) -> None:
        set_roles(world, world.kim, "coordinator", "influencer", "professional")
        draft = submit(world, make_draft(world, author=world.kim))

        assert_cannot_decide(world, world.kim, draft, "own_draft")

    def test_nor_after_it_was_handed_over(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        draft = submit(world, make_draft(world, author=world.kim))
        hand_over(world, world.kim, world.marco)

        assert_cannot_decide(world, world.kim, draft, "own_draft")

    def test_nor_when_it_was_handed_over_before_a_version_was_cut(self, world: World) -> None:
        """They wrote the text, though no version carries their name."""
        set_roles(world, world.kim, "influencer", "professional")
        written = make_draft(world, author=world.kim)
        hand_over(world, world.kim, world.marco)
        draft = submit(world, MadeDraft(written.id, world.marco, written.content, written.title))

        assert_cannot_decide(world, world.kim, draft, "own_draft")

    def test_nor_after_it_went_through_two_hands(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        written = make_draft(world, author=world.kim)
        hand_over(world, world.kim, world.marco)
        hand_over(world, world.marco, world.ines)
        draft = submit(world, MadeDraft(written.id, world.ines, written.content, written.title))

        assert_cannot_decide(world, world.kim, draft, "own_draft")
        decide(world, draft, "approved")

    def test_is_not_handed_to_somebody_who_decided_on_it(self, world: World) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        draft_in_state(world, "changes_requested")

        assert_refused(errors.Conflict, "decided_by_them", hand_over, world, world.ines, world.dana)

    @pytest.mark.parametrize("_round", range(4))
    def test_is_not_handed_over_and_decided_on_at_once(self, world: World, _round: int) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        draft = submit(world, make_draft(world))

        outcomes = run_together(
            lambda: decide(world, draft, "approved"),
            lambda: hand_over(world, world.ines, world.dana),
        )

        assert refusals(outcomes) in (["own_draft"], ["decided_by_them"])


class TestCredential:
    @pytest.mark.parametrize(
        "change",
        [
            "checked_at = null, checked_by = null",
            "revoked_at = now()",
            "expires_on = (now() at time zone 'UTC')::date - 1",
        ],
    )
    def test_is_needed_and_current(self, world: World, change: str) -> None:
        draft = submit(world, make_draft(world))
        change_credential(world, world.dana, change)

        assert_cannot_decide(world, world.dana, draft, "no_credential")
        assert_cannot_decide(world, world.paul, draft, "no_credential")

    def test_counts_through_its_last_day(self, world: World) -> None:
        change_credential(world, world.dana, "expires_on = (now() at time zone 'UTC')::date")

        draft_in_state(world, "approved")

    def test_has_to_cover_the_topic(self, world: World) -> None:
        draft = submit(world, make_draft(world, content=make_content(topic="trauma")))
        change_credential(world, world.dana, "scope = array['general']")

        assert_cannot_decide(world, world.dana, draft, "out_of_scope")

    def test_is_looked_at_for_the_topic_that_was_submitted(self, world: World) -> None:
        """The author's unsent change of topic changes nothing for the professional."""
        draft = submit(world, make_draft(world))
        change_credential(world, world.dana, "scope = array['general']")
        edit(world, draft, make_content("Other.", topic="trauma"))

        assert why_not(world.dana, draft) is None
        decide(world, draft, "approved")

    def test_of_one_workspace_does_not_count_in_another(self, world: World) -> None:
        for person in (world.dana, world.kim):
            world.run_sql(
                "insert into public.memberships (workspace_id, profile_id, roles)"
                " values (%s, %s, '{professional}')",
                world.other,
                person.id,
            )
        draft = submit(world, make_draft(world, author=world.wes, workspace_id=world.other))

        assert_refused(
            errors.Forbidden, "no_credential", decide, world, draft, "approved", by=world.dana
        )

    def test_role_of_one_workspace_does_not_count_in_another(self, world: World) -> None:
        draft = submit(world, make_draft(world, author=world.wes, workspace_id=world.other))

        assert_refused(errors.NotFound, "not_found", decide, world, draft, "approved")

    def test_counts_no_longer_once_the_role_is_gone(self, world: World) -> None:
        draft = submit(world, make_draft(world))
        set_roles(world, world.dana, "influencer")

        assert why_not(world.dana, draft) == "not_a_professional"
        assert_refused(errors.Forbidden, "role_missing", decide, world, draft, "approved")

    def test_is_kept_with_the_decision_as_it_was(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        change_credential(world, world.dana, "revoked_at = now(), profession = 'Nobody'")
        world.run_sql("update public.profiles set display_name = 'X' where id = %s", world.dana.id)

        (decision,) = rooms.get_room(world.ines.gateway(), draft_id=draft.id).decisions

        assert (decision.credential.name, decision.credential.profession) == (
            "Dana",
            "Psychologist",
        )

    def test_ends_at_the_same_moment_for_every_time_zone(self, world: World) -> None:
        """A caller may set the zone of their connection; it must not move the day."""
        change_credential(world, world.dana, "expires_on = (now() at time zone 'UTC')::date - 1")
        draft = submit(world, make_draft(world))
        arguments = {
            "p_draft": draft.id,
            "p_version": 1,
            "p_content_hash": draft.content_hash,
            "p_kind": "approved",
            "p_reason_code": None,
            "p_note": "",
        }
        with world.dana.rest() as client:
            for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
                answer = client.post(
                    "/rpc/decide_draft", json=arguments, headers={"Prefer": f"timezone={zone}"}
                )
                assert answer.json()["details"] == "no_credential"
        for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
            ((same,),) = world.run_sql(
                "select private.today() = (now() at time zone 'UTC')::date"
                " from set_config('TimeZone', %s, true)",
                zone,
            )
            assert same


class TestDecide:
    def test_on_a_version_that_is_no_longer_current_is_a_conflict(self, world: World) -> None:
        first = submit(world, make_draft(world))
        submit(world, edit(world, first, make_content("Newer.")))

        for kind in ("approved", "changes_requested", "declined"):
            assert_refused(errors.Conflict, "stale_version", decide, world, first, kind)

    @pytest.mark.parametrize("wrong", ["", "0" * 64, "not a hash", "\u202e"])
    def test_on_another_hash_is_a_conflict(self, world: World, wrong: str) -> None:
        draft = submit(world, make_draft(world))

        assert_refused(
            errors.Conflict,
            "stale_version",
            decisions.decide_draft,
            world.dana.gateway(),
            draft_id=draft.id,
            version=1,
            content_hash=wrong,
            kind="approved",
        )

    @pytest.mark.parametrize("version", [0, -1, 2, 501])
    def test_on_a_version_that_is_none_is_not_found(self, world: World, version: int) -> None:
        draft = submit(world, make_draft(world))

        assert_refused(
            errors.NotFound,
            "not_found",
            decisions.decide_draft,
            world.dana.gateway(),
            draft_id=draft.id,
            version=version,
            content_hash=draft.content_hash,
            kind="approved",
        )

    def test_on_a_version_the_author_kept_to_themselves_is_not_found(self, world: World) -> None:
        draft = submit(world, make_draft(world))
        later = edit(world, draft, make_content("Not for you yet."))
        drafts.save_version(
            world.ines.gateway(), draft_id=draft.id, expected_revision=later.revision
        )

        assert_refused(
            errors.NotFound,
            "not_found",
            decisions.decide_draft,
            world.dana.gateway(),
            draft_id=draft.id,
            version=2,
            content_hash=draft.content_hash,
            kind="approved",
        )

    @pytest.mark.parametrize("kind", ["approved", "changes_requested", "declined"])
    @pytest.mark.parametrize("state", ["approved", "changes_requested", "declined", "published"])
    def test_twice_is_a_conflict(self, world: World, state: str, kind: str) -> None:
        draft = draft_in_state(world, state)

        assert_refused(errors.Conflict, "already_decided", decide, world, draft, kind, by=world.kim)

    @pytest.mark.parametrize("_round", range(4))
    @pytest.mark.parametrize("kinds", [("approved", "approved"), ("approved", "declined")])
    def test_two_people_at_once_make_one_decision(
        self, world: World, kinds: tuple[str, str], _round: int
    ) -> None:
        draft = submit(world, make_draft(world))

        outcomes = run_together(
            lambda: decide(world, draft, kinds[0], by=world.dana),
            lambda: decide(world, draft, kinds[1], by=world.kim),
        )

        assert refusals(outcomes) == ["already_decided"]
        winner = 0 if isinstance(outcomes[0], MadeDraft) else 1
        room = rooms.get_room(world.ines.gateway(), draft_id=draft.id)
        assert [d.kind for d in room.decisions] == [kinds[winner]]
        assert room.draft.state == kinds[winner]

    @pytest.mark.parametrize("kind", ["", "Approved", "published", "drafting", "x" * 10_000])
    def test_takes_three_kinds_only(self, world: World, kind: str) -> None:
        draft = submit(world, make_draft(world))

        assert_refused(errors.Invalid, "kind_invalid", decide, world, draft, kind)

    @pytest.mark.parametrize("kind", ["changes_requested", "declined"])
    def test_against_needs_a_reason_and_a_note(self, world: World, kind: str) -> None:
        draft = submit(world, make_draft(world))
        base = {
            "draft_id": draft.id,
            "version": 1,
            "content_hash": draft.content_hash,
            "kind": kind,
        }
        gateway = world.dana.gateway()
        for note, reason, word in [
            ("Please change this.", None, "reason_missing"),
            ("Please change this.", "because", "reason_missing"),
            ("", "safety", "text_missing"),
            (" \n\t\u200b\u00a0", "safety", "text_missing"),
            ("x" * 4001, "safety", "text_too_long"),
        ]:
            assert_refused(
                errors.Invalid,
                word,
                decisions.decide_draft,
                gateway,
                **base,
                note=note,
                reason_code=reason,
            )

    @pytest.mark.parametrize("reason", REASONS)
    def test_takes_each_reason_the_page_offers(self, world: World, reason: str) -> None:
        draft = submit(world, make_draft(world))

        decisions.decide_draft(
            world.dana.gateway(),
            draft_id=draft.id,
            version=1,
            content_hash=draft.content_hash,
            kind="changes_requested",
            reason_code=reason,
            note="x" * 4000,
        )

        found = home.get_home(world.ines.gateway(), workspace_id=world.home)
        assert [d.state for d in found.mine] == ["changes_requested"]

    def test_speaks_in_every_answer_of_the_hash_it_was_made_on(self, world: World) -> None:
        draft = submit(world, make_draft(world))
        answer = world.dana.gateway().write(
            "decide_draft",
            {
                "p_draft": draft.id,
                "p_version": 1,
                "p_content_hash": draft.content_hash,
                "p_kind": "approved",
                "p_reason_code": "safety",
                "p_note": "",
            },
        )

        assert answer["content_hash"] == draft.content_hash
        ((stored,),) = world.run_sql("select to_jsonb(d) from public.decisions d")
        assert stored["reason_code"] is None
        assert stored["capacity"] == "professional"
        assert json.dumps(stored["credential"]).count("Psychologist") == 1
