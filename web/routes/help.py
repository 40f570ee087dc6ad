"""/help, /help/{country}, /help/{country}/{topic}: where to find help, for anybody.

One request a page: no script, no file, nothing from elsewhere. No cookie is set or read, and
nothing of who asks is written down. `?w=` names a workspace; else it is the instance's.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.countries import COUNTRIES
from services.errors import NotFound, TandemError, TooMany
from services.ids import require_id
from services.library.last_known import Known
from services.library.models import TOPICS
from services.library.near import find_emergency
from services.library.public import Together, list_topics
from web import help_words
from web.pace import Pace
from web.parts import Parts
from web.render import STATIC, TEMPLATES, fill_template
from web.requests import HELP, knows, read_address
from web.routes.images import SmallCache

# A page that says nothing of the one before, and that anybody may have had open.
EXIT_ADDRESS = "https://www.wikipedia.org/"
# A school or a clinic may stand behind one address; more than this is a program.
_BURST = 240
_PER_SECOND = 20.0
_CACHE_BYTES = 8_000_000

_STYLE = "\n" + "".join(
    path.read_text(encoding="utf-8") for path in (STATIC / "tandem.css", TEMPLATES / "help.css")
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Kept, but asked for again each time: a number that is not right any more is gone at once.
    "Cache-Control": "no-cache",
}
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an address asks for: a workspace, and how links go on to it."""

    workspace_id: str
    query: str


class Help:
    """Answers with whole pages."""

    def __init__(
        self,
        parts: Parts,
        *,
        ticks: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._now = now
        self._made = SmallCache(_CACHE_BYTES)
        self._pace = Pace(burst=_BURST, per_second=_PER_SECOND, ticks=ticks)
        # Only this process knows it, until it ends: no address can be found from what is counted.
        self._salt = secrets.token_bytes(32)

    def list_routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route(HELP, self.show, methods=["GET"]),
            Route(f"{HELP}/{{rest:path}}", self.show, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """One page, or why not."""
        try:
            self._pace.take(self._count_under(request))
            asked = self._read_asked(request)
            known = await self._find(asked.workspace_id)
            return self._answer(request, asked, known)
        except TooMany:
            return self._say(429, "A short pause, please", _BUSY, wait_seconds=1)
        except NotFound:
            return await self._answer_unknown_workspace()
        except TandemError:
            return self._say(503, "Services cannot be shown right now", _AWAY, wait_seconds=5)

    def _count_under(self, request: Request) -> str:
        address = read_address(request.scope, self._settings)
        return hashlib.blake2b(address.encode(), key=self._salt).hexdigest()

    def _read_asked(self, request: Request) -> _Asked:
        named = request.query_params.get("w", "")
        if not named:
            return _Asked(self._settings.help_workspace, "")
        workspace_id = require_id(named)
        return _Asked(workspace_id, f"?w={workspace_id}")

    async def _find(self, workspace_id: str) -> Known:
        book = self._parts.help
        found = book.glance(workspace_id)
        if found is None:
            found = await anyio.to_thread.run_sync(book.read, workspace_id)
        return found

    async def _answer_unknown_workspace(self) -> Response:
        asked = _Asked(self._settings.help_workspace, "")
        try:
            known = await self._find(asked.workspace_id)
        except TandemError:
            return self._say(404, "This link leads nowhere", _NO_WORKSPACE)
        return self._draw_countries(
            asked, known, status=404, title="This link leads nowhere", message=_NO_WORKSPACE
        )

    def _answer(self, request: Request, asked: _Asked, known: Known) -> Response:
        if known.help is None and asked.query:
            raise NotFound
        today = self._now().date()
        path = request.path_params.get("rest", "").strip("/").lower()
        country, topic, is_page = _read_path(path)
        if not is_page:
            return self._draw_countries(
                asked, known, status=404, title="There is no such page", message=_NO_PAGE
            )
        as_of = help_words.say_moment(known.at) if known.is_old else ""
        tag = f"{known.version} {asked.query} {country} {topic} {today} {as_of}"
        body = self._made.find(tag)
        if body is None:
            text = (
                self._fill_country(asked, known, country, topic, today, as_of)
                if country
                else self._fill_countries(asked, known, today)
            )
            body = self._made.keep(tag, text.encode())
        return _send(request, body)

    def _fill_country(
        self, asked: _Asked, known: Known, country: str, topic: str, today: date, as_of: str
    ) -> str:
        found = known.help.list_in(country, today) if known.help else ()
        place = help_words.say_country(country)
        own = [one for one in found if one.lines[0].entry.country]
        sections = [
            (heading, help_words.show_groups(groups))
            for heading, groups in _part(found, place, topic)
            if groups
        ]
        title = f"Help in {place}"
        if topic:
            title = f"{TOPICS[topic]}: help in {place}"
        address = f"{HELP}/{country.lower()}"
        others = [one for one in list_topics(found) if one != topic]
        topics = [
            (TOPICS[one], f"{address}/{one.replace('_', '-')}{asked.query}") for one in others
        ]
        if topic:
            topics.insert(0, (f"All help in {place}", f"{address}{asked.query}"))
        return self._fill(
            "help_country.html",
            title=title,
            place=place,
            emergency=find_emergency(country),
            as_of=as_of,
            sections=sections,
            nothing=_say_nothing(own, place, topic),
            topics=topics,
            topics_heading="Other help" if topic else "By topic",
            all_countries=f"{HELP}{asked.query}",
            workspace_name=known.help.workspace_name if known.help else "",
        )

    def _fill_countries(
        self,
        asked: _Asked,
        known: Known,
        today: date,
        *,
        title: str = "Where are you?",
        message: str = "",
    ) -> str:
        served = known.help.list_countries(today) if known.help else ()
        return self._fill(
            "help_countries.html",
            title=title,
            place="",
            emergency="",
            message=message,
            has_answer=True,
            with_services=_link_countries(served, asked),
            others=_link_countries([one for one in COUNTRIES if one not in served], asked),
        )

    def _draw_countries(
        self, asked: _Asked, known: Known, *, status: int, title: str, message: str
    ) -> Response:
        text = self._fill_countries(asked, known, self._now().date(), title=title, message=message)
        return HTMLResponse(text, status, _HEADERS | _NOT_KEPT)

    def _say(self, status: int, title: str, message: str, *, wait_seconds: int = 0) -> Response:
        """A page that needs nothing of what is known."""
        text = self._fill(
            "help_countries.html",
            title=title,
            place="",
            emergency="",
            message=message,
            has_answer=False,
            with_services=[],
            others=[],
        )
        answer = HTMLResponse(text, status, _HEADERS | _NOT_KEPT)
        if wait_seconds:
            answer.headers["Retry-After"] = str(wait_seconds)
        return answer

    def _fill(self, template: str, **values: object) -> str:
        directory = self._settings.help_directory
        return fill_template(
            template,
            style=_STYLE,
            exit_address=EXIT_ADDRESS,
            directory=directory,
            directory_host=help_words.say_host(directory),
            **values,
        )


_BUSY = "This page was asked for very often in the last moments. Please open it again in a second."
_AWAY = "Our database does not answer at the moment. Please try again in a little while."
_NO_PAGE = "We have no page at this address. Perhaps the country or the topic is written otherwise."
_NO_WORKSPACE = "Part of the address is missing or wrong. Choose your country instead."


def _read_path(path: str) -> tuple[str, str, bool]:
    """Country, topic, and whether there is such a page; both empty for the list of countries."""
    country, _slash, slug = path.partition("/")
    topic = slug.replace("-", "_")
    is_page = country.upper() in COUNTRIES and topic in ("", *TOPICS) if path else True
    return country.upper(), topic, is_page


def _part(
    found: Sequence[Together], place: str, topic: str
) -> Iterable[tuple[str, Sequence[Together]]]:
    """Headings and what stands below them: the topic's own first, then the rest."""
    if not topic:
        own = [one for one in found if one.lines[0].entry.country]
        yield f"Services in {place}", own
        yield "Good in any country", [one for one in found if one not in own]
        return
    about = [one for one in found if topic in one.topics]
    yield TOPICS[topic], about
    yield f"Other help in {place}", [one for one in found if one not in about]


def _say_nothing(own: Sequence[Together], place: str, topic: str) -> str:
    """That nothing was checked for the country, or nothing on the topic; empty otherwise."""
    if not own:
        return f"There is no checked service in {place} at the moment"
    if topic and not any(topic in one.topics for one in own):
        return f"There is no checked service for this topic in {place} at the moment"
    return ""


def _link_countries(codes: Iterable[str], asked: _Asked) -> list[tuple[str, str]]:
    return [(COUNTRIES[code], f"{HELP}/{code.lower()}{asked.query}") for code in codes]


def _send(request: Request, body: bytes) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # Weak: packed on the way, it is the same page.
    headers = _HEADERS | {"ETag": f"W/{tag}"}
    if knows(request.scope, tag):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers)
