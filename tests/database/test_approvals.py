"""An approval is of exactly one text: edits, expiry, publishing, two windows at once."""

from __future__ import annotations

import pytest

from services import drafts, errors, publishing, rooms
from tests.support.acts import actions_of, row_of
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    let_approval_expire,
    make_content,
    make_draft,
    publish,
    submit,
    withdraw,
)
from tests.support.refusals import assert_refused
from tests.support.together import refusals, run_together


def state_of(world: World, draft: MadeDraft, *, reader: Person | None = None) -> str:
    gateway = (reader or world.ines).gateway()
    return drafts.get_editor(gateway, draft_id=draft.id).draft.state


class TestApprove:
    def test_binds_the_decision_to_the_submitted_hash(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        room = rooms.get_room(world.ines.gateway(), draft_id=draft.id)

        assert room.draft.approved_hash == draft.content_hash == room.version.content_hash
        assert [d.content_hash for d in room.decisions] == [draft.content_hash]
        assert room.decisions[0].credential.name == "Dana"
        assert room.decisions[0].statement_version == 2
        assert room.decisions[0].statement == room.statement

    def test_is_of_the_submitted_text_when_the_author_wrote_on(self, world: World) -> None:
        draft = submit(world, make_draft(world))
        later = edit(world, draft, make_content("Something else."))

        decide(world, draft, "approved")

        assert row_of(world, draft)["approved_hash"] == draft.content_hash
        assert_refused(
            errors.Conflict,
            "hash_differs",
            publishing.mark_published,
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=drafts.get_editor(
                world.ines.gateway(), draft_id=draft.id
            ).buffer.content_hash,  # type: ignore[union-attr]
        )
        edit(world, later, make_content("Something else again."))
        assert state_of(world, draft) == "drafting"

    def test_hash_depends_on_everything_the_public_sees(self, world: World) -> None:
        contents = [
            make_content("One."),
            make_content("Two."),
            make_content("One.", platform="tiktok"),
            make_content("One.", topic="trauma"),
            make_content("One.", audience_countries=("DE", "FR")),
            make_content("One.", audience_countries=()),
        ]
        hashes = {submit(world, make_draft(world, content=c)).content_hash for c in contents}

        assert len(hashes) == len(contents)

    def test_hash_is_the_same_for_the_same_text_written_differently(self, world: World) -> None:
        same = [
            make_content("a\nb", audience_countries=("FR", "DE")),
            make_content("a\r\nb", audience_countries=("DE", "fr", "DE")),
            make_content("a\rb\x07", audience_countries=("de", "FR")),
        ]

        assert len({submit(world, make_draft(world, content=c)).content_hash for c in same}) == 1


class TestEditAfterApproval:
    def test_voids_it_and_publishing_is_refused(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        saved = drafts.save_buffer(
            world.ines.gateway(),
            draft_id=draft.id,
            expected_revision=draft.revision,
            title=draft.title,
            content=make_content("Not what was approved."),
            publish_by=None,
        )

        assert (saved.voided, saved.state) == (True, "drafting")
        assert row_of(world, draft)["approved_hash"] is None
        assert actions_of(world, draft)[-1] == "approval_voided"
        for person in (world.ines, world.sam):
            assert_refused(errors.Conflict, "not_approved", publish, world, draft, by=person)

    def test_back_to_the_approved_text_does_not_resurrect_it(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        approved_text = draft.content

        changed = edit(world, draft, make_content("A moment of doubt."))
        edit(world, changed, approved_text)

        assert state_of(world, draft) == "drafting"
        assert_refused(errors.Conflict, "not_approved", publish, world, draft)

    def test_of_the_title_alone_keeps_it(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        saved = drafts.save_buffer(
            world.ines.gateway(),
            draft_id=draft.id,
            expected_revision=draft.revision,
            title="A better working title",
            content=draft.content,
            publish_by=None,
        )

        assert (saved.voided, saved.state) == (False, "approved")
        publish(world, draft)
        assert state_of(world, draft) == "published"

    @pytest.mark.parametrize("field", ["platform", "topic", "audience_countries"])
    def test_of_any_part_of_the_content_voids_it(self, world: World, field: str) -> None:
        draft = draft_in_state(world, "approved")
        other = {"platform": "tiktok", "topic": "trauma", "audience_countries": ("AT",)}

        edit(world, draft, make_content(draft.content.caption, **{field: other[field]}))

        assert state_of(world, draft) == "drafting"

    def test_that_fails_voids_nothing(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        assert_refused(
            errors.Invalid, "text_too_long", edit, world, draft, make_content("x" * 100_001)
        )

        assert state_of(world, draft) == "approved"

    def test_and_approval_again_needs_another_decision(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        again = submit(world, edit(world, draft, make_content("Better.")))
        assert_refused(errors.Conflict, "not_approved", publish, world, again)

        publish(world, decide(world, again, "approved", by=world.kim))

        room = rooms.get_room(world.marco.gateway(), draft_id=draft.id)
        assert [(d.version_number, d.kind) for d in room.decisions] == [
            (2, "approved"),
            (1, "approved"),
        ]
        assert room.draft.approved_hash == again.content_hash


class TestExpiredApproval:
    def test_is_shown_as_expired_and_cannot_be_published(self, world: World) -> None:
        draft = draft_in_state(world, "expired")

        assert state_of(world, draft, reader=world.marco) == "expired"
        for person in (world.ines, world.sam):
            assert_refused(errors.Conflict, "approval_expired", publish, world, draft, by=person)
        found = drafts.list_drafts(world.sam.gateway(), workspace_id=world.home, states=["expired"])
        assert [d.id for d in found.drafts] == [draft.id]
        assert not drafts.list_drafts(
            world.sam.gateway(), workspace_id=world.home, states=["approved"]
        ).drafts

    def test_can_be_sent_in_again(self, world: World) -> None:
        draft = submit(world, draft_in_state(world, "expired"))

        publish(world, decide(world, draft, "approved", by=world.kim))

        assert state_of(world, draft) == "published"

    def test_is_good_for_as_long_as_the_workspace_says(self, world: World) -> None:
        world.run_sql("update public.workspaces set approval_days = 3 where id = %s", world.home)
        draft = draft_in_state(world, "approved")

        ((days,),) = world.run_sql(
            "select extract(day from approved_until - approved_at)::int from public.drafts"
            " where id = %s",
            draft.id,
        )
        assert days == 3

    def test_edit_of_an_expired_one_goes_back_to_drafting(self, world: World) -> None:
        draft = draft_in_state(world, "expired")

        edit(world, draft, make_content("Fresh."))

        assert state_of(world, draft) == "drafting"


class TestSubmit:
    def test_while_in_review_replaces_the_version(self, world: World) -> None:
        first = submit(world, make_draft(world))
        second = submit(world, edit(world, first, make_content("Second thoughts.")))

        assert second.version == 2
        assert_refused(errors.Conflict, "stale_version", decide, world, first, "approved")
        decide(world, second, "approved")
        assert row_of(world, first)["approved_version"] == 2

    def test_of_the_same_text_while_in_review_is_refused_whole(self, world: World) -> None:
        draft = submit(world, make_draft(world))

        assert_refused(errors.Conflict, "already_submitted", submit, world, draft)

        assert row_of(world, draft)["version_count"] == 1

    @pytest.mark.parametrize("state", ["approved", "published", "declined", "withdrawn"])
    def test_is_refused_when_the_draft_has_moved_on(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)

        assert_refused(errors.Conflict, "wrong_state", submit, world, draft)

    def test_of_another_revision_is_a_conflict_that_shows_the_text(self, world: World) -> None:
        draft = make_draft(world)
        edit(world, draft, make_content("From the other window."))

        error = assert_refused(
            errors.Conflict,
            "stale_revision",
            drafts.submit_draft,
            world.ines.gateway(),
            draft_id=draft.id,
            expected_revision=draft.revision,
        )

        assert error.data["editor"].buffer.content.caption == "From the other window."
        assert row_of(world, draft)["version_count"] == 0


class TestPublish:
    @pytest.mark.parametrize(
        "state",
        ["drafting", "in_review", "changes_requested", "declined", "published", "withdrawn"],
    )
    def test_is_refused_in_every_other_state(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)

        assert_refused(
            errors.Conflict,
            "not_approved",
            publishing.mark_published,
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=draft.content_hash or "0" * 64,
        )

    def test_is_refused_for_another_hash(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        for wrong in ("", "0" * 64, draft.content_hash.upper(), draft.content_hash + " "):
            assert_refused(
                errors.Conflict,
                "hash_differs",
                publishing.mark_published,
                world.ines.gateway(),
                draft_id=draft.id,
                content_hash=wrong,
            )

    def test_ends_all_changes(self, world: World) -> None:
        draft = draft_in_state(world, "published")

        assert_refused(
            errors.Conflict, "draft_closed", edit, world, draft, make_content("Too late.")
        )
        assert_refused(
            errors.Conflict, "wrong_state", withdraw, world, draft, expected_state="published"
        )

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/x",
            "javascript:alert(1)",
            "https://example.org@evil.org/",
            "https://example.org/<script>",
            "https://example.org/\u202egpj",
            "https://" + "x" * 500 + ".org",
            "example.org",
        ],
    )
    def test_refuses_an_address_that_is_not_what_it_shows(self, world: World, url: str) -> None:
        draft = draft_in_state(world, "approved")

        assert_refused(
            errors.Invalid,
            "url_invalid",
            publishing.mark_published,
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=draft.content_hash,
            links={"instagram": url},
        )

    def test_needs_the_role_still(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        world.run_sql(
            "update public.memberships set roles = '{professional}' where profile_id = %s",
            world.ines.id,
        )

        assert_refused(errors.Forbidden, "role_missing", publish, world, draft)


class TestWithdraw:
    def test_and_reopen_lose_the_approval(self, world: World) -> None:
        draft = withdraw(world, draft_in_state(world, "approved"), expected_state="approved")

        drafts.reopen_draft(world.ines.gateway(), draft_id=draft.id)

        assert state_of(world, draft) == "drafting"
        assert_refused(errors.Conflict, "not_approved", publish, world, draft)

    def test_of_an_expired_approval_works_as_shown(self, world: World) -> None:
        withdraw(world, draft_in_state(world, "expired"), expected_state="expired")

    def test_expects_the_state_that_was_on_the_screen(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        assert_refused(
            errors.Conflict, "wrong_state", withdraw, world, draft, expected_state="in_review"
        )

    def test_takes_it_from_the_professionals(self, world: World) -> None:
        draft = draft_in_state(world, "withdrawn")

        assert_refused(errors.Conflict, "already_decided", decide, world, draft, "approved")


class TestAtOnce:
    """Each pair of actions ends as if one had come first."""

    def test_two_windows_save_once(self, world: World) -> None:
        draft = make_draft(world)

        outcomes = run_together(
            *(
                lambda text=text: edit(world, draft, make_content(text))
                for text in ("left window", "right window")
            )
        )

        assert refusals(outcomes) == ["stale_revision"]
        (conflict,) = [o for o in outcomes if isinstance(o, errors.Conflict)]
        (winner,) = [o for o in outcomes if isinstance(o, MadeDraft)]
        assert conflict.data["editor"].buffer.content == winner.content

    @pytest.mark.parametrize("_round", range(4))
    def test_an_edit_and_a_publication_never_both_succeed(self, world: World, _round: int) -> None:
        draft = draft_in_state(world, "approved")

        outcomes = run_together(
            lambda: edit(world, draft, make_content("Changed at the last moment.")),
            lambda: publish(world, draft, by=world.sam),
        )

        assert refusals(outcomes) in (["draft_closed"], ["not_approved"])
        expected = "published" if isinstance(outcomes[0], errors.Conflict) else "drafting"
        assert state_of(world, draft) == expected

    @pytest.mark.parametrize("_round", range(4))
    def test_a_new_version_and_a_decision_on_the_old_one(self, world: World, _round: int) -> None:
        draft = edit(world, submit(world, make_draft(world)), make_content("New version."))

        outcomes = run_together(
            lambda: submit(world, draft), lambda: decide(world, draft, "approved")
        )

        assert refusals(outcomes) in (["stale_version"], ["wrong_state"])

    def test_two_publications_record_one(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        outcomes = run_together(
            lambda: publish(world, draft), lambda: publish(world, draft, by=world.sam)
        )

        assert refusals(outcomes) == ["not_approved"]
        assert actions_of(world, draft).count("draft_published") == 1

    def test_expiry_during_review_does_not_matter(self, world: World) -> None:
        draft = let_approval_expire(world, draft_in_state(world, "approved"))

        outcomes = run_together(lambda: submit(world, draft), lambda: publish(world, draft))

        assert refusals(outcomes) in (["approval_expired"], ["not_approved"])
        assert state_of(world, draft) == "in_review"
