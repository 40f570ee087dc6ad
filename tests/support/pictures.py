"""Pictures made for tests: honest ones, and files that only look like pictures."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from services.errors import Invalid
from services.pictures import Prepared, prepare_image

SCRIPT = b"<script>alert('canary-script')</script>"


def photo(width: int = 300, height: int = 200) -> Image.Image:
    """Many colours: a gradient in two directions."""
    across = Image.linear_gradient("L").resize((width, height))
    down = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", (width, height), 90)))


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(prepared: Prepared) -> Image.Image:
    """What a reader of the file would see."""
    picture = Image.open(io.BytesIO(prepared.data))
    picture.load()
    return picture


def refusal(raw: bytes) -> Invalid:
    """How the file is refused."""
    with pytest.raises(Invalid) as caught:
        prepare_image(raw)
    return caught.value


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A piece of a PNG file."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to gigabytes of one colour."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")
