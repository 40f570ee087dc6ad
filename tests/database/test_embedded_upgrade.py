"""An embedded server from before images: the next start brings its data folder up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services import media
from services.embedded.stack import MIGRATIONS, Stack
from services.embedded.tidy import remove_data
from tests.support.images import add_image
from tests.support.people import World, make_draft, make_world

# The migrations of the first version.
BEFORE = "20261127"


@pytest.fixture
def old_world(tmp_path: Path) -> Iterator[World]:
    """People in a data folder whose server knew the first migrations only, and has stopped."""
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        if file.name < BEFORE:
            (migrations / file.name).write_text(file.read_text(encoding="utf-8"))
    stack = Stack(data=tmp_path / "var", migrations=migrations, durable=False)
    with stack, httpx.Client(timeout=30, trust_env=False) as http:
        world = make_world(stack, http, has_checker=False)
        # Somebody tried uploads out, with a bucket that is open to everybody.
        world.run_sql(
            "insert into storage.buckets (id, name, public) values ('media', 'media', true)"
        )
    yield world
    remove_data(stack.places)


class TestUpgrade:
    def test_takes_images_afterwards(self, old_world: World) -> None:
        with (
            Stack(data=old_world.stack.places.data, durable=False) as stack,
            httpx.Client(timeout=30, trust_env=False) as http,
        ):
            ines = replace(old_world.ines, _stack=stack, _http=http)
            world = replace(old_world, stack=stack, ines=ines)

            image = add_image(world, make_draft(world))

            assert world.run_sql("select id, public from storage.buckets") == [("media", False)]
            stored = media.find_stored(ines.gateway(), image.id)
            assert media.fetch_bytes(ines.gateway(), stored)
