"""/images/{id}: who is shown an image, as what, and what happens when its bytes are others."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import httpx
import pytest
from PIL import Image as Pillow

from services.errors import TooMany
from services.posts import Media
from tests.routes.conftest import Seated
from tests.support.images import add_image, make_picture, use_image
from tests.support.people import MadeDraft, World, make_draft, submit
from tests.support.visitor import Visitor
from web.pace import Pace
from web.routes.images import WIDTHS, SmallCache


@pytest.fixture
def draft(members: World) -> MadeDraft:
    return make_draft(members)


@pytest.fixture
def image(members: World, draft: MadeDraft) -> Media:
    """In a draft that only ines sees."""
    return add_image(members, draft, make_picture(1400, 700))


def ask(visitor: Visitor, image: Media | str, query: str = "", **headers: str) -> httpx.Response:
    media_id = image if isinstance(image, str) else image.id
    answer: httpx.Response = visitor.client.get(
        f"/images/{media_id}{query}",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        follow_redirects=False,
    )
    return answer


def file_of(world: World, image: Media) -> Path:
    (found,) = [p for p in world.stack.places.media.rglob(f"*{image.sha256}*") if p.is_file()]
    return found


class TestWho:
    def test_without_a_session_nobody(self, visitor: Visitor, image: Media) -> None:
        for headers in ({}, {"accept": "text/html"}, {"cookie": "tandem_session=wrong"}):
            answer = ask(visitor, image, **headers)

            assert answer.status_code == 401
            assert image.sha256 not in answer.text

    def test_its_author(self, seated: Seated, members: World, image: Media) -> None:
        answer = ask(seated(members.ines), image)

        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == image.sha256
        assert answer.headers["content-type"] == "image/jpeg"

    def test_a_colleague_only_once_it_is_sent(
        self, seated: Seated, members: World, draft: MadeDraft, image: Media
    ) -> None:
        dana = seated(members.dana)
        assert ask(dana, image).status_code == 404

        submit(members, use_image(members, draft, image))

        assert ask(dana, image).status_code == 200

    @pytest.mark.parametrize("name", ["wes", "otto", "nobody"])
    def test_never_somebody_of_another_workspace(
        self, seated: Seated, members: World, draft: MadeDraft, image: Media, name: str
    ) -> None:
        submit(members, use_image(members, draft, image))
        assert ask(seated(members.dana), image, "?w=320").status_code == 200
        visitor = seated(getattr(members, name))

        for query in ("", "?w=320", "?download=1"):
            answer = ask(visitor, image, query, if_none_match=f'"{image.sha256}"')
            assert answer.status_code == 404
            assert answer.headers["cache-control"] == "no-store"

    def test_not_after_signing_out(self, seated: Seated, members: World, image: Media) -> None:
        visitor = seated(members.ines)
        assert ask(visitor, image).status_code == 200

        visitor.post("/auth/sign-out")

        assert ask(visitor, image).status_code == 401

    @pytest.mark.parametrize(
        "wrong", ["0" * 32, "x", "%2e%2e%2fhealthz", "..%2f..%2fkeys.json", "%00", "' or 1=1"]
    )
    def test_an_address_that_is_none(self, seated: Seated, members: World, wrong: str) -> None:
        assert ask(seated(members.ines), wrong).status_code == 404

    def test_only_by_looking(self, seated: Seated, members: World, image: Media) -> None:
        visitor = seated(members.ines)
        for method in ("POST", "PUT", "DELETE"):
            answer = visitor.client.request(
                method, f"/images/{image.id}", headers={"origin": visitor.origin}
            )
            assert answer.status_code == 405


class TestHow:
    def test_it_is_shown_and_never_run(self, seated: Seated, members: World, image: Media) -> None:
        headers = ask(seated(members.ines), image).headers

        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["content-disposition"].startswith("inline; ")

    def test_the_browser_keeps_it_for_this_session_alone(
        self, seated: Seated, members: World, image: Media
    ) -> None:
        headers = ask(seated(members.ines), image).headers

        assert headers["cache-control"] == "private, max-age=86400, immutable"
        assert headers["vary"] == "Cookie"

    def test_it_is_not_sent_twice(self, seated: Seated, members: World, image: Media) -> None:
        visitor = seated(members.ines)
        for query in ("", "?w=320"):
            tag = ask(visitor, image, query).headers["etag"]

            again = ask(visitor, image, query, if_none_match=f'W/"other", {tag}')

            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert ask(visitor, image, if_none_match='"other"').status_code == 200

    def test_a_part_of_it_is_the_whole(self, seated: Seated, members: World, image: Media) -> None:
        answer = ask(seated(members.ines), image, range="bytes=0-9")

        assert answer.status_code == 200
        assert len(answer.content) == image.byte_count
        assert answer.headers["accept-ranges"] == "none"

    def test_it_can_be_kept_under_a_safe_name(
        self, seated: Seated, members: World, image: Media
    ) -> None:
        answer = ask(seated(members.ines), image, "?download=1")

        assert answer.headers["content-disposition"] == (
            f'attachment; filename="tandem-{image.sha256[:12]}.jpg"'
        )

    def test_where_it_is_kept_shows_nowhere(
        self, seated: Seated, members: World, draft: MadeDraft, image: Media
    ) -> None:
        told = str(ask(seated(members.ines), image).headers)

        for secret in (draft.id, members.home, "storage", str(members.stack.lite.port)):
            assert secret not in told


class TestThumbnails:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_are_as_wide_as_asked(
        self, seated: Seated, members: World, image: Media, width: int
    ) -> None:
        answer = ask(seated(members.ines), image, f"?w={width}")

        assert answer.status_code == 200
        assert Pillow.open(io.BytesIO(answer.content)).size == (width, width // 2)
        assert answer.headers["content-type"] == "image/jpeg"

    def test_of_a_small_image_are_the_image(
        self, seated: Seated, members: World, draft: MadeDraft
    ) -> None:
        small = add_image(members, draft, make_picture(200, 100))

        answer = ask(seated(members.ines), small, "?w=640")

        assert hashlib.sha256(answer.content).hexdigest() == small.sha256

    @pytest.mark.parametrize("width", ["0", "-1", "321", "99999", "x", "", "3.2e2", "٣٢٠"])
    def test_come_in_a_few_widths(
        self, seated: Seated, members: World, image: Media, width: str
    ) -> None:
        assert ask(seated(members.ines), image, f"?w={width}").status_code == 404


class TestTampering:
    def test_other_bytes_are_refused_and_logged(
        self,
        seated: Seated,
        members: World,
        image: Media,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        file = file_of(members, image)
        whole = file.read_bytes()
        file.write_bytes(make_picture(1400, 700, shade=10))
        visitor = seated(members.ines)

        for query in ("", "?w=320", "?download=1"):
            answer = ask(visitor, image, query)
            assert answer.status_code == 502
            assert answer.headers["cache-control"] == "no-store"
            assert "not the one that was uploaded" in answer.text
        assert "changed in storage" in caplog.text
        file.write_bytes(whole)
        assert ask(visitor, image).status_code == 200


class TestLimits:
    def test_a_browser_that_asks_without_end_is_slowed(self) -> None:
        now = 0.0
        pace = Pace(burst=3, per_second=2, ticks=lambda: now)
        for _ in range(3):
            pace.take("a")
        with pytest.raises(TooMany):
            pace.take("a")
        pace.take("b")

        now = 0.5
        pace.take("a")
        with pytest.raises(TooMany):
            pace.take("a")

    def test_too_fast_is_said(
        self,
        seated: Seated,
        members: World,
        image: Media,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("web.routes.images._BURST", 2)
        monkeypatch.setattr("web.routes.images._PER_SECOND", 0.0)
        visitor = seated(members.ines)

        statuses = [ask(visitor, image, "?w=160").status_code for _ in range(3)]

        assert statuses == [200, 200, 429]

    def test_the_cache_keeps_no_more_than_it_may(self) -> None:
        cache = SmallCache(10)
        cache.keep("a", b"1234")
        cache.keep("b", b"1234")
        assert cache.find("a") == b"1234"

        cache.keep("c", b"1234")

        assert (cache.find("a"), cache.find("b"), cache.find("c")) == (b"1234", None, b"1234")
        cache.keep("large", bytes(11))
        assert cache.find("large") is None
