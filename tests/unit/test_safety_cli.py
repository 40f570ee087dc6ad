"""The command line: what it prints, and that bad input is one line and exit code 2."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.safety.cli import main

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "rule",
    "category",
    "severity",
    "start",
    "end",
    "quote",
    "reason",
    "suggestion",
    "source",
    "needs_professional",
}


def run(*arguments: str, text: str = "") -> tuple[int, str, str]:
    out, problems = io.StringIO(), io.StringIO()
    code = main(arguments, io.StringIO(text), out, problems)
    return code, out.getvalue(), problems.getvalue()


class TestCheck:
    def test_says_that_nothing_was_found(self) -> None:
        assert run("check", "-", text="Tea and toast.") == (0, "Nothing found.\n", "")

    def test_shows_the_line_and_marks_the_words(self) -> None:
        code, out, _ = run("check", "-", text="First line.\nHe committed suicide.")

        assert code == 1
        assert "warning: commit-suicide (line 2)\n" in out
        assert "    | He committed suicide.\n    |    ^^^^^^^^^^^^^^^^^\n" in out
        assert out.endswith("1 finding\n")

    def test_reads_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "post.txt").write_text("He committed suicide.", encoding="utf-8")

        assert run("check", str(tmp_path / "post.txt"))[0] == 1

    def test_shows_nothing_that_steers_a_terminal(self) -> None:
        _, out, _ = run("check", "-", text="\x1b[31mHe committed\x07 suicide\x1b[0m.")

        assert "\x1b" not in out
        assert "\x07" not in out

    def test_writes_json(self) -> None:
        code, out, _ = run("check", "-", "--format", "json", text="💔 He committed suicide.")
        [found] = json.loads(out)

        assert code == 1
        assert set(found) == FIELDS
        assert (found["start"], found["end"], found["quote"]) == (5, 22, "committed suicide")
        assert set(found["source"]) == {"name", "year", "url"}

    def test_takes_country_and_context(self, tmp_path: Path) -> None:
        (tmp_path / "draft.json").write_text('{"platform": "instagram"}', encoding="utf-8")
        arguments = ("check", "-", "--format", "json", "--context", str(tmp_path / "draft.json"))
        text = "She died by suicide. Call 988."

        assert [one["rule"] for one in json.loads(run(*arguments, text=text)[1])] == [
            "content-note-missing",
            "helpline-no-country",
        ]
        assert [
            one["rule"] for one in json.loads(run(*arguments, "--country", "us", text=text)[1])
        ] == ["content-note-missing"]


class TestBatch:
    def test_answers_every_line(self) -> None:
        lines = [
            {"id": 7, "text": "Tea."},
            {"id": "b", "text": "He committed suicide.", "context": {"voice": "professional"}},
            {"text": "kys", "context": None},
        ]
        code, out, _ = run("check", "--batch", text="\n".join(map(json.dumps, lines)))
        answers = [json.loads(line) for line in out.splitlines()]

        assert code == 1
        assert [one["id"] for one in answers] == [7, "b", None]
        assert [len(one["findings"]) for one in answers] == [0, 1, 1]
        assert set(answers[1]["findings"][0]) == FIELDS

    def test_is_clean_when_all_are(self) -> None:
        assert run("check", "--batch", text='{"id": 1, "text": "Tea."}\n\n')[0] == 0

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "[]",
            '{"id": 1}',
            '{"text": 5}',
            '{"text": "x", "context": {"voice": 1}}',
            '{"text": "\\ud83d"}',
            "[" * 100_000,
        ],
    )
    def test_names_the_line_it_cannot_read(self, line: str) -> None:
        code, _, problems = run("check", "--batch", text=f'{{"text": "ok"}}\n{line}')

        assert code == 2
        assert problems.startswith("error: line 2: ")
        assert problems.count("\n") == 1


class TestBadInput:
    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("check",),
            ("check", "no such file"),
            ("check", "\0"),
            ("check", "-", "--format", "xml"),
            ("check", "-", "--country", "USA"),
            ("check", "-", "--context", "no such file"),
            ("nonsense",),
            ("check", str(ROOT)),
        ],
    )
    def test_is_one_line_and_exit_code_2(self, arguments: tuple[str, ...]) -> None:
        code, out, problems = run(*arguments)

        assert (code, out) == (2, "")
        assert problems.startswith("error: ")
        assert problems.count("\n") == 1

    def test_refuses_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "post.txt").write_bytes(b"\xff\xfe\x00committed suicide")

        code, _, problems = run("check", str(tmp_path / "post.txt"))
        assert (code, "not UTF-8" in problems) == (2, True)


class TestRules:
    def test_are_listed_as_json(self) -> None:
        code, out, _ = run("rules", "--format", "json")
        listed = json.loads(out)

        assert code == 0
        assert len(listed) == 90
        assert {"rule", "category", "severity", "reason", "suggestion", "sources"} <= set(listed[0])

    def test_are_listed_for_people(self) -> None:
        assert "commit-suicide (warning)" in run("rules")[1]


class TestProgram:
    def test_runs_as_a_module_on_its_own(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "services.safety", "check", "-", "--format", "json"],
            cwd=ROOT,
            input="He committed suicide.",
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, len(json.loads(done.stdout)), done.stderr) == (1, 1, "")

    def test_imports_nothing_of_the_app_and_opens_no_connection(self) -> None:
        program = (
            "import sys, services.safety;"
            "print([m for m in sys.modules if m.split('.')[0] in"
            " ('streamlit','supabase','httpx','psycopg','components','web','pages')"
            " or m.startswith('services.') and not m.startswith('services.safety')])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"
