"""The role matrix: tests/database/matrix.toml as values, and the world it speaks of."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from services.embedded.stack import Stack
from services.library import attached, store
from tests.support.campaigns import begin
from tests.support.library import CARD, LINE, YOUTH, add, check, share
from tests.support.measures import write_measures
from tests.support.people import (
    NAMES,
    MadeDraft,
    Person,
    World,
    add_person,
    draft_in_state,
    have_checked,
    make_content,
    make_draft,
    make_world,
    publish,
    submit,
)
from tests.support.server import rest_client

MATRIX = Path(__file__).parents[1] / "database" / "matrix.toml"
CALLERS = (*NAMES, "lou", "anon", "server")
DENIED = "denied"

Outcome = int | str


@dataclass(frozen=True, slots=True)
class TableRule:
    """Rows of a table that each caller sees; callers not named may not look at all."""

    name: str
    columns: str
    hidden: tuple[str, ...]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CallRule:
    """What a call of a function comes to for each caller; `value` is the part that counts."""

    function: str
    about: str
    args: Mapping[str, Any]
    value: str | None
    expect: Mapping[str, Outcome]

    @property
    def id(self) -> str:
        """How pytest shows it."""
        return f"{self.function}: {self.about}"


def read_matrix() -> tuple[list[TableRule], list[CallRule]]:
    """The rules of the file."""
    raw = tomllib.loads(MATRIX.read_text(encoding="utf-8"))
    tables = [
        TableRule(name, rule.get("columns", "*"), tuple(rule.get("hidden", ())), rule["rows"])
        for name, rule in raw["table"].items()
    ]
    calls = [
        CallRule(c["function"], c["about"], c["args"], c.get("value"), c["expect"])
        for c in raw["call"]
    ]
    return tables, calls


@dataclass(frozen=True, slots=True)
class MatrixWorld:
    """The world of the file, a client a caller, and the values its placeholders stand for."""

    world: World
    clients: Mapping[str, httpx.Client]
    values: Mapping[str, str]

    def fill(self, value: Any) -> Any:
        """The value with its placeholders replaced."""
        if isinstance(value, str) and re.fullmatch(r"{[a-z_]+}", value):
            return self.values[value[1:-1]]
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, Mapping):
            return {key: self.fill(item) for key, item in value.items()}
        return value

    def close(self) -> None:
        """Close the clients."""
        for client in self.clients.values():
            client.close()


HINT = {"p_rule": "crazy-casual", "p_quote_hash": "a" * 64, "p_answer": "not_meant"}


def make_matrix_world(stack: Stack, http: httpx.Client) -> MatrixWorld:
    """Write what the head of matrix.toml describes into an empty database."""
    world = make_world(stack, http)
    lou = add_person(world, "lou", roles=("coordinator", "influencer", "professional"))
    everybody = (*world.people, lou)
    values = {person.name: person.id for person in everybody}
    values |= {"home": world.home, "other": world.other}
    values |= _write_drafts(world, lou) | _write_people(world, lou)
    values["view"] = world.ines.gateway().write(
        "save_view",
        {"p_workspace": world.home, "p_page": "drafts", "p_name": "Mine", "p_query": "{}"},
    )
    values |= _write_library(world)
    _attach_help(world, values)
    values |= _write_campaigns(world, values)
    values |= write_measures(world)
    values |= _write_safety(world, values)
    values |= {
        "content": json.dumps(make_content("Another text.").to_json()),
        "edited": json.dumps(make_content("Rest is a skill, and you can learn it.").to_json()),
        "a_year_ago": (datetime.now(UTC).date() - timedelta(days=365)).isoformat(),
        "in_a_year": (datetime.now(UTC).date() + timedelta(days=365)).isoformat(),
        "in_a_week": (datetime.now(UTC) + timedelta(days=7)).isoformat(),
        "next_week": (datetime.now(UTC).date() + timedelta(days=7)).isoformat(),
    }
    clients = {person.name: person.rest() for person in everybody}
    clients["anon"] = rest_client(stack)
    clients["server"] = rest_client(stack, key=stack.secret_key)
    return MatrixWorld(world, clients, values)


def _write_drafts(world: World, lou: Person) -> dict[str, str]:
    private = make_draft(world, title="A secret title")
    world.ines.gateway().write(
        "save_version", {"p_draft": private.id, "p_expected_revision": 1, "p_note": ""}
    )
    picture = _add_image(world, private)
    in_review = draft_in_state(world, "in_review")
    talk(world, in_review)
    approved = draft_in_state(world, "approved", content=make_content("Approved text."))
    published = draft_in_state(world, "published", author=world.marco)
    _hand_off(world, published, watcher=world.sam)
    lous = submit(world, make_draft(world, author=lou))
    world.dana.gateway().write("hold_draft", {"p_draft": lous.id, "p_note": "A question first."})
    kept = make_draft(world, author=world.wes, workspace_id=world.other)
    world.wes.gateway().write("keep_draft", {"p_draft": kept.id, "p_kept": True})
    world.ines.gateway().write("answer_hint", {"p_draft": private.id, **HINT})
    submit(world, make_draft(world, author=world.wes, workspace_id=world.other))
    return {
        "private": private.id,
        "picture": picture,
        "in_review": in_review.id,
        "in_review_hash": in_review.content_hash,
        "approved": approved.id,
        "approved_hash": approved.content_hash,
        "published": published.id,
        "published_hash": published.content_hash,
        "lous": lous.id,
        "comment": _first_comment(world, in_review),
        **_write_offer(world),
        **_write_hidden(world),
    }


def talk(world: World, draft: MadeDraft) -> None:
    """What a draft in review has: an image, a settled thread, a note, advice, and who looks."""
    _add_image(world, draft, shown=True)
    sam, marco, dana = world.sam.gateway(), world.marco.gateway(), world.dana.gateway()
    on_it = {"p_draft": draft.id, "p_version": 1}
    comment = sam.write("add_comment", {**on_it, "p_body": "Well said."})
    sam.write("resolve_thread", {"p_comment": comment, "p_resolved": True})
    dana.write("add_professional_note", {**on_it, "p_body": "Mind the second sentence."})
    draft.author.gateway().write(
        "ask_reviewer", {"p_draft": draft.id, "p_assignee": world.marco.id, "p_kind": "peer"}
    )
    marco.write("note_look", on_it)
    dana.write("note_look", on_it)
    kind = {"p_kind": "looks_good", "p_note": ""}
    marco.write("advise_draft", {**on_it, "p_content_hash": draft.content_hash, **kind})


def hide(draft: MadeDraft) -> None:
    """Let professionals alone see the draft from now on."""
    draft.author.gateway().write(
        "save_buffer",
        {
            "p_draft": draft.id,
            "p_expected_revision": draft.revision,
            "p_title": draft.title,
            "p_publish_by": None,
            "p_content": json.dumps(draft.content.to_json()),
            "p_professionals_only": True,
        },
    )


def _write_hidden(world: World) -> dict[str, str]:
    hidden = draft_in_state(world, "in_review", title="A hidden title")
    talk(world, hidden)
    hide(hidden)
    dana = world.dana.gateway()
    dana.write("take_review", {"p_draft": hidden.id})
    dana.write("hold_draft", {"p_draft": hidden.id, "p_note": "The figures first."})
    out = draft_in_state(world, "approved", title="Hidden and out")
    hide(out)
    publish(world, out)
    _hand_off(world, out, watcher=world.dana)
    dana.write(
        "withdraw_approval",
        {
            "p_draft": out.id,
            "p_content_hash": out.content_hash,
            "p_reason_code": "safety",
            "p_note": "New findings.",
        },
    )
    return {
        "hidden_post": out.id,
        "hidden": hidden.id,
        "hidden_hash": hidden.content_hash,
        "hidden_comment": _first_comment(world, hidden),
    }


def _write_offer(world: World) -> dict[str, str]:
    draft = draft_in_state(world, "in_review", content=make_content("Rest is a skil."))
    offer = world.kim.gateway().write(
        "approve_with_edits",
        {
            "p_draft": draft.id,
            "p_version": 1,
            "p_content_hash": draft.content_hash,
            "p_content": json.dumps(make_content("Rest is a skill.").to_json()),
            "p_note": "",
        },
    )
    return {"offered": draft.id, "offered_hash": offer["content_hash"]}


def _hand_off(world: World, draft: MadeDraft, *, watcher: Person) -> None:
    author = draft.author.gateway()
    author.write(
        "set_post_links",
        {"p_draft": draft.id, "p_links": json.dumps({"instagram": "https://example.org/1"})},
    )
    author.write(
        "set_comment_watch",
        {
            "p_draft": draft.id,
            "p_watcher": watcher.id,
            "p_until": (datetime.now(UTC) + timedelta(days=7)).isoformat(),
        },
    )


def _add_image(world: World, draft: MadeDraft, *, shown: bool = False) -> str:
    """An image of the draft; its id."""
    ((media,),) = world.run_sql(
        "select public.server_add_media(%s, %s, repeat('a', 64), 'a.webp', 'image/webp', 8, 8, 99)",
        draft.author.id,
        draft.id,
    )
    if shown:
        world.run_sql("update public.media set first_submitted_at = now() where id = %s", media)
    return str(media)


def _write_library(world: World) -> dict[str, str]:
    share(world.stack, YOUTH)
    add(world.otto, world, CARD, workspace_id=world.other)
    entry = check(world.dana, world, add(world.sam, world))
    done = store.import_entries(
        world.sam.gateway(), workspace_id=world.home, entries=[CARD], file=b"", preview=False
    )
    assert done.id is not None
    return {
        "resource": entry.id,
        "import": done.id,
        "entry": json.dumps(replace(LINE, name="Another").to_json()),
        "entries": json.dumps([replace(CARD, name="Another").to_json()]),
    }


def _attach_help(world: World, values: Mapping[str, str]) -> None:
    """Ines lets sam's line go with three of her drafts, and the operator's directory with two."""
    world.server().state_directory(address="https://directory.example.org/")
    for name in ("private", "in_review", "hidden"):
        attached.attach(
            world.ines.gateway(), draft_id=values[name], resource_ids=[values["resource"]]
        )
    for name in ("private", "in_review"):
        attached.attach_directory(world.ines.gateway(), draft_id=values[name], attached=True)


def _write_campaigns(world: World, values: Mapping[str, str]) -> dict[str, str]:
    """Sam's has three drafts of ines's, otto's none."""
    theirs = begin(world.otto, world, workspace_id=world.other)
    mine = begin(world.sam, world)
    for name in ("private", "in_review", "hidden"):
        world.ines.gateway().write(
            "set_draft_campaign",
            {"p_draft": values[name], "p_campaign": mine.id, "p_expected": None},
        )
    return {"campaign": mine.id, "their_campaign": theirs.id}


def _write_safety(world: World, values: Mapping[str, str]) -> dict[str, str]:
    """Sam has words looked for that three of the drafts have; dana answers for one, twice."""
    word = {"words": "you can learn", "instead": "can be learnt", "reason": "Ours."}
    own = [{**word, "severity": "blocker"}]
    settings = {"packs_off": [], "rules_off": ["crazy-casual"], "own_words": own}
    sam, dana = world.sam.gateway(), world.dana.gateway()
    before = sam.read("get_safety_settings", {"p_workspace": world.home})["configuration_hash"]
    chosen = {"p_settings": json.dumps(settings), "p_expected": before}
    now = sam.write("set_safety_settings", {"p_workspace": world.home, **chosen})
    for name in ("in_review", "hidden", "lous", "offered"):
        have_checked(world, values[name])
    ((finding,),) = world.run_sql(
        "select id::text from public.safety_findings where draft_id = %s", values["in_review"]
    )
    waiving = {"p_finding": finding, "p_reason": "It is a quote."}
    dana.write("take_back_waiver", {"p_waiver": dana.write("waive_finding", waiving)})
    sheet = world.server().get_check(draft_id=values["in_review"], version=None)
    assert sheet is not None
    return {
        "finding": finding,
        "waiver": dana.write("waive_finding", waiving),
        "settings": json.dumps(settings | {"rules_off": ["commit-suicide"]}),
        "configuration_hash": now["configuration_hash"],
        "review_hash": sheet["review_hash"],
        "rule_set_hash": sheet["rule_set_hash"],
    }


def _first_comment(world: World, draft: MadeDraft) -> str:
    ((comment,),) = world.run_sql(
        "select id::text from public.comments where draft_id = %s", draft.id
    )
    return str(comment)


def _write_people(world: World, lou: Person) -> dict[str, str]:
    offer = {"p_email": "new@example.org", "p_roles": ["influencer"]}
    invitation = world.sam.gateway().write("invite_person", {"p_workspace": world.home, **offer})
    world.otto.gateway().write("invite_person", {"p_workspace": world.other, **offer})
    entries = {
        person.name: person.gateway().write(
            "submit_credential",
            {
                "p_workspace": world.home,
                "p_profile": person.id,
                "p_profession": "Therapist",
                "p_register_url": "https://register.example.org/2",
                "p_jurisdiction": "DE",
                "p_scope": ["general"],
            },
        )
        for person in (world.paul, lou)
    }
    world.sam.gateway().write(
        "set_suspended", {"p_workspace": world.home, "p_profile": lou.id, "p_suspended": True}
    )
    session = "a" * 64
    world.run_sql(
        "select public.server_open_session(%s, %s, 'Ines', %s, 'password', 'sealed', now())",
        session,
        world.ines.id,
        world.ines.email,
    )
    issuer = "https://accounts.example.org"
    world.run_sql("insert into public.identities values (%s, 'ines', %s)", issuer, world.ines.id)
    trip = "c" * 64
    world.run_sql("select public.server_begin_sign_in(%s, %s, 'google', 'sealed')", trip, trip)
    return {
        "issuer": issuer,
        "trip": trip,
        "invitation": invitation["id"],
        "token": invitation["token"],
        "pauls_entry": entries["paul"],
        "session": session,
        "new_session": "b" * 64,
        "picture_hash": "b" * 64,
        "quote_hash": "b" * 64,
    }
