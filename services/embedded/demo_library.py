"""The demo workspace's own part of the library: services that do not exist, checked or not.

Their numbers are ones that regulators keep free for films and books, and their addresses lead
nowhere, so that nobody who takes them for real disturbs anybody. No real service is ever checked
here: that is for people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.embedded.demo_play import Deed
from services.embedded.demo_story import Cast
from services.library.models import Contact, Entry

_ROUND = "24/7"
_GIVEN_DAYS = 90


@dataclass(frozen=True)
class _Kept:
    """An entry, who wrote it down, and who checked it how many days ago, once or more often."""

    entry: Entry
    by: str
    checked_by: str = ""
    checked_days_ago: tuple[int, ...] = ()


def _page(name: str) -> str:
    return f"https://{name}.example.org/"


KEPT: tuple[_Kept, ...] = (
    _Kept(
        Entry(
            kind="helpline",
            name="Northbridge Listening Line (invented)",
            country="GB",
            topics=("crisis", "suicide"),
            audience="Adults who want to talk (text TALK)",
            languages=("en", "cy"),
            sources=(_page("northbridge"),),
            pair="Northbridge",
            contacts=(
                Contact("call", "01632 960 123", hours=_ROUND, cost="free"),
                Contact(
                    "text",
                    "07700 900123",
                    keyword="TALK",
                    hours="08:00-23:00 daily",
                    time_zone="Europe/London",
                    cost="free",
                ),
                Contact("web", _page("northbridge")),
            ),
        ),
        by="dana",
        checked_by="dana",
        checked_days_ago=(96, 12),
    ),
    _Kept(
        Entry(
            kind="helpline",
            name="Northbridge Youth (invented)",
            country="GB",
            topics=("youth", "crisis", "suicide"),
            audience="Children and young people up to 25",
            languages=("en",),
            sources=(_page("youth.northbridge"),),
            pair="Northbridge",
            contacts=(
                Contact("call", "01632 960 124", hours=_ROUND, cost="free"),
                Contact("chat", _page("youth.northbridge") + "chat", hours="15:00-22:00 daily"),
                Contact("web", _page("youth.northbridge")),
            ),
        ),
        by="dana",
        checked_by="dana",
        checked_days_ago=(96, 12),
    ),
    _Kept(
        Entry(
            kind="helpline",
            name="Table for One, eating support (invented)",
            country="GB",
            topics=("eating_disorders",),
            audience="Anyone who worries about eating, and those close to them",
            languages=("en",),
            sources=(_page("table"),),
            contacts=(
                Contact(
                    "call",
                    "01632 960 777",
                    hours="Mon-Fri 15:00-20:00",
                    time_zone="Europe/London",
                ),
                Contact("mail", "talk@table.example.org"),
            ),
        ),
        by="sam",
        checked_by="ruth",
        checked_days_ago=(83,),
    ),
    _Kept(
        Entry(
            kind="helpline",
            name="Harbor Line (invented)",
            country="US",
            topics=("crisis", "anxiety_depression"),
            audience="Anyone in distress",
            languages=("en", "es"),
            sources=(_page("harbor"),),
            contacts=(
                Contact("call", "202-555-0114", hours=_ROUND, cost="free"),
                Contact("web", _page("harbor")),
            ),
        ),
        by="sam",
        checked_by="sam",
        checked_days_ago=(95,),
    ),
    _Kept(
        Entry(
            kind="helpline",
            name="Prairie Night Line (invented)",
            country="US",
            topics=("crisis", "suicide", "substance_use"),
            audience="Anyone who needs to talk, and those who worry about somebody",
            languages=("en",),
            sources=(_page("prairie"),),
            contacts=(
                Contact("call", "202-555-0142", hours=_ROUND, cost="free"),
                Contact("chat", _page("prairie") + "chat"),
            ),
        ),
        by="dana",
        checked_by="dana",
        checked_days_ago=(96, 20),
    ),
    _Kept(
        Entry(
            kind="helpline",
            name="Linje Lugn (invented)",
            country="SE",
            topics=("anxiety_depression",),
            audience="Anyone who feels low or anxious",
            languages=("sv", "en"),
            sources=(_page("lugn"),),
            contacts=(Contact("web", _page("lugn")),),
        ),
        by="paul",
    ),
    _Kept(
        Entry(
            kind="evidence_card",
            name="Asking about suicide (example of a card)",
            country="",
            topics=("suicide",),
            audience="Whoever writes about it",
            languages=("en",),
            words=(
                "An example of what a card can hold.\n\n"
                "Write here in two or three plain sentences what research says and how sure it is, "
                "and name the source below, so that a writer need not read the paper."
            ),
            sources=(_page("evidence"),),
        ),
        by="ruth",
        checked_by="ruth",
        checked_days_ago=(30,),
    ),
)


# Goes with posts for the countries of which the workspace has checked nothing.
DIRECTORY = "https://findahelpline.com/"


def list_library_deeds(cast: Cast) -> list[Deed]:
    """Everything that happens to the library, in no particular order."""
    return [deed for number, kept in enumerate(KEPT) for deed in _list_deeds(cast, kept, number)]


def _list_deeds(cast: Cast, kept: _Kept, number: int) -> list[Deed]:
    ids: list[str] = []

    def add(at: datetime) -> None:
        ids.append(
            cast.history.act(
                at,
                cast.ids[kept.by],
                "add_resource",
                p_workspace=cast.workspace,
                p_entry=json.dumps(kept.entry.to_json()),
            )
        )
        if kept.entry.kind == "helpline" and "crisis" in kept.entry.topics:
            cast.lines.setdefault(kept.entry.country, []).append(str(ids[0]))

    def check(at: datetime) -> None:
        cast.history.act(
            at,
            cast.ids[kept.checked_by],
            "check_resource",
            p_workspace=cast.workspace,
            p_resource=ids[0],
            p_revision=1,
            p_method="own_page",
            p_source=kept.entry.sources[0],
            p_next_due=(at + timedelta(days=_GIVEN_DAYS)).date(),
        )

    deeds = [Deed(cast.now - timedelta(days=97, hours=-number), add)]
    deeds += [Deed(cast.now - timedelta(days=days), check) for days in kept.checked_days_ago]
    return deeds
