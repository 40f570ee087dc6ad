"""Images of a draft from the file somebody sends to the bytes somebody sees."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image as Pillow

from services import drafts, media
from services.errors import Conflict, Forbidden, Invalid, NotFound, Tampered, Unavailable
from services.gateway.client import Gateway
from services.gateway.server import Server
from services.pictures import prepare_image
from services.posts import Media
from tests.support.images import add_image, make_picture, make_server, use_image
from tests.support.people import MadeDraft, World, decide, edit, make_draft, submit
from tests.support.together import refusals, run_together


@pytest.fixture
def draft(world: World) -> MadeDraft:
    return make_draft(world)


def count(world: World) -> tuple[int, int]:
    """Rows of images, and files in the bucket."""
    ((rows, files),) = world.run_sql(
        "select (select count(*) from public.media), (select count(*) from storage.objects)"
    )
    return rows, files


def describe(world: World, draft: MadeDraft, words: str) -> MadeDraft:
    """Save other words for the draft's image, as one window does."""
    (image,) = draft.content.media
    return edit(world, draft, replace(draft.content, media=(replace(image, alt=words),)))


def file_of(world: World, image: Media) -> Path:
    """Where the embedded server keeps an image's bytes."""
    (found,) = [p for p in world.stack.places.media.rglob(f"*{image.sha256}*") if p.is_file()]
    return found


class Flaky:
    """Stands before a gateway's or server's calls; fails the chosen one once, after or before."""

    def __init__(self, behind: Any, name: str, *, after: bool) -> None:
        self._behind, self._name, self._after = behind, name, after
        self.failed = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._behind, name)
        if name != self._name or self.failed:
            return real

        def fail(*args: Any, **named: Any) -> Any:
            self.failed = True
            if self._after:
                real(*args, **named)
            raise Unavailable

        return fail


class TestAdding:
    def test_keeps_the_picture_and_nothing_else_of_the_file(
        self, world: World, draft: MadeDraft
    ) -> None:
        raw = make_picture(comment=b"canary-place")

        image = add_image(world, draft, raw)

        stored = media.find_stored(world.ines.gateway(), image.id)
        data = media.fetch_bytes(world.ines.gateway(), stored)
        assert stored.media == image
        assert hashlib.sha256(data).hexdigest() == image.sha256
        assert len(data) == image.byte_count
        assert b"canary" not in data
        assert Pillow.open(io.BytesIO(data)).size == (image.width, image.height) == (400, 300)

    def test_what_the_service_key_may_do_does_not_count(
        self, world: World, draft: MadeDraft
    ) -> None:
        """Stored as the person: somebody who is not its author is refused before a row is made."""
        submit(world, draft)
        with make_server(world) as server, pytest.raises(Forbidden):
            media.add_image(
                world.marco.gateway(),
                server=server,
                workspace_id=world.home,
                draft_id=draft.id,
                profile_id=world.ines.id,
                raw=make_picture(),
            )

        assert count(world) == (0, 0)
        owner = add_image(world, draft)
        assert world.run_sql("select owner_id from storage.objects") == [(world.ines.id,)]
        assert owner.content_type == "image/jpeg"

    def test_the_same_picture_twice_is_one_image(self, world: World, draft: MadeDraft) -> None:
        first = add_image(world, draft)

        assert add_image(world, draft) == first
        assert count(world) == (1, 1)

    def test_the_same_picture_in_two_drafts_is_two(self, world: World, draft: MadeDraft) -> None:
        first = add_image(world, draft)

        second = add_image(world, make_draft(world))

        assert first.id != second.id
        assert first.sha256 == second.sha256
        assert count(world) == (2, 2)

    @pytest.mark.parametrize("after", [True, False])
    def test_cut_off_before_it_was_recorded_it_can_be_sent_again(
        self, world: World, draft: MadeDraft, after: bool
    ) -> None:
        gateway = world.ines.gateway()
        raw = make_picture()
        with make_server(world) as server:
            sent: dict[str, Any] = {
                "workspace_id": world.home,
                "draft_id": draft.id,
                "profile_id": world.ines.id,
                "raw": raw,
            }
            flaky: Any = Flaky(server, "add_media", after=after)
            with pytest.raises(Unavailable):
                media.add_image(gateway, server=flaky, **sent)
            assert count(world) == (1 if after else 0, 1)

            image = media.add_image(gateway, server=server, **sent)

        assert count(world) == (1, 1)
        data = media.fetch_bytes(gateway, media.find_stored(gateway, image.id))
        assert hashlib.sha256(data).hexdigest() == image.sha256

    @pytest.mark.parametrize("after", [True, False])
    def test_cut_off_while_it_was_stored_it_can_be_sent_again(
        self, world: World, draft: MadeDraft, after: bool
    ) -> None:
        gateway: Any = world.ines.gateway()
        gateway.storage = Flaky(gateway.storage, "store", after=after)
        with make_server(world) as server:
            sent: dict[str, Any] = {
                "workspace_id": world.home,
                "draft_id": draft.id,
                "profile_id": world.ines.id,
                "raw": make_picture(),
            }
            with pytest.raises(Unavailable):
                media.add_image(gateway, server=server, **sent)
            assert count(world) == (0, 1 if after else 0)

            media.add_image(gateway, server=server, **sent)

        assert count(world) == (1, 1)

    def test_something_else_in_its_place_is_noticed(self, world: World, draft: MadeDraft) -> None:
        """An author with a token of their own can only spoil their own picture."""
        digest = prepare_image(make_picture()).sha256
        path = f"{world.home}/{draft.id}/{digest}.jpg"
        world.ines.gateway().storage.store(path, b"<script>", content_type="image/jpeg")

        with pytest.raises(Conflict, match="crop it a little"):
            add_image(world, draft)

    def test_what_is_no_picture_is_refused_and_leaves_nothing(
        self, world: World, draft: MadeDraft
    ) -> None:
        with pytest.raises(Invalid, match="SVG"):
            add_image(world, draft, b"<svg onload='alert(1)'/>")

        assert count(world) == (0, 0)

    @pytest.mark.parametrize("kind", ["declined", "withdrawn"])
    def test_not_to_a_closed_draft(self, world: World, draft: MadeDraft, kind: str) -> None:
        sent = submit(world, draft)
        if kind == "declined":
            decide(world, sent, "declined")
        else:
            world.ines.gateway().write(
                "withdraw_draft", {"p_draft": draft.id, "p_expected_state": "in_review"}
            )

        with pytest.raises(Forbidden):
            add_image(world, draft)

    def test_not_more_than_a_hundred(self, world: World, draft: MadeDraft) -> None:
        world.run_sql(
            "insert into public.media (workspace_id, draft_id, sha256, path, content_type, width,"
            " height, byte_count, created_by) select %s, %s, encode(sha256(n::text::bytea), 'hex'),"
            " 'x', 'image/png', 1, 1, 1, %s from generate_series(1, 100) n",
            world.home,
            draft.id,
            world.ines.id,
        )

        with pytest.raises(Conflict, match="100 images"):
            add_image(world, draft)


class TestReading:
    @pytest.mark.parametrize("name", ["marco", "dana", "sam", "wes", "otto", "nobody"])
    def test_before_it_is_sent_nobody_else_finds_it(
        self, world: World, draft: MadeDraft, name: str
    ) -> None:
        image = add_image(world, draft)
        person = getattr(world, name)

        with pytest.raises(NotFound):
            media.find_stored(person.gateway(), image.id)
        stored = media.find_stored(world.ines.gateway(), image.id)
        with pytest.raises(NotFound):
            person.gateway().storage.fetch(stored.path)

    def test_once_it_is_sent_colleagues_see_it(self, world: World, draft: MadeDraft) -> None:
        image = add_image(world, draft)
        submit(world, use_image(world, draft, image))

        for person in (world.marco, world.dana, world.sam):
            stored = media.find_stored(person.gateway(), image.id)
            assert media.fetch_bytes(person.gateway(), stored)
        with pytest.raises(NotFound):
            media.find_stored(world.wes.gateway(), image.id)

    def test_a_copy_of_a_draft_has_the_image_too(self, world: World, draft: MadeDraft) -> None:
        used = use_image(world, draft, add_image(world, draft))
        copy_id = drafts.create_draft(
            world.ines.gateway(),
            workspace_id=world.home,
            title="Another",
            content=used.content,
            publish_by=None,
            copy_of=draft.id,
        )

        buffer = drafts.get_editor(world.ines.gateway(), draft_id=copy_id).buffer
        assert buffer is not None
        (image,) = buffer.content.media
        assert image.id != used.content.media[0].id
        stored = media.find_stored(world.ines.gateway(), image.id)
        assert media.fetch_bytes(world.ines.gateway(), stored)

    def test_two_windows_describe_it_and_neither_replaces_the_other_unseen(
        self, world: World, draft: MadeDraft
    ) -> None:
        used = use_image(world, draft, add_image(world, draft), alt="")

        outcomes = run_together(*(partial(describe, world, used, words) for words in ("L", "R")))

        assert refusals(outcomes) == ["stale_revision"]
        (conflict,) = [one for one in outcomes if isinstance(one, Conflict)]
        (winner,) = [one for one in outcomes if isinstance(one, MadeDraft)]
        # Whoever is refused has their own words still, and is shown the other's.
        assert conflict.data["editor"].buffer.content == winner.content
        buffer = drafts.get_editor(world.ines.gateway(), draft_id=draft.id).buffer
        assert buffer is not None
        assert buffer.content == winner.content

    @pytest.mark.parametrize("wrong", ["not-an-id", "../../etc", "", "0" * 32])
    def test_a_wrong_id_finds_nothing(self, world: World, wrong: str) -> None:
        with pytest.raises(NotFound):
            media.find_stored(world.ines.gateway(), wrong)

    def test_changed_bytes_are_not_handed_on(self, world: World, draft: MadeDraft) -> None:
        image = add_image(world, draft)
        stored = media.find_stored(world.ines.gateway(), image.id)
        file = file_of(world, image)
        file.write_bytes(file.read_bytes()[:-2] + b"xx")

        with pytest.raises(Tampered):
            media.fetch_bytes(world.ines.gateway(), stored)

    def test_missing_bytes_are_said_to_be_missing(self, world: World, draft: MadeDraft) -> None:
        image = add_image(world, draft)
        stored = media.find_stored(world.ines.gateway(), image.id)
        world.run_sql("delete from storage.objects")

        with pytest.raises(Tampered, match="not the one that was uploaded"):
            media.fetch_bytes(world.ines.gateway(), stored)

    def test_a_server_that_is_away_is_said_to_be_away(self, world: World) -> None:
        with httpx.Client(trust_env=False) as http:
            gateway = Gateway(
                url="http://127.0.0.1:9",
                publishable_key="x",
                access_token=lambda: "x",
                http=http,
            )
            server = Server(url="http://127.0.0.1:9", secret_key="sb_secret_x", http=http)
            with pytest.raises(Unavailable):
                gateway.storage.fetch("a/b.png")
            with pytest.raises(Unavailable):
                server.add_media(
                    profile_id=world.ines.id,
                    draft_id=world.ines.id,
                    sha256="a" * 64,
                    path="x",
                    content_type="image/png",
                    width=1,
                    height=1,
                    byte_count=1,
                )
