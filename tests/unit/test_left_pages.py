"""A page that somebody has left asks in vain."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from web import left_pages


class Runner:
    """Notes what it is asked to run."""

    def __init__(self, shown: str) -> None:
        self._pages_manager = SimpleNamespace(current_page_script_hash=shown)
        self.ran: list[RerunData] = []

    def _run_script(self, rerun_data: RerunData) -> None:
        self.ran.append(rerun_data)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Runner:
    """One that shows the page "new"."""
    monkeypatch.setattr(script_runner, left_pages._CLASS, type("Runner", (Runner,), {}))
    left_pages.forget_left_pages()
    made: Runner = getattr(script_runner, left_pages._CLASS)("new")
    return made


def test_a_fragment_of_a_page_that_was_left_is_not_run(runner: Runner) -> None:
    runner._run_script(RerunData(page_script_hash="old", fragment_id_queue=["f"]))

    assert runner.ran == []


@pytest.mark.parametrize(
    "asked",
    [
        RerunData(page_script_hash="new", fragment_id_queue=["f"]),
        RerunData(page_script_hash="old"),
        RerunData(),
    ],
)
def test_everything_else_is(runner: Runner, asked: RerunData) -> None:
    runner._run_script(asked)

    assert runner.ran == [asked]


def test_this_streamlit_has_what_is_reached_into() -> None:
    runner = getattr(script_runner, left_pages._CLASS)
    assert callable(getattr(runner, left_pages._NAME))
    assert hasattr(PagesManager, "current_page_script_hash")


def test_another_streamlit_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    other = type("Other", (), {})
    monkeypatch.setattr(script_runner, left_pages._CLASS, other)
    left_pages.forget_left_pages()
    assert not hasattr(other, left_pages._NAME)
