"""The demo buttons: there only when every one of their conditions holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import Visitor

Visit = Callable[..., Visitor]

PEOPLE = {"influencer": "ines", "professional": "dana", "coordinator": "sam"}


@pytest.fixture
def demo_file(tmp_path: Path) -> str:
    """What the embedded runner writes once it has seeded demo data."""
    path = tmp_path / "demo.json"
    people = [
        {"role": role, "name": name.title(), "email": f"{name}@example.org", "password": PASSWORD}
        for role, name in PEOPLE.items()
    ]
    path.write_text(json.dumps({"people": people}))
    return str(path)


class TestDemo:
    @pytest.mark.parametrize(("role", "name"), PEOPLE.items())
    def test_a_button_signs_in(
        self, members: World, visit: Visit, demo_file: str, role: str, name: str
    ) -> None:
        visitor = visit(demo_file=demo_file)
        buttons = re.findall(r"Continue as (\w+)", visitor.get("/auth/sign-in").text)
        assert buttons == list(PEOPLE)
        answer = visitor.post("/auth/demo", form_at="/auth/sign-in", role=role, next="/drafts")
        assert answer.headers["location"] == "/drafts"
        found = members.run_sql("select profile_id::text from public.web_sessions")
        assert found == [(getattr(members, name).id,)]

    @pytest.mark.parametrize(
        "change",
        [
            {"embedded": False},
            {"demo_file": ""},
            {"demo_file": "/nowhere/demo.json"},
            {"host": "0.0.0.0"},  # noqa: S104
            {"host": "192.0.2.1"},
            {"public_url": "http://127.0.0.1:8501"},
        ],
        ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items()),
    )
    def test_each_condition_alone_switches_it_off(
        self, members: World, visit: Visit, demo_file: str, change: dict[str, Any]
    ) -> None:
        visitor = visit(**({"demo_file": demo_file} | change))
        page = visitor.get("/auth/sign-in")
        assert page.status_code == 200
        assert "Continue as" not in page.text
        answer = visitor.post("/auth/demo", form_at="/auth/sign-in", role="influencer")
        assert answer.status_code == 404
        assert members.run_sql("select 1 from public.web_sessions") == []

    @pytest.mark.usefixtures("members")
    def test_it_takes_a_form_of_ours(self, visit: Visit, demo_file: str) -> None:
        visitor = visit(demo_file=demo_file)
        assert visitor.send("/auth/demo", role="influencer").status_code == 403
        assert visitor.get("/auth/demo").status_code in (404, 405)

    def test_no_password_is_on_the_page(self, visit: Visit, demo_file: str) -> None:
        assert PASSWORD not in visit(demo_file=demo_file).get("/auth/sign-in").text
