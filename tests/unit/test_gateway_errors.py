"""The gateway turns every answer into ours: errors, retries, texts that cannot be sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from services import errors
from services.gateway import client
from services.gateway.client import READ_TRIES, Gateway, clean

Handler = Callable[[httpx.Request], httpx.Response]

# What the database, PostgREST and the way there can answer, and what it is to us.
TRANSLATIONS: list[tuple[int, str, type[errors.TandemError]]] = [
    (400, "PT400", errors.Invalid),
    (401, "PT401", errors.SignedOut),
    (403, "PT403", errors.Forbidden),
    (404, "PT404", errors.NotFound),
    (409, "PT409", errors.Conflict),
    (429, "PT429", errors.TooMany),
    (401, "PGRST301", errors.SignedOut),
    (401, "PGRST302", errors.SignedOut),
    (401, "PGRST303", errors.SignedOut),
    (403, "42501", errors.Forbidden),
    (409, "23505", errors.Conflict),
    (409, "23P01", errors.Conflict),
    (409, "40001", errors.Conflict),
    (409, "40P01", errors.Conflict),
    (500, "55P03", errors.Conflict),
    (400, "22P02", errors.Invalid),
    (400, "22021", errors.Invalid),
    (400, "22008", errors.Invalid),
    (400, "22003", errors.Invalid),
    (400, "23502", errors.Invalid),
    (409, "23503", errors.Invalid),
    (400, "23514", errors.Invalid),
    (500, "57014", errors.Unavailable),
    (500, "53300", errors.Unavailable),
    (500, "SUP", errors.Unavailable),
    (404, "PGRST202", errors.Unavailable),
    (503, "PGRST002", errors.Unavailable),
    (500, "P0001", errors.Unavailable),
    (500, "XX000", errors.Unavailable),
]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.0001)


@pytest.fixture
def gateway() -> Iterator[Callable[..., Gateway]]:
    """`gateway(handler)`: a gateway whose server is this function."""
    opened: list[httpx.Client] = []

    def make(handler: Handler) -> Gateway:
        opened.append(httpx.Client(transport=httpx.MockTransport(handler)))
        return Gateway(
            url="http://server.test",
            publishable_key="sb_publishable_x",
            access_token=lambda: "token-of-ines",
            http=opened[-1],
        )

    yield make
    for http in opened:
        http.close()


def refuse(status: int, code: str, **more: str) -> Handler:
    body = {"code": code, "message": "as the server says", "details": None, "hint": None, **more}
    return lambda _request: httpx.Response(status, json=body)


def fail_with(error: Exception) -> Handler:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    return handler


def count(calls: list[httpx.Request], handler: Handler) -> Handler:
    def counting(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return handler(request)

    return counting


class TestErrors:
    @pytest.mark.parametrize(("status", "code", "kind"), TRANSLATIONS, ids=str)
    def test_translates_each_code(
        self,
        gateway: Callable[..., Gateway],
        status: int,
        code: str,
        kind: type[errors.TandemError],
    ) -> None:
        with pytest.raises(errors.TandemError) as caught:
            gateway(refuse(status, code)).write("anything")

        assert type(caught.value) is kind

    def test_covers_every_code_it_knows(self) -> None:
        assert set(client._BY_CODE) <= {code for _, code, _ in TRANSLATIONS}

    def test_covers_every_error_of_ours_that_a_server_can_cause(self) -> None:
        # That bytes are others than recorded is found by comparing them.
        theirs = set(errors.TandemError.__subclasses__()) - {errors.Tampered}

        assert {kind for _, _, kind in TRANSLATIONS} == theirs

    def test_hands_on_what_the_database_wrote_for_people(
        self, gateway: Callable[..., Gateway]
    ) -> None:
        handler = refuse(409, "PT409", message="Somebody was faster.", details="already_decided")

        with pytest.raises(errors.Conflict) as caught:
            gateway(handler).write("decide_draft")

        assert (caught.value.message, caught.value.detail) == (
            "Somebody was faster.",
            "already_decided",
        )

    @pytest.mark.parametrize("code", ["22P02", "23514", "SUP", "42501"])
    def test_keeps_back_what_the_server_said_otherwise(
        self, gateway: Callable[..., Gateway], code: str
    ) -> None:
        handler = refuse(400, code, message="Failing row contains (CANARY)", details="CANARY")

        with pytest.raises(errors.TandemError) as caught:
            gateway(handler).write("anything")

        assert "CANARY" not in f"{caught.value!r}{caught.value.message}{caught.value.detail}"

    @pytest.mark.parametrize(
        "error",
        [
            httpx.ConnectError("no"),
            httpx.ConnectTimeout("no"),
            httpx.ReadTimeout("no"),
            httpx.WriteTimeout("no"),
            httpx.PoolTimeout("no"),
            httpx.ReadError("no"),
            httpx.WriteError("no"),
            httpx.RemoteProtocolError("no"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_calls_a_lost_connection_unavailable(
        self, gateway: Callable[..., Gateway], error: Exception
    ) -> None:
        with pytest.raises(errors.Unavailable) as caught:
            gateway(fail_with(error)).write("anything")

        assert caught.value.detail == type(error).__name__

    @pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"[1", b'"text"'])
    def test_calls_an_answer_that_is_no_json_unavailable(
        self, gateway: Callable[..., Gateway], body: bytes
    ) -> None:
        with pytest.raises(errors.Unavailable):
            gateway(lambda _request: httpx.Response(502, content=body)).write("anything")


class TestRetries:
    def test_reads_again_until_the_server_is_back(self, gateway: Callable[..., Gateway]) -> None:
        answers = iter(
            [httpx.Response(503), httpx.Response(500, json={}), httpx.Response(200, json=7)]
        )
        calls: list[httpx.Request] = []

        result = gateway(count(calls, lambda _request: next(answers))).read("get_me")

        assert (result, len(calls)) == (7, 3)

    def test_gives_up_reading_after_a_few_tries(self, gateway: Callable[..., Gateway]) -> None:
        calls: list[httpx.Request] = []

        with pytest.raises(errors.Unavailable):
            gateway(count(calls, fail_with(httpx.ConnectError("no")))).read("get_me")

        assert len(calls) == READ_TRIES

    @pytest.mark.parametrize("error", [httpx.ReadTimeout("no"), httpx.ConnectError("no")])
    def test_never_writes_again(self, gateway: Callable[..., Gateway], error: Exception) -> None:
        calls: list[httpx.Request] = []

        with pytest.raises(errors.Unavailable):
            gateway(count(calls, fail_with(error))).write("submit_draft")

        assert len(calls) == 1

    @pytest.mark.parametrize(
        ("status", "code"), [(s, c) for s, c, k in TRANSLATIONS if k is not errors.Unavailable]
    )
    def test_reads_a_refusal_once(
        self, gateway: Callable[..., Gateway], status: int, code: str
    ) -> None:
        calls: list[httpx.Request] = []

        with pytest.raises(errors.TandemError):
            gateway(count(calls, refuse(status, code))).read("get_me")

        assert len(calls) == 1

    def test_sends_nothing_without_a_token(self) -> None:
        calls: list[httpx.Request] = []

        def no_token() -> str:
            raise errors.SignedOut

        with httpx.Client(
            transport=httpx.MockTransport(count(calls, lambda _request: httpx.Response(200)))
        ) as http:
            signed_out = Gateway(
                url="http://server.test",
                publishable_key="sb_publishable_x",
                access_token=no_token,
                http=http,
            )
            with pytest.raises(errors.SignedOut):
                signed_out.read("get_me")

        assert calls == []


class TestRequests:
    def test_sends_the_function_its_arguments_and_the_token(
        self, gateway: Callable[..., Gateway]
    ) -> None:
        calls: list[httpx.Request] = []
        handler = count(calls, lambda _request: httpx.Response(200, json=None))

        gateway(handler).write("submit_draft", {"p_draft": "x", "p_roles": ["a"], "p_day": None})

        (request,) = calls
        assert request.url == "http://server.test/rest/v1/rpc/submit_draft"
        assert request.headers["authorization"] == "Bearer token-of-ines"
        assert request.headers["apikey"] == "sb_publishable_x"
        assert json.loads(request.content) == {"p_draft": "x", "p_roles": ["a"], "p_day": None}

    def test_asks_for_a_token_before_every_request(self) -> None:
        tokens = iter(["first", "second"])
        seen: list[httpx.Request] = []
        handler = count(seen, lambda _request: httpx.Response(200, json=1))

        with httpx.Client(transport=httpx.MockTransport(handler)) as http:
            gateway = Gateway(
                url="http://server.test",
                publishable_key="sb_publishable_x",
                access_token=lambda: next(tokens),
                http=http,
            )
            gateway.read("get_me")
            gateway.read("get_me")

        assert [r.headers["authorization"] for r in seen] == ["Bearer first", "Bearer second"]

    def test_keeps_people_apart_who_share_connections(self) -> None:
        def echo(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json=request.headers["authorization"])

        answers: dict[str, set[str]] = {}
        with httpx.Client(transport=httpx.MockTransport(echo)) as http:

            def ask(name: str) -> None:
                gateway = Gateway(
                    url="http://server.test",
                    publishable_key="sb_publishable_x",
                    access_token=lambda: name,
                    http=http,
                )
                answers[name] = {gateway.read("get_me") for _ in range(50)}

            threads = [threading.Thread(target=ask, args=(name,)) for name in ("ines", "dana")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert answers == {"ines": {"Bearer ines"}, "dana": {"Bearer dana"}}

    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("plain", "plain"),
            ("\u202eright to left\u200f \U0001f642", "\u202eright to left\u200f \U0001f642"),
            ("nul\0byte", "nulbyte"),
            ("half \ud83d a pair", "half \ufffd a pair"),
            ({"a": ["\0x", 1, None, True]}, {"a": ["x", 1, None, True]}),
            (("a\0",), ["a"]),
        ],
        ids=repr,
    )
    def test_sends_only_text_that_can_be_kept(self, typed: Any, sent: Any) -> None:
        assert clean(typed) == sent
