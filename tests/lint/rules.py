"""Our own rules, read off the syntax tree; each rule's docstring is the rule and its reason.

A finding is one line, `path:line: rule: what to do`. The few rules that know an exception name the
mark that makes one.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("components", "pages", "services", "tests", "web")
# Lines of a file: beyond this nobody reads it in one go.
LONGEST_FILE = 450

CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
ENVIRONMENT = {"os.environ", "os.getenv", "os.environb", "os.putenv"}
OWNERS = {"user_id", "person_id", "profile_id", "workspace_id"}
SHARED_MARK = "# shared by all:"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A parsed file; `path` is relative to the root."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    def inside(self, *folders: str) -> bool:
        """Whether the file is one of these, or lies below one of them."""
        return any(self.path.is_relative_to(folder) for folder in folders)


Finding = tuple[int, str]
Rule = Callable[[Source], Iterator[Finding]]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a name or an attribute of one, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def silent_excepts(source: Source) -> Iterator[Finding]:
    """Nothing is silent: an error of unknown kind is never swallowed."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            kind = "BaseException" if node.type is None else dotted(node.type)
            empty = all(
                isinstance(line, (ast.Pass, ast.Continue))
                or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
                for line in node.body
            )
            if empty and kind in ("Exception", "BaseException"):
                yield node.lineno, "name the error that may be passed over, or report it"


def unsafe_html(source: Source) -> Iterator[Finding]:
    """Texts of people are shown as text: Streamlit's unsafe switches stay off."""
    for call in calls(source):
        for keyword in call.keywords:
            if keyword.arg in ("unsafe_allow_html", "unsafe_allow_javascript"):
                yield call.lineno, f"draw it without {keyword.arg}"


def outside_world(source: Source) -> Iterator[Finding]:
    """A service is told the time and the settings, so that a test can choose them."""
    if not source.inside("services") or source.inside(
        "services/embedded", "services/gateway/server.py"
    ):
        return
    for call in calls(source):
        if dotted(call.func) in CLOCK:
            yield call.lineno, f"take `now` as an argument in place of {dotted(call.func)}()"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ENVIRONMENT:
            yield node.lineno, f"take the setting as an argument in place of {dotted(node)}"


def shared_caches(source: Source) -> Iterator[Finding]:
    """Streamlit's caches are shared by everybody: the key begins with whose data it is.

    `scope="session"` keeps an entry to one browser; what is the same for everybody says so and why
    in a comment on the decorator: `# shared by all: the theme's colours`.
    """
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            name = dotted(call.func if call else decorator).rpartition(".")[2]
            if name not in ("cache_data", "cache_resource") or _of_session(call):
                continue
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            owned = bool(arguments) and arguments[0].arg in OWNERS
            marked = any(SHARED_MARK in line for line in lines[decorator.lineno - 1 : node.lineno])
            if not owned and not marked:
                yield node.lineno, f"let {node.name} take a user or workspace id first"


def _of_session(call: ast.Call | None) -> bool:
    """Whether a cache is asked to keep its entries to one session."""
    return call is not None and any(
        keyword.arg == "scope"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value == "session"
        for keyword in call.keywords
    )


def outgrown(source: Source) -> Iterator[Finding]:
    """A file is about one thing and can be read in one go."""
    length = source.text.count("\n")
    if length > LONGEST_FILE:
        yield length, f"split it by subject: {length} lines, at most {LONGEST_FILE}"


def deprecated(source: Source) -> Iterator[Finding]:
    """What Streamlit is about to take away is not used."""
    for call in calls(source):
        if any(keyword.arg == "use_container_width" for keyword in call.keywords):
            yield call.lineno, 'write width="stretch" in place of use_container_width'
        if ".components.v1" in f".{dotted(call.func)}":
            yield call.lineno, "use st.components.v2"


def entry_imports(source: Source) -> Iterator[Finding]:
    """app.py ties web, components and services together; nothing imports pages."""
    if source.path.as_posix() != "app.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.partition(".")[0] == "pages":
                yield node.lineno, f"app.py does not import {name}"


def sleeping_tests(source: Source) -> Iterator[Finding]:
    """A test waits for a condition, through tests/support/waiting.py, never for a while."""
    if not source.inside("tests") or source.inside("tests/support", "tests/load"):
        return
    for call in calls(source):
        name = dotted(call.func)
        if name in ("time.sleep", "sleep") or name.endswith(".wait_for_timeout"):
            yield call.lineno, "wait for a condition: tests.support.waiting.wait_until"


def skipped_tests(source: Source) -> Iterator[Finding]:
    """A test runs or is not there."""
    if not source.inside("tests"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in (
            "pytest.skip",
            "pytest.importorskip",
            "pytest.xfail",
            "pytest.mark.skip",
            "pytest.mark.skipif",
            "pytest.mark.xfail",
            "unittest.skip",
        ):
            yield node.lineno, f"no {dotted(node)}: make the test run, or remove it"


RULES: dict[str, Rule] = {
    "silent-except": silent_excepts,
    "unsafe-html": unsafe_html,
    "outside-world": outside_world,
    "shared-cache": shared_caches,
    "outgrown": outgrown,
    "deprecated": deprecated,
    "entry-imports": entry_imports,
    "sleeping-test": sleeping_tests,
    "skipped-test": skipped_tests,
}


def read(path: str, text: str) -> Source:
    """Parse a text as the file it is, or would be."""
    return Source(path=PurePosixPath(path), text=text, tree=ast.parse(text))


def check_source(source: Source) -> list[str]:
    """What every rule finds in one file."""
    return [
        f"{source.path}:{line}: {name}: {message}"
        for name, rule in RULES.items()
        for line, message in rule(source)
    ]


def check_lock(path: Path) -> list[str]:
    """A lock file names no registry, so that it serves behind a mirror too."""
    packages = json.loads(path.read_text()).get("packages", {})
    return [
        f"{path.relative_to(ROOT)}: registry-host: {name} has `resolved`;"
        " write the file with omit-lockfile-registry-resolved=true"
        for name, package in packages.items()
        if str(package.get("resolved", "")).startswith("http")
    ]


def check() -> list[str]:
    """What the rules find in the whole repository."""
    files = [ROOT / "app.py", *(file for name in FOLDERS for file in (ROOT / name).rglob("*.py"))]
    findings = [
        finding
        for file in sorted(files)
        if file.exists() and "node_modules" not in file.parts
        for finding in check_source(read(file.relative_to(ROOT).as_posix(), file.read_text()))
    ]
    for lock in sorted(ROOT.rglob("package-lock.json")):
        if not {"node_modules", "var", ".venv"} & set(lock.relative_to(ROOT).parts):
            findings += check_lock(lock)
    return findings
