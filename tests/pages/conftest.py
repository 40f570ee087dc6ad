"""The entry script without a browser: any page as any of the test people, on the real database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Protocol

import pytest
import streamlit as st
from cryptography.fernet import Fernet
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from components import editor, lookout, rows, session
from components.messages import Message, fingerprint
from services import media, people
from services.embedded.places import ROOT
from services.gateway.client import Gateway
from services.gateway.server import Server
from services.news import News, Ticket
from services.person import Person
from services.posts import Media
from services.sealing import Sealer
from tests.support.images import make_server
from tests.support.people import World, have_checked, make_content

# The first run of a process imports pandas and what else Streamlit needs.
PATIENCE_SECONDS = 30

COOKIE = "a cookie"
SEALER = Sealer(keys=[Fernet.generate_key().decode()])
ZONE = "Europe/Lisbon"
ADDRESS = "http://tandem.test/people"


class CountingGateway(Gateway):
    """Counts what a page asks the database."""

    calls: list[str]

    def _call(self, function: str, params: Any) -> Any:
        self.calls.append(function)
        return super()._call(function, params)


_READ = [
    "title",
    "header",
    "subheader",
    "markdown",
    "caption",
    "text",
    "code",
    "info",
    "warning",
    "error",
    "success",
    "badge",
]


@dataclass
class Seat:
    """Stands where sign-in stands: says who sits in front of the page."""

    world: World
    news: News
    name: str = "nobody"
    signed_out: bool = False
    calls: list[str] = field(default_factory=list)

    def find(self, _id_hash: str) -> Person | None:
        """The person as `services.sessions` would find them."""
        if self.signed_out:
            return None
        me = people.find_me(getattr(self.world, self.name).gateway())
        assert me is not None
        person = Person(
            me.profile_id, me.name, me.email, me.time_zone, "", "", frozenset(), me.memberships
        )
        return person.within(me.memberships[0].workspace_id) if me.memberships else person

    def connect(self, _id_hash: str) -> Gateway:
        """Calls as whoever sits here, counted."""
        gateway: Any = getattr(self.world, self.name).gateway()
        gateway.__class__ = CountingGateway
        gateway.calls = self.calls
        return gateway  # type: ignore[no-any-return]

    def add_image(self, gateway: Gateway, **picture: Any) -> Media:
        """Takes a picture in as the app does."""
        with make_server(self.world) as server:
            return media.add_image(gateway, server=server, **picture)

    def record_check(self, *, draft_id: str) -> bool:
        """Has the checker read as the app does."""
        return have_checked(self.world, draft_id)

    def look_anew(self, _id_hash: str) -> None:
        """Nothing is remembered here."""

    def choose_workspace(self, _id_hash: str, *, workspace_id: str) -> None:
        """Not remembered either."""


def _make_news(world: World) -> News:
    """The look-out over open rooms; nobody asks by itself here: `seat.news.ask()`."""
    stack = world.stack
    http = world.nobody._http
    return News(server=Server(url=stack.url, secret_key=stack.secret_key, http=http))


@pytest.fixture(scope="session", autouse=True)
def _look_for_packaged_components_once() -> Iterator[None]:
    """Every AppTest reads the metadata of all installed packages: half of what a page takes."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def seat(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seat]:
    """Who looks at the pages of this test."""
    seat = Seat(world, news=_make_news(world))
    lookout.install(seat.news, write_ticket=partial(Ticket.write, sealer=SEALER))
    session.install(
        sessions=seat,  # type: ignore[arg-type]
        connect=seat.connect,
        add_image=seat.add_image,
        record_check=seat.record_check,
        cookie_name="tandem",
        help_directory="https://directory.example.org/",
    )
    # There is no browser behind an AppTest to tell these.
    browser = {"cookies": {"tandem": COOKIE}, "timezone": ZONE, "url": ADDRESS}
    for name, value in browser.items():
        monkeypatch.setattr(type(st.context), name, value)
    yield seat
    session._installed.clear()
    lookout._installed.clear()


@pytest.fixture(scope="session")
def registered() -> dict[str, Any]:
    """What a first run finds out: the app's pages, which are the same for everybody."""
    return {}


@pytest.fixture
def open_page(seat: Seat, registered: dict[str, Any]) -> Callable[..., AppTest]:
    """`open_page("dana", "review", draft=draft.id)`: the page after its first run."""

    def make(name: str, page: str = "home", **query: str) -> AppTest:
        seat.name = name
        # Every AppTest has the same session id, so what one kept would show in the next.
        st.cache_data.clear()
        at = AppTest.from_file(str(ROOT / "web/main.py"), default_timeout=PATIENCE_SECONDS)
        if page != "home":
            if not registered:
                registered.update(at.run()._registered_pages)
            at._registered_pages = registered
            at.switch_page(f"../pages/{page}.py")
        for key, value in query.items():
            at.query_params[key] = value
        seat.calls.clear()
        return at.run()

    return make


@pytest.fixture
def press_row(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """`press_row(at, "take", draft.id)`: the run after a button of a list of ours was pressed."""
    drawn = rows._ROWS

    class Pressed:
        def __init__(self, press: dict[str, Any] | None) -> None:
            self.press = press

    def press(at: AppTest, name: str, *ids: str) -> AppTest:
        left = [{"name": name, "ids": list(ids)}]

        def draw(**named: Any) -> Pressed:
            drawn(**named)
            return Pressed(left.pop() if left else None)

        monkeypatch.setattr(rows, "_ROWS", draw)
        return at.run()

    return press


def read_page(at: AppTest) -> str:
    """Everything a person reads on the page, in no particular order."""
    assert not at.exception, at.exception[0].message
    found: list[Any] = [element for kind in _READ for element in at.get(kind)]
    parts = [element.value for element in found]
    parts += [button.label for button in at.button]
    parts += [link.proto.label for link in at.get("page_link")]
    parts += _read_rows(at)
    parts += _read_talk(at)
    return "\n".join(str(part) for part in parts)


def read_groups(at: AppTest) -> list[dict[str, Any]]:
    """The lists that `components.rows` draws, as its script gets them."""
    return [group for data in read_component(at, "tandem_rows") for group in data["groups"]]


def read_tabs(at: AppTest) -> dict[str, int | None]:
    """The views above a list and how many entries each has."""
    found = read_component(at, "tandem_rows")
    strips = [strip for data in found for strip in data["strips"]]
    return {label: count for one in strips for label, _href, count, _current in one["tabs"]}


def read_component(at: AppTest, name: str) -> list[Any]:
    """What the scripts of these components of ours get."""
    elements = [one.proto for one in at.get("bidi_component")]
    # Their data is JSON once more: a text, which costs Streamlit nothing to look through.
    return [json.loads(json.loads(one.json)) for one in elements if one.component_name == name]


def _read_rows(at: AppTest) -> Iterator[str]:
    """Every line of these lists."""
    for group in read_groups(at):
        yield from (group["title"], group["hint"])
        for row in group["rows"]:
            for line in (row["title"], *row["lines"]):
                yield "".join(part[0] for part in line)
            yield row["action"]
            yield from (label for _name, label, _icon in row["buttons"])
        yield from (label for label, _href in group["more"])
        if group["button"]:
            yield group["button"][1]


def find_talk(at: AppTest) -> dict[str, Any]:
    """What the script of the review room's talk gets; `talk` in it is read as well."""
    elements = [one.proto for one in at.get("bidi_component")]
    found = [json.loads(one.json) for one in elements if one.component_name == "tandem_talk"]
    if not found:
        return {}
    return {**found[0], "talk": json.loads(found[0]["talk"])}


def _read_talk(at: AppTest) -> Iterator[str]:
    """Everything the talk shows, without the words that its script has itself."""
    data = find_talk(at)
    if not data:
        return
    talk = data["talk"]
    yield from (talk["heading"], talk["summary"], talk["empty"], data["news"], talk["folded"])
    notes = talk["notes"] or {"items": [], "heading": ""}
    yield notes["heading"]
    threads = [*talk["open"], *talk["resolved"]]
    for thread in threads:
        yield from (thread["mark"], thread["resolved"])
    for item in (
        *(item for thread in threads for item in thread["items"]),
        *notes["items"],
        *talk["advice"]["items"],
    ):
        yield f"{item['who']}, {item.get('roles', '')} {item['about']} {item.get('label', '')}"
        yield item["body"]


def press(at: AppTest, label: str) -> AppTest:
    """Press a button that can be pressed; the page after that run."""
    button = next(b for b in at.button if b.label == label)
    assert not button.disabled
    return button.click().run()


class Say(Protocol):
    """`say(text)`: the browser sends this text of a part with the next run."""

    def __call__(self, text: str, part: str = "caption", *, on: str = ...) -> None:
        """`on` is the text it was written on."""


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """A browser that types."""
    heard: dict[str, Message] = {}
    seqs = count(1)

    def send(text: str, part: str = "caption", *, on: str = make_content().caption) -> None:
        known = frozenset({fingerprint(on), fingerprint(text)})
        heard[part] = Message("page", next(seqs), text, known)

    monkeypatch.setattr(editor, "heard_messages", lambda _draft: dict(heard))
    monkeypatch.setattr(editor, "_read_messages", lambda _state: dict(heard))
    return send
