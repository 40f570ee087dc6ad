"""Settings: one's own name, zone, credential, and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from components import connections
from services import people
from services.oidc.models import Provider
from tests.pages.conftest import Seat, read_page
from tests.support.accounts import add_accounts
from tests.support.people import World

OpenPage = Callable[..., AppTest]


def test_name_and_zone_are_saved(world: World, open_page: OpenPage) -> None:
    at = open_page("ines", "settings")
    at.text_input(key="settings_name_Ines").set_value("Inês")
    at.selectbox(key="settings_zone_Europe/Berlin").set_value("Africa/Nairobi")
    next(button for button in at.button if button.label == "Save").click().run()
    assert "Saved." in read_page(at)
    me = people.find_me(world.ines.gateway())
    assert me is not None
    assert (me.name, me.time_zone) == ("Inês", "Africa/Nairobi")


def test_an_empty_name_is_refused(open_page: OpenPage) -> None:
    at = open_page("ines", "settings")
    at.text_input(key="settings_name_Ines").set_value("  ")
    next(button for button in at.button if button.label == "Save").click().run()
    assert at.warning[0].value


def test_the_browsers_zone_is_offered(world: World, open_page: OpenPage) -> None:
    at = open_page("ines", "settings")
    at.button(key="settings_use_browser").click().run()
    me = people.find_me(world.ines.gateway())
    assert me is not None
    assert me.time_zone == "Europe/Lisbon"
    assert "Use the browser's zone" not in read_page(at)


def test_a_professional_records_a_credential(world: World, open_page: OpenPage) -> None:
    at = open_page("paul", "settings")
    at.text_input(key="settings_credential_profession").set_value("Psychiatrist")
    at.text_input(key="settings_credential_url").set_value("register.example.org")
    at.text_input(key="settings_credential_jurisdiction").set_value("Sweden")
    at.multiselect(key="settings_credential_scope").set_value(["general", "medication"])
    submit = next(button for button in at.button if button.label == "Record credential")
    submit.click().run()
    assert "starts with https://" in read_page(at)
    assert at.text_input(key="settings_credential_profession").value == "Psychiatrist"
    at.text_input(key="settings_credential_url").set_value("https://register.example.org/paul")
    next(button for button in at.button if button.label == "Record credential").click().run()
    page = read_page(at)
    assert "Recorded. A coordinator will look it up." in page
    assert "Not checked yet" in page


def test_others_have_no_credential_here(open_page: OpenPage) -> None:
    assert "Your credential" not in read_page(open_page("ines", "settings"))


class TestWaysToSignIn:
    """With two providers on offer; ines has connected one account."""

    @pytest.fixture(autouse=True)
    def offered(self, world: World) -> Iterator[None]:
        connections.install(
            [
                Provider(name, label, f"https://{name}.example.org", "id", "secret")
                for name, label in (("one", "One"), ("two", "T*w*o"))
            ]
        )
        self.connect(world, "one")
        yield
        connections.install([])

    def connect(self, world: World, name: str) -> None:
        world.run_sql(
            "insert into public.identities values (%s, 'subject', %s, '2026-11-03 23:30+00')",
            f"https://{name}.example.org",
            world.ines.id,
        )

    def links(self, at: AppTest) -> dict[str, str]:
        """What the plain links say, and where they lead."""
        found = [json.loads(one.proto.json) for one in at.get("bidi_component")]
        return {one["label"]: one["address"] for one in found if "address" in one}

    def test_show_what_is_connected_and_what_can_be(
        self, world: World, open_page: OpenPage
    ) -> None:
        add_accounts(world)
        at = open_page("ines", "settings")
        page, links = read_page(at), self.links(at)
        assert "Your password, or a code by mail" in page
        assert "**One**" in page
        assert "Connected on 4 November 2026" in page
        assert links["Disconnect One"] == (
            "/auth/oidc/disconnect?issuer=https%3A%2F%2Fone.example.org"
        )
        assert links["Connect T*w*o"] == "/auth/oidc/two/start?link=1"
        assert "Connect One" not in links

    def test_the_only_one_cannot_be_let_go(self, open_page: OpenPage) -> None:
        at = open_page("ines", "settings")
        assert "Your only way to sign in" in read_page(at)
        assert "Disconnect One" not in self.links(at)

    def test_one_of_two_can(self, world: World, open_page: OpenPage) -> None:
        self.connect(world, "two")
        at = open_page("ines", "settings")
        assert r"**T\*w\*o**" in read_page(at)
        assert {"Disconnect One", "Disconnect T*w*o"} <= set(self.links(at))

    def test_one_that_is_not_offered_any_more_is_no_way_in(
        self, world: World, open_page: OpenPage
    ) -> None:
        self.connect(world, "gone")
        at = open_page("ines", "settings")
        page, links = read_page(at), self.links(at)
        assert r"**gone\.example\.org**" in page
        assert "not offered here any more" in page
        assert "Your only way to sign in" in page
        assert "Disconnect gone.example.org" in links
        assert "Disconnect One" not in links

    def test_without_providers_nothing_is_asked(self, seat: Seat, open_page: OpenPage) -> None:
        connections.install([])
        assert "Ways to sign in" not in read_page(open_page("ines", "settings"))
        assert "list_my_ways" not in seat.calls


def test_somebody_without_an_address_is_shown_none(world: World, open_page: OpenPage) -> None:
    world.run_sql("delete from public.profile_contacts where profile_id = %s", world.ines.id)
    assert "E-mail" not in read_page(open_page("ines", "settings"))
