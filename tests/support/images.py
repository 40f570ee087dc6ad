"""Pictures for tests, and images put into drafts the way people put them there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from PIL import Image as Pillow

from services import media
from services.gateway.server import Server
from services.posts import Image, Media
from tests.support.people import MadeDraft, World, edit, make_content


def make_picture(
    width: int = 400, height: int = 300, *, kind: str = "JPEG", shade: int = 90, **options: object
) -> bytes:
    """A file with a picture of many colours, as a camera would make; `shade` makes others."""
    across = Pillow.linear_gradient("L").resize((width, height))
    down = Pillow.linear_gradient("L").rotate(90).resize((width, height))
    picture = Pillow.merge("RGB", (across, down, Pillow.new("L", (width, height), shade)))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@contextmanager
def make_server(world: World) -> Iterator[Server]:
    """The server's own calls, as the app makes them."""
    with httpx.Client(timeout=30, trust_env=False) as http:
        stack = world.stack
        yield Server(url=stack.url, secret_key=stack.secret_key, http=http)


def add_image(world: World, draft: MadeDraft, raw: bytes | None = None) -> Media:
    """Upload a picture into the draft as its author."""
    with make_server(world) as server:
        return media.add_image(
            draft.author.gateway(),
            server=server,
            workspace_id=world.home,
            draft_id=draft.id,
            profile_id=draft.author.id,
            raw=raw or make_picture(),
        )


def use_image(
    world: World, draft: MadeDraft, *images: Media, alt: str = "A bench in a park."
) -> MadeDraft:
    """Put images that the draft has into the post."""
    used = tuple(Image(one.id, one.sha256, alt) for one in images)
    return edit(world, draft, make_content(media=used))
