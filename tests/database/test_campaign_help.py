"""The help that a campaign's countries need, in the order in which it is to be checked."""

from __future__ import annotations

from dataclasses import replace

from services import campaigns
from services.campaigns import CampaignView, Progress
from services.library.models import Contact
from tests.support.campaigns import ASK_EARLY, begin
from tests.support.library import CARD, LINE, YOUTH, add, check, expire, share
from tests.support.people import Person, World


def look(
    person: Person, world: World, campaign_id: str, country: str | None = None
) -> CampaignView:
    return campaigns.get_campaign(
        person.gateway(), workspace_id=world.home, campaign_id=campaign_id, country=country
    )


def names(view: CampaignView) -> list[str]:
    return [line.entry.name for line in view.lines]


class TestHelp:
    def test_crises_come_first_then_what_fits_and_pairs_stay_together(self, world: World) -> None:
        for name, topics, pair in (
            ("A general line", ("general",), ""),
            ("B for parents", ("perinatal",), ""),
            ("C for the young", ("youth",), "Quay"),
            ("D for adults", ("crisis",), "quay"),
            ("E for emergencies", ("suicide",), ""),
        ):
            add(world.sam, world, replace(LINE, name=name, topics=topics, pair=pair))
        add(world.sam, world, CARD)
        plan = replace(ASK_EARLY, countries=("GB",), topics=("perinatal", "suicide"))
        view = look(world.ines, world, begin(world.sam, world, plan).id)
        assert names(view) == [
            "E for emergencies",
            "C for the young",
            "D for adults",
            "B for parents",
            "A general line",
        ]
        places = [line.group for line in view.lines]
        assert (places[1], len(set(places))) == (places[2], 4)
        assert view.progress == (Progress("GB", lines=5, checked=0),)
        assert view.lines_left == 5

    def test_progress_counts_what_may_be_given_in_this_workspace(self, world: World) -> None:
        share(world.stack, YOUTH, replace(YOUTH, name="In Germany", country="DE"))
        quay = add(world.sam, world, replace(YOUTH, name="Over"))
        expire(world, check(world.dana, world, quay), days=-1)
        check(world.dana, world, add(world.sam, world))
        view = look(world.sam, world, begin(world.sam, world).id)
        assert view.progress == (
            Progress("DE", lines=1, checked=0),
            Progress("GB", lines=3, checked=1),
        )
        theirs = begin(world.otto, world, workspace_id=world.other)
        other = campaigns.get_campaign(
            world.otto.gateway(), workspace_id=world.other, campaign_id=theirs.id
        )
        assert other.progress == (
            Progress("DE", lines=1, checked=0),
            Progress("GB", lines=1, checked=0),
        )

    def test_the_country_shown_is_the_first_with_something_left(self, world: World) -> None:
        plan = replace(ASK_EARLY, countries=("AT", "DE", "GB"))
        campaign = begin(world.sam, world, plan)
        done = check(world.dana, world, add(world.sam, world, replace(LINE, country="DE")))
        add(world.sam, world)
        view = look(world.marco, world, campaign.id)
        assert (view.country, names(view)) == ("GB", ["Harbour Line"])
        asked = look(world.marco, world, campaign.id, "DE")
        assert (asked.country, [line.id for line in asked.lines]) == ("DE", [done.id])
        assert asked.progress[0] == Progress("AT", lines=0, checked=0)
        assert [one.is_done for one in asked.progress] == [False, True, False]
        # One that is not the campaign's.
        assert look(world.marco, world, campaign.id, "FR").country == "GB"

    def test_numbers_stand_as_dialled_and_the_latest_check_is_told(self, world: World) -> None:
        line = replace(LINE, contacts=(Contact("call", "0049 (0)1632-960 009"),))
        check(world.dana, world, add(world.sam, world, line))
        view = look(world.ines, world, begin(world.sam, world).id, "GB")
        (found,) = view.lines
        assert found.entry.contacts[0].address == "0049 (0)1632-960 009"
        assert found.check is not None
        assert (found.check.name, campaigns.is_checked(found)) == ("Dana", True)

    def test_everybody_learns_who_can_check(self, world: World) -> None:
        view = look(world.ines, world, begin(world.sam, world).id)
        assert view.checkers == ("Dana", "Kim", "Paul", "Sam")

    def test_one_without_countries_has_nothing_to_check(self, world: World) -> None:
        view = look(world.ines, world, begin(world.sam, world, replace(ASK_EARLY, countries=())).id)
        assert (view.progress, view.country, view.lines) == ((), None, ())
