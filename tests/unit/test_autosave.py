"""Saving what a tab typed: what may be saved over what, and what the browser is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from components import autosave
from components.autosave import Fields, Message, Writing, fingerprint, read_message
from services import errors
from services.gateway.client import Gateway
from services.models import Buffer
from services.posts import Content

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIELDS = Fields("Rest days", "instagram", "general", ("DE",), None)


class FakeDrafts:
    """One draft on a server: a revision, its content, and what goes wrong next."""

    def __init__(self) -> None:
        self.revision = 5
        self.title = "Rest days"
        self.publish_by: date | None = None
        self.content = FIELDS.content("Rest is a skill.")
        self.saves: list[int] = []
        self.trouble: errors.TandemError | None = None
        self.voids = False

    def write(self, function: str, params: dict[str, Any]) -> dict[str, Any]:
        import json

        assert function == "save_buffer"
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        if params["p_expected_revision"] != self.revision:
            raise errors.Conflict("changed", detail="stale_revision")
        self.saves.append(self.revision)
        self.revision += 1
        self.title = params["p_title"]
        self.publish_by = date.fromisoformat(p) if (p := params["p_publish_by"]) else None
        self.content = Content.from_json(json.loads(params["p_content"]))
        return {
            "revision": self.revision,
            "state": "drafting",
            "voided": self.voids,
            "saved_at": NOW.isoformat(),
            "content_hash": f"hash {self.revision}",
        }

    def by_another_window(self, text: str | None = None, **fields: Any) -> None:
        """What the other window saved."""
        self.revision += 1
        self.title = fields.get("title", self.title)
        caption = self.content.caption if text is None else text
        self.content = replace(
            self.content,
            caption=caption,
            **{name: value for name, value in fields.items() if name != "title"},
        )

    def buffer(self) -> Buffer:
        return Buffer(self.content, self.revision, f"hash {self.revision}", NOW)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeDrafts:
    fake = FakeDrafts()

    def add_other_text(
        _gateway: Gateway, conflict: errors.Conflict, _draft_id: str
    ) -> errors.Conflict:
        if conflict.detail != "stale_revision":
            return conflict
        data = {"buffer": fake.buffer(), "title": fake.title, "publish_by": fake.publish_by}
        return errors.Conflict(conflict.message, detail=conflict.detail, data=data)

    monkeypatch.setattr("services.drafts._with_other_text", add_other_text)
    return fake


@pytest.fixture
def gateway(server: FakeDrafts) -> Gateway:
    return server  # type: ignore[return-value]


@pytest.fixture
def writing(server: FakeDrafts) -> Writing:
    return Writing(
        draft_id="7f3f2a52-1d4e-4a08-9a51-0d7a4b1c9a11",
        fields=FIELDS,
        caption=server.content.caption,
        revision=server.revision,
        content_hash="",
        saved_at=NOW,
        state="drafting",
    )


def say(text: str, *, seq: int = 1, base: int = 5, own: tuple[str, ...] = ()) -> Message:
    return Message("page", seq, text, base, frozenset({*own, fingerprint(text)}))


class TestSaving:
    def test_a_saved_text_is_acknowledged_with_its_revision(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        autosave.save(gateway, writing, fields=FIELDS, message=say("New text"))
        assert server.content.caption == "New text"
        assert writing.ack == {"page": "page", "seq": 1, "revision": 6}
        assert writing.refusal is None
        assert not writing.is_new(say("New text"))
        assert writing.is_new(say("Newer", seq=2))

    def test_a_text_that_was_sent_before_the_last_answer_came_is_saved_over_it(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        autosave.save(gateway, writing, fields=FIELDS, message=say("One"))
        autosave.save(gateway, writing, fields=FIELDS, message=say("One two", seq=2, base=5))
        assert server.content.caption == "One two"
        assert server.saves == [5, 6]
        assert writing.clash is None

    def test_a_field_saved_in_between_does_not_stand_in_the_way(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        titled = replace(FIELDS, title="Better")
        autosave.save(gateway, writing, fields=titled)
        autosave.save(gateway, writing, fields=titled, message=say("Typed", base=5))
        assert (server.title, server.content.caption) == ("Better", "Typed")

    def test_the_end_of_an_approval_is_remembered_until_told(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.voids = True
        autosave.save(gateway, writing, fields=FIELDS, message=say("Edited"))
        server.voids = False
        autosave.save(gateway, writing, fields=FIELDS, message=say("More", seq=2))
        assert writing.voided


class TestOtherWindow:
    def test_two_texts_make_a_clash_and_nothing_is_saved(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        autosave.save(gateway, writing, fields=FIELDS, message=say("Mine"))
        assert writing.clash is not None
        assert writing.clash.text == "Mine"
        assert writing.clash.other.content.caption == "Theirs"
        assert server.content.caption == "Theirs"
        assert writing.refusal is not None
        assert not writing.refusal["again"]

    def test_a_text_this_browser_sent_before_is_no_other_text(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Half a sen")
        message = say("Half a sentence", own=(fingerprint("Half a sen"),))
        autosave.save(gateway, writing, fields=FIELDS, message=message)
        assert writing.clash is None
        assert server.content.caption == "Half a sentence"

    def test_the_same_text_in_both_windows_is_no_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("The same")
        autosave.save(gateway, writing, fields=FIELDS, message=say("The same"))
        assert writing.clash is None
        assert writing.ack == {"page": "page", "seq": 1, "revision": 6}
        assert server.saves == []

    def test_a_field_changed_there_and_a_text_here_are_merged(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(title="Their title", platform="tiktok")
        autosave.save(gateway, writing, fields=FIELDS, message=say("My text"))
        assert writing.clash is None
        assert server.content.caption == "My text"
        assert (server.title, server.content.platform) == ("Their title", "tiktok")
        assert writing.moved

    def test_a_field_changed_differently_in_both_is_a_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(platform="tiktok")
        autosave.save(gateway, writing, fields=replace(FIELDS, platform="youtube"))
        assert writing.clash is not None
        assert server.content.platform == "tiktok"

    def test_a_text_built_on_something_older_than_this_tab_knows_is_not_merged(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        writing.follow(server.buffer(), title=server.title, publish_by=None)
        autosave.save(gateway, writing, fields=FIELDS, message=say("Mine", base=5))
        assert writing.clash is not None
        assert server.content.caption == "Theirs"

    def test_keeping_mine_saves_the_newest_words_over_theirs(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        autosave.save(gateway, writing, fields=FIELDS, message=say("Mine"))
        autosave.note_newer(writing, say("Mine, longer", seq=2))
        autosave.keep_mine(gateway, writing, message=say("Mine, longer", seq=2))
        assert server.content.caption == "Mine, longer"
        assert writing.clash is None
        assert writing.ack == {"page": "page", "seq": 2, "revision": 7}

    def test_keeping_mine_against_a_third_text_asks_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        autosave.save(gateway, writing, fields=FIELDS, message=say("Mine"))
        server.by_another_window("Theirs, again")
        with pytest.raises(errors.Conflict):
            autosave.keep_mine(gateway, writing, message=say("Mine"))
        assert writing.clash is not None
        assert writing.clash.other.content.caption == "Theirs, again"
        assert server.content.caption == "Theirs, again"

    def test_taking_theirs_tells_the_browser_to_let_go(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        autosave.save(gateway, writing, fields=FIELDS, message=say("Mine"))
        autosave.take_other(writing, message=say("Mine"))
        assert (writing.caption, writing.revision, writing.adopt) == ("Theirs", 6, 1)
        assert writing.clash is None
        assert not writing.is_new(say("Mine"))


class TestFailures:
    def test_an_unreachable_database_makes_the_browser_try_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Unavailable()
        autosave.save(gateway, writing, fields=FIELDS, message=say("Kept"))
        assert writing.refusal is not None
        assert writing.refusal["again"]
        assert writing.caption == "Rest is a skill."
        autosave.save(gateway, writing, fields=FIELDS, message=say("Kept", seq=2))
        assert server.content.caption == "Kept"
        assert writing.refusal is None

    def test_a_text_that_cannot_be_taken_is_told_and_not_tried_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Invalid("Too long.")
        autosave.save(gateway, writing, fields=FIELDS, message=say("x"))
        assert writing.refusal is not None
        assert writing.refusal["message"] == "Not saved: Too long."
        assert not writing.refusal["again"]

    @pytest.mark.parametrize(
        "trouble",
        [
            errors.Conflict("Closed.", detail="draft_closed"),
            errors.SignedOut(),
            errors.Forbidden(),
            errors.NotFound(),
        ],
    )
    def test_what_no_repetition_helps_is_raised_and_the_text_stays_in_the_browser(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing, trouble: errors.TandemError
    ) -> None:
        server.trouble = trouble
        with pytest.raises(type(trouble)):
            autosave.save(gateway, writing, fields=FIELDS, message=say("x"))
        assert writing.refusal is not None
        assert writing.ack is None

    def test_fields_alone_raise_what_went_wrong(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Unavailable()
        with pytest.raises(errors.Unavailable):
            autosave.save(gateway, writing, fields=replace(FIELDS, title="x"))
        assert writing.fields == FIELDS


class TestReadMessage:
    def test_it_reads_what_the_browser_sends(self) -> None:
        state = {"page": "p", "seq": 3, "text": "Hi", "base": 5, "own": ["2-abc", 7]}
        assert read_message(state) == Message("p", 3, "Hi", 5, frozenset({"2-abc"}))

    @pytest.mark.parametrize(
        "state",
        [
            None,
            "text",
            {},
            {"page": "p", "seq": "1", "text": "x", "base": 1},
            {"page": "p", "seq": True, "text": "x", "base": 1},
            {"page": "p", "seq": 1, "text": None, "base": 1},
            {"page": "p", "seq": -1, "text": "x", "base": 1},
            {"page": "p", "seq": float("nan"), "text": "x", "base": 1},
            {"page": "p", "seq": float("inf"), "text": "x", "base": 1},
        ],
    )
    def test_anything_else_is_no_message(self, state: object) -> None:
        assert read_message(state) is None

    def test_it_mends_what_no_database_can_keep(self) -> None:
        state = {"page": "p", "seq": 1, "text": "a\ud83db\0c", "base": 1}
        message = read_message(state)
        assert message is not None
        assert message.text == "a\ufffdbc"


class TestFingerprint:
    # The browser computes the same; see editor.js.
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("", "0-0"), ("a", "1-3d3f4819"), ("Grüße", "5-"), ("👩\u200d👧", "5-")],
    )
    def test_it_counts_utf16_units(self, text: str, expected: str) -> None:
        assert fingerprint(text).startswith(expected)
