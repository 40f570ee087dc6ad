"""Writes the demo workspace: eight people and some fifty drafts over three months,
and a year of posts with their figures.

People, and what coordinators once checked, are rows; everything that happens to drafts is done
through the app's own functions, as the people, and dated back (see `history`).
"""

from __future__ import annotations

import json
import secrets
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from services.embedded.demo_campaigns import list_campaign_deeds
from services.embedded.demo_library import DIRECTORY, list_library_deeds
from services.embedded.demo_measures import list_measure_deeds
from services.embedded.demo_play import Deed, list_deeds
from services.embedded.demo_story import Cast
from services.embedded.demo_studio import Project, Studio, open_studio
from services.embedded.history import open_history
from services.embedded.places import write_private
from services.errors import Invalid
from services.gateway.auth import Auth
from services.gateway.http import make_client
from services.safety_record import rule_set_hash

DRAFTS = Path(__file__).with_name("demo_drafts.toml")
WORKSPACE = "Clear Skies campaign"

# Those who can sign in.
PEOPLE: dict[str, tuple[str, str]] = {
    "ines": ("Ines Marquez", "influencer"),
    "marco": ("Marco Hale", "influencer"),
    "dana": ("Dr Dana Okafor", "professional"),
    "paul": ("Paul Lindqvist", "professional"),
    "sam": ("Sam Rivera", "coordinator"),
}
# Those who are only met.
COLLEAGUES: dict[str, tuple[str, str]] = {
    "leila": ("Leila Haddad", "influencer"),
    "tomas": ("Tomas Berg", "professional"),
    "ruth": ("Dr Ruth Adeyemi", "professional"),
}
ZONES = {"ines": "America/New_York", "sam": "America/New_York", "tomas": "Europe/Stockholm"}

# Profession, entry in a register, jurisdiction, topics (none: all), days for which it still holds.
CREDENTIALS: dict[str, tuple[str, str, str, tuple[str, ...], int]] = {
    "dana": ("Clinical psychologist", "psychologists/PYL30112", "United Kingdom", (), 240),
    "tomas": (
        "Psychotherapist",
        "therapists/B2218",
        "Sweden",
        ("general", "anxiety_depression", "trauma", "young_people", "substance_use"),
        21,
    ),
    "ruth": (
        "Psychiatrist",
        "doctors/6120457",
        "United Kingdom",
        ("medication", "psychosis_bipolar", "eating_disorders", "suicide_self_harm"),
        310,
    ),
}
# Whoever was told of something so long ago has read it.
READ_AFTER = timedelta(days=4)
STARTED_DAYS_AGO = 100


def seed(*, dsn: str, project: Project, demo_file: Path) -> None:
    """Fill an empty database and keep the sign-ins in `demo_file` (mode 0600).

    Raises: TandemError, psycopg.Error: nothing of it can be used then; start afresh.
    """
    passwords = {name: secrets.token_urlsafe(12) for name in PEOPLE}
    drafts = tomllib.loads(DRAFTS.read_text(encoding="utf-8"))["draft"]
    pictures = [one["shows"] for draft in drafts for one in draft.get("pictures", [])]
    with open_studio(project, pictures) as studio, make_client() as http:
        auth = Auth(url=project.url, publishable_key=project.publishable_key, http=http)
        ids = {name: _sign_up(auth, f"{name}@example.org", passwords[name]) for name in PEOPLE}
        ids |= {name: str(uuid4()) for name in COLLEAGUES}
        with psycopg.connect(dsn) as connection:
            _write(connection, drafts, ids, studio)
    people = [
        {
            "role": role,
            "name": title,
            "email": f"{name}@example.org",
            "password": passwords[name],
        }
        for name, (title, role) in PEOPLE.items()
    ]
    write_private(demo_file, json.dumps({"people": people}, indent=1))


def _write(
    connection: psycopg.Connection[Any],
    drafts: list[dict[str, Any]],
    ids: dict[str, str],
    studio: Studio,
) -> None:
    """Everything that happened until now.

    Args:
        connection: a superuser's; commits now and then, because pictures are added by others.
        drafts: of the file.
        ids: of the people, by their short names.
    """
    now, workspace = datetime.now(UTC), str(uuid4())
    start = now - timedelta(days=STARTED_DAYS_AGO)
    _write_people(connection, workspace, ids, now)
    with open_history(connection, start) as history:
        history.serve(start, "server_state_rule_set", p_hash=rule_set_hash())
        history.serve(start, "server_state_directory", p_address=DIRECTORY)
        history.record(start, workspace, "workspace_created", actor=None, about=None)
        for name in CREDENTIALS:
            history.record(
                start + timedelta(days=2),
                workspace,
                "credential_checked",
                actor=ids["sam"],
                about=ids[name],
            )
        _play(Cast(history, studio, connection, workspace, ids, now), drafts)


def _play(cast: Cast, drafts: list[dict[str, Any]]) -> None:
    deeds = [deed for number, data in enumerate(drafts) for deed in list_deeds(cast, number, data)]
    deeds.append(Deed(cast.now - timedelta(days=1), lambda at: _go_away(cast, at)))
    deeds += [*list_library_deeds(cast), *list_campaign_deeds(cast), *list_measure_deeds(cast)]
    # Oldest first, so that the record is in order of time; what happens at once stays in order.
    for deed in sorted(deeds, key=lambda deed: deed.at):
        deed.do(deed.at)
    _settle(cast)


def _go_away(cast: Cast, at: datetime) -> None:
    """One of the professionals takes no reviews for some days."""
    cast.history.act(
        at,
        cast.ids["tomas"],
        "set_away",
        p_workspace=cast.workspace,
        p_until=(cast.now + timedelta(days=6)).date(),
    )


def _settle(cast: Cast) -> None:
    """Where everybody is at the end: old news is read, some filters are kept."""
    history, now, workspace = cast.history, cast.now, cast.workspace
    for name, person in cast.ids.items():
        old = cast.run(
            "select coalesce(array_agg(id), '{}') from public.notifications"
            " where profile_id = %s and created_at < %s",
            [person, now - READ_AFTER],
        )
        if name in (*PEOPLE, "tomas") and old:
            history.act(
                now - READ_AFTER + timedelta(hours=2),
                person,
                "read_notifications",
                p_workspace=workspace,
                p_ids=old,
            )
    for name, page, label, query in (
        (
            "sam",
            "drafts",
            "Instagram, on the board",
            {"drafts_view": "board", "drafts_platform": "instagram"},
        ),
        (
            "ines",
            "drafts",
            "Sent back to me",
            {"drafts_mine": True, "drafts_state": ["changes_requested"]},
        ),
        ("sam", "figures", "For the quarterly talk", {"figures_period": "Last 3 months"}),
    ):
        history.act(
            now - timedelta(days=3),
            cast.ids[name],
            "save_view",
            p_workspace=workspace,
            p_page=page,
            p_name=label,
            p_query=json.dumps(query),
        )


def _sign_up(auth: Auth, email: str, password: str) -> str:
    tokens = auth.sign_up(email=email, password=password, name=email)
    if tokens is None or tokens == "confirm":
        raise Invalid("The demo people could not be signed up.")
    return tokens.profile_id


def _write_people(
    connection: psycopg.Connection[Any], workspace: str, ids: dict[str, str], now: datetime
) -> None:
    start = now - timedelta(days=STARTED_DAYS_AGO)
    connection.execute(
        "insert into public.workspaces (id, name, created_at) values (%s, %s, %s)",
        [workspace, WORKSPACE, start],
    )
    for name, (title, role) in (PEOPLE | COLLEAGUES).items():
        zone = ZONES.get(name, "Europe/London")
        connection.execute(
            "insert into public.profiles (id, display_name, time_zone, created_at)"
            " values (%s, %s, %s, %s)",
            [ids[name], title, zone, start],
        )
        connection.execute(
            "insert into public.profile_contacts values (%s, %s)",
            [ids[name], f"{name}@example.org"],
        )
        connection.execute(
            "insert into public.memberships (workspace_id, profile_id, roles, created_at)"
            " values (%s, %s, %s, %s)",
            [workspace, ids[name], [role], start],
        )
    _write_credentials(connection, workspace, ids, now)


def _write_credentials(
    connection: psycopg.Connection[Any], workspace: str, ids: dict[str, str], now: datetime
) -> None:
    insert = (
        "insert into public.credentials (workspace_id, profile_id, profession, register_url,"
        " jurisdiction, scope, submitted_by, submitted_at, checked_by, checked_at, expires_on)"
        " select %s, %s, %s, 'https://register.example.org/' || %s, %s,"
        " coalesce(nullif(%s::text[], '{}'), private.topics()), %s, %s, %s, %s, %s"
    )
    start = now - timedelta(days=STARTED_DAYS_AGO)
    for name, (profession, entry, where, topics, days) in CREDENTIALS.items():
        connection.execute(
            insert,
            [
                *(workspace, ids[name], profession, entry, where, list(topics), ids[name], start),
                *(ids["sam"], start + timedelta(days=2), (now + timedelta(days=days)).date()),
            ],
        )
    # One that the coordinator has yet to check.
    connection.execute(
        insert,
        [
            *(workspace, ids["paul"], "Psychiatrist", "doctors/7061133", "Sweden"),
            *(["medication", "psychosis_bipolar"], ids["paul"], now - timedelta(days=2)),
            *(None, None, None),
        ],
    )
