"""The list of images: what the browser may ask for, and what became of images between versions."""

from __future__ import annotations

from typing import Any

import pytest

from components import images
from components.gallery import compare_images
from components.image_words import LONGEST_ALT, MOST_IMAGES, apply_sent, merge, read_sent
from components.images import why_not_send
from components.messages import fingerprint
from services.posts import Image


def image(name: str, alt: str = "") -> Image:
    return Image(name, name * 64, alt)


A, B, C, D = (image(name) for name in "abcd")
KNOWN = {one.id: one.sha256 for one in (A, B, C, D)}


def message(
    *images: tuple[str, str | None], known: str = "abcd", on: str = "", **changes: Any
) -> dict[str, Any]:
    """A message of the browser; `on` are the words that its descriptions were written on."""
    rows = [{"id": one, "alt": alt, "known": [fingerprint(on)]} for one, alt in images]
    sent = {"page": "p", "seq": 1, "images": rows, "known": list(known), "base": [], "moved": True}
    return sent | changes


def apply(images: tuple[Image, ...], state: object) -> tuple[Image, ...]:
    sent = read_sent(state)
    assert sent is not None
    return apply_sent(images, sent, known=KNOWN).images


class TestWhatTheBrowserSays:
    def test_orders_describes_and_takes_out(self) -> None:
        found = apply((A, B, C), message(("c", "A tree."), ("a", "")))

        assert found == (image("c", "A tree."), A)

    def test_puts_back(self) -> None:
        assert apply((A,), message(("a", ""), ("b", ""))) == (A, B)

    def test_does_not_lose_what_was_uploaded_meanwhile(self) -> None:
        assert apply((A, B, C), message(("b", ""), ("a", ""), known="ab")) == (B, A, C)

    def test_cannot_slip_in_an_image_of_another_draft(self) -> None:
        assert apply((A,), message(("x", "stolen"), ("a", ""))) == (A,)

    def test_cannot_give_an_image_other_bytes(self) -> None:
        state = message(("a", ""))
        state["images"][0]["sha256"] = "f" * 64

        assert apply((A,), state)[0].sha256 == A.sha256

    def test_names_each_image_once(self) -> None:
        assert apply((A, B), message(("a", "one"), ("b", ""), ("a", "two"))) == (
            image("a", "two"),
            B,
        )

    def test_has_no_more_images_than_a_post_can(self) -> None:
        many = {f"{n:02}": "f" * 64 for n in range(40)}
        sent = read_sent(message(*((one, "") for one in many)))
        assert sent is not None

        assert len(apply_sent((), sent, known=many).images) == MOST_IMAGES

    def test_has_no_longer_words_than_can_be_kept(self) -> None:
        (found,) = apply((A,), message(("a", "x" * 9_000)))

        assert len(found.alt) == LONGEST_ALT

    def test_has_no_halves_of_characters(self) -> None:
        (found,) = apply((A,), message(("a", "a \ud83d b\0c")))

        assert found.alt == "a \ufffd bc"

    @pytest.mark.parametrize(
        "state",
        [
            None,
            "text",
            [],
            {},
            message(page=1),
            message(seq="1"),
            message(seq=True),
            message(known="abc") | {"known": "abc"},
        ],
    )
    def test_is_nothing_when_it_is_no_message(self, state: object) -> None:
        assert read_sent(state) is None

    @pytest.mark.parametrize("rows", [None, "abc", [None, 3, "a", {"id": 4}, {"alt": "x"}]])
    def test_is_an_empty_list_when_its_rows_are_none(self, rows: object) -> None:
        assert apply((A,), message(base=["a"]) | {"images": rows}) == ()


class TestOtherWords:
    """Two windows describe the same image."""

    def test_are_not_replaced_by_words_written_on_older_ones(self) -> None:
        sent = read_sent(message(("a", "Mine."), base=["a"]))
        assert sent is not None

        merged = apply_sent((image("a", "Theirs."),), sent, known=KNOWN)

        assert merged.images == (image("a", "Theirs."),)
        assert merged.odds == {"a": "Mine."}

    def test_are_replaced_by_words_written_on_them(self) -> None:
        sent = read_sent(message(("a", "Theirs, and mine."), on="Theirs.", base=["a"]))
        assert sent is not None

        merged = apply_sent((image("a", "Theirs."),), sent, known=KNOWN)

        assert (merged.images[0].alt, merged.odds) == ("Theirs, and mine.", {})

    @pytest.mark.parametrize(("typed", "odds"), [("More.", {"a": "More."}), ("Theirs.", {})])
    def test_wait_until_the_person_chooses_or_types_the_same(
        self, typed: str, odds: dict[str, str]
    ) -> None:
        sent = read_sent(message(("a", typed), on="Theirs.", base=["a"]))
        assert sent is not None

        merged = apply_sent((image("a", "Theirs."),), sent, known=KNOWN, odds=["a"])

        assert (merged.images[0].alt, merged.odds) == ("Theirs.", odds)

    def test_are_left_alone_where_nothing_is_said(self) -> None:
        state = message(("b", None), ("a", None), base=["a", "b"])

        assert apply((image("a", "Theirs."), B), state) == (B, image("a", "Theirs."))

    def test_stay_where_the_browser_changed_only_words(self) -> None:
        state = message(("a", "Mine."), ("b", None), base=["a", "b"], moved=False)

        assert apply((B, A, C), state) == (B, image("a", "Mine."), C)

    def test_come_back_with_an_image_that_is_put_back_before_the_browser_heard_it_was_gone(
        self,
    ) -> None:
        state = message(("a", "Mine."), ("b", None), base=["a", "b"])

        assert apply((B,), state) == (image("a", "Mine."), B)


class TestMerging:
    def test_takes_the_words_of_each_side(self) -> None:
        mine, theirs = (image("a", "Mine."), B), (A, image("b", "Theirs."))

        merged = merge((A, B), mine, theirs)

        assert merged is not None
        assert merged.images == (image("a", "Mine."), image("b", "Theirs."))
        assert merged.odds == {}

    def test_holds_back_mine_where_both_described_an_image(self) -> None:
        mine, theirs = (image("a", "Mine."), image("b", "B.")), (image("a", "Theirs."), B)

        merged = merge((A, B), mine, theirs)

        assert merged is not None
        assert merged.images == (image("a", "Theirs."), image("b", "B."))
        assert merged.odds == {"a": "Mine."}

    def test_takes_an_order_and_words_together(self) -> None:
        merged = merge((A, B), (image("a", "Mine."), B), (B, A, C))

        assert merged is not None
        assert merged.images == (B, image("a", "Mine."), C)

    @pytest.mark.parametrize(
        ("mine", "theirs"),
        [
            ((B, A, C), (C, A, B)),
            ((image("a", "Mine."), B, C), (B, C)),
            ((B, C), (image("a", "Theirs."), B, C)),
        ],
    )
    def test_gives_up_where_something_would_be_lost(
        self, mine: tuple[Image, ...], theirs: tuple[Image, ...]
    ) -> None:
        assert merge((A, B, C), mine, theirs) is None


class TestWhyNotSend:
    def test_names_the_images_without_words(self) -> None:
        assert why_not_send((A, image("b", "A tree."), image("c", " \n"))) == (
            "Describe image 1 and image 3 first."
        )

    def test_is_nothing_when_all_are_described(self) -> None:
        assert why_not_send((image("a", "A tree."),)) == why_not_send(()) == ""


def fates(before: tuple[Image, ...], now: tuple[Image, ...]) -> list[tuple[str, int]]:
    return [(change.fate, change.place) for change in compare_images(before, now)]


class TestWhatBecameOfThem:
    @pytest.mark.parametrize(
        ("before", "now", "expected"),
        [
            ((A, B), (A, B), [("same", 1), ("same", 2)]),
            ((), (A,), [("new", 1)]),
            ((A,), (), [("removed", 1)]),
            ((A, B), (A, C), [("same", 1), ("replaced", 2)]),
            ((A, B, C), (A, C), [("same", 1), ("same", 2), ("removed", 2)]),
            ((A, B), (A, B, C), [("same", 1), ("same", 2), ("new", 3)]),
            ((A, B, C), (C, A, B), [("moved", 1), ("same", 2), ("same", 3)]),
            ((A, B), (D, A, B), [("new", 1), ("same", 2), ("same", 3)]),
        ],
    )
    def test_is_said_of_each(
        self,
        before: tuple[Image, ...],
        now: tuple[Image, ...],
        expected: list[tuple[str, int]],
    ) -> None:
        assert fates(before, now) == expected

    def test_other_words_are_shown_word_by_word(self) -> None:
        (change,) = compare_images((image("a", "A sad man."),), (image("a", "A tired man."),))

        assert change.is_change
        assert [(one.kind, one.text) for one in change.alt] == [
            ("same", "A "),
            ("removed", "sad"),
            ("added", "tired"),
            ("same", " man."),
        ]

    def test_nothing_is_no_change(self) -> None:
        (change,) = compare_images((image("a", "A man."),), (image("a", "A man."),))

        assert not change.is_change

    def test_a_removed_image_keeps_its_words_as_removed(self) -> None:
        (change,) = compare_images((image("a", "A man."),), ())

        assert [one.kind for one in change.alt] == ["removed"]
        assert change.is_change


def test_what_a_run_heard_that_was_broken_off_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = message(("a", "A bench."), known="a", base=["a"])
    state: dict[str, Any] = {images._key("list", "d"): {"images": said}}
    monkeypatch.setattr("components.images.st.session_state", state)
    before = (Image("a", "0" * 64),)

    # The first run heard it and was broken off before it could keep it: the page has the old list.
    assert images.hear_images(before, media=(), draft_id="d")[0].alt == "A bench."
    assert images.hear_images(before, media=(), draft_id="d")[0].alt == "A bench."

    images.let_go("d")
    assert images.hear_images(before, media=(), draft_id="d") == before
