"""Who is let through to pages and websockets, and when a websocket ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from services.sessions import hash_cookie
from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import HERE, SHELL, Line, Visitor
from tests.support.waiting import wait_until
from web.parts import Parts

Visit = Callable[..., Visitor]
STREAM = "ws://127.0.0.1:8501/_stcore/stream"


def connect(visitor: Visitor, origin: str = HERE) -> Any:
    headers = {"origin": origin} if origin else {}
    return visitor.client.websocket_connect(STREAM, headers=headers, subprotocols=["streamlit"])


def run_message(**values: str) -> bytes:
    """What a tab sends to run its page, with something typed into it."""
    message = BackMsg()
    message.rerun_script.query_string = values.get("query", "")
    message.rerun_script.page_name = values.get("page", "")
    message.rerun_script.context_info.url = f"http://127.0.0.1:8501/{values.get('page', '')}"
    message.rerun_script.fragment_id = "a part of it"
    typed = message.rerun_script.widget_states.widgets.add()
    typed.id, typed.string_value = "editor", values.get("typed", "canary")
    return bytes(message.SerializeToString())


def idle_seconds(world: World) -> float:
    rows = world.run_sql("select extract(epoch from now() - last_seen_at) from public.web_sessions")
    return float(rows[0][0])


class TestOrigins:
    """What Streamlit is told: an origin it does not know makes it ask the internet who we are."""

    @pytest.mark.parametrize("origin", ["http://evil.example", HERE, "null"])
    def test_of_requests_nothing(self, visitor: Visitor, line: Line, origin: str) -> None:
        for path in ("/_stcore/health", "/_stcore/host-config", "/static/js/index.js"):
            answer = visitor.client.get(path, headers={"origin": origin})
            assert answer.status_code == 200
        assert line.origins == [None] * 3

    def test_of_sockets_the_host_that_was_asked(
        self, members: World, visit: Visit, line: Line
    ) -> None:
        public = "https://tandem.example.org"
        visitor = visit(public_url=public, at=public)
        visitor.sign_in(members.ines.email, PASSWORD)
        cookie = f"__Host-tandem_session={visitor.cookie('__Host-tandem_session')}"
        with visitor.client.websocket_connect(
            "ws://10.0.0.9:8501/_stcore/stream", headers={"origin": public, "cookie": cookie}
        ):
            assert line.origins[-1] == "http://10.0.0.9:8501"


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/drafts", "/people?page=2", "/no-such-page"])
    def test_a_stranger_is_led_to_sign_in(self, visitor: Visitor, path: str) -> None:
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/auth/sign-in")
        assert SHELL not in answer.text

    @pytest.mark.parametrize(
        "path", ["/media/abc.png", "/component/x/y.js", "/drafts/_stcore/host-config", "/_stcore/x"]
    )
    def test_files_are_refused_without_a_detour(self, visitor: Visitor, path: str) -> None:
        assert visitor.get(path).status_code == 401

    def test_uploads_are_refused(self, visitor: Visitor) -> None:
        answer = visitor.client.put("/_stcore/upload_file", headers={"origin": HERE})
        assert answer.status_code == 401

    @pytest.mark.usefixtures("members")
    def test_uploads_from_elsewhere_are_refused(self, visitor: Visitor) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        refused = visitor.client.put("/_stcore/upload_file", headers={"origin": "http://evil.test"})
        assert refused.status_code == 403
        taken = visitor.client.put(
            "/_stcore/upload_file", headers={"origin": HERE}, content=b"x" * 100_000
        )
        assert taken.status_code == 200

    @pytest.mark.parametrize(
        "path",
        [
            "/_stcore/agent/openapi.json",
            "/_stcore/agent/interact",
            "/_stcore/agent/mcp",
            "/_stcore/metrics",
            "/auth/login",
            "/auth/logout",
            "/oauth2callback",
            "/auth/nothing-here",
        ],
    )
    def test_doors_that_are_not_ours_stay_shut(
        self, members: World, visitor: Visitor, path: str
    ) -> None:
        visitor.sign_in(members.sam.email, PASSWORD)
        assert visitor.get(path).status_code == 404

    def test_an_ended_session_no_longer_opens_pages(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        members.run_sql("update public.web_sessions set last_seen_at = now() - interval '13 hours'")
        wait_until(lambda: visitor.get("/").status_code == 303, what="the end", seconds=4)
        assert members.run_sql("select 1 from public.web_sessions") == []

    def test_a_session_that_ended_a_moment_ago_opens_none_either(
        self, members: World, visitor: Visitor
    ) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        assert SHELL in visitor.get("/").text
        members.run_sql("delete from public.web_sessions")
        assert visitor.get("/").status_code == 303


class TestSockets:
    def test_a_stranger_is_refused(self, visitor: Visitor, line: Line) -> None:
        with pytest.raises(WebSocketDisconnect), connect(visitor):
            pass
        assert line.received == []

    @pytest.mark.usefixtures("members")
    def test_an_invented_cookie_is_refused(self, visitor: Visitor) -> None:
        visitor.client.cookies.set("tandem_session", "invented", domain="127.0.0.1")
        with pytest.raises(WebSocketDisconnect), connect(visitor):
            pass

    @pytest.mark.usefixtures("members")
    @pytest.mark.parametrize("origin", ["", "http://evil.example", "http://localhost:3000", "null"])
    def test_a_foreign_or_missing_origin_is_refused(self, visitor: Visitor, origin: str) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        with pytest.raises(WebSocketDisconnect), connect(visitor, origin):
            pass

    @pytest.mark.usefixtures("members")
    def test_a_member_is_connected(self, visitor: Visitor) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        with connect(visitor) as socket:
            socket.send_bytes(b"\x01\x02")
            assert socket.receive_bytes() == b"\x01\x02"

    @pytest.mark.usefixtures("members")
    def test_signing_out_ends_it_and_shows_the_way_back_first(
        self, visitor: Visitor, line: Line
    ) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        with connect(visitor) as socket:
            socket.send_bytes(run_message(query="draft=7", page="draft", typed="canary"))
            socket.receive_bytes()
            visitor.post("/auth/sign-out")
            asked = BackMsg.FromString(socket.receive_bytes()).rerun_script
            assert (asked.query_string, asked.page_name) == ("draft=7", "draft")
            assert asked.context_info.url == "http://127.0.0.1:8501/draft"
            assert list(asked.widget_states.widgets) == []
            assert asked.fragment_id == ""
            socket.send_bytes(b"a click after the end")
            with pytest.raises(WebSocketDisconnect) as ended:
                socket.receive_bytes()
        assert ended.value.code == 1008
        assert line.closed_with == 1008
        assert b"a click after the end" not in line.received

    def test_it_ends_when_another_process_ends_the_session(
        self, members: World, visitor: Visitor
    ) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        with connect(visitor) as socket:
            members.ines.gateway().write("close_my_sessions")
            socket.receive_bytes()  # the way back
            with pytest.raises(WebSocketDisconnect):
                socket.receive_bytes()

    def test_it_ends_when_a_role_is_taken_away(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.kim.email, PASSWORD)
        with connect(visitor) as socket:
            members.sam.gateway().write(
                "set_roles",
                {
                    "p_workspace": members.home,
                    "p_profile": members.kim.id,
                    "p_roles": ["professional"],
                    "p_expected": ["coordinator", "professional"],
                },
            )
            socket.receive_bytes()
            with pytest.raises(WebSocketDisconnect):
                socket.receive_bytes()

    @pytest.mark.parametrize("by_itself", [True, False])
    def test_a_page_that_runs_by_itself_is_not_in_use(
        self, members: World, visitor: Visitor, parts: Parts, *, by_itself: bool
    ) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        key = hash_cookie(visitor.cookie())
        with connect(visitor) as socket:
            parts.sessions.find(key)
            wait_until(lambda: not parts.sessions.glance(key), what="it to be forgotten")
            members.run_sql(
                "update public.web_sessions set last_seen_at = now() - interval '11 hours'"
            )
            message = BackMsg.FromString(run_message())
            message.rerun_script.is_auto_rerun = by_itself
            socket.send_bytes(message.SerializeToString())
            socket.receive_bytes()
            parts.sessions.find(key)
        assert (idle_seconds(members) > 36_000) is by_itself

    @pytest.mark.usefixtures("members")
    def test_garbage_that_looks_like_a_run_is_left_to_streamlit(self, visitor: Visitor) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        with connect(visitor) as socket:
            socket.send_bytes(b"Z\xff\xff garbage")
            assert socket.receive_bytes() == b"Z\xff\xff garbage"

    def test_others_stay_connected(self, members: World, visit: Visit) -> None:
        leaving, staying = visit(), visit()
        leaving.sign_in(members.ines.email, PASSWORD)
        staying.sign_in(members.ines.email, PASSWORD)
        with connect(staying) as socket:
            leaving.post("/auth/sign-out")
            socket.send_bytes(b"\x01")
            assert socket.receive_bytes() == b"\x01"
            assert staying.get("/").status_code == 200


class TestSocketsWhileTheDatabaseIsAway:
    def test_lets_a_browser_with_a_session_wait(self, visit: Visit) -> None:
        visitor = visit(supabase_url="http://127.0.0.1:9")
        visitor.client.cookies.set("tandem_session", "x" * 43)
        with connect(visitor) as socket:
            socket.send_bytes(b"\x01\x02")
            assert socket.receive_bytes() == b"\x01\x02"

    def test_refuses_one_without(self, visit: Visit) -> None:
        with (
            pytest.raises(WebSocketDisconnect),
            connect(visit(supabase_url="http://127.0.0.1:9")) as socket,
        ):
            socket.receive_bytes()
