"""Going along the queue: the next draft, taking drafts back, and news page by page."""

from __future__ import annotations

import pytest

from services import errors, home, notifications, people, reviews
from services.notifications import Place
from tests.support.acts import act
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)
from tests.support.refusals import assert_refused


def next_title(world: World, *, after: MadeDraft | None = None) -> str | None:
    found = reviews.find_next(
        world.dana.gateway(), workspace_id=world.home, after_id=after.id if after else None
    )
    title = found.draft.title if found else None
    if after is None:
        assert is_announced(world, world.dana) == (title is not None)
    return title


def is_announced(world: World, person: Person) -> bool:
    """Whether Home and Reviews lead to a next review; they agree."""
    gateway = person.gateway()
    on_home = home.get_home(gateway, workspace_id=world.home).has_next
    assert reviews.get_queue(gateway, workspace_id=world.home).has_next == on_home
    return on_home


class TestNextReview:
    def test_the_most_sensitive_that_nobody_has_comes_first(self, world: World) -> None:
        calm = draft_in_state(world, "in_review", title="Calm")
        draft_in_state(
            world, "in_review", title="Grave", content=make_content(topic="suicide_self_harm")
        )
        assert next_title(world) == "Grave"
        reviews.take(world.dana.gateway(), draft_id=calm.id)
        assert next_title(world) == "Calm"
        assert next_title(world, after=calm) == "Grave"

    def test_a_second_look_comes_before_all_else(self, world: World) -> None:
        draft_in_state(
            world, "in_review", title="Grave", content=make_content(topic="suicide_self_harm")
        )
        taken = draft_in_state(world, "in_review", title="Taken")
        reviews.take(world.dana.gateway(), draft_id=taken.id)
        back = draft_in_state(world, "changes_requested", title="Came back")
        submit(world, edit(world, back, make_content("Softer words.")))
        assert next_title(world) == "Came back"

    def test_what_others_have_or_one_wrote_is_not_offered(self, world: World) -> None:
        held = draft_in_state(world, "in_review", title="Held by Kim")
        reviews.take(world.kim.gateway(), draft_id=held.id)
        assert next_title(world) is None
        for person in (world.paul, world.sam):
            assert reviews.find_next(person.gateway(), workspace_id=world.home) is None
            assert not is_announced(world, person)
        assert reviews.find_next(world.otto.gateway(), workspace_id=world.home) is None

    def test_a_topic_out_of_scope_is_passed_over(self, world: World) -> None:
        world.run_sql(
            "update public.credentials set scope = '{medication}' where profile_id = %s",
            world.dana.id,
        )
        draft_in_state(world, "in_review")
        assert next_title(world) is None

    def test_one_on_hold_is_not_announced(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "hold_draft", draft, note="A question first.")
        assert next_title(world) is None


class TestTakingBack:
    def test_nobody_has_it_afterwards_and_they_are_told(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        sam = world.sam.gateway()
        reviews.assign(
            sam, workspace_id=world.home, draft_ids=[draft.id], assignee_id=world.dana.id
        )
        back = {"workspace_id": world.home, "assignee_id": world.dana.id}
        assert reviews.take_back(sam, draft_ids=[draft.id], **back) == 1
        assert reviews.take_back(sam, draft_ids=[draft.id], **back) == 0
        queue = reviews.get_queue(sam, workspace_id=world.home, show="unassigned")
        assert [entry.draft.id for entry in queue.entries] == [draft.id]
        told = notifications.list_notifications(world.dana.gateway(), workspace_id=world.home)
        assert "review_taken_back" in {one.kind for one in told.notifications}

    def test_whoever_is_relieved_by_an_assignment_is_told(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        reviews.take(world.kim.gateway(), draft_id=draft.id)
        reviews.assign(
            world.sam.gateway(),
            workspace_id=world.home,
            draft_ids=[draft.id],
            assignee_id=world.dana.id,
        )

        def kinds(person: Person) -> list[str]:
            told = notifications.list_notifications(person.gateway(), workspace_id=world.home)
            return [one.kind for one in told.notifications]

        assert kinds(world.kim) == ["review_taken_back"]
        assert kinds(world.dana) == ["review_wanted"]

    def test_only_coordinators_do_and_only_in_their_workspace(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        reviews.take(world.dana.gateway(), draft_id=draft.id)
        for person in (world.ines, world.dana):
            assert_refused(
                errors.Forbidden,
                "role_missing",
                reviews.take_back,
                person.gateway(),
                workspace_id=world.home,
                draft_ids=[draft.id],
                assignee_id=world.dana.id,
            )
        assert_refused(
            errors.NotFound,
            "not_found",
            reviews.take_back,
            world.otto.gateway(),
            workspace_id=world.other,
            draft_ids=[draft.id],
            assignee_id=world.dana.id,
        )

    @pytest.mark.parametrize("many", [0, 101])
    def test_the_number_of_drafts_is_bounded(self, world: World, many: int) -> None:
        assert_refused(
            errors.Invalid,
            "too_many",
            reviews.take_back,
            world.sam.gateway(),
            workspace_id=world.home,
            draft_ids=[world.home] * many,
            assignee_id=world.dana.id,
        )


class TestNewsPages:
    def test_what_came_at_once_is_on_one_page_or_the_next(self, world: World) -> None:
        drafts = [draft_in_state(world, "in_review", title=f"Draft {n}") for n in range(5)]
        reviews.assign(
            world.sam.gateway(),
            workspace_id=world.home,
            draft_ids=[draft.id for draft in drafts],
            assignee_id=world.dana.id,
        )
        seen: list[str] = []
        before: Place | None = None
        for _ in range(3):
            page = notifications.list_notifications(
                world.dana.gateway(), workspace_id=world.home, before=before, limit=2
            ).notifications
            seen += [one.draft_id for one in page]
            before = Place(page[-1].created_at, page[-1].id)
        assert sorted(seen) == sorted(draft.id for draft in drafts)

    def test_unread_leaves_out_what_was_read(self, world: World) -> None:
        for title in ("One", "Two"):
            decide(world, draft_in_state(world, "in_review", title=title), "approved")
        ines = world.ines.gateway()
        news = notifications.list_notifications(ines, workspace_id=world.home)
        assert (len(news.notifications), news.unread) == (2, 2)
        notifications.mark_read(ines, workspace_id=world.home, ids=[news.notifications[0].id])
        left = notifications.list_notifications(ines, workspace_id=world.home, unread_only=True)
        assert [one.id for one in left.notifications] == [news.notifications[1].id]
        assert left.unread == 1


def test_home_says_who_offered_edits_or_withdrew_an_approval(world: World) -> None:
    draft = draft_in_state(world, "approved")
    world.dana.gateway().write(
        "withdraw_approval",
        {
            "p_draft": draft.id,
            "p_content_hash": draft.content_hash,
            "p_reason_code": "accuracy",
            "p_note": "The study was taken back.",
        },
    )
    (mine,) = home.get_home(world.ines.gateway(), workspace_id=world.home).mine
    assert mine.sent_back is not None
    assert (mine.sent_back.kind, mine.sent_back.name) == ("approval_withdrawn", "Dana")


def test_the_session_counts_unread_news(world: World) -> None:
    draft_in_state(world, "approved")
    me = people.find_me(world.ines.gateway())
    assert me is not None
    (answer,) = world.run_sql(
        "select private.describe_session(s)"
        " from jsonb_populate_record(null::public.web_sessions, %s::jsonb) s",
        f'{{"profile_id": "{world.ines.id}"}}',
    )
    assert [one["unread"] for one in answer[0]["memberships"]] == [1]
