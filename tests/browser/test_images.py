"""Images of a draft in the browser: added on a phone, described, seen by whoever reviews them."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.browser import support
from tests.browser.editing import KEPT, type_and_go_back
from tests.browser.support import ON_A_PHONE, BrowserAs
from tests.support.images import add_image, make_picture, use_image
from tests.support.pages import axe, check_phone, screenshot, settle, small_targets
from tests.support.people import MadeDraft, World
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

BENCH = "A bench in a park, with long shadows."
TREE = "A tree without leaves."
SAVED = "Saved"


def part(page: Page) -> Locator:
    return page.locator(".images")


def alt_of(page: Page, place: int) -> Locator:
    return page.get_by_label(f"Description of image {place}")


def open_draft(page: Page, draft: MadeDraft) -> None:
    page.goto(f"/draft?draft={draft.id}")
    expect(page.get_by_text("Add images")).to_be_visible()
    settle(page)


def add(page: Page, **files: bytes) -> None:
    """Choose files as a phone's picker hands them over; the names' endings are made up."""
    page.locator("input[type=file]").set_input_files(
        [
            FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=raw)
            for name, raw in files.items()
        ]
    )


def wait_for_saved(page: Page) -> None:
    expect(part(page).locator(".status")).to_have_text(SAVED)
    settle(page)


def stored(world: World, draft: MadeDraft) -> list[str]:
    """The descriptions in the database, in the order of the images."""
    rows = world.run_sql(
        "select m ->> 'alt' from public.draft_buffers b,"
        " jsonb_array_elements(b.content -> 'media') with ordinality t (m, n)"
        " where b.draft_id = %s order by n",
        draft.id,
    )
    return [str(row[0]) for row in rows]


def is_loaded(image: Locator) -> bool:
    return bool(image.evaluate("(image) => image.complete && image.naturalWidth > 0"))


@pytest.fixture
def two(members: World, draft: MadeDraft) -> MadeDraft:
    """The draft with two described images."""
    images = [add_image(members, draft, make_picture(shade=shade)) for shade in (10, 200)]
    return use_image(members, draft, *images, alt=BENCH)


def test_an_image_goes_from_a_phone_to_whoever_reviews_it(
    browser_as: BrowserAs, members: World, draft: MadeDraft
) -> None:
    ines = browser_as("ines", **ON_A_PHONE)
    open_draft(ines, draft)
    add(ines, bench=make_picture(1600, 1200), tree=make_picture(900, 1600, kind="PNG", shade=200))
    expect(alt_of(ines, 2)).to_be_visible()
    send = ines.get_by_role("button", name="Send for review")
    expect(send).to_be_disabled()
    expect(ines.get_by_text("Describe image 1 and image 2 first.")).to_be_visible()
    for place, words in ((1, BENCH), (2, TREE)):
        # Not a tap: in the moment after a jump there, one sets no caret in this browser.
        alt_of(ines, place).click()
        expect(alt_of(ines, place)).to_be_focused()
        ines.keyboard.type(words)
        expect(alt_of(ines, place)).to_have_value(words)
    wait_for_saved(ines)
    assert stored(members, draft) == [BENCH, TREE]
    for image in part(ines).locator("img").all():
        image.scroll_into_view_if_needed()
        wait_until(partial(is_loaded, image), what="a thumbnail")
    axe(ines)
    check_phone(ines)
    assert not [line for line in small_targets(ines) if "image" in line]
    screenshot(ines, "draft-images")
    expect(send).to_be_enabled()
    send.tap()
    expect(ines.get_by_text("Sent for review", exact=True)).to_be_visible()

    dana = browser_as("dana")
    support.open_room(dana, draft.id)
    shown = dana.locator(".gallery figure")
    expect(shown).to_have_count(2)
    expect(shown.nth(0)).to_contain_text("Image 1 of 2")
    expect(shown.nth(0).locator(".alt")).to_have_text(BENCH)
    expect(shown.nth(1).locator(".alt")).to_have_text(TREE)
    for image in shown.locator("img").all():
        image.scroll_into_view_if_needed()
        wait_until(partial(is_loaded, image), what="an image")
    axe(dana)
    check_phone(dana)
    screenshot(dana, "review-images")


def test_what_is_no_picture_is_refused_in_words(
    browser_as: BrowserAs, members: World, draft: MadeDraft
) -> None:
    page = browser_as("ines")
    open_draft(page, draft)
    add(
        page,
        drawing=b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        half=make_picture()[:2000],
        good=make_picture(),
    )

    expect(alt_of(page, 1)).to_be_visible()
    expect(page.get_by_text("drawing.jpg: SVG drawings cannot be added.")).to_be_visible()
    expect(page.get_by_text("half.jpg: This picture is damaged or incomplete")).to_be_visible()
    expect(alt_of(page, 2)).to_have_count(0)
    wait_for_saved(page)
    assert stored(members, draft) == [""]
    axe(page)


def test_a_file_that_is_far_too_large_does_not_even_arrive(
    browser_as: BrowserAs, members: World, draft: MadeDraft, tmp_path: Path
) -> None:
    page = browser_as("ines")
    open_draft(page, draft)
    files = [tmp_path / "huge.jpg", tmp_path / "good.jpg"]
    files[0].write_bytes(make_picture() + bytes(25_000_000))
    files[1].write_bytes(make_picture())
    page.locator("input[type=file]").set_input_files(files)

    expect(page.get_by_text(re.compile(r"20(\.0)? ?MB or smaller"))).to_be_visible()
    expect(alt_of(page, 1)).to_be_visible()
    wait_for_saved(page)
    assert stored(members, draft) == [""]


def test_images_are_moved_taken_out_and_put_back(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    page = browser_as("ines")
    open_draft(page, two)
    alt_of(page, 1).fill("First.")
    alt_of(page, 2).fill("Second.")
    wait_for_saved(page)

    page.get_by_role("button", name="Move image 1 down").press("Enter")
    wait_until(lambda: stored(members, two) == ["Second.", "First."], what="the new order")
    expect(page.get_by_role("button", name="Move image 2 up")).to_be_focused()

    page.get_by_role("button", name="Remove image 1").press("Enter")
    wait_until(lambda: stored(members, two) == ["First."], what="one image less")
    undo = page.get_by_role("button", name="Undo: put image 1 back")
    expect(undo).to_be_focused()
    undo.press("Enter")
    wait_until(lambda: stored(members, two) == ["Second.", "First."], what="it to be back")

    page.get_by_role("button", name="Remove image 2").click()
    wait_until(lambda: stored(members, two) == ["Second."], what="one image less")
    open_draft(page, two)
    page.get_by_text("Removed images (1)").click()
    page.get_by_role("button", name="Put back removed image 1").click()
    wait_until(lambda: stored(members, two) == ["Second.", ""], what="it to be back")


def test_what_is_undone_before_the_answer_is_undone(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    page = browser_as("ines")
    open_draft(page, two)
    part(page).evaluate(
        """(part) => {
          part.querySelector("[aria-label='Remove image 1']").click()
          part.querySelector("[aria-label='Undo: put image 1 back']").click()
        }"""
    )
    type_and_go_back(alt_of(page, 2), "A lamp.")

    wait_for_saved(page)
    assert stored(members, two) == [BENCH, BENCH]
    expect(alt_of(page, 2)).to_have_value(BENCH)
    assert not kept(page)


def test_a_reload_in_the_middle_of_a_word_brings_it_back(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    page = browser_as("ines")
    open_draft(page, two)
    alt_of(page, 2).fill("An unfinished sen")

    page.reload()

    expect(alt_of(page, 2)).to_have_value("An unfinished sen")
    wait_for_saved(page)
    assert stored(members, two) == [BENCH, "An unfinished sen"]
    wait_until(lambda: not kept(page), what="the browser to let go")


def test_two_windows_that_describe_the_same_image_lose_no_word(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    laptop, phone = browser_as("ines"), browser_as("ines", **ON_A_PHONE)
    for page in (laptop, phone):
        open_draft(page, two)
    alt_of(laptop, 1).fill("An empty bench.")
    wait_for_saved(laptop)
    # The other image is described in the same moment: that goes together.
    alt_of(phone, 2).fill(TREE)
    alt_of(phone, 1).fill("A bench in the sun.")

    yours, theirs = (
        phone.get_by_role("group", name=name) for name in ("Your text", "The other text")
    )
    expect(theirs).to_have_text("An empty bench.")
    expect(yours).to_have_text("A bench in the sun.")
    expect(phone.get_by_text("Description of image 1", exact=True).first).to_be_visible()
    assert stored(members, two) == ["An empty bench.", TREE]
    # Typing on neither gives up the other's words nor takes one's own away.
    alt_of(phone, 1).press("End")
    phone.keyboard.type(" At noon.")
    expect(yours).to_have_text("A bench in the sun. At noon.")
    phone.reload()
    expect(alt_of(phone, 1)).to_have_value("A bench in the sun. At noon.")
    expect(theirs).to_have_text("An empty bench.")
    expect(part(phone).locator(".status")).to_contain_text("in another window")
    assert stored(members, two) == ["An empty bench.", TREE]
    axe(phone)
    check_phone(phone)
    screenshot(phone, "draft-clash-image")

    phone.get_by_role("button", name="Take the other one").click()
    expect(alt_of(phone, 1)).to_have_value("An empty bench.")
    wait_for_saved(phone)
    alt_of(phone, 1).press("Control+z")
    expect(alt_of(phone, 1)).to_have_value("A bench in the sun. At noon.")
    wait_for_saved(phone)
    assert stored(members, two) == ["A bench in the sun. At noon.", TREE]
    wait_until(lambda: not kept(phone), what="the browser to let go")

    alt_of(laptop, 1).fill("Nobody on a bench.")
    expect(laptop.get_by_role("group", name="The other text")).to_have_text(
        "A bench in the sun. At noon."
    )
    laptop.get_by_role("button", name="Keep mine").click()
    wait_for_saved(laptop)
    assert stored(members, two) == ["Nobody on a bench.", TREE]
    expect(laptop.get_by_text("Two texts")).to_have_count(0)


def test_words_stay_while_the_connection_is_cut(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    page = browser_as("ines")
    open_draft(page, two)
    page.context.set_offline(True)
    alt_of(page, 1).fill("Typed on a train.")
    expect(part(page).locator(".status")).to_have_text(KEPT, timeout=30_000)
    assert "Typed on a train." in kept(page)

    page.context.set_offline(False)

    wait_until(
        lambda: stored(members, two) == ["Typed on a train.", BENCH],
        what="the words to arrive",
        seconds=60,
    )
    expect(alt_of(page, 1)).to_have_value("Typed on a train.")


def test_an_image_that_cannot_be_shown_says_so(
    browser_as: BrowserAs, members: World, two: MadeDraft
) -> None:
    page = browser_as("ines", fresh=True)

    def refuse(route: Route) -> None:
        route.fulfill(status=502, body="")

    page.route("**/images/**", refuse)
    open_draft(page, two)

    expect(part(page).get_by_text("This image cannot be shown right now.")).to_have_count(2)


def kept(page: Page) -> str:
    """What the browser keeps of images."""
    found: str = page.evaluate(
        """() => Object.entries(localStorage)
          .filter(([name]) => name.startsWith("tandem:images:"))
          .map(([, entry]) => entry).join("\\n")"""
    )
    return found
