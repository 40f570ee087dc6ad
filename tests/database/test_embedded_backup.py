"""Backup and restore: what comes back is what was there, in an empty place."""

import hashlib
import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from services import media
from services.embedded.backup import back_up, count_rows
from services.embedded.problems import AlreadyRunning, StartupProblem
from services.embedded.restore import holds_data, restore, take_apart
from services.embedded.stack import Stack
from services.embedded.tidy import remove_data
from services.errors import NotFound
from services.posts import Media
from tests.support.images import add_image, use_image
from tests.support.people import MadeDraft, World, make_draft, make_world


@dataclass(frozen=True)
class Full:
    """A server in use: people, one of whom has an account, and a draft with an image."""

    stack: Stack
    world: World
    draft: MadeDraft
    image: Media


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    stack = Stack(data=tmp_path_factory.mktemp("full") / "var", durable=False)
    try:
        stack.start()
        with open_client(stack) as client:
            person = {"email": "kept@example.org", "password": "a-long-password"}
            client.post("/auth/v1/signup", json=person).raise_for_status()
        with httpx.Client(timeout=30, trust_env=False) as http:
            world = make_world(stack, http)
            draft = make_draft(world)
            image = add_image(world, draft)
            use_image(world, draft, image)
        yield Full(stack, world, draft, image)
    finally:
        stack.destroy()


@pytest.fixture(scope="module")
def full(made: Full) -> Stack:
    return made.stack


@pytest.fixture(scope="module")
def archive(full: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made while the server runs."""
    target = tmp_path_factory.mktemp("archive") / "tandem.backup"
    back_up(full.places.data, target, say=print)
    return target


class TestBackup:
    def test_is_for_its_owner_only(self, archive: Path) -> None:
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    def test_holds_no_key(self, archive: Path, full: Stack, tmp_path: Path) -> None:
        with tarfile.open(archive) as tar:
            names = tar.getnames()
            take_apart(tar, tmp_path)

        assert not {"keys.json", "session-keys", "demo.json"} & {Path(name).name for name in names}
        for path in tmp_path.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert full.jwt_secret.encode() not in content
                assert full.postgres.password.encode() not in content
                assert full.session_keys.encode() not in content

    def test_of_nothing_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(StartupProblem, match="nothing to back up"):
            back_up(tmp_path / "var", tmp_path / "tandem.backup", say=print)

    def test_lists_what_it_holds(self, archive: Path) -> None:
        with tarfile.open(archive) as tar:
            file = tar.extractfile("manifest.json")
            assert file is not None
            manifest = json.load(file)

        assert manifest["rows"]["public.workspaces"] == 2
        assert manifest["rows"]["auth.users"] == 1
        assert manifest["rows"]["public.media"] == 1
        assert manifest["rows"]["storage.objects"] == 1
        assert [name for name in manifest["sha256"] if name.startswith("media/")]


class TestRestore:
    def test_brings_everything_back(
        self, archive: Path, full: Stack, made: Full, tmp_path: Path
    ) -> None:
        data = tmp_path / "elsewhere"
        assert not holds_data(data)

        restore(data, archive, say=print)

        assert holds_data(data)
        copy = Stack(data=data, durable=False)
        try:
            copy.start()
            assert read_everything(copy.dsn) == read_everything(full.dsn)
            with open_client(copy) as client:
                check_image(copy, made)
                body = {"email": "kept@example.org", "password": "a-long-password"}
                signed_in = client.post("/auth/v1/token?grant_type=password", json=body)
                assert signed_in.status_code == 200
            with psycopg.connect(copy.dsn) as mine, psycopg.connect(full.dsn) as theirs:
                assert read_rights(mine) == read_rights(theirs)
        finally:
            copy.destroy()

    def test_refuses_while_it_runs(self, archive: Path, full: Stack) -> None:
        with pytest.raises(AlreadyRunning):
            restore(full.places.data, archive, say=print)

    def test_refuses_a_damaged_file_and_keeps_what_is_there(
        self, archive: Path, tmp_path: Path
    ) -> None:
        data = tmp_path / "var"
        damaged = tmp_path / "damaged"
        content = bytearray(archive.read_bytes())
        content[len(content) // 2] ^= 0xFF
        damaged.write_bytes(content)
        stack = Stack(data=data, durable=False)
        try:
            with pytest.raises(StartupProblem, match="damaged"):
                restore(data, damaged, say=print)
            assert not holds_data(data)
        finally:
            remove_data(stack.places)

    @pytest.mark.parametrize(
        "member",
        [("../outside", tarfile.REGTYPE), ("/etc/x", tarfile.REGTYPE), ("a", tarfile.SYMTYPE)],
    )
    def test_writes_nothing_outside_its_folder(
        self, member: tuple[str, bytes], tmp_path: Path
    ) -> None:
        hostile = tmp_path / "hostile.tar"
        with tarfile.open(hostile, "w") as tar:
            info = tarfile.TarInfo(member[0])
            info.type, info.linkname = member[1], "/etc/passwd"
            tar.addfile(info)
        folder = tmp_path / "folder"
        folder.mkdir()
        with tarfile.open(hostile) as tar, pytest.raises(ValueError, match=member[0]):
            take_apart(tar, folder)
        assert sorted(tmp_path.iterdir()) == [folder, hostile]
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("content", [b"", b"not a tar file"])
    def test_refuses_other_files(self, content: bytes, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_bytes(content)
        stack = Stack(data=tmp_path / "var", durable=False)
        try:
            with pytest.raises(StartupProblem, match="not a backup"):
                restore(tmp_path / "var", other, say=print)
        finally:
            remove_data(stack.places)

    def test_refuses_one_from_a_newer_version(self, archive: Path, tmp_path: Path) -> None:
        folder = tmp_path / "unpacked"
        with tarfile.open(archive) as tar:
            take_apart(tar, folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["migrations"].append("29990101000000")
        (folder / "manifest.json").write_text(json.dumps(manifest))
        newer = shutil.make_archive(str(tmp_path / "newer"), "tar", folder)
        stack = Stack(data=tmp_path / "var", durable=False)
        try:
            with pytest.raises(StartupProblem, match="newer version"):
                restore(tmp_path / "var", Path(newer), say=print)
        finally:
            remove_data(stack.places)


def check_image(stack: Stack, made: Full) -> None:
    """Its author finds the image whole in a restored server, and nobody else does."""
    with httpx.Client(timeout=30, trust_env=False) as http:
        ines, marco = (
            replace(getattr(made.world, name), _stack=stack, _http=http).gateway()
            for name in ("ines", "marco")
        )
        data = media.fetch_bytes(ines, media.find_stored(ines, made.image.id))
        assert hashlib.sha256(data).hexdigest() == made.image.sha256
        with pytest.raises(NotFound):
            media.find_stored(marco, made.image.id)


def open_client(stack: Stack) -> httpx.Client:
    headers = {"apikey": stack.secret_key}
    return httpx.Client(base_url=stack.url, headers=headers, timeout=30, trust_env=False)


def read_everything(dsn: str) -> dict[str, list[Any]]:
    """All rows of all tables, sorted; sign-ins of a moment ago are not part of it."""
    rows = {}
    with psycopg.connect(dsn) as connection:
        for name in count_rows(connection):
            query = sql.SQL("select to_jsonb(t)::text from {} t order by 1").format(
                sql.Identifier(*name.split("."))
            )
            rows[name] = connection.execute(query).fetchall()
    return rows


def read_rights(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Who may do what, as PostgreSQL keeps it: grants, policies, owners, default privileges."""
    queries = {
        "tables": "select relname, relacl::text, relrowsecurity, relowner::regrole::text"
        " from pg_class where relnamespace = any(%(schemas)s::regnamespace[]) order by 1",
        "functions": "select oid::regprocedure::text, proacl::text, prosecdef, proconfig"
        " from pg_proc where pronamespace = any(%(schemas)s::regnamespace[]) order by 1",
        "policies": "select tablename, policyname, roles::text, cmd, qual, with_check"
        " from pg_policies where schemaname = any(%(schemas)s) order by 1, 2",
        "defaults": "select defaclobjtype, defaclacl::text from pg_default_acl order by 1, 2",
        "roles": "select rolname, rolsuper, rolinherit, rolbypassrls, rolcanlogin from pg_roles"
        " order by 1",
    }
    schemas = {"schemas": ["public", "private"]}
    return {name: connection.execute(text, schemas).fetchall() for name, text in queries.items()}
