"""Settings: one's own name, zone, credential, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from services import people
from tests.pages.conftest import read_page
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
