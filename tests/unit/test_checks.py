"""The checks themselves: a rule that never speaks up guards nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint import migrations, policies, rules

# One file for each rule of ours that breaks it, and one that is close and right.
BROKEN = {
    "silent-except": ("services/a.py", "try:\n    f()\nexcept Exception:\n    pass\n"),
    "unsafe-html": ("components/a.py", "st.markdown(text, unsafe_allow_html=True)\n"),
    "outside-world": ("services/a.py", "import time\nnow = time.time()\n"),
    "shared-cache": ("components/a.py", "@st.cache_data(ttl=5)\ndef load(gateway): ...\n"),
    "outgrown": ("components/a.py", "x = 1\n" * 1000),
    "deprecated": ("pages/a.py", "st.dataframe(frame, use_container_width=True)\n"),
    "entry-imports": ("app.py", "from pages import home\n"),
    "sleeping-test": ("tests/unit/test_a.py", "import time\ntime.sleep(1)\n"),
    "skipped-test": ("tests/unit/test_a.py", "@pytest.mark.skip\ndef test_it(): ...\n"),
}
RIGHT = [
    ("services/a.py", "try:\n    f()\nexcept KeyError:\n    pass\n"),
    ("services/a.py", "def age(*, now, born_on): return now - born_on\n"),
    ("services/a.py", "import time\nstarted = time.monotonic()\n"),
    ("services/embedded/a.py", "import os\nport = os.environ['PORT']\n"),
    ("components/a.py", "@st.cache_data(ttl=5)\ndef load(workspace_id, _gateway): ...\n"),
    ("components/a.py", "@st.cache_resource(scope='session')\ndef load(gateway): ...\n"),
    ("components/a.py", "@st.cache_data  # shared by all: the word list\ndef words(): ...\n"),
    ("app.py", "from web import settings\n"),
    ("web/main.py", "from components import session\n"),
]


class TestOwnRules:
    def test_each_rule_has_a_case(self) -> None:
        assert set(BROKEN) == set(rules.RULES)

    @pytest.mark.parametrize("name", BROKEN)
    def test_it_speaks_up(self, name: str) -> None:
        found = rules.check_source(rules.read(*BROKEN[name]))
        assert [finding.split(": ")[1] for finding in found] == [name]

    @pytest.mark.parametrize(("path", "text"), RIGHT)
    def test_it_is_quiet_about_what_is_right(self, path: str, text: str) -> None:
        assert rules.check_source(rules.read(path, text)) == []

    def test_a_lock_file_names_no_registry(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "ROOT", tmp_path)
        lock = tmp_path / "package-lock.json"
        lock.write_text('{"packages": {"": {}, "a": {"resolved": "https://example.org/a.tgz"}}}')
        assert "registry-host: a" in rules.check_lock(lock)[0]


class TestSchemaRules:
    def test_each_rule_speaks_up(self) -> None:
        found = migrations.check(migrations.HERE / "broken")
        named = {finding.partition(":")[0] for finding in found}
        assert named == {*migrations.schema_rules(), "computed-once", "default-privileges"}

    def test_each_rule_says_what_to_do(self) -> None:
        assert [
            name for name, (told, _) in migrations.schema_rules().items() if len(told) < 20
        ] == []

    def test_a_broken_migration_is_named_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "1_ok.sql").write_text("create table public.a (id uuid primary key);")
        (tmp_path / "2_bad.sql").write_text("select 1;\n\nselect nothing from public.a;")
        (tmp_path / "3_never.sql").write_text("select nonsense;")
        found = migrations.check(tmp_path)
        assert len(found) == 1
        assert "2_bad.sql:3: 42703" in found[0]

    def test_a_migration_that_needs_a_superuser_fails(self, tmp_path: Path) -> None:
        (tmp_path / "1_bad.sql").write_text("create role boss superuser;")
        assert "42501" in migrations.check(tmp_path)[0]


class TestStoredTrees:
    def test_it_reads_nested_nodes_lists_and_escaped_words(self) -> None:
        tree = policies.parse(r"{A :x 5 :list ({B :y <>} {B :y a\ \{b}) :bytes 4 [ 1 0 ]}")
        assert isinstance(tree, policies.Node)
        assert tree.field(":x") == ["5"]
        below = tree.field(":list")[0]
        assert isinstance(below, list)
        assert [node.kind for node in below] == ["B", "B"]
        assert below[1].field(":y") == [r"a\ \{b"]
        assert tree.field(":bytes") == ["4", "[", "1", "0", "]"]
