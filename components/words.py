"""A line of words in several looks, for an element of Streamlit or for a component of ours.

What somebody typed is marked as such, so that it is shown as typed wherever the line goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from components import format as fmt

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]
Look = Literal["plain", "strong", "badge"]


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a line.

    Args:
        text: without markup; what somebody typed has `is_typed`.
        icon: the name of a Material symbol to stand before them.
        colour: of a badge; the words say the same without it.
    """

    text: str
    look: Look = "plain"
    is_typed: bool = False
    icon: str = ""
    colour: Colour = "gray"


Line = tuple[Words, ...]


def join(parts: Iterable[Line], between: str) -> Line:
    """One line of several, with the same words between them."""
    joined: list[Words] = []
    for part in parts:
        if joined and part:
            joined.append(Words(between))
        joined += part
    return tuple(joined)


def to_markdown(line: Line) -> str:
    """The line for a Markdown element or a label."""
    return "".join(_one_to_markdown(words) for words in line)


def to_text(line: Line) -> str:
    """The line as somebody hears it."""
    return "".join(words.text for words in line)


def to_data(line: Line) -> list[list[str]]:
    """The line for a component: text, look, whose, icon and colour of each part."""
    return [
        [
            fmt.one_line(words.text) if words.is_typed else words.text,
            words.look,
            "typed" if words.is_typed else "",
            words.icon,
            words.colour if words.look == "badge" else "",
        ]
        for words in line
    ]


def _one_to_markdown(words: Words) -> str:
    text = fmt.plain(words.text) if words.is_typed else words.text
    if words.icon:
        text = f":material/{words.icon}: {text}"
    if words.look == "badge":
        return f":{words.colour}-badge[{text}]"
    return f"**{text}**" if words.look == "strong" else text
