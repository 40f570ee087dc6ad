"""The benchmark runs from end to end, so that it is there when it is needed."""

import json
from pathlib import Path

import pytest

from tests.load import bench


def test_a_tiny_run_measures_everything_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANDEM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    assert bench.main(["--smoke"]) == 0
    written = json.loads((tmp_path / "bench.json").read_text())
    measured = {one["what"]: one for one in written["figures"]}
    # Times mean nothing on so little data; that every page ran and asked little does.
    busy = "Review room, 50 versions and 500 comments"
    for page in ("Home (influencer)", "Drafts", "Review room", busy, "Draft editor", "People"):
        assert measured[f"{page}, run again"]["numbers"]["page"]["runs"] == 4
        assert measured[f"{page}, requests a run"]["verdict"] == "PASS", measured
    assert not measured["4 people on drafts"]["numbers"]["failures"]
    assert measured["4 open rooms polling, CPU of one core"]["numbers"]["looks"] >= 4
    assert "Second start to first page" in capsys.readouterr().out


def test_a_hosted_project_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://example.supabase.co")
    assert bench.main([]) == 2
    assert "embedded servers only" in capsys.readouterr().out
