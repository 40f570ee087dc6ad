"""Pictures from anywhere: what is refused, with which words, and what is left of what is taken."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from services import pictures
from services.errors import Invalid, Unavailable
from services.pictures import Prepared, make_thumbnail, prepare_image

SCRIPT = b"<script>alert('canary-script')</script>"
PLACE = "canary-place 52.5200 N"


def photo(width: int = 300, height: int = 200) -> Image.Image:
    """Many colours: a gradient in two directions."""
    across = Image.linear_gradient("L").resize((width, height))
    down = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", (width, height), 90)))


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(prepared: Prepared) -> Image.Image:
    picture = Image.open(io.BytesIO(prepared.data))
    picture.load()
    return picture


def refusal(raw: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        prepare_image(raw)
    return caught.value


def png_chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to gigabytes of one colour."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "content_type"),
        [("JPEG", "image/jpeg"), ("PNG", "image/jpeg"), ("WEBP", "image/jpeg")],
    )
    def test_a_photo_of_any_kind_becomes_a_jpeg(self, kind: str, content_type: str) -> None:
        prepared = prepare_image(encode(photo(), kind))

        assert prepared.content_type == content_type
        assert (prepared.width, prepared.height) == opened(prepared).size == (300, 200)
        assert prepared.sha256 == hashlib.sha256(prepared.data).hexdigest()

    def test_a_drawing_with_few_colours_stays_sharp(self) -> None:
        drawing = Image.new("RGB", (200, 100), "#1F6F6B")
        drawing.paste("#FBFAF7", (20, 20, 60, 60))

        prepared = prepare_image(encode(drawing, "GIF"))

        assert prepared.content_type == "image/png"
        assert opened(prepared).convert("RGB").tobytes() == drawing.tobytes()

    def test_the_same_file_becomes_the_same_bytes(self) -> None:
        raw = encode(photo(), "PNG")

        assert prepare_image(raw) == prepare_image(raw)

    def test_of_an_animated_picture_the_first_frame_is_kept(self) -> None:
        frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")]
        raw = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)

        picture = opened(prepare_image(raw))

        assert getattr(picture, "n_frames", 1) == 1
        assert picture.convert("RGB").getpixel((5, 5)) == (255, 0, 0)

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            (b"", "This file is empty"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "SVG"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><svg>" + SCRIPT + b"</svg>", "SVG"),
            (b"<!doctype html>" + SCRIPT, "not a picture we can take"),
            (b"%PDF-1.7\n", "not a picture we can take"),
            (b"II*\0" + bytes(100), "not a picture we can take"),
            (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
            (b"\0\0\0\x18ftypmp42" + bytes(100), "video"),
            (b"MZ" + bytes(100), "not a picture we can take"),
        ],
    )
    def test_anything_else_is_refused_with_what_to_do(self, raw: bytes, words: str) -> None:
        assert words in refusal(raw).message

    def test_what_the_sender_calls_it_does_not_count(self) -> None:
        """A name is not even asked for; a PNG that begins like another kind is no picture."""
        assert refusal(b"\xff\xd8\xff" + encode(photo(), "PNG")).detail == "image_damaged"


class TestColours:
    def test_cmyk_becomes_rgb(self) -> None:
        prepared = prepare_image(encode(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), "JPEG"))

        picture = opened(prepared)
        assert picture.mode == "RGB"
        red, green, blue = picture.getpixel((30, 30))  # type: ignore[misc]
        assert (red > 200, green < 60, blue < 60) == (True, True, True)

    def test_sixteen_bits_of_grey_keep_their_shades(self) -> None:
        grey = Image.new("I;16", (64, 2))
        for x in range(64):
            grey.putpixel((x, 0), x * 1040)
            grey.putpixel((x, 1), x * 1040)

        picture = opened(prepare_image(encode(grey, "PNG"))).convert("L")

        shades = [picture.getpixel((x, 0)) for x in range(64)]
        assert shades == [x * 1040 // 256 for x in range(64)]

    def test_a_palette_with_transparency_keeps_it(self) -> None:
        picture = Image.new("RGBA", (40, 40), (200, 30, 30, 255))
        picture.paste((0, 0, 0, 0), (0, 0, 20, 40))
        raw = encode(picture.quantize(8), "PNG")
        assert Image.open(io.BytesIO(raw)).mode == "P"

        prepared = prepare_image(raw)

        assert prepared.content_type == "image/png"
        alpha = opened(prepared).getchannel("A")
        assert (alpha.getpixel((5, 5)), alpha.getpixel((30, 5))) == (0, 255)

    def test_alpha_that_hides_nothing_is_left_out(self) -> None:
        prepared = prepare_image(encode(photo().convert("RGBA"), "PNG"))

        assert prepared.content_type == "image/jpeg"

    def test_a_heavy_picture_with_transparency_becomes_webp(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "_LARGE_PNG_BYTES", 120_000)
        noise = Image.effect_noise((400, 400), 90).convert("RGB")
        noise.putalpha(Image.linear_gradient("L").resize(noise.size))

        prepared = prepare_image(encode(noise, "PNG", compress_level=1))

        assert prepared.content_type == "image/webp"
        assert len(prepared.data) < 120_000
        assert opened(prepared).mode == "RGBA"

    def test_a_colour_profile_is_applied_and_left_out(self) -> None:
        """A profile whose red is green and whose green is red."""
        ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = ours.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
        raw = encode(Image.new("RGB", (20, 20), (250, 10, 10)), "PNG", icc_profile=swapped)

        prepared = prepare_image(raw)

        red, green, _ = opened(prepared).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert (green > 200, red < 60) == (True, True)
        assert b"iCCP" not in prepared.data

    @pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
    def test_no_profile_is_kept(self, kind: str) -> None:
        ours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

        data = prepare_image(encode(photo(), kind, icc_profile=ours)).data

        assert b"ICC_PROFILE" not in data

    @pytest.mark.parametrize("profile", [b"no profile at all", bytes(200), b"\xff" * 5000])
    def test_a_broken_colour_profile_is_left_out(self, profile: bytes) -> None:
        prepared = prepare_image(encode(photo(), "JPEG", icc_profile=profile))

        assert prepared.data == prepare_image(encode(photo(), "JPEG")).data


class TestWhatHides:
    def test_where_it_was_taken_is_gone(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "canary-maker"
        exif[0x9286] = PLACE
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[29] = "N", (52.0, 31.0, 12.0), "2026:01:02"
        raw = encode(photo(), "JPEG", exif=exif, comment=PLACE.encode())
        assert all(word in raw for word in (b"canary-maker", PLACE.encode(), b"2026:01:02"))

        data = prepare_image(raw).data

        for word in (b"canary", b"52.52", b"2026:01:02", b"Exif"):
            assert word not in data
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {}

    def test_xmp_and_photoshop_data_are_gone(self) -> None:
        xmp = b"<x:xmpmeta>canary-xmp</x:xmpmeta>"
        raw = encode(photo(), "JPEG", xmp=xmp)
        iptc = b"\xff\xed" + struct.pack(">H", 30) + b"Photoshop 3.0\0canary-iptc..."[:28]
        raw = raw[:2] + iptc + raw[2:]
        assert b"canary-xmp" in raw
        assert b"canary-iptc" in raw

        data = prepare_image(raw).data

        assert b"canary" not in data
        assert b"Photoshop" not in data

    @pytest.mark.parametrize("transparent", [True, False])
    def test_texts_in_a_png_are_gone(self, transparent: bool) -> None:
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "canary-text")
        texts.add_itxt("Place", PLACE, zip=False)
        exif = Image.Exif()
        exif[0x010F] = "canary-maker"
        picture = Image.new("RGBA", (30, 30), (9, 9, 9, 120 if transparent else 255))
        raw = encode(picture, "PNG", pnginfo=texts, exif=exif)
        assert raw.count(b"canary") == 3

        prepared = prepare_image(raw)

        assert prepared.content_type == "image/png"
        assert b"canary" not in prepared.data
        kinds = {b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"iCCP", b"tIME", b"pHYs"}
        assert not [kind for kind in kinds if kind in prepared.data]

    def test_a_comment_in_a_gif_is_gone(self) -> None:
        raw = encode(photo().quantize(200), "GIF", comment=b"canary-comment")
        assert b"canary-comment" in raw

        assert b"canary" not in prepare_image(raw).data

    def test_metadata_of_a_webp_are_gone(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "canary-maker"
        raw = encode(photo(), "WEBP", exif=exif, xmp=b"canary-xmp")
        assert raw.count(b"canary") == 2

        assert b"canary" not in prepare_image(raw).data

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
    def test_a_page_glued_to_it_is_gone(self, kind: str) -> None:
        raw = encode(photo(), kind) + b"<!doctype html>" + SCRIPT

        data = prepare_image(raw).data

        assert b"script" not in data
        assert b"html" not in data

    def test_an_archive_glued_to_it_is_gone(self) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("canary.html", SCRIPT)
        raw = encode(photo(), "JPEG") + archive.getvalue()
        assert zipfile.is_zipfile(io.BytesIO(raw))

        data = prepare_image(raw).data

        assert not zipfile.is_zipfile(io.BytesIO(data))
        assert b"canary" not in data

    def test_a_gif_that_is_a_script_too_is_no_script_any_more(self) -> None:
        """`GIF89a/*...*/=alert()` is valid JavaScript and, with the right sizes, a valid GIF."""
        raw = bytearray(encode(Image.new("P", (0x2A2F, 1), 1), "GIF", comment=b"x"))
        assert bytes(raw[:8]) == b"GIF89a/*"
        raw += b"*/=1;alert('canary-script')"

        with pytest.raises(Invalid, match="far too long"):
            prepare_image(bytes(raw))
        square = encode(photo(120, 120).quantize(100), "GIF", comment=b"*/=1;alert('canary')")
        assert b"canary" not in prepare_image(square).data

    def test_a_script_inside_a_jpeg_comment_is_gone(self) -> None:
        raw = encode(photo(), "JPEG", comment=SCRIPT)
        assert SCRIPT in raw

        assert b"canary" not in prepare_image(raw).data

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_the_camera_s_turn_is_applied(self, orientation: int) -> None:
        upright = Image.new("RGB", (80, 40), "white")
        upright.paste("red", (0, 0, 40, 20))
        undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
        as_shot = upright
        if orientation > 1:
            as_shot = upright.transpose(Image.Transpose(undo[orientation]))
        exif = Image.Exif()
        exif[0x0112] = orientation

        picture = opened(prepare_image(encode(as_shot, "JPEG", exif=exif, quality=95)))

        assert picture.size == (80, 40)
        red, green, _ = picture.getpixel((10, 10))  # type: ignore[misc]
        assert (red > 200, green < 60) == (True, True)
        assert min(picture.getpixel((70, 30))) > 200  # type: ignore[arg-type]

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF")
    def test_exif_that_cannot_be_read_does_not_cost_the_picture(self) -> None:
        raw = encode(photo(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(30))

        assert prepare_image(raw).width == 300


class TestSizes:
    def test_fifty_megabytes_are_refused_unopened(self) -> None:
        error = refusal(encode(photo(), "JPEG") + bytes(50_000_000))

        assert error.detail == "image_too_large"
        assert "50 MB; 20 MB is the most" in error.message

    @pytest.mark.parametrize("size", [(50_000, 50_000), (7_000, 6_000), (20_000, 6_000)])
    def test_a_bomb_is_refused_unpacked(self, size: tuple[int, int]) -> None:
        assert refusal(png_bomb(*size)).detail == "image_too_many_pixels"

    def test_a_gif_whose_frame_is_a_bomb_is_refused(self) -> None:
        """A small canvas, and a frame that says it is 65,535 pixels wide and high."""
        frame = b"," + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x4c\x01\0;"
        canvas = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + bytes(6)

        assert refusal(canvas + frame).detail == "image_too_many_pixels"

    def test_a_webp_canvas_that_is_a_bomb_is_refused(self) -> None:
        size = struct.pack("<I", 16_382)[:3]
        body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + size
        raw = b"RIFF" + struct.pack("<I", len(body)) + body

        assert refusal(raw).detail in ("image_too_many_pixels", "image_damaged")

    def test_texts_of_a_png_that_unpack_to_gigabytes_are_refused(self) -> None:
        good = encode(photo(), "PNG")
        text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(90_000_000), 9))

        assert refusal(good[:33] + text + good[33:]).detail == "image_damaged"

    def test_a_large_photo_becomes_as_large_as_platforms_take(self) -> None:
        prepared = prepare_image(encode(photo(6000, 3000), "JPEG", quality=50))

        assert (prepared.width, prepared.height) == (4096, 2048)

    def test_with_transparency_it_is_smaller(self) -> None:
        picture = Image.new("RGBA", (3000, 1500), (0, 0, 0, 90))

        prepared = prepare_image(encode(picture, "PNG"))

        assert (prepared.width, prepared.height) == (2048, 1024)

    def test_a_strip_is_refused(self) -> None:
        assert refusal(encode(photo(9000, 1), "PNG")).detail == "image_shape"

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_half_a_file_is_refused(self, kind: str) -> None:
        raw = encode(photo(), kind)

        error = refusal(raw[: len(raw) // 2])

        assert error.detail == "image_damaged"
        assert "send that file" in error.message

    def test_others_wait_and_are_told_when_it_takes_too_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "_AT_ONCE", threading.BoundedSemaphore(1))
        monkeypatch.setattr(pictures, "_WAIT_SECONDS", 0.05)
        raw = encode(photo(), "JPEG")

        with pictures._taking_turns(), pytest.raises(Unavailable) as caught:
            prepare_image(raw)

        assert caught.value.detail == "pictures_busy"
        assert prepare_image(raw).width == 300


class TestThumbnails:
    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    def test_are_smaller_and_keep_their_kind(self, mode: str) -> None:
        picture = photo(1200, 600).convert(mode)
        if mode == "RGBA":
            picture.putalpha(Image.linear_gradient("L").resize(picture.size))
        prepared = prepare_image(encode(picture, "PNG"))

        small = make_thumbnail(prepared.data, width=320)

        shown = Image.open(io.BytesIO(small))
        assert shown.size == (320, 160)
        assert f"image/{str(shown.format).lower()}" == prepared.content_type
        assert shown.mode == mode

    def test_of_a_small_picture_are_the_picture(self) -> None:
        prepared = prepare_image(encode(photo(100, 50), "JPEG"))

        assert make_thumbnail(prepared.data, width=320) == prepared.data
