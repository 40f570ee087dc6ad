"""Pictures from anywhere: what is refused, with which words, and what is left of what is taken."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import zlib

import pytest
from PIL import Image, ImageCms

from services import pictures
from services.errors import Unavailable
from services.pictures import make_thumbnail, prepare_image
from tests.support.pictures import SCRIPT, encode, opened, photo, png_bomb, png_chunk, refusal


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
