"""A field for files that screen readers know as one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

_MENDING = st.components.v2.component(
    "tandem_file_field",
    html="<span></span>",
    js=(Path(__file__).parent / "file_field.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Picked:
    """A file that somebody chose; `id` tells it from the same file chosen again."""

    id: str
    name: str
    raw: bytes


def pick_file(label: str, *, ending: str, largest_bytes: int, key: str) -> bytes | None:
    """Draw the field for one file; what it holds, or None while none is chosen.

    Args:
        ending: of the files that can be chosen, without the dot.
        largest_bytes: whole megabytes.
    """
    with _mend(key):
        file = st.file_uploader(
            label, type=ending, key=key, max_upload_size=largest_bytes // 1_000_000
        )
    return None if file is None else file.getvalue()


def pick_files(
    label: str, *, endings: Sequence[str], largest_bytes: int, key: str
) -> tuple[Picked, ...]:
    """Draw the field for any number of files; those that are chosen now. As `pick_file`."""
    with _mend(key):
        files = st.file_uploader(
            label,
            type=list(endings),
            key=key,
            accept_multiple_files=True,
            max_upload_size=largest_bytes // 1_000_000,
        )
    return tuple(Picked(file.file_id, file.name, file.getvalue()) for file in files)


@contextmanager
def _mend(key: str) -> Iterator[None]:
    with st.container(key=f"file_field_{key}"):
        yield
        _MENDING(key=f"{key}_mending")
