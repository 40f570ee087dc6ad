"""Campaigns: coordinators run them, everybody sees what there is to do, checkers confirm help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from services import drafts
from services.campaigns import Campaign
from services.library.models import Resource
from tests.pages.conftest import Seat, press, read_component, read_groups, read_page
from tests.support.campaigns import ASK_EARLY, begin, choose, close, find
from tests.support.library import LINE, YOUTH, add, check, look, tomorrow
from tests.support.people import World, draft_in_state, make_content, make_draft

OpenPage = Callable[..., AppTest]


@pytest.fixture
def campaign(world: World) -> Campaign:
    return begin(world.sam, world)


def countries_of(at: AppTest) -> list[str]:
    """The switch of countries, in words."""
    return [words for _code, words, _way in read_component(at, "tandem_switch")[0]["options"]]


def buttons(at: AppTest) -> list[str]:
    return [one.label for one in at.button]


class TestList:
    @pytest.mark.parametrize(("name", "begins"), [("ines", False), ("dana", False), ("sam", True)])
    def test_an_empty_one_says_what_a_campaign_is_for(
        self, open_page: OpenPage, name: str, begins: bool
    ) -> None:
        at = open_page(name, "campaigns")
        assert "holds together the drafts of one goal" in read_page(at)
        assert ("Begin a campaign" in buttons(at)) == begins

    def test_open_ones_come_with_dates_countries_and_their_drafts(
        self, world: World, open_page: OpenPage, seat: Seat
    ) -> None:
        plan = replace(ASK_EARLY, starts_on=date(2026, 12, 1), ends_on=date(2027, 2, 28))
        mine = begin(world.sam, world, plan)
        for state in ("in_review", "in_review", "published"):
            choose(world.sam, draft_in_state(world, state), mine)
        close(world.sam, world, begin(world.sam, world, replace(ASK_EARLY, name="Last year")))
        at = open_page("marco", "campaigns")
        text = read_page(at)
        assert [group["title"] for group in read_groups(at)] == ["Open", "Closed"]
        assert "1 December 2026 to 28 February 2027 · Germany, United Kingdom" in text
        assert "2 in review, 1 published" in text
        assert "Last year" in text
        assert seat.calls == ["list_campaigns"]


class TestOne:
    def test_an_address_that_leads_nowhere_says_so(self, open_page: OpenPage, world: World) -> None:
        theirs = begin(world.otto, world, workspace_id=world.other)
        for asked in ("x", theirs.id):
            assert "This campaign is not here" in read_page(
                open_page("sam", "campaigns", campaign=asked)
            )

    def test_its_drafts_stand_by_state_with_the_way_to_all(
        self, world: World, open_page: OpenPage, seat: Seat, campaign: Campaign
    ) -> None:
        for number in range(7):
            draft = draft_in_state(world, "in_review", title=f"Draft {number}")
            choose(world.sam, draft, campaign)
        at = open_page("ines", "campaigns", campaign=campaign.id)
        assert read_page(at)
        (group,) = read_groups(at)
        assert (group["hint"], len(group["rows"])) == ("7 in review.", 3)
        assert group["more"] == [
            ["All of its drafts", "drafts?drafts_campaign=Ask+early"],
            ["All 7 in review", "drafts?drafts_campaign=Ask+early&drafts_state=In+review"],
        ]
        assert seat.calls == ["get_campaign"]
        listed = open_page("ines", "drafts", drafts_campaign="Ask early", drafts_state="In review")
        assert "7 drafts, latest change first" in read_page(listed)

    def test_closing_asks_first_and_can_be_undone(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        at = press(open_page("sam", "campaigns", campaign=campaign.id), "Close")
        assert find(world.sam, world, campaign.id).closed_at is None
        assert "Close it" in buttons(at)
        close(world.sam, world, campaign)
        at = open_page("sam", "campaigns", campaign=campaign.id)
        text = read_page(press(at, "Reopen"))
        assert "Ask early is open again." in text
        assert find(world.sam, world, campaign.id).closed_at is None

    @pytest.mark.parametrize("name", ["ines", "dana", "paul"])
    def test_others_are_offered_no_change(
        self, open_page: OpenPage, campaign: Campaign, name: str
    ) -> None:
        labels = buttons(open_page(name, "campaigns", campaign=campaign.id))
        assert not {"Change", "Close"} & set(labels)


class TestHelp:
    @pytest.fixture
    def lines(self, world: World) -> tuple[Resource, Resource]:
        """One for crises and one for the young, in the United Kingdom."""
        return add(world.sam, world), add(world.sam, world, YOUTH)

    @pytest.fixture
    def with_pages(self, world: World) -> tuple[Resource, Resource]:
        """The same, each with a page of its own."""
        return add(world.sam, world), add(world.sam, world, replace(YOUTH, contacts=LINE.contacts))

    def test_a_professional_confirms_takes_back_and_goes_on(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        with_pages: tuple[Resource, Resource],
    ) -> None:
        first, second = with_pages
        at = open_page("dana", "campaigns", campaign=campaign.id)
        text = read_page(at)
        assert "United Kingdom: 0 of 2 checked" in text
        assert "01632 960 001" in text.replace("\\", "").replace("\u2060", "")
        assert text.index("Harbour Line") < text.index("Quay")
        assert countries_of(at) == [
            "Germany: none in the library",
            "United Kingdom: 0 of 2 checked",
        ]

        at.button(key=f"campaign_confirm_{first.id}").click().run()
        kept = look(world.dana, world, first.id)
        assert kept.state == "current"
        assert kept.check is not None
        assert (kept.check.name, kept.check.method) == ("Dana", "own_page")
        assert kept.check.source == "https://harbour.example.org/"
        assert "United Kingdom: 1 of 2 checked" in read_page(at)

        at.button(key=f"campaign_undo_{first.id}").click().run()
        assert look(world.dana, world, first.id).state == "unchecked"
        assert "United Kingdom: 0 of 2 checked" in read_page(at)

        for one in (first, second):
            at.button(key=f"campaign_confirm_{one.id}").click().run()
        assert "United Kingdom: done, all 2 checked" in read_page(at)

    def test_until_when_it_counts_can_be_chosen_for_all(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        lines: tuple[Resource, Resource],
    ) -> None:
        at = open_page("kim", "campaigns", campaign=campaign.id)
        at.date_input(key="campaign_due").set_value(tomorrow(7)).run()
        at.button(key=f"campaign_confirm_{lines[0].id}").click().run()
        assert look(world.kim, world, lines[0].id).next_due == tomorrow(7)

    def test_without_a_page_of_its_own_the_reader_says_how_it_was_checked(
        self, open_page: OpenPage, campaign: Campaign, lines: tuple[Resource, Resource]
    ) -> None:
        at = open_page("dana", "campaigns", campaign=campaign.id)
        keys = {button.key for button in at.button}
        assert f"campaign_confirm_{lines[1].id}" not in keys
        at.button(key=f"campaign_check_{lines[1].id}").click().run()
        assert "Everything is right" in buttons(at)

    def test_a_line_that_was_changed_meanwhile_is_not_confirmed(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        lines: tuple[Resource, Resource],
    ) -> None:
        at = open_page("dana", "campaigns", campaign=campaign.id)
        world.run_sql("update public.resources set revision = 9 where id = %s", lines[0].id)
        at.button(key=f"campaign_confirm_{lines[0].id}").click().run()
        assert "Somebody changed this entry meanwhile" in read_page(at)
        assert look(world.dana, world, lines[0].id).state == "unchecked"

    def test_influencers_see_it_and_who_can_check(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        lines: tuple[Resource, Resource],
    ) -> None:
        check(world.dana, world, lines[0])
        at = open_page("ines", "campaigns", campaign=campaign.id)
        text = read_page(at)
        assert "Professionals and coordinators check it: Dana, Kim, Paul and Sam." in text
        assert "United Kingdom: 1 of 2 checked" in text
        assert not {"Confirm", "Check", "More"} & set(buttons(at))

    def test_another_country_is_one_address_away(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        lines: tuple[Resource, Resource],
    ) -> None:
        add(world.sam, world, replace(LINE, name="Hafen", country="DE"))
        at = open_page("sam", "campaigns", campaign=campaign.id, campaigns_country="DE")
        text = read_page(at)
        assert "Hafen" in text
        assert "Harbour Line" not in text
        assert lines

    def test_a_closed_one_has_no_help_to_check(
        self,
        world: World,
        open_page: OpenPage,
        campaign: Campaign,
        lines: tuple[Resource, Resource],
    ) -> None:
        close(world.sam, world, campaign)
        text = read_page(open_page("dana", "campaigns", campaign=campaign.id))
        assert "Help to check first" not in text
        assert lines


class TestChoosing:
    def choose_in(self, at: AppTest, name: str) -> AppTest:
        # A whole run closes the dialog, so both are one.
        press(at, "Choose a campaign")
        at.radio[-1].set_value(name)
        next(one for one in at.button if one.label == "Choose").click()
        return at.run()

    def test_a_draft_without_countries_takes_the_campaigns(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        draft = make_draft(world, content=make_content(audience_countries=()))
        at = open_page("ines", "draft", draft=draft.id)
        self.choose_in(at, campaign.id)
        text = read_page(at.run())
        assert "Campaign: **Ask early**" in text
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor.buffer is not None
        assert editor.buffer.content.audience_countries == ("DE", "GB")
        assert editor.draft.campaign is not None
        assert "Use the campaign's countries" not in buttons(at)

    def test_a_draft_with_countries_keeps_them_until_its_author_says_so(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        draft = make_draft(world, content=make_content(audience_countries=("FR",)))
        at = open_page("ines", "draft", draft=draft.id)
        self.choose_in(at, campaign.id)
        at.run()
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor.buffer is not None
        assert editor.buffer.content.audience_countries == ("FR",)
        press(at, "Use the campaign's countries")
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor.buffer is not None
        assert editor.buffer.content.audience_countries == ("DE", "GB")

    def test_an_approval_is_not_ended_by_it(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        content = make_content(audience_countries=())
        draft = draft_in_state(world, "approved", content=content)
        at = open_page("ines", "draft", draft=draft.id)
        at.session_state[f"draft_edit_{draft.id}"] = True
        self.choose_in(at.run(), campaign.id)
        at.run()
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor.draft.state == "approved"
        assert editor.draft.campaign is not None
        assert "Use the campaign's countries" in buttons(at)

    def test_a_choice_that_came_too_late_is_said(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        draft = make_draft(world)
        other = begin(world.sam, world, replace(ASK_EARLY, name="Sleep well"))
        at = open_page("ines", "draft", draft=draft.id)
        press(at, "Choose a campaign")
        choose(world.ines, draft, other)
        at.radio[-1].set_value(campaign.id)
        next(one for one in at.button if one.label == "Choose").click()
        text = read_page(at.run())
        assert "Somebody chose another campaign for this draft meanwhile." in text
        assert "Campaign: **Sleep well**" in text

    def test_a_copy_is_in_the_same_campaign(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        draft = draft_in_state(world, "declined")
        choose(world.sam, draft, campaign)
        at = press(open_page("ines", "draft", draft=draft.id), "Start a new draft from this")
        assert "Campaign: **Ask early**" in read_page(at)

    def test_a_coordinator_puts_it_right_in_the_room_and_others_do_not(
        self, world: World, open_page: OpenPage, campaign: Campaign
    ) -> None:
        draft = draft_in_state(world, "published")
        at = open_page("sam", "review", draft=draft.id)
        self.choose_in(at, campaign.id)
        assert "Campaign: **Ask early**" in read_page(at.run())
        for name in ("dana", "marco"):
            labels = buttons(open_page(name, "review", draft=draft.id))
            assert "Choose a campaign" not in labels
