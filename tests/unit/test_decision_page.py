"""A decision as a page of its own: whole, true, and harmless whatever somebody typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from components import decision_page
from services import fingerprints
from services.given import HelpGiven, Service, Way
from services.models import CredentialSnapshot, Decision, Draft, Waiver
from services.posts import Content, Image

AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
HOSTILE = (
    "</p></title></style><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\"'><svg/onload=alert(3)> javascript:alert(4) <!-- ${title} $title"
)

CONTENT = Content(
    platform="instagram",
    topic="general",
    caption="Rest is a skill.\n\n\u05e9\u05dc\u05d5\u05dd 🌱  ",
    audience_countries=("DE", "AT"),
    format="carousel",
    script="Say it slowly.",
    hashtags=("rest", "sleep"),
    link="https://example.org/help",
    media=(Image("11111111-1111-1111-1111-111111111111", "a" * 64, "A hand on a cup"),),
)
HELD = CredentialSnapshot(
    "Dana", "Psychologist", "https://r.example.org/7", "DE", ("general",), AT, date(2027, 11, 23)
)
DECISION = Decision(
    id="decision-1",
    version_number=3,
    content_hash=fingerprints.compute_hash(CONTENT),
    kind="approved",
    reason_code=None,
    note="Kind and clear.",
    decided_by="dana",
    decided_at=AT,
    capacity="professional",
    credential=HELD,
    statement_version=1,
    statement="I read this exact text.",
    valid_until=AT.replace(year=2027),
)
DRAFT = Draft(
    id="draft-1",
    workspace_id="w1",
    title="Rest days",
    state="approved",
    platform="instagram",
    topic="general",
    publish_by=None,
    excerpt="",
    author_id="ines",
    author_name="Ines",
    version_count=3,
    submitted_version=3,
    submitted_at=AT,
    approved_version=3,
    approved_hash=DECISION.content_hash,
    approved_until=None,
    approved_by_name="Dana",
    published_at=None,
    published_url=None,
    change_number=4,
    created_at=AT,
    updated_at=AT,
)


class Reader(HTMLParser):
    """What a browser would make of a page: its tags, what they ask for, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def build(decision: Decision = DECISION, content: Content = CONTENT, draft: Draft = DRAFT) -> str:
    return decision_page.build_page(
        decision,
        content,
        draft=draft,
        validity="Good through 23 November 2027.",
        zone="Europe/Lisbon",
        made_at=AT,
    )


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


class TestBuildPage:
    def test_holds_the_whole_decision(self) -> None:
        text = read(build()).text
        for expected in (
            "Approved: Rest days",
            "Dana, Psychologist, approved version 3 of this post by Ines.",
            "Good through 23 November 2027.",
            "23 November 2026, 22:30 (Europe/Lisbon); 23 November 2026, 22:30 UTC",
            "https://r.example.org/7",
            "Kind and clear.",
            "I read this exact text.",
            DECISION.content_hash,
            "decision-1",
        ):
            assert expected in text

    def test_gives_times_in_the_readers_zone_and_in_utc(self) -> None:
        page = decision_page.build_page(
            DECISION, CONTENT, draft=DRAFT, validity="", zone="Asia/Tokyo", made_at=AT
        )
        assert "24 November 2026, 07:30 (Asia/Tokyo); 23 November 2026, 22:30 UTC" in page

    def test_holds_every_part_of_the_post(self) -> None:
        text = read(build()).text
        for expected in (
            CONTENT.caption,
            "Say it slowly.",
            "#rest #sleep",
            "https://example.org/help",
            "A hand on a cup",
            "a" * 64,
            "Carousel",
            "Germany (DE), Austria (AT)",
        ):
            assert expected in text

    def test_says_what_a_hard_text_is_about_before_quoting_it(self) -> None:
        waiver = Waiver("1", "caption", "Rest is", "Why not.", "It helps.", "d", "Kim", "Nurse", AT)
        grave = replace(CONTENT, topic="trauma")
        text = read(build(replace(DECISION, waivers=(waiver,)), grave)).text
        note = text.index("Content note: this post talks about trauma and violence.")
        assert note < text.index("Rest is a skill.") < text.index("The words\n")
        assert "Rest is" not in text[:note]
        assert "Content note" not in read(build()).text

    def test_the_line_to_check_gives_the_fingerprint(self) -> None:
        text = read(build()).text
        line = fingerprints.PREFIX + fingerprints.write_canonical(CONTENT)
        assert line in text
        assert "it is the same" in text

    def test_says_so_when_the_post_is_not_the_one_decided_on(self) -> None:
        text = read(build(content=replace(CONTENT, caption="Another."))).text
        assert "it is NOT the same" in text
        assert "it is the same" not in text

    def test_characters_nobody_sees_are_named(self) -> None:
        text = read(build(content=replace(CONTENT, caption="a\u202eb"))).text
        assert "aright-to-left overrideb" in text

    @pytest.mark.parametrize("kind", ["changes_requested", "declined", "approval_withdrawn"])
    def test_a_refusal_names_its_reason(self, kind: str) -> None:
        decision = replace(DECISION, kind=kind, reason_code="safety", valid_until=None)
        text = read(build(decision)).text
        assert "Could harm somebody who is struggling" in text
        assert "Valid until" not in text


class TestHostileText:
    def page(self) -> str:
        content = replace(
            CONTENT,
            caption=HOSTILE,
            script=HOSTILE,
            on_screen_text=HOSTILE,
            transcript=HOSTILE,
            link=HOSTILE,
            video_link=HOSTILE,
            hashtags=(HOSTILE,),
            media=(Image(HOSTILE, HOSTILE, HOSTILE),),
            audience_countries=(HOSTILE,),
        )
        held = replace(
            HELD, name=HOSTILE, profession=HOSTILE, register_url=HOSTILE, jurisdiction=HOSTILE
        )
        decision = replace(
            DECISION, note=HOSTILE, statement=HOSTILE, capacity=HOSTILE, credential=held
        )
        return build(decision, content, replace(DRAFT, title=HOSTILE, author_name=HOSTILE))

    def test_adds_no_tag_and_no_attribute(self) -> None:
        clean, hostile = read(build(replace(DECISION, note="x"))), read(self.page())
        assert hostile.tags == clean.tags
        assert hostile.attributes == clean.attributes
        assert "script" not in hostile.tags
        assert not hostile.attributes & {"onerror", "onload", "src", "href"}

    def test_is_still_there_to_be_read(self) -> None:
        assert HOSTILE in read(self.page()).text

    def test_the_page_forbids_what_might_slip_through(self) -> None:
        assert "default-src 'none'; style-src 'unsafe-inline'" in self.page()

    def test_the_file_name_has_nothing_that_somebody_typed(self) -> None:
        name = decision_page.name_file(DECISION)
        assert name == f"decision-2026-11-23-version-3-{DECISION.content_hash[:8]}.html"


def test_says_what_help_went_with_the_post() -> None:
    ways = (Way("text", "07700 900123", "TALK"), Way("web", "https://light.example.org/", ""))
    line = Service(HOSTILE, "DE", ways, "Kim", AT, date(2027, 2, 20))
    doubted = Service("Day Light", "DE", (), "", None, None)
    given = HelpGiven((line, doubted), "https://directory.example.org/")

    text = read(build(replace(DECISION, help=given))).text

    assert "Help with this post" in text
    assert HOSTILE in text
    assert "Text TALK to 07700 900123; Website https://light.example.org/; checked by Kim" in text
    assert "good through 20 February 2027" in text
    assert "not checked then" in text
    assert "https://directory.example.org/" in text


def test_says_nothing_of_help_where_there_was_none() -> None:
    for given in (None, HelpGiven((), "")):
        assert "Help with this post" not in read(build(replace(DECISION, help=given))).text
