"""What hides in a picture file, and that none of it is kept."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image, PngImagePlugin

from services.errors import Invalid
from services.pictures import prepare_image
from tests.support.pictures import SCRIPT, encode, opened, photo

PLACE = "canary-place 52.5200 N"


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
