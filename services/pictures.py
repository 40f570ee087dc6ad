"""Pictures from anywhere made into pictures that are safe to keep and to show.

Nothing of a file that somebody sends is kept as it came: it is decoded, turned upright, brought to
sRGB and a size that platforms take, and encoded anew. What hides in a file (where it was taken, a
script, a second file glued to it) does not survive that. Pure: knows no database and no network.
"""

from __future__ import annotations

import hashlib
import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image, ImageCms

from services.errors import Invalid, Unavailable

log = logging.getLogger("tandem.pictures")

LARGEST_BYTES = 20_000_000
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE = 4096
# Transparency takes far longer to encode.
LONGEST_TRANSPARENT_SIDE = 2048
JPEG_QUALITY = 88
# With more colours than a palette holds a picture is taken for a photograph.
_FEW_COLOURS = 256
# Beyond this a picture with transparency is better off as WebP.
_LARGE_PNG_BYTES = 6_000_000

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
WHAT_WE_TAKE = "JPEG, PNG, WebP or GIF"

# A picture takes up to some 400 MB while it is worked on: two at a time, and the others wait.
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 30.0

# Pillow only warns of a file that unpacks to far more than it seems; here that is an error.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture encoded anew. Sizes in pixels; `sha256` of `data`, in hex."""

    data: bytes = field(repr=False)
    content_type: str
    width: int
    height: int
    sha256: str


def prepare_image(raw: bytes) -> Prepared:
    """Make a picture that is safe to keep; the same file always becomes the same bytes.

    The file's name and what its sender calls it do not count, only what is in it. Of an animated
    picture the first frame is kept.

    Raises:
        Invalid: it is no picture we take, too large, or damaged; the message says what to do.
        Unavailable: too many pictures are being worked on; trying again helps.
    """
    _check_kind(raw)
    with _taking_turns():
        try:
            picture, is_photo = _decode(raw)
            return _encode(picture, is_photo=is_photo)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many_pixels() from None
        except Invalid:
            raise
        except Exception as problem:  # noqa: BLE001 - decoders meet a hostile file with any error
            log.info("picture not read", extra={"why": type(problem).__name__})
            raise Invalid(
                "This picture is damaged or incomplete, so it could not be opened. Please export "
                "or download it again, and send that file.",
                detail="image_damaged",
            ) from None


def make_thumbnail(data: bytes, *, width: int) -> bytes:
    """One of our own pictures, at most so many pixels wide, in the format it has.

    Raises Unavailable, as `prepare_image` does.
    """
    with _taking_turns(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        kind = str(opened.format)
        if opened.width <= width:
            return data
        size = (width, max(1, round(opened.height * width / opened.width)))
        opened.draft(None, size)
        small = opened.convert("RGBA" if "A" in opened.getbands() else "RGB")
        small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    if kind == "JPEG":
        small.save(out, "JPEG", quality=80, optimize=True)
    elif kind == "WEBP":
        small.save(out, "WEBP", quality=80)
    else:
        small.save(out, "PNG")
    return out.getvalue()


# -- what it is --------------------------------------------------------------------------------


def _check_kind(raw: bytes) -> None:
    """Refuse, with what to do instead, all but the formats we take; looks at the first bytes."""
    if not raw:
        raise Invalid("This file is empty. Please choose it again.", detail="image_empty")
    if len(raw) > LARGEST_BYTES:
        raise Invalid(
            f"This file has {len(raw) / 1_000_000:.0f} MB; 20 MB is the most. Please export the "
            "picture in a smaller size and send that.",
            detail="image_too_large",
        )
    head = raw[:1024]
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return
    raise Invalid(_explain_refusal(head), detail="image_kind")


def _explain_refusal(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return (
            "This is a HEIC photo, which only some devices can show. Please save or share it as "
            "JPEG and send that. On an iPhone: Settings, Camera, Formats, Most Compatible."
        )
    if head[4:8] == b"ftyp" or head.startswith(b"\x1a\x45\xdf\xa3"):
        return "This is a video. Please add it as a link; pictures can be " + WHAT_WE_TAKE + "."
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml")):
        return "SVG drawings cannot be added. Please export it as PNG and send that."
    return f"This file is not a picture we can take. Please choose a {WHAT_WE_TAKE} file."


def _too_many_pixels() -> Invalid:
    return Invalid(
        "This picture has more than 40 million pixels. Please export it in a smaller size, for "
        "example 4,096 pixels on its longer side.",
        detail="image_too_many_pixels",
    )


# -- decoding ----------------------------------------------------------------------------------


def _decode(raw: bytes) -> tuple[Image.Image, bool]:
    """The picture upright, in sRGB, no larger than we keep; and whether it was a JPEG."""
    with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
        _check_size(opened.size)
        is_photo = opened.format in ("JPEG", "MPO")
        # Lets a JPEG's decoder leave out what would be scaled away: less memory, less time.
        opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        _check_size(opened.size)
        turned, profile = _read_orientation(opened), opened.info.get("icc_profile")
        picture = _to_sixteen_million(opened)
    picture = _to_srgb(picture, profile)
    picture.info = {}
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return (picture.transpose(turned) if turned is not None else picture), is_photo


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > LARGEST_PIXELS:
        raise _too_many_pixels()
    if min(size) * LONGEST_SIDE < max(size):
        raise Invalid(
            "This picture is far too long for its width. Please crop it.", detail="image_shape"
        )


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112


def _read_orientation(opened: Image.Image) -> Image.Transpose | None:
    """How the camera was held. A picture is not refused for what its metadata lack."""
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception as problem:  # noqa: BLE001 - as above
        log.info("orientation not read", extra={"why": type(problem).__name__})
        return None


def _to_sixteen_million(opened: Image.Image) -> Image.Image:
    """Eight bits a channel: L, RGB, RGBA or CMYK; transparency of any kind becomes alpha."""
    if opened.mode.startswith("I") or opened.mode == "F":
        # 16 bits of grey; converting alone would cut off all that is brighter than 255.
        return opened.convert("I").point(lambda value: value / 256).convert("L")
    if opened.mode in ("P", "PA", "LA", "RGBa", "La") or "transparency" in opened.info:
        return opened.convert("RGBA")
    if opened.mode in ("L", "RGB", "RGBA", "CMYK"):
        return opened.copy()
    return opened.convert("L" if opened.mode == "1" else "RGB")


def _to_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Colours as every screen takes them, once the profile that explained them is gone."""
    goal = "RGBA" if picture.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode=goal
            )
            if converted is not None:
                return converted
        except Exception as problem:  # noqa: BLE001 - as above
            # A profile that does not fit its picture: as most viewers do, show it without.
            log.info("colour profile not used", extra={"why": type(problem).__name__})
    return picture.convert(goal)


# -- encoding ----------------------------------------------------------------------------------


def _encode(picture: Image.Image, *, is_photo: bool) -> Prepared:
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    if picture.mode == "RGBA":
        longest = (LONGEST_TRANSPARENT_SIDE, LONGEST_TRANSPARENT_SIDE)
        picture.thumbnail(longest, Image.Resampling.LANCZOS)
        data, content_type = _to_png(picture), "image/png"
        if len(data) > _LARGE_PNG_BYTES:
            data, content_type = _to_webp(picture), "image/webp"
    elif not is_photo and picture.getcolors(_FEW_COLOURS) is not None:
        data, content_type = _to_png(picture), "image/png"
    else:
        data, content_type = _to_jpeg(picture, is_photo=is_photo), "image/jpeg"
    digest = hashlib.sha256(data).hexdigest()
    return Prepared(data, content_type, picture.width, picture.height, digest)


def _to_jpeg(picture: Image.Image, *, is_photo: bool) -> bytes:
    out = io.BytesIO()
    # Lettering on a drawing frays where colour is kept at half the detail; photographs do not.
    subsampling = "4:2:0" if is_photo else "4:4:4"
    picture.save(
        out, "JPEG", quality=JPEG_QUALITY, subsampling=subsampling, optimize=True, progressive=True
    )
    if not is_photo and out.tell() > LARGEST_BYTES:
        return _to_jpeg(picture, is_photo=True)
    return out.getvalue()


def _to_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _to_webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=JPEG_QUALITY, method=3)
    return out.getvalue()


@contextmanager
def _taking_turns() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable(
            "Many pictures are being prepared right now. Please try again in a minute.",
            detail="pictures_busy",
        )
    try:
        yield
    finally:
        _AT_ONCE.release()
