"""Plays the drafts of the demo workspace: each step of demo_drafts.toml as a call of somebody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from services.embedded.demo_story import Cast, Draft, Story

# Hours until a step, before they are made a little uneven: reviewers', authors', and small ones.
HOURS = {
    "submit": 9.0,
    "resubmit": 40.0,
    "approve": 26.0,
    "back": 30.0,
    "decline": 44.0,
    "edit": 24.0,
    "accept": 14.0,
    "hold": 12.0,
    "resume": 50.0,
    "publish": 22.0,
    "withdraw": 8.0,
    "end_approval": 120.0,
}
SMALL_HOURS = 3.0
# A draft's last step lies at least so long back.
NOT_YET = timedelta(minutes=25)
JOINED_AFTER = timedelta(minutes=5)
ILLUSTRATED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Deed:
    """Something that happens at a moment."""

    at: datetime
    do: Callable[[datetime], None]


def list_deeds(cast: Cast, number: int, data: Draft) -> Iterator[Deed]:
    """What happens to one draft, and when: uneven, in order, never in the future.

    Args:
        number: of the draft, from which its unevenness comes.
    """
    story = Story(cast, data)
    started = cast.now - timedelta(days=data["started"], hours=3 + number % 7)
    yield Deed(started, story.create)
    if "campaign" in data:
        yield Deed(started + JOINED_AFTER, story.join)
    if "pictures" in data:
        yield Deed(started + ILLUSTRATED_AFTER, story.illustrate)
    steps: list[str] = data["steps"]
    waits = [_hours(steps, place, number) for place in range(len(steps))]
    stretch = _stretch(data, cast.now - NOT_YET - started, sum(waits))
    at = started
    for place, (step, hours) in enumerate(zip(steps, waits, strict=True)):
        at += timedelta(hours=hours) * stretch
        yield Deed(at, partial(story.do, step))
        if step == "submit" and place == 0:
            room = timedelta(hours=waits[place + 1] * stretch if place + 1 < len(waits) else 6)
            yield from _list_talk(story, at, min(room, cast.now - NOT_YET / 2 - at))
    if "writing" in data:
        yield Deed(at + NOT_YET / 5, partial(story.write, text=data["writing"]))


def _stretch(data: Draft, left: timedelta, hours: float) -> float:
    """How much longer or shorter the waits are, so that the last step is when it should be."""
    if not hours:
        return 1.0
    if "ends_hours_ago" in data:
        return (left - timedelta(hours=data["ends_hours_ago"])) / timedelta(hours=hours)
    return min(1.0, left / timedelta(hours=hours))


def _hours(steps: list[str], place: int, number: int) -> float:
    verb = steps[place].partition(":")[0]
    if verb == "submit" and place:
        verb = "resubmit"
    uneven = 0.3 + ((number * 7 + place * 5) % 11) / 6
    return HOURS.get(verb, SMALL_HOURS) * uneven


def _list_talk(story: Story, start: datetime, room: timedelta) -> Iterator[Deed]:
    """Comments and notes after the first sending, within the time there is."""
    plain = [{"who": who, "body": body} for who, body in story.data.get("comments", [])]
    said: list[Callable[[datetime], None]] = []
    for thread in [*plain, *story.data.get("threads", [])]:
        said.append(partial(story.comment, thread=thread))
        said += [
            partial(story.answer, thread=thread, who=who, body=body)
            for who, body in thread.get("answers", [])
        ]
        if "resolved_by" in thread:
            said.append(partial(story.resolve, thread=thread))
    said += [partial(story.note, who=who, body=body) for who, body in story.data.get("notes", [])]
    for place, do in enumerate(said, start=1):
        yield Deed(start + room * (place / (len(said) + 1)), do)
