"""What people are told: every kind the database writes has words, and leads to a place."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components import news_list, telling
from components.words import to_markdown, to_text
from services.decisions import KINDS
from services.embedded.places import ROOT
from services.notifications import News, Notification, Place
from services.person import Person
from services.publishing import HiddenPost

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMMENT = "0f0f0f0f-0000-4000-8000-000000000001"
INES = Person("ines", "Ines", "", "UTC", "w1", "Home", frozenset({"influencer"}), ())


def make_news(kind: str = "comment_added", **changes: Any) -> Notification:
    values: dict[str, Any] = {
        "id": "0f0f0f0f-0000-4000-8000-000000000002",
        "kind": kind,
        "draft_id": "d1",
        "title": "Rest days",
        "author_id": "ines",
        "actor_name": "Dana",
        "subject_id": COMMENT,
        "detail": {},
        "times": 1,
        "created_at": NOW,
        "read_at": None,
    }
    return Notification(**(values | changes))


def split_arguments(call: str) -> list[str]:
    """The arguments of an SQL call, from just behind its opening bracket."""
    parts, depth = [""], 0
    for one in call:
        depth += (one in "([") - (one in ")]")
        if depth < 0:
            break
        if one == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    return parts


def list_written_kinds() -> set[str]:
    """The kind in every call of the migrations that tells somebody; a prefix is spelled out."""
    kinds: set[str] = set()
    for file in sorted((ROOT / "supabase/migrations").glob("*.sql")):
        written = file.read_text(encoding="utf-8")
        for call in written.split("perform private.tell_blind_coordinators(")[1:]:
            kinds.add(split_arguments(call)[1].strip(" '"))
        for call in written.split("perform private.tell_checkers(")[1:]:
            kinds.add(split_arguments(call)[1].strip(" '"))
        for call in written.split("perform private.notify(")[1:]:
            argument = split_arguments(call)[2].strip()
            if argument == "'draft_' || p_kind":
                # What record_decision of the migrations is called with.
                kinds |= {"draft_approved", "draft_changes_requested", "draft_declined"}
            elif argument.startswith("case"):
                kinds |= set(re.findall(r"(?:then|else) '(\w+)'", argument))
            else:
                (kind,) = re.fullmatch(r"'(\w+)'", argument).groups()  # type: ignore[union-attr]
                kinds.add(kind)
    return kinds


def test_every_kind_that_is_written_has_words_and_no_other() -> None:
    assert list_written_kinds() == telling.KINDS


def test_the_decisions_spelled_out_above_are_those_there_are() -> None:
    spelled = {"approved", "changes_requested", "declined"}
    told_otherwise = {"approved_with_edits", "approval_withdrawn", "edits_taken_back"}
    assert spelled | told_otherwise == set(KINDS)


CHECKS = {"checks_ending", "checks_ended"}


@pytest.mark.parametrize("kind", sorted(telling.KINDS - CHECKS))
def test_each_says_which_draft_it_is_about(kind: str) -> None:
    said = to_text(telling.say(make_news(kind)))
    assert "“Rest days”" in said
    assert not said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize(
    ("kind", "detail", "says"),
    [
        ("review_wanted", {"reason": "second_look"}, "for your second look"),
        ("review_wanted", {"reason": "assigned"}, "Dana gave you"),
        ("review_wanted", {"reason": "asked"}, "Dana asked you to decide"),
        ("advice_given", {"kind": "looks_good"}, "looks good"),
        ("advice_given", {"kind": "please_change"}, "advises to change"),
        ("review_passed_on", {"reason": "no_time"}, "will not get to it"),
        ("approval_withdrawn", {"was": "published"}, "which is published"),
    ],
)
def test_the_reason_is_part_of_the_sentence(kind: str, detail: dict[str, str], says: str) -> None:
    assert says in to_text(telling.say(make_news(kind, detail=detail)))


@pytest.mark.parametrize(
    ("kind", "entries", "says"),
    [
        ("checks_ending", 1, "1 entry of the library has a check that ends within two weeks"),
        ("checks_ending", 12, "12 entries of the library have checks that end within two weeks"),
        ("checks_ended", 1, "is given to nobody any more: its check has ended"),
        ("checks_ended", 2, "are given to nobody any more: their checks have ended"),
    ],
)
def test_checks_are_counted_and_lead_to_what_is_to_check(
    kind: str, entries: int, says: str
) -> None:
    news = make_news(
        kind, draft_id="", title="", author_id="", actor_name=None, detail={"entries": entries}
    )
    assert says in to_text(telling.say(news))
    assert telling.find_place(news, reader_id="sam") == (
        "library",
        (("library_show", "To check"),),
    )
    (row,) = telling.make_rows([news], person=INES, now=NOW)
    assert row.draft_id == ""


@pytest.mark.parametrize("kind", ["hidden_post_withdrawn", "hidden_post_taken_down"])
def test_a_post_whose_draft_one_may_not_read_is_named_by_its_author_and_place(kind: str) -> None:
    post = HiddenPost("d1", "ines", "Ines", "instagram", NOW, NOW, "Dana", {})
    news = make_news(kind, title="", author_id="", post=post)
    assert "a post by Ines on Instagram" in to_text(telling.say(news))
    assert telling.find_place(news, reader_id="sam") == ("home", ())
    (row,) = telling.make_rows([news], person=INES, now=NOW)
    assert row.draft_id == ""


def test_names_and_titles_are_shown_as_typed() -> None:
    news = make_news(title="*x* {who} [a](b)", actor_name="<b>Dana</b>")
    said = to_markdown(telling.say(news))
    assert r"\*x\*" in said
    assert "[a](" not in said
    assert "{who}" in to_text(telling.say(news))


def test_a_kind_from_a_newer_database_still_leads_to_its_draft() -> None:
    news = make_news("draft_sung", actor_name=None)
    assert to_text(telling.say(news)) == "Something happened to “Rest days”"
    assert telling.find_place(news, reader_id="ines") == ("draft", ())


@pytest.mark.parametrize(
    ("kind", "reader", "place"),
    [
        ("comment_added", "ines", ("review", (("comment", COMMENT),))),
        ("mentioned", "marco", ("review", (("comment", COMMENT),))),
        ("draft_changes_requested", "ines", ("draft", ())),
        ("ready_to_publish", "sam", ("review", ())),
        ("advice_wanted", "marco", ("review", ())),
        ("advice_given", "ines", ("review", ())),
    ],
)
def test_each_leads_to_the_exact_place(kind: str, reader: str, place: object) -> None:
    assert telling.find_place(make_news(kind), reader_id=reader) == place


def test_what_happened_often_says_so_once() -> None:
    (row,) = telling.make_rows([make_news(times=3)], person=INES, now=NOW)
    said = [to_text(line) for line in row.lines]
    assert said == ["New just now 3 times since you last looked"]


class TestPages:
    def test_the_place_in_an_address_is_exact(self) -> None:
        at = datetime(2026, 11, 23, 12, 0, 1, 123457, tzinfo=UTC)
        place = Place(at, COMMENT)
        view = news_list.read_view({"before": news_list.write_place(place)})
        assert view.before == place

    @pytest.mark.parametrize("text", ["", "x", f"-1_{COMMENT}", "12_", "9" * 30 + f"_{COMMENT}"])
    def test_an_address_that_says_nothing_shows_the_latest(self, text: str) -> None:
        assert news_list.read_view({"before": text}).before is None

    def test_older_news_are_offered_when_there_are_any(self) -> None:
        many = tuple(
            make_news(id=f"0f0f0f0f-0000-4000-8000-0000000001{n:02}", created_at=NOW - timedelta(n))
            for n in range(news_list.PAGE_SIZE + 1)
        )
        view = news_list.read_view({})
        found = news_list.build_list(News(many, 3), view, person=INES, now=NOW)
        assert len(found.rows) == news_list.PAGE_SIZE
        assert [way.label for way in found.groups[0].more] == ["Older news"]
        few = news_list.build_list(News(many[:3], 3), view, person=INES, now=NOW)
        assert few.groups[0].more == ()
