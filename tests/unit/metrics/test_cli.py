"""The command line: valid JSON whatever comes, one line for what is wrong, three exit codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.metrics import METRICS
from services.metrics.cli import main
from tests.support.exports import INSTAGRAM, YOUTUBE, instagram, write_csv

ROOT = Path(__file__).resolve().parents[3]
FIELDS = [
    "platform",
    "kind",
    "status",
    "reason",
    "posts",
    "entities",
    "totals",
    "reach_checksum",
    "duplicates",
    "skipped",
    "rejected",
    "warnings",
]
VIDEO = ["abcdefghij1", "T", "Dec 15, 2023", 5, 1, "0.10000000000001", 0, 0, 0, ""]


def run(*arguments: str | Path) -> tuple[int, str, str]:
    out, problems = io.StringIO(), io.StringIO()
    code = main([str(one) for one in arguments], out, problems)
    return code, out.getvalue(), problems.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(write_csv(INSTAGRAM, instagram(1), instagram(2, Likes="x")))
    return path


class TestInspect:
    def test_prints_one_object_with_all_fields(self, file: Path) -> None:
        code, out, problems = run("inspect", file, "--format", "json")
        found = json.loads(out)

        assert (code, problems) == (0, "")
        assert list(found) == FIELDS
        assert list(found["totals"]) == list(METRICS)
        assert found["rejected"] == [{"line": 3, "reason": "invalid_number"}]

    def test_decimals_stand_with_exactly_their_digits(self, file: Path) -> None:
        file.write_bytes(write_csv(YOUTUBE, VIDEO))

        _, out, _ = run("inspect", file, "--format", "json")
        assert '"watch_time_seconds": 360.000000000036,' in out
        file.write_bytes(write_csv(YOUTUBE, [*VIDEO[:5], "0.5", *VIDEO[6:]]))
        assert '"watch_time_seconds": 1800,' in run("inspect", file, "--format", "json")[1]

    def test_tells_people_in_short(self, file: Path) -> None:
        code, out, _ = run("inspect", file)

        assert code == 0
        assert out.startswith(
            "instagram, posts_lifetime: accepted with rejections\n1 rows of 1 posts\n"
        )
        assert "rejected lines: 3 (invalid_number)\n" in out
        assert "reach  " not in out

    def test_exit_codes_tell_a_rejected_file_from_an_unreadable_one(self, file: Path) -> None:
        file.write_bytes(b"\x00")
        code, out, problems = run("inspect", file, "--format", "json")
        assert (code, json.loads(out)["reason"], problems) == (1, "unsupported_file_type", "")

        code, out, problems = run("inspect", file.parent / "none", "--format", "json")
        assert (code, json.loads(out)["status"]) == (2, "rejected")
        assert problems.startswith("error: ")
        assert problems.count("\n") == 1

    def test_shows_nothing_that_steers_a_terminal(self, file: Path) -> None:
        odd = "Odd\x1b[31m\x07\u202e"
        file.write_bytes(
            write_csv([*INSTAGRAM, odd], [*instagram(1, Publish_time="9 \x1b[31m"), 1])
        )

        for form in ("text", "json"):
            out = run("inspect", file, "--format", form)[1]
            assert not set("\x1b\x07\u202e") & set(out)

    def test_takes_corrections(self, file: Path) -> None:
        rows = [
            ["who", "when", "seen"],
            ["https://x.com/a/status/2031738472614825981", "03/04/2026", 7],
        ]
        file.write_bytes(write_csv(*rows))
        columns = (
            "--column",
            "who=permalink",
            "--column",
            "when=published",
            "--column",
            "seen=views",
        )
        code, out, _ = run("inspect", file, "--format", "json", "--platform", "x", *columns,
                           "--date-order", "day_first", "--time-zone", "Europe/Berlin")  # fmt: skip
        found = json.loads(out)

        assert (code, found["posts"], found["totals"]["views"]) == (0, 1, 7)

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["inspect"],
            ["nonsense"],
            ["inspect", "F", "--format", "xml"],
            ["inspect", "F", "--platform", "myspace"],
            ["inspect", "F", "--time-zone", "Mars/Base"],
            ["inspect", "F", "--column", "views"],
            ["inspect", "F", "--column", "a=nonsense"],
            ["inspect", "F", "--exported-on", "yesterday"],
        ],
    )
    def test_a_wrong_command_is_one_line_and_exit_code_2(
        self, arguments: list[str], file: Path
    ) -> None:
        code, out, problems = run(*(file if one == "F" else one for one in arguments))

        assert (code, out) == (2, "")
        assert problems.startswith("error: ")
        assert problems.count("\n") == 1


class TestProgram:
    def test_runs_as_a_module_on_its_own(self, file: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "services.metrics", "inspect", str(file), "--format", "json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, json.loads(done.stdout)["posts"], done.stderr) == (0, 1, "")

    def test_imports_nothing_of_the_app_and_opens_no_connection(self) -> None:
        program = (
            "import sys, services.metrics.cli;"
            "print([m for m in sys.modules if m.split('.')[0] in"
            " ('streamlit','supabase','httpx','psycopg','pandas','components','web','pages')"
            " or m.startswith('services.') and not m.startswith('services.metrics')])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"
