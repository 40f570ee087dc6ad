"""Somebody with a valid token and curl gets no further than the pages take them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from services import discussion, drafts, errors, people, publishing
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)
from tests.support.refusals import assert_refused, snapshot

CANARY = "CANARY-private-3e9a"


@pytest.fixture
def private(world: World) -> MadeDraft:
    """A draft that ines never showed: nobody else may see any trace of it."""
    draft = make_draft(world, title=f"{CANARY} title", content=make_content(f"{CANARY} text"))
    drafts.save_version(
        world.ines.gateway(), draft_id=draft.id, expected_revision=1, note=f"{CANARY} note"
    )
    return draft


@pytest.fixture
def half_private(world: World) -> MadeDraft:
    """A draft in review whose author wrote on, and kept a version, without showing it."""
    shown = submit(world, make_draft(world, content=make_content("Shown.")))
    later = edit(world, shown, make_content(f"{CANARY} later"))
    drafts.save_version(
        world.ines.gateway(), draft_id=shown.id, expected_revision=later.revision, note=CANARY
    )
    return later


OTHERS = ("marco", "dana", "paul", "sam", "kim", "otto", "wes", "nobody")


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest, world: World) -> Person:
    person: Person = getattr(world, request.param)
    return person


@pytest.fixture
def client(other: Person) -> Iterator[httpx.Client]:
    with other.rest() as opened:
        yield opened


QUERIES = [
    "/drafts?select=*,draft_buffers(*),draft_versions(*),comments(*),decisions(*)",
    "/draft_buffers?select=*,drafts(*)",
    "/draft_versions?select=*,drafts(*)",
    "/draft_versions?submitted=is.false",
    "/draft_versions?select=content->caption&content->>caption=like.*CANARY*",
    "/draft_versions?select=number&note=like.*CANARY*",
    "/drafts?select=id&title=ilike.*canary*",
    "/drafts?select=id&title=match.CANARY",
    "/drafts?or=(title.like.*CANARY*,state.eq.drafting)",
    "/drafts?first_submitted_at=is.null",
    "/drafts?not.and=(first_submitted_at.not.is.null,id.is.null)&first_submitted_at=is.null",
    "/profiles?select=*,drafts!drafts_approved_by_fkey(*),draft_buffers(*),draft_versions(*)",
    "/workspaces?select=*,memberships(*,drafts(*,draft_buffers(*)))",
    "/memberships?select=*,drafts(*)",
    "/audit_events?select=*&action=in.(version_saved,draft_created)",
]


class TestPrivateDrafts:
    @pytest.mark.usefixtures("half_private")
    def test_show_in_no_query_of_others(self, world: World, private: MadeDraft) -> None:
        for name in OTHERS:
            with getattr(world, name).rest() as client:
                for query in QUERIES:
                    answer = client.get(query)

                    # Coordinators read the record, which tells of a draft, and holds no text.
                    told = name in ("sam", "kim") and "audit_events" in query
                    assert told or private.id not in answer.text, (name, query)
                    assert CANARY not in answer.text, (name, query)

    def test_show_in_no_reader_of_others(
        self, world: World, private: MadeDraft, half_private: MadeDraft, client: httpx.Client
    ) -> None:
        for draft in (private, half_private):
            for name, arguments in [
                ("get_draft", {"p_draft": draft.id}),
                ("get_review", {"p_draft": draft.id}),
                ("get_review", {"p_draft": draft.id, "p_version": 2}),
                ("get_review", {"p_draft": draft.id, "p_version": 1, "p_compare": 2}),
                ("get_home", {"p_workspace": world.home}),
                ("list_drafts", {"p_workspace": world.home, "p_limit": 100}),
                ("list_drafts", {"p_workspace": world.home, "p_search": CANARY}),
                ("list_drafts", {"p_workspace": world.home, "p_author": world.ines.id}),
                ("list_drafts", {"p_workspace": world.home, "p_states": ["drafting"]}),
                ("get_people", {"p_workspace": world.home}),
            ]:
                answer = client.post(f"/rpc/{name}", json=arguments)

                assert answer.status_code == 200
                assert CANARY not in answer.text, name
                assert private.id not in answer.text, name

    @pytest.mark.usefixtures("private")
    def test_are_counted_nowhere(self, world: World, other: Person) -> None:
        with other.rest() as client:
            counted = client.get("/drafts?select=id", headers={"Prefer": "count=exact"})
            listed = client.post("/rpc/list_drafts", json={"p_workspace": world.home}).json()

        assert counted.headers["content-range"].endswith("/0")
        assert listed == {"total": 0, "more": False, "drafts": []}

    def test_say_the_same_as_drafts_that_are_none(
        self, private: MadeDraft, client: httpx.Client
    ) -> None:
        """Every function answers a private id and an unknown one alike, to the letter."""
        unknown = "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"
        for name, more in WRITES.items():
            answers = [
                client.post(f"/rpc/{name}", json={"p_draft": draft_id, **more})
                for draft_id in (private.id, unknown)
            ]

            assert answers[0].status_code == 404, name
            assert answers[0].text == answers[1].text, name

    def test_take_as_long_as_drafts_that_are_none(self, world: World, private: MadeDraft) -> None:
        """No lock, no extra look: the medians are close, and would not be if one waited."""
        unknown = "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"
        took: dict[str, list[float]] = {private.id: [], unknown: []}
        with world.marco.rest() as client:
            for _ in range(30):
                for draft_id, times in took.items():
                    began = time.perf_counter()
                    client.post("/rpc/reopen_draft", json={"p_draft": draft_id})
                    times.append(time.perf_counter() - began)

        medians = [statistics.median(times) for times in took.values()]
        assert max(medians) < min(medians) * 3 + 0.010

    def test_are_not_locked_by_strangers(self, world: World, private: MadeDraft) -> None:
        """Someone who may not see the row does not wait for whoever holds it."""
        with psycopg.connect(world.stack.dsn) as holder:
            holder.execute("select 1 from public.drafts for update")

            assert_refused(
                errors.NotFound,
                "not_found",
                drafts.reopen_draft,
                world.marco.gateway(),
                draft_id=private.id,
            )


WRITES: dict[str, dict[str, Any]] = {
    "save_buffer": {
        "p_expected_revision": 1,
        "p_title": "T",
        "p_publish_by": "2027-01-01",
        "p_content": "{}",
    },
    "save_version": {"p_expected_revision": 1, "p_note": ""},
    "submit_draft": {"p_expected_revision": 1, "p_note": ""},
    "add_comment": {"p_version": 1, "p_body": "x"},
    "decide_draft": {
        "p_version": 1,
        "p_content_hash": "0" * 64,
        "p_kind": "approved",
        "p_reason_code": None,
        "p_note": "",
    },
    "mark_published": {"p_content_hash": "0" * 64},
    "withdraw_draft": {"p_expected_state": "drafting"},
    "reopen_draft": {},
}


class TestRawRequests:
    """Requests that no client library makes."""

    @pytest.mark.parametrize(
        "path",
        [
            "/drafts?select=pg_sleep(5)",
            "/drafts?select=id::regclass",
            '/drafts?select="id"; drop table drafts',
            "/drafts?order=(select+1)",
            "/drafts?order=id.desc;select+1",
            "/drafts?id=eq.1)+or+(1=1",
            "/drafts?state=in.(drafting')+or+true--)",
            "/drafts?select=*,web_sessions(*)",
            "/drafts?select=title.max()",
            "/drafts?columns=id&on_conflict=id",
            "/information_schema.tables",
            "/pg_catalog.pg_authid?select=*",
            "/auth.users",
            "/rpc/../drafts",
        ],
    )
    @pytest.mark.usefixtures("private")
    def test_are_refused_or_show_nothing(self, world: World, path: str) -> None:
        with world.marco.rest() as client:
            began = time.monotonic()
            answer = client.get(path)

        assert time.monotonic() - began < 4
        assert CANARY not in answer.text
        assert answer.status_code < 500
        assert answer.status_code >= 300 or answer.json() == []

    @pytest.mark.parametrize(
        "headers",
        [
            {"Prefer": "tx=commit"},
            {"Prefer": "resolution=merge-duplicates,return=representation"},
            {"Prefer": "missing=default"},
            {"X-HTTP-Method-Override": "DELETE"},
            {"Content-Type": "text/csv"},
        ],
        ids=str,
    )
    def test_with_odd_headers_write_nothing(self, world: World, headers: dict[str, str]) -> None:
        draft = draft_in_state(world, "in_review")
        before = snapshot(world)
        body = f'[{{"id": "{draft.id}", "state": "approved"}}]'
        if "csv" in headers.get("Content-Type", ""):
            body = f"id,state\n{draft.id},approved\n"
        with world.sam.rest() as client:
            for verb in ("POST", "PATCH", "PUT", "DELETE"):
                answer = client.request(
                    verb,
                    f"/drafts?id=eq.{draft.id}",
                    content=body,
                    headers={"Content-Type": "application/json"} | headers,
                )
                assert answer.status_code >= 400, verb

        assert snapshot(world) == before

    def test_cannot_call_a_writer_by_get(self, world: World) -> None:
        """A link must not be able to act."""
        draft = draft_in_state(world, "in_review")
        before = snapshot(world)

        with world.ines.rest() as client:
            answer = client.get(
                f"/rpc/withdraw_draft?p_draft={draft.id}&p_expected_state=in_review"
            )

        assert answer.status_code >= 400
        assert snapshot(world) == before

    @pytest.mark.parametrize("size", [100_000, 5_000_000])
    def test_of_any_length_are_answered(self, world: World, size: int) -> None:
        with world.marco.rest() as client:
            for arguments in (
                {"p_token": "x" * size},
                {"p_token": ["x"] * (size // 10)},
                {"x" * size: 1},
            ):
                answer = client.post("/rpc/accept_invitation", json=arguments)

                assert 400 <= answer.status_code < 500

    def test_with_another_persons_id_in_the_token_need_its_signature(self, world: World) -> None:
        head, _, signature = world.marco.token().split(".")
        forged = ".".join([head, world.sam.token().split(".")[1], signature])

        with world.nobody.rest() as client:
            answer = client.get("/drafts", headers={"Authorization": f"Bearer {forged}"})

        assert answer.status_code == 401


class TestRefusals:
    def test_never_quote_a_text(self, world: World) -> None:
        """Whatever goes wrong with a text, the answer does not hold it: answers are logged."""
        draft = submit(world, make_draft(world))
        gateway = world.ines.gateway()
        text = f"{CANARY} " * 20
        calls: list[Callable[[], Any]] = [
            lambda: edit(world, draft, make_content(text * 1000)),
            lambda: make_draft(world, title=text * 10),
            lambda: make_draft(world, content=make_content(text, platform=CANARY)),
            lambda: make_draft(world, content=make_content(text, topic=CANARY)),
            lambda: make_draft(world, content=make_content(text, audience_countries=(CANARY,))),
            lambda: discussion.add_comment(gateway, draft_id=draft.id, version=1, body=text * 100),
            lambda: discussion.add_comment(gateway, draft_id=draft.id, version=9, body=text),
            lambda: drafts.save_version(gateway, draft_id=draft.id, expected_revision=9, note=text),
            lambda: drafts.save_version(
                gateway, draft_id=draft.id, expected_revision=1, note=text * 3
            ),
            lambda: publishing.mark_published(
                gateway,
                draft_id=draft.id,
                content_hash=text,
                links={"x": f"https://{CANARY}.example/<"},
            ),
            lambda: people.update_profile(gateway, name=text, time_zone=CANARY),
            lambda: people.accept_invitation(gateway, token=text),
            lambda: gateway.write("create_draft", {"p_workspace": CANARY}),
            lambda: gateway.write("no_such_function", {"p_text": CANARY}),
            lambda: drafts.withdraw_draft(gateway, draft_id=draft.id, expected_state=CANARY),
        ]

        for call in calls:
            with pytest.raises(errors.TandemError) as caught:
                call()

            error = caught.value
            told = f"{error.message} {error.detail} {error.data} {error!r} {error.__cause__!r}"
            assert "CANARY" not in told
