"""Approving with edits: what may be edited, and that acceptance is of exactly that text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from services.posts import Content
from tests.support.acts import (
    EDITED,
    accept,
    accepting,
    act,
    actions_of,
    add_image,
    assert_record_whole,
    deny,
    edits,
    offer,
    row_of,
    save,
    set_roles,
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
    make_draft,
    publish,
    submit,
    withdraw,
)
from tests.support.together import refusals, run_together


class TestOffer:
    def test_is_not_yet_an_approval(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)

        row = row_of(world, draft)
        assert (row["state"], row["offered_version"]) == ("changes_requested", 2)
        assert row["approved_hash"] is None
        deny(
            "not_approved",
            world.ines,
            "mark_published",
            draft,
            content_hash=offered.content_hash,
        )
        assert told(world, world.ines) == ["edits_offered"]

    def test_accepted_is_an_approval_of_exactly_that(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)

        answer = accept(offered)

        row = row_of(world, draft)
        assert answer["content_hash"] == offered.content_hash == row["approved_hash"]
        assert (row["state"], row["approved_version"], row["submitted_version"]) == (
            "approved",
            2,
            2,
        )
        assert row["approved_by"] == world.dana.id
        ((buffer,),) = world.run_sql("select content_hash from public.draft_buffers")
        assert buffer == offered.content_hash
        assert told(world, world.dana) == ["edits_accepted"]
        assert actions_of(world, draft)[-2:] == ["draft_approved_with_edits", "edits_accepted"]
        publish(world, offered)
        assert_record_whole(world)

    def test_edited_further_is_void(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)
        revision = accept(offered)["revision"]

        save(replace(offered, revision=revision), make_content("Rest is a skill, learn it."))

        assert state_of(world, draft) == "drafting"

    @pytest.mark.parametrize(
        "change",
        [
            {"platform": "tiktok"},
            {"format": "story"},
            {"topic": "trauma"},
            {"audience_countries": ("AT",)},
            {"video_link": "https://example.org/v", "transcript": "T"},
            {"media": ()},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_of_more_than_words_is_refused(self, world: World, change: dict[str, Any]) -> None:
        draft = make_draft(world)
        content = make_content(media=(add_image(world, draft),))
        draft = submit(world, save(draft, content))

        deny(
            "edit_too_wide",
            world.dana,
            "approve_with_edits",
            draft,
            **edits(draft, replace(content, **change)),
        )

    def test_of_all_words_is_allowed(self, world: World) -> None:
        draft = make_draft(world)
        image = add_image(world, draft)
        draft = submit(world, save(draft, make_content(media=(image,), script="Hi.")))
        words = make_content(
            "New.",
            script="Hello.",
            on_screen_text="Rest",
            hashtags=("rest",),
            link="https://example.org",
            media=(replace(image, alt="A blue cup."),),
        )

        accept(offer(world, draft, words))

        assert state_of(world, draft) == "approved"

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            (make_content(), "nothing_edited"),
            (make_content("Rest is a skill you can learn.\r"), None),
            (make_content(" "), "text_missing"),
            (make_content("x" * 20_001), "text_too_long"),
            (make_content(link="nowhere"), "url_invalid"),
        ],
        ids=["nothing", "a line end", "no text", "too much", "half a link"],
    )
    def test_has_to_be_a_whole_post_that_differs(
        self, world: World, draft: MadeDraft, content: Content, word: str | None
    ) -> None:
        if word is None:
            offer(world, draft, content)
            return
        deny(word, world.dana, "approve_with_edits", draft, **edits(draft, content))
        assert row_of(world, draft)["version_count"] == 1

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("paul", "no_credential"),
            ("sam", "role_missing"),
            ("otto", "not_found"),
        ],
    )
    def test_comes_from_those_who_may_decide(
        self, world: World, draft: MadeDraft, name: str, word: str
    ) -> None:
        deny(word, getattr(world, name), "approve_with_edits", draft, **edits(draft))

    def test_is_of_the_version_in_review(self, world: World, draft: MadeDraft) -> None:
        deny(
            "stale_version",
            world.dana,
            "approve_with_edits",
            draft,
            **edits(draft, content_hash="0" * 64),
        )
        later = submit(world, save(draft, make_content("Later.")))
        deny("stale_version", world.dana, "approve_with_edits", draft, **edits(draft))
        act(world.kim, "hold_draft", later, note="Wait.")
        deny("on_hold", world.dana, "approve_with_edits", later, **edits(later))
        act(world.kim, "resume_draft", later)
        decide(world, later, "declined", by=world.kim)
        deny("already_decided", world.dana, "approve_with_edits", later, **edits(later))

    def test_of_two_professionals_is_made_by_one(self, world: World, draft: MadeDraft) -> None:
        done = run_together(
            *(
                partial(act, person, "approve_with_edits", draft, **edits(draft))
                for person in (world.dana, world.kim)
            )
        )

        assert refusals(done) == ["already_decided"]
        assert row_of(world, draft)["version_count"] == 2


class TestAcceptance:
    def test_is_the_authors(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)

        for name in ("marco", "dana", "sam", "kim"):
            deny(
                "not_the_author",
                getattr(world, name),
                "accept_edits",
                draft,
                **accepting(offered),
            )
        deny("not_found", world.otto, "accept_edits", draft, **accepting(offered))

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"version": 1}, "nothing_offered"),
            ({"version": None}, "nothing_offered"),
            ({"content_hash": "0" * 64}, "hash_differs"),
            ({"content_hash": None}, "hash_differs"),
            ({"expected_revision": 9}, "stale_revision"),
            ({"expected_revision": None}, "stale_revision"),
        ],
        ids=str,
    )
    def test_is_of_what_was_on_the_screen(
        self, world: World, draft: MadeDraft, changes: dict[str, Any], word: str
    ) -> None:
        offered = offer(world, draft)

        deny(word, world.ines, "accept_edits", draft, **accepting(offered, **changes))

        assert state_of(world, draft) == "changes_requested"

    def test_without_an_offer_is_refused(self, world: World, draft: MadeDraft) -> None:
        back = decide(world, draft, "changes_requested")

        for changes in ({}, {"version": None}, {"version": None, "content_hash": None}):
            deny("nothing_offered", world.ines, "accept_edits", draft, **accepting(back, **changes))

    def test_keeps_what_the_author_wrote_meanwhile(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)
        save(offered, make_content("Mine."))
        deny("stale_revision", world.ines, "accept_edits", draft, **accepting(offered))

        accept(replace(offered, revision=offered.revision + 1))

        rows = world.run_sql(
            "select content ->> 'caption', submitted from public.draft_versions"
            " where number = 3 and draft_id = %s",
            draft.id,
        )
        assert rows == [("Mine.", False)]
        assert row_of(world, draft)["approved_version"] == 2

    def test_ends_with_the_offer(self, world: World) -> None:
        endings: dict[str, Callable[[MadeDraft], MadeDraft]] = {
            "another version": lambda d: submit(world, save(d, make_content("Mine."))),
            "withdrawal": lambda d: withdraw(world, d, expected_state="changes_requested"),
        }
        for name, end in endings.items():
            draft = draft_in_state(world, "in_review")
            offered = offer(world, draft)
            ended = end(offered)

            deny(
                "nothing_offered",
                world.ines,
                "accept_edits",
                draft,
                **accepting(offered, expected_revision=ended.revision),
            )
            assert row_of(world, draft)["offered_version"] is None, name

    def test_comes_too_late_when_the_approval_has_expired(
        self, world: World, draft: MadeDraft
    ) -> None:
        world.run_sql("update public.workspaces set approval_days = 1")
        offered = offer(world, draft)
        world.run_sql(
            "set local session_replication_role = replica;"
            " update public.decisions set valid_until = now() - interval '1 second'"
        )

        deny("approval_expired", world.ines, "accept_edits", draft, **accepting(offered))

        again = submit(world, save(offered, EDITED))
        assert again.content_hash == offered.content_hash
        assert state_of(world, draft) == "in_review"

    def test_of_two_windows_happens_once(self, world: World, draft: MadeDraft) -> None:
        offered = offer(world, draft)

        done = run_together(partial(accept, offered), partial(accept, offered))

        assert refusals(done) == ["nothing_offered"]

    def test_and_saving_at_once_never_approve_another_text(
        self, world: World, draft: MadeDraft
    ) -> None:
        offered = offer(world, draft)

        done = run_together(partial(accept, offered), partial(save, offered, make_content("Mine.")))

        assert refusals(done) == ["stale_revision"]
        row = row_of(world, draft)
        ((buffer,),) = world.run_sql("select content_hash from public.draft_buffers")
        assert row["approved_hash"] in (None, buffer)


class TestSelfApproval:
    """No way round by editing one's own."""

    def test_author_and_professional_in_one(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        draft = draft_in_state(world, "in_review", author=world.kim)

        deny("own_draft", world.kim, "approve_with_edits", draft, **edits(draft))
        deny("own_draft", world.kim, "hold_draft", draft, note="Mine.")

    def test_former_author(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        draft = draft_in_state(world, "in_review", author=world.kim)
        hand_over(world, world.kim, world.ines)

        deny("own_draft", world.kim, "approve_with_edits", draft, **edits(draft))

    def test_editor_made_author(self, world: World, draft: MadeDraft) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        offered = offer(world, draft)

        deny(
            "decided_by_them",
            world.sam,
            "hand_over_drafts",
            workspace=world.home,
            **{"from": world.ines.id, "to": world.dana.id},
        )
        hand_over(world, world.ines, world.marco)
        accept(replace(offered, author=world.marco))
        assert state_of(world, draft) == "approved"


def hand_over(world: World, giver: Person, taker: Person) -> None:
    act(
        world.sam,
        "hand_over_drafts",
        workspace=world.home,
        **{"from": giver.id, "to": taker.id},
    )
