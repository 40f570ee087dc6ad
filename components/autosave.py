"""What one browser tab knows of the draft it writes, and how a save can end.

Nothing here draws. A tab's texts arrive as messages that say which revision they build on. A
message may be saved over everything this tab saved itself since that revision; anything else on
the server is another window's, and the person decides.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, TypeGuard

from services import drafts, errors
from services.gateway.client import Gateway
from services.models import Buffer, Draft
from services.posts import Content, Image

# The database takes 100,000 characters; more than that is cut off here only to be refused there.
_MOST_CHARACTERS = 200_000
_MOST_FINGERPRINTS = 50
_LARGEST_NUMBER = 2**53

CLASH_WORDS = "Changed in another window: choose which text to go on with"


@dataclass(frozen=True, slots=True)
class Message:
    """A text as the browser sent it.

    Args:
        page: The document it comes from; changes with a reload.
        seq: Grows with every message of a document.
        base: The revision the text builds on.
        own: Fingerprints of texts this browser sent and had no answer to, this one included.
    """

    page: str
    seq: int
    text: str
    base: int
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fields:
    """All of a draft but its text."""

    title: str
    platform: str
    topic: str
    countries: tuple[str, ...]
    publish_by: date | None
    media: tuple[Image, ...] = ()

    def content(self, caption: str) -> Content:
        """The post these fields and a text make."""
        countries = tuple(sorted(self.countries))
        return Content(self.platform, self.topic, caption, countries, media=self.media)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two windows wrote the same draft; both texts are kept until somebody chooses."""

    text: str
    fields: Fields
    other: Buffer
    other_title: str
    other_publish_by: date | None


@dataclass(slots=True)
class Writing:
    """The draft as this tab last knew it to be on the server.

    `own_revisions` are those that this tab's saves made. `adopt` counts how often the person
    chose the server's text over the one in the field. `moved` is True when fields changed under
    the page, `voided` when a save just ended an approval; whoever acted on them clears them.
    """

    draft_id: str
    fields: Fields
    caption: str
    revision: int
    content_hash: str
    saved_at: datetime
    state: str
    own_revisions: set[int] = field(default_factory=set)
    heard: tuple[str, int] = ("", 0)
    ack: dict[str, Any] | None = None
    refusal: dict[str, Any] | None = None
    clash: Clash | None = None
    adopt: int = 0
    moved: bool = False
    voided: bool = False

    def is_new(self, message: Message | None) -> bool:
        """Whether the message has not been answered yet."""
        if message is None:
            return False
        page, seq = self.heard
        return message.page != page or message.seq > seq

    def expected_for(self, base: int) -> int:
        """The revision a text that builds on `base` may replace.

        What this tab saved itself in between is part of the same writing.
        """
        expected = base
        while expected + 1 in self.own_revisions:
            expected += 1
        return expected

    def answer(self, message: Message | None) -> None:
        """Tell the browser that its text is safe."""
        if message is not None:
            self.heard = (message.page, message.seq)
            self.ack = {"page": message.page, "seq": message.seq, "revision": self.revision}
            self.refusal = None

    def refuse(self, message: Message | None, words: str, *, again: bool) -> None:
        """Tell the browser that its text is not saved; `again` makes it try again by itself."""
        if message is not None:
            self.heard = (message.page, message.seq)
            self.refusal = {
                "page": message.page,
                "seq": message.seq,
                "message": words,
                "again": again,
            }

    def follow(self, buffer: Buffer, *, title: str, publish_by: date | None) -> None:
        """Take over what the server has, if it is newer."""
        if buffer.revision <= self.revision:
            return
        theirs = fields_of(buffer.content, title=title, publish_by=publish_by)
        self.moved = self.moved or theirs != self.fields
        self.revision = buffer.revision
        self.caption = buffer.content.caption
        self.fields = theirs
        self.content_hash = buffer.content_hash
        self.saved_at = buffer.updated_at


def fields_of(content: Content, *, title: str, publish_by: date | None) -> Fields:
    """The fields of a draft as the server has it."""
    return Fields(
        title=title,
        platform=content.platform,
        topic=content.topic,
        countries=tuple(sorted(content.audience_countries)),
        publish_by=publish_by,
        media=content.media,
    )


def raw_state(draft: Draft) -> str:
    """The state as saves report it, where an expired approval is still an approval."""
    return "approved" if draft.state == "expired" else draft.state


def start_writing(draft: Draft, buffer: Buffer) -> Writing:
    """What a tab knows right after it opened a draft."""
    return Writing(
        draft_id=draft.id,
        fields=fields_of(buffer.content, title=draft.title, publish_by=draft.publish_by),
        caption=buffer.content.caption,
        revision=buffer.revision,
        content_hash=buffer.content_hash,
        saved_at=buffer.updated_at,
        state=raw_state(draft),
    )


def fingerprint(text: str) -> str:
    """Length and checksum of a text in UTF-16, as the browser computes them."""
    units = text.encode("utf-16-le", "surrogatepass")
    return f"{len(units) // 2}-{zlib.crc32(units):x}"


def read_message(state: object) -> Message | None:
    """The message in what the browser sent, or None when it is none. Trusts nothing."""
    if not isinstance(state, Mapping):
        return None
    page, seq, text, base = (state.get(name) for name in ("page", "seq", "text", "base"))
    if not isinstance(page, str) or not isinstance(text, str):
        return None
    if not _is_number(seq) or not _is_number(base):
        return None
    own = state.get("own")
    known = own[:_MOST_FINGERPRINTS] if isinstance(own, list) else []
    return Message(
        page=page[:40],
        seq=int(seq),
        text=_mend(text[:_MOST_CHARACTERS]),
        base=int(base),
        own=frozenset(mark for mark in known if isinstance(mark, str)),
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < _LARGEST_NUMBER


def _mend(text: str) -> str:
    """Without halves of characters, which no database can keep, and without NUL."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")


def save(
    gateway: Gateway, writing: Writing, *, fields: Fields, message: Message | None = None
) -> None:
    """Save a text, fields, or both; how it went is in `writing` afterwards.

    Another window's text makes `writing.clash`; a text that cannot be taken, or a database that
    does not answer, is refused to the browser, which keeps it.

    Raises:
        SignedOut, Forbidden, NotFound: there is nobody to save for, or nothing to save to.
        Conflict: `draft_closed`; the browser keeps the text.
        Invalid, Unavailable, TooMany: for fields alone, without a message to answer.
    """
    try:
        _save_or_meet(gateway, writing, fields=fields, message=message)
    except errors.TandemError as error:
        if not _tell_failure(writing, message, error):
            raise
    else:
        if writing.clash is None:
            writing.answer(message)
        else:
            writing.refuse(message, CLASH_WORDS, again=False)


def _save_or_meet(
    gateway: Gateway, writing: Writing, *, fields: Fields, message: Message | None
) -> None:
    text = writing.caption if message is None else message.text
    base = writing.revision if message is None else message.base
    expected = writing.expected_for(base)
    try:
        _save_over(gateway, writing, expected=expected, text=text, fields=fields)
    except errors.Conflict as conflict:
        if conflict.detail != "stale_revision":
            raise
        mine = _Mine(text, fields, is_known=expected == writing.revision)
        _meet_other(gateway, writing, conflict, mine=mine, message=message)


def _tell_failure(writing: Writing, message: Message | None, error: errors.TandemError) -> bool:
    """Tell the browser; whether that is all there is to do."""
    if message is None:
        return False
    # A third window in the same moment is met by trying again.
    is_stale = error.detail == "stale_revision"
    if is_stale or isinstance(error, errors.Unavailable | errors.TooMany):
        writing.refuse(message, "", again=True)
        return True
    writing.refuse(message, f"Not saved: {error.message}", again=False)
    return isinstance(error, errors.Invalid)


def note_newer(writing: Writing, message: Message) -> None:
    """While a clash waits for a choice, follow what is typed without saving it."""
    if writing.clash is not None:
        writing.clash = replace(writing.clash, text=message.text)
        writing.refuse(message, CLASH_WORDS, again=False)


def keep_mine(gateway: Gateway, writing: Writing, *, message: Message | None) -> None:
    """End a clash with this tab's text over the other's.

    Args:
        message: The newest of the browser; what it has is now safe.

    Raises:
        Conflict: the other window saved again; `writing.clash` has its newer text.
        Anything else that `services.drafts.save_buffer` raises.
    """
    clash = writing.clash
    if clash is None:
        return
    newest = clash.text if message is None else message.text
    over = clash.other.revision
    try:
        _save_over(gateway, writing, expected=over, text=newest, fields=clash.fields)
    except errors.Conflict as conflict:
        newer: Buffer | None = conflict.data.get("buffer")
        if newer is not None:
            writing.clash = replace(clash, other=newer, other_title=conflict.data["title"])
        raise
    writing.clash = None
    writing.moved = True
    writing.answer(message)


def take_other(writing: Writing, *, message: Message | None) -> None:
    """End a clash with the other window's text; the browser lets go of this one."""
    clash = writing.clash
    if clash is None:
        return
    writing.clash = None
    if message is not None:
        writing.heard = (message.page, message.seq)
    adopt(writing, clash.other, title=clash.other_title, publish_by=clash.other_publish_by)


def adopt(writing: Writing, buffer: Buffer, *, title: str, publish_by: date | None) -> None:
    """Make the browser take the server's text, whatever is in its field."""
    writing.revision = 0
    writing.follow(buffer, title=title, publish_by=publish_by)
    writing.moved = True
    writing.refusal = None
    writing.adopt += 1


def put_back(gateway: Gateway, writing: Writing, *, content: Content) -> None:
    """Save an earlier post over the one being written, and make the browser take it.

    Raises what `services.drafts.save_buffer` raises.
    """
    writing_fields = writing.fields
    fields = fields_of(content, title=writing_fields.title, publish_by=writing_fields.publish_by)
    expected = writing.revision
    _save_over(gateway, writing, expected=expected, text=content.caption, fields=fields)
    writing.moved = True
    writing.refusal = None
    writing.adopt += 1


@dataclass(frozen=True, slots=True)
class _Mine:
    """What this tab wants to save; `is_known` when it builds on what `Writing` holds."""

    text: str
    fields: Fields
    is_known: bool


def _save_over(
    gateway: Gateway, writing: Writing, *, expected: int, text: str, fields: Fields
) -> None:
    saved = drafts.save_buffer(
        gateway,
        draft_id=writing.draft_id,
        expected_revision=expected,
        title=fields.title,
        content=fields.content(text),
        publish_by=fields.publish_by,
    )
    writing.own_revisions.add(saved.revision)
    writing.revision = saved.revision
    writing.caption = text
    writing.fields = fields
    writing.content_hash = saved.content_hash
    writing.saved_at = saved.saved_at
    writing.state = saved.state
    writing.voided = writing.voided or saved.voided


def _meet_other(
    gateway: Gateway,
    writing: Writing,
    conflict: errors.Conflict,
    *,
    mine: _Mine,
    message: Message | None,
) -> None:
    """Another revision is on the server. What only one side changed is merged; else a clash."""
    other: Buffer | None = conflict.data.get("buffer")
    if other is None:
        raise errors.NotFound
    title, publish_by = conflict.data["title"], conflict.data["publish_by"]
    theirs = fields_of(other.content, title=title, publish_by=publish_by)
    text = _merge_text(writing, other.content.caption, mine, message)
    merged = _merge_fields(writing.fields if mine.is_known else None, mine.fields, theirs)
    if text is None or merged is None:
        writing.clash = Clash(mine.text, mine.fields, other, title, publish_by)
        return
    if merged.content(text) == other.content and merged == theirs:
        writing.follow(other, title=title, publish_by=publish_by)
    else:
        _save_over(gateway, writing, expected=other.revision, text=text, fields=merged)
    writing.moved = writing.moved or merged != mine.fields


def _merge_text(writing: Writing, theirs: str, mine: _Mine, message: Message | None) -> str | None:
    """The text both sides can live with: only one of them changed it, or it is one writing."""
    if theirs == mine.text:
        return theirs
    if message is not None and fingerprint(theirs) in message.own:
        return mine.text
    if mine.is_known and theirs == writing.caption:
        return mine.text
    return theirs if message is None else None


def _merge_fields(base: Fields | None, mine: Fields, theirs: Fields) -> Fields | None:
    """Field by field, whoever changed it; None when both did, differently."""
    chosen: dict[str, Any] = {}
    for each in fields(Fields):
        here, there = getattr(mine, each.name), getattr(theirs, each.name)
        before = getattr(base, each.name) if base is not None else there
        if here not in (there, before) and there != before:
            return None
        chosen[each.name] = there if here == before else here
    return Fields(**chosen)
