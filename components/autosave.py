"""Saving what a browser tab wrote, and how a save can end.

Nothing here draws. A tab's texts arrive as messages, one a part of the draft; each says what it
builds on. What only one side changed is merged, part by part. A part that this tab and another
window changed differently is held back, both texts are kept, and the person decides; all other
parts go on being saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from components import image_words
from components.messages import Message
from components.writing import NO_MESSAGES, Clash, Writing, list_odd_images
from components.written import (
    Choices,
    Post,
    alt_name,
    content_texts,
    image_of,
    tidy,
    why_not_kept,
)
from services import drafts, errors
from services.drafts import Editor
from services.gateway.client import Gateway
from services.posts import Content

CLASH_WORDS = "Changed in another window: choose which text to go on with"


def save(
    gateway: Gateway,
    writing: Writing,
    *,
    choices: Choices,
    messages: Mapping[str, Message] = NO_MESSAGES,
) -> None:
    """Save texts, choices, or both; how it went is in `writing` afterwards.

    What another window changed as well goes to `writing.clashes`; a text that cannot be taken, or
    a database that does not answer, is refused to the browser, which keeps it.

    Raises:
        SignedOut, Forbidden, NotFound: there is nobody to save for, or nothing to save to.
        Conflict: `draft_closed`; the browser keeps the text.
        Invalid, Unavailable, TooMany: for choices alone, without a message to answer.
    """
    mine = {name: tidy(name, message.text) for name, message in messages.items()}
    refused = {name: words for name, text in mine.items() if (words := why_not_kept(name, text))}
    work = _Work(
        {name: replace(messages[name], text=mine[name]) for name in mine if name not in refused},
        _find_changes(writing.post.choices, choices),
    )
    for name, words in refused.items():
        writing.refuse(name, messages[name], words, again=False)
    try:
        _save_or_meet(gateway, writing, work)
    except errors.TandemError as error:
        if not _tell_failure(writing, work, error):
            raise
        return
    for name, message in work.messages.items():
        if name in writing.clashes:
            writing.refuse(name, message, CLASH_WORDS, again=False)
        else:
            writing.answer(name, message)


def settle(
    gateway: Gateway, writing: Writing, name: str, *, keeps_mine: bool, message: Message | None
) -> None:
    """End the clash over one part, as the person chose.

    Args:
        message: The newest of the browser for that part; what it has is then safe, or let go of.

    Raises:
        Conflict: the other window saved again; both texts are there to choose from anew.
        Anything else that `services.drafts.save_buffer` raises.
    """
    clash = writing.clashes.get(name)
    if clash is None:
        return
    if keeps_mine:
        _keep_mine(gateway, writing, name, mine=clash.mine if message is None else message.text)
        if message is not None:
            writing.answer(name, message)
    else:
        if message is not None:
            writing.heard[name] = (message.page, message.seq)
        _let_go(writing, name)
    writing.clashes.pop(name, None)
    writing.moved = True


def put_back(gateway: Gateway, writing: Writing, *, content: Content) -> None:
    """Save an earlier post over the one being written, and make the browser take it.

    Raises what `services.drafts.save_buffer` raises.
    """
    post = writing.post
    choices = replace(
        post.choices,
        platform=content.platform,
        format=content.format,
        topic=content.topic,
        countries=tuple(sorted(content.audience_countries)),
        media=content.media,
    )
    texts = content_texts(content)
    _save_over(gateway, writing, Post(choices, {**post.texts, **texts}))
    # Title and card are not of the post: what is being typed there stays.
    described = {*list_odd_images(writing), *(image.id for image in content.media)}
    for name in (*texts, *map(alt_name, described)):
        _let_go(writing, name)
        writing.clashes.pop(name, None)
    writing.moved = True


def save_as_is(gateway: Gateway, writing: Writing) -> None:
    """Save what is saved already: an approval of another text ends with it.

    Raises what `services.drafts.save_buffer` raises.
    """
    _save_over(gateway, writing, writing.post)


@dataclass(frozen=True, slots=True)
class _Work:
    """What this tab wants to save: texts, and choices with what they were before."""

    messages: Mapping[str, Message]
    changes: Mapping[str, tuple[Any, Any]]


def _find_changes(before: Choices, mine: Choices) -> dict[str, tuple[Any, Any]]:
    pairs = {each.name: (getattr(before, each.name), getattr(mine, each.name)) for each in _CHOICES}
    return {name: (then, now) for name, (then, now) in pairs.items() if then != now}


_CHOICES = fields(Choices)


def _save_or_meet(gateway: Gateway, writing: Writing, work: _Work) -> None:
    try:
        _save_merged(gateway, writing, work)
    except errors.Conflict as conflict:
        if conflict.detail != "stale_revision":
            raise
        _follow_other(writing, conflict)
        _save_merged(gateway, writing, work)


def _follow_other(writing: Writing, conflict: errors.Conflict) -> None:
    other: Editor | None = conflict.data.get("editor")
    if other is None or other.buffer is None:
        raise errors.NotFound
    writing.follow(other)


def _save_merged(gateway: Gateway, writing: Writing, work: _Work) -> None:
    """Save what this tab changed over what the server has; what both changed is held back."""
    texts = dict(writing.post.texts)
    for name, message in work.messages.items():
        if _may_replace(writing, name, message):
            texts[name] = message.text
            writing.clashes.pop(name, None)
        else:
            writing.clashes[name] = Clash(message.text, writing.saved_at)
    chosen = {name: _merge_choice(writing, name, *each) for name, each in work.changes.items()}
    merged = Post(replace(writing.post.choices, **chosen), texts)
    if merged != writing.post:
        _save_over(gateway, writing, merged)


def _merge_choice(writing: Writing, name: str, before: Any, mine: Any) -> Any:
    """The choice to save; what both changed stays the server's, and is held back."""
    theirs = writing.theirs(name)
    found = image_words.merge(before, mine, theirs) if name == "media" else None
    if theirs in (before, mine):
        value, odds = mine, {}
    elif found is not None:
        value, odds = found.images, {alt_name(one): alt for one, alt in found.odds.items()}
    else:
        value, odds = theirs, {name: mine}
    if name not in odds:
        writing.clashes.pop(name, None)
    writing.clashes |= {odd: Clash(words, writing.saved_at) for odd, words in odds.items()}
    return value


def _may_replace(writing: Writing, name: str, message: Message) -> bool:
    theirs = writing.post.texts[name]
    if message.text == theirs:
        return True
    return name not in writing.clashes and message.builds_on(theirs)


def _keep_mine(gateway: Gateway, writing: Writing, name: str, *, mine: Any) -> None:
    post = writing.post
    if name in post.texts:
        kept = Post(post.choices, {**post.texts, name: tidy(name, mine)})
    elif (image_id := image_of(name)) is not None:
        media = image_words.with_alt(post.choices.media, image_id, mine)
        kept = Post(replace(post.choices, media=media), post.texts)
    else:
        kept = Post(replace(post.choices, **{name: mine}), post.texts)
    try:
        _save_over(gateway, writing, kept)
    except errors.Conflict as conflict:
        if conflict.detail == "stale_revision":
            _follow_other(writing, conflict)
            writing.clashes[name] = Clash(mine, writing.saved_at)
        raise


def _let_go(writing: Writing, name: str) -> None:
    """Make the browser take the server's text of this part; choices are seeded anew anyway."""
    writing.refusals.pop(name, None)
    if name in writing.post.texts or image_of(name) is not None:
        writing.adopted[name] = writing.adopted.get(name, 0) + 1


def _save_over(gateway: Gateway, writing: Writing, post: Post) -> None:
    saved = drafts.save_buffer(
        gateway,
        draft_id=writing.draft_id,
        expected_revision=writing.revision,
        title=post.title,
        content=post.content(),
        publish_by=post.choices.publish_by,
        context=post.context(),
        professionals_only=post.choices.professionals_only,
    )
    writing.post = post
    writing.forget_lost()
    writing.revision = saved.revision
    writing.content_hash = saved.content_hash
    writing.saved_at = saved.saved_at
    writing.state = saved.state
    writing.voided = writing.voided or saved.voided


def _tell_failure(writing: Writing, work: _Work, error: errors.TandemError) -> bool:
    """Tell the browser; whether that is all there is to do."""
    if not work.messages:
        return False
    # A third window in the same moment is met by trying again.
    again = error.detail == "stale_revision" or isinstance(
        error, errors.Unavailable | errors.TooMany
    )
    for name, message in work.messages.items():
        words = "" if again else f"Not saved: {error.message}"
        writing.refuse(name, message, words, again=again)
    return again or isinstance(error, errors.Invalid)
