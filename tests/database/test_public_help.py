"""What the server learns for the public help pages: services whose checks count, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.embedded.stack import Stack
from services.gateway.http import make_client
from services.gateway.server import Server
from services.library import store
from services.library.public import PublicHelp
from tests.support.library import (
    CARD,
    LINE,
    YOUTH,
    add,
    check,
    correct,
    expire,
    look,
    share,
    tomorrow,
)
from tests.support.people import World


@pytest.fixture
def server(clean_stack: Stack) -> Iterator[Server]:
    with make_client() as http:
        yield Server(url=clean_stack.url, secret_key=clean_stack.secret_key, http=http)


def read(server: Server, workspace_id: str | None) -> PublicHelp:
    row = server.read_public_help(workspace_id=workspace_id)
    assert row is not None
    return PublicHelp.from_json(row)


def names(server: Server, world: World) -> list[str]:
    return [line.entry.name for line in read(server, world.home).lines]


class TestWhatIsGiven:
    def test_is_what_somebody_checked(self, world: World, server: Server) -> None:
        checked = check(world.dana, world, add(world.sam, world))
        add(world.sam, world, YOUTH)

        found = read(server, world.home)

        (line,) = found.lines
        assert found.workspace_id == world.home
        assert line.entry == LINE
        assert line.until == tomorrow(90)
        assert checked.check is not None
        assert line.checked_at == checked.check.at
        assert line.checked_how == "own_page"

    def test_ends_with_the_check(self, world: World, server: Server) -> None:
        line = check(world.dana, world, add(world.sam, world))
        expire(world, line, days=0)
        assert names(server, world) == [LINE.name]

        expire(world, line, days=-1)

        assert names(server, world) == []

    def test_ends_with_a_doubt_a_correction_and_a_withdrawal(
        self, world: World, server: Server
    ) -> None:
        entries = [replace(LINE, name=name) for name in ("Buoy", "Pier", "Quay", "Wharf")]
        buoy, pier, quay, _wharf = [
            check(world.dana, world, add(world.sam, world, entry)) for entry in entries
        ]
        of_it: dict[str, Any] = {"workspace_id": world.home, "revision": 1}

        store.doubt_resource(
            world.dana.gateway(), resource_id=buoy.id, reason="Nobody answers", **of_it
        )
        correct(world.dana, world, pier, audience="Somebody else")
        store.set_withdrawn(world.dana.gateway(), resource_id=quay.id, withdrawn=True, **of_it)

        assert names(server, world) == ["Wharf"]

    def test_is_as_good_as_its_weakest_contact(self, world: World, server: Server) -> None:
        line = check(world.dana, world, add(world.sam, world))
        call, *others = line.entry.contacts
        correct(world.sam, world, line, contacts=(replace(call, address="01632 960 009"), *others))

        assert names(server, world) == []

    def test_is_no_guide_or_card(self, world: World, server: Server) -> None:
        check(world.dana, world, add(world.sam, world, CARD))

        assert names(server, world) == []

    def test_counts_in_the_workspace_that_checked_it(self, world: World, server: Server) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources
        check(world.dana, world, shared)

        assert names(server, world) == [LINE.name]
        assert read(server, world.other).lines == ()

    def test_is_what_the_workspace_wrote_in_place_of_a_shared_one(
        self, world: World, server: Server
    ) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources
        check(world.dana, world, shared)
        own = correct(world.dana, world, shared, audience="Everybody")
        assert names(server, world) == []

        check(world.dana, world, own)

        (line,) = read(server, world.home).lines
        assert line.entry.audience == "Everybody"

    def test_says_how_many_belong_together(self, world: World, server: Server) -> None:
        line = check(world.dana, world, add(world.sam, world, replace(LINE, pair="coast")))
        youth = add(world.sam, world, replace(YOUTH, pair="Coast"))
        assert [one.in_pair for one in read(server, world.home).lines] == [2]

        check(world.dana, world, youth)

        found = read(server, world.home).lines
        assert [one.in_pair for one in found] == [2, 2]
        assert len({one.pair_id for one in found}) == 1
        assert look(world.ines, world, line.id).state == "current"

    def test_does_not_say_who_confirmed_it(self, world: World, server: Server) -> None:
        check(
            world.dana,
            world,
            add(world.sam, world),
            method="confirmed",
            source="Canary of the harbour, on the phone",
        )

        assert "Canary" not in str(server.read_public_help(workspace_id=world.home))


class TestWhichWorkspace:
    def test_none_named_is_the_only_one(self, server: Server) -> None:
        assert server.read_public_help(workspace_id=None) is None
        server.create_workspace(name="Harbour", email="a@example.org")
        assert read(server, None).workspace_name == "Harbour"
        server.create_workspace(name="Lagoon", email="b@example.org")
        assert server.read_public_help(workspace_id=None) is None

    @pytest.mark.usefixtures("world")
    def test_unknown_is_none(self, server: Server) -> None:
        nowhere = "00000000-0000-4000-8000-000000000000"
        assert server.read_public_help(workspace_id=nowhere) is None


class TestWhoMayAsk:
    @pytest.mark.parametrize("name", ["ines", "dana", "sam", "otto", "nobody"])
    def test_is_the_server_alone(self, world: World, name: str) -> None:
        with getattr(world, name).rest() as client:
            answer = client.post("/rpc/server_list_help", json={"p_workspace": world.home})
        assert answer.status_code == 403
