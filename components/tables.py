"""Lists as tables: rows for the screen, and the same rows as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from components import badges
from components import format as fmt
from components.credentials import find_state
from services.models import Draft
from services.people import Member
from services.reviews import QueueEntry

# A spreadsheet would take a cell that begins like this for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

CREDENTIAL_WORDS = {
    "unchecked": "Not checked yet",
    "current": "Checked",
    "lapsing": "Ends soon",
    "expired": "Ended",
    "revoked": "Withdrawn",
}


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as CSV in UTF-8 with a mark that spreadsheets know; no cell is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return file.getvalue().encode("utf-8-sig")


DRAFT_COLUMNS = (
    "Title",
    "State",
    "Platform",
    "Topic",
    "Author",
    "Publish by",
    "Versions",
    "Changed",
)


def list_draft_rows(drafts: Iterable[Draft], *, zone: str) -> list[dict[str, Any]]:
    """A row a draft, with the columns of DRAFT_COLUMNS. `zone` is the reader's."""
    return [
        {
            "Title": draft.title,
            "State": badges.state_text(draft),
            "Platform": fmt.platform_label(draft.platform),
            "Topic": fmt.topic_label(draft.topic),
            "Author": draft.author_name,
            "Publish by": draft.publish_by,
            "Versions": draft.version_count,
            "Changed": fmt.today_in(zone, draft.updated_at),
        }
        for draft in drafts
    ]


QUEUE_COLUMNS = (
    "Title",
    "State",
    "Topic",
    "Author",
    "Publish by",
    "Waiting since",
    "With",
    "With since",
)


def list_queue_rows(entries: Iterable[QueueEntry], *, zone: str) -> list[dict[str, Any]]:
    """A row a draft in review, with the columns of QUEUE_COLUMNS. `zone` is the reader's."""
    return [
        {
            "Title": entry.draft.title,
            "State": fmt.state_label(entry.draft.state),
            "Topic": fmt.topic_label(entry.draft.topic),
            "Author": entry.draft.author_name,
            "Publish by": entry.draft.publish_by,
            "Waiting since": _day_of(entry.draft.submitted_at, zone),
            "With": fmt.listing(one.assignee_name for one in entry.holders),
            "With since": _day_of(entry.holders[0].asked_at if entry.holders else None, zone),
        }
        for entry in entries
    ]


PEOPLE_COLUMNS = (
    "Name",
    "Address",
    "Roles",
    "Joined",
    "Suspended",
    "Profession",
    "Credential",
    "Credential ends",
    "Away until",
    "Drafts to review",
)


def list_people_rows(members: Iterable[Member], *, zone: str, today: date) -> list[dict[str, Any]]:
    """A row a person, with the columns of PEOPLE_COLUMNS; the credential is their latest."""
    rows: list[dict[str, Any]] = []
    for member in members:
        latest = member.credentials[0] if member.credentials else None
        rows.append(
            {
                "Name": member.name,
                "Address": member.email or "",
                "Roles": fmt.listing(fmt.role_label(role) for role in member.roles),
                "Joined": fmt.today_in(zone, member.joined_at),
                "Suspended": "yes" if member.suspended_at else "",
                "Profession": latest.profession if latest else "",
                "Credential": CREDENTIAL_WORDS[find_state(latest, today=today)] if latest else "",
                "Credential ends": latest.expires_on if latest else None,
                "Away until": member.away_until,
                "Drafts to review": member.open_reviews,
            }
        )
    return rows


def _day_of(at: datetime | None, zone: str) -> date | None:
    return None if at is None else fmt.today_in(zone, at)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
