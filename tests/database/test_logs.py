"""No text of a person gets into a log: not ours, not Supabase Lite's, not PostgreSQL's."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from services import decisions, discussion, drafts, errors, people
from tests.support.people import (
    World,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)

CANARY = "canary-7c21"


def logs(world: World) -> dict[str, str]:
    """Every log file of the servers, by name."""
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in world.stack.places.logs.iterdir()
        if path.is_file()
    }


def assert_silent(world: World, caplog: pytest.LogCaptureFixture) -> None:
    found = logs(world)
    assert "ready to accept connections" in found["postgres.log"]
    assert "lite.log" in found
    for name, text in found.items():
        assert CANARY not in text.lower(), name
    ours = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert CANARY not in ours.lower()


class TestLogs:
    def test_hold_no_text_after_any_refusal(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="tandem")
        draft = submit(world, make_draft(world, content=make_content(CANARY)))
        gateway, dana = world.ines.gateway(), world.dana.gateway()
        text = f"{CANARY} "
        refused: list[Callable[[], Any]] = [
            lambda: edit(world, draft, make_content(text * 9000)),
            lambda: submit(world, draft),
            lambda: make_draft(world, title=text * 20),
            lambda: make_draft(world, content=make_content(text, topic=CANARY)),
            lambda: drafts.save_version(gateway, draft_id=draft.id, expected_revision=9, note=text),
            lambda: discussion.add_comment(gateway, draft_id=draft.id, version=9, body=text),
            lambda: decisions.decide_draft(
                dana,
                draft_id=draft.id,
                version=1,
                content_hash=CANARY,
                kind="declined",
                reason_code="other",
                note=text,
            ),
            lambda: people.update_profile(gateway, name=text, time_zone=CANARY),
            lambda: people.accept_invitation(gateway, token=text),
            lambda: gateway.write("create_draft", {"p_text": CANARY}),
            lambda: gateway.write("get_draft", {"p_draft": CANARY}),
            lambda: gateway.write("list_drafts", {"p_workspace": world.home, "p_states": CANARY}),
            lambda: gateway.write(
                "save_version",
                {
                    "p_draft": draft.id,
                    "p_expected_revision": CANARY,
                    "p_note": "",
                },
            ),
        ]
        for call in refused:
            with pytest.raises(errors.TandemError):
                call()

        assert_silent(world, caplog)

    def test_hold_no_text_after_raw_requests(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        draft = draft_in_state(world, "in_review", content=make_content(CANARY))
        with world.ines.rest() as client:
            for path in (
                f"/drafts?title=eq.{CANARY}",
                f"/drafts?id=eq.{CANARY}",
                f"/drafts?{CANARY}=eq.1",
                f"/{CANARY}",
                f"/drafts?select={CANARY}",
                f"/draft_versions?content->>caption=like.*{CANARY}*",
                f"/rpc/get_draft?p_draft={CANARY}",
            ):
                client.get(path)
            for body in (f'{{"{CANARY}"', json.dumps({"title": CANARY}), CANARY * 1000):
                for path in ("/drafts", "/rpc/create_draft", f"/drafts?id=eq.{draft.id}"):
                    client.post(path, content=body, headers={"Content-Type": "application/json"})
                    client.patch(path, content=body, headers={"Content-Type": "application/json"})

        assert_silent(world, caplog)

    def test_hold_no_row_that_breaks_a_rule_of_its_table(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        """PostgreSQL's own words quote the whole row; they must not be kept."""
        for statement, value in (
            ("update public.drafts set title = %s", CANARY * 100),
            ("update public.drafts set state = %s", CANARY),
            ("insert into public.comments (body) values (%s)", CANARY),
            ("select %s::uuid", CANARY),
            (f"select {CANARY.replace('-', '_')}", None),
        ):
            make_draft(world)
            with pytest.raises(psycopg.Error):
                world.run_sql(statement, *([value] if value else []))
        with httpx.Client(base_url=world.stack.url, trust_env=False) as client:
            answer = client.post(
                "/rest/v1/rpc/server_open_session",
                headers={"apikey": world.stack.secret_key},
                json={
                    "p_id_hash": CANARY,
                    "p_profile": world.ines.id,
                    "p_name": CANARY,
                    "p_email": f"{CANARY}@example.org",
                    "p_method": CANARY,
                    "p_sealed": CANARY,
                    "p_access_expires_at": "2030-01-01",
                },
            )
            begun = client.post(
                "/rest/v1/rpc/server_begin_sign_in",
                headers={"apikey": world.stack.secret_key},
                json={
                    "p_state_hash": CANARY,
                    "p_browser_hash": CANARY,
                    "p_provider": CANARY,
                    "p_sealed": CANARY,
                },
            )
            entered = client.post(
                "/rest/v1/rpc/server_open_identity_session",
                headers={"apikey": world.stack.secret_key},
                json={
                    "p_id_hash": CANARY,
                    "p_issuer": f"https://{CANARY}.example.org",
                    "p_subject": CANARY * 50,
                    "p_name": CANARY,
                    "p_email": f"{CANARY}@example.org",
                    "p_sealed": CANARY,
                    "p_invitation": "",
                    "p_open_sign_up": True,
                },
            )
        assert all(one.status_code >= 400 for one in (answer, begun, entered))

        assert_silent(world, caplog)

    def test_hold_no_password_and_no_code(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers = {"apikey": world.stack.publishable_key}
        account = {"email": f"{CANARY}@example.org", "password": f"{CANARY}-password"}
        with httpx.Client(
            base_url=f"{world.stack.url}/auth/v1", headers=headers, timeout=30, trust_env=False
        ) as client:
            assert client.post("/signup", json=account).is_success
            for path, body in (
                ("/token?grant_type=password", account | {"password": f"{CANARY}-wrong"}),
                ("/token?grant_type=refresh_token", {"refresh_token": CANARY}),
                ("/verify", {"type": "email", "email": account["email"], "token": CANARY}),
                ("/signup", account),
                ("/signup", {"email": CANARY, "password": CANARY}),
                ("/recover", {"email": account["email"]}),
                ("/otp", {"email": account["email"], "create_user": False}),
            ):
                client.post(path, json=body)
            client.get("/user", headers={"Authorization": f"Bearer {CANARY}"})

        assert_silent(world, caplog)
