"""Home: the next action first, for each role a person holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from streamlit.testing.v1 import AppTest

from services import people
from services.drafts import TOPICS
from tests.pages.conftest import read_groups, read_page
from tests.support.people import World, draft_in_state, find_today, make_draft, submit

OpenPage = Callable[..., AppTest]


def list_headings(at: AppTest) -> list[str]:
    return [group["title"] for group in read_groups(at)]


class TestInfluencer:
    def test_sent_back_comes_first_with_who_and_why(
        self, world: World, open_page: OpenPage
    ) -> None:
        for state in ("drafting", "approved", "changes_requested", "expired", "in_review"):
            draft_in_state(world, state, title=state)
        at = open_page("ines")
        assert list_headings(at) == [
            "Sent back to you",
            "Approval ended",
            "Ready to publish",
            "You are writing",
            "With the professionals",
            "News",
            "First steps",
        ]
        page = read_page(at)
        assert "Dana sent it back: Wording" in page
        assert "Please soften the second sentence" in page
        assert "1 draft came back to you." in page

    def test_an_empty_home_offers_the_first_draft(self, open_page: OpenPage) -> None:
        page = read_page(open_page("ines"))
        assert "No drafts yet" in page
        assert "Start a draft" in page

    def test_does_not_show_a_peers_private_draft(self, world: World, open_page: OpenPage) -> None:
        make_draft(world, author=world.marco, title="Not yours")
        assert "Not yours" not in read_page(open_page("ines"))


class TestProfessional:
    def test_the_queue_is_in_publish_by_order_and_says_what_is_overdue(
        self, world: World, open_page: OpenPage
    ) -> None:
        late = draft_in_state(world, "in_review", title="Late one")
        old = draft_in_state(world, "in_review", title="Old one")
        soon = draft_in_state(world, "in_review", title="Soon one")
        set_day = "update public.drafts set publish_by = %s where id = %s"
        world.run_sql(set_day, find_today() - timedelta(days=2), late.id)
        world.run_sql(set_day, find_today() + timedelta(days=4), soon.id)
        world.run_sql(
            "update public.drafts set submitted_at = now() - interval '4 days' where id = %s",
            old.id,
        )
        page = read_page(open_page("dana"))
        assert page.index("Late one") < page.index("Soon one") < page.index("Old one")
        assert "Its day to go out has passed" in page
        assert "It has waited 4 days for a decision" in page
        assert "3 posts wait for a decision, 2 of them overdue." in page

    def test_without_a_credential_it_says_so_and_leads_to_settings(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft_in_state(world, "in_review")
        at = open_page("paul")
        page = read_page(at)
        assert "once your credential is recorded" in page
        assert "Also in review" in list_headings(at)
        assert "Review the next draft" not in page

    def test_an_unchecked_credential_waits_for_a_coordinator(
        self, world: World, open_page: OpenPage
    ) -> None:
        submit_credential(world, list(TOPICS))
        assert "waits for a coordinator" in read_page(open_page("paul"))

    def test_a_credential_that_ends_soon_is_announced(
        self, world: World, open_page: OpenPage
    ) -> None:
        world.run_sql(
            "update public.credentials set expires_on = %s where profile_id = %s",
            find_today() + timedelta(days=9),
            world.dana.id,
        )
        assert "which is in 9 days" in read_page(open_page("dana"))

    def test_a_topic_out_of_scope_says_why(self, world: World, open_page: OpenPage) -> None:
        world.run_sql(
            "update public.credentials set scope = '{medication}' where profile_id = %s",
            world.dana.id,
        )
        draft_in_state(world, "in_review")
        assert "Outside your credential's topics" in read_page(open_page("dana"))


class TestCoordinator:
    def test_sees_what_is_ready_and_which_credentials_to_check(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft_in_state(world, "approved", title="Ready one")
        submit_credential(world, list(TOPICS))
        page = read_page(open_page("sam"))
        assert "Ready one" in page
        assert "Version 1, approved by Dana." in page
        assert "1 credential to check" in page

    def test_two_roles_see_both(self, world: World, open_page: OpenPage) -> None:
        draft_in_state(world, "approved", title="Ready one")
        draft_in_state(world, "in_review", title="Waiting one")
        page = read_page(open_page("kim"))
        assert "Ready one" in page
        assert "Waiting one" in page
        assert "Review the next draft" in page


def submit_credential(world: World, scope: list[str]) -> None:
    people.submit_credential(
        world.paul.gateway(),
        workspace_id=world.home,
        profile_id=world.paul.id,
        profession="Psychiatrist",
        register_url="https://register.example.org/paul",
        jurisdiction="Sweden",
        scope=scope,
    )


def test_coming_back_shows_what_happened_meanwhile(world: World, open_page: OpenPage) -> None:
    at = open_page("dana")
    assert "Nothing is pressing" in read_page(at)
    submit(world, make_draft(world, title="News"))
    at.switch_page("../pages/drafts.py").run()
    at.switch_page("../pages/home.py").run()
    assert "1 post waits for a decision" in read_page(at)
