"""What the benchmark measures: pages of one user, requests, a crowd, and a second start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.embedded.stack import Stack
from tests.load.figures import Figure, Spread
from tests.load.people import LoadPerson, find_people, sign_in
from tests.load.protocol import RunFailed, Site, Tab
from tests.load.servers import Relay, Served, answers, running_app, second_start

PAGE_LIMIT = 2.0
GROWTH_LIMIT = 1.2
CROWD_LIMIT = 0.3
REQUESTS_LIMIT = 2
START_LIMIT_SECONDS = 6.0
# Where a crowd goes: the page's address and what it is called.
CROWDED = {"": "home", "drafts": "drafts", "reviews": "the review queue page"}
# Asked once a second for all open tabs and rooms together, or once an hour, whatever they do.
BACKGROUND = (
    "server_alive_sessions",
    "server_change_numbers",
    "server_remind_of_checks",
    "server_state_directory",
)


# Not judged: it shows how much of the floor is Streamlit's wait for acknowledgements, which our
# app does without (see web/middleware/edge.py).
DIRECT = "Empty page that sends at once"


@dataclass(frozen=True)
class Plan:
    """How long and how many. `idle_seconds` is longer than anything the app remembers."""

    scales: tuple[float, ...] = (1, 10)
    rounds: int = 15
    burst: int = 5
    opens: int = 30
    idle_seconds: float = 11.0
    request_rounds: int = 3
    tabs: int = 100
    load_rounds: int = 4
    load_seconds: float = 6.0
    settle_seconds: float = 12.0
    poll_seconds: float = 30.0
    import_rows: int = 100_000

    def as_dict(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """An app and the server behind it."""

    stack: Stack
    served: Served


@dataclass(frozen=True)
class View:
    """A page as somebody opens it."""

    name: str
    role: str
    page: str
    query: Callable[[LoadPerson], str] = lambda _person: ""


VIEWS = (
    View("Home (influencer)", "influencer", ""),
    View("Home (professional)", "professional", ""),
    View("Home (coordinator)", "coordinator", ""),
    View("Drafts", "influencer", "drafts"),
    View("Review queue", "professional", "reviews", lambda _person: "show=all"),
    View("News", "influencer", "news"),
    View("Review room", "professional", "review", lambda person: f"draft={person.review_draft}"),
    View(
        "Review room, 50 versions and 500 comments",
        "professional",
        "review",
        lambda person: f"draft={person.busy_draft}",
    ),
    View("Draft editor", "influencer", "draft", lambda person: f"draft={person.own_draft}"),
    View("Campaigns", "influencer", "campaigns"),
    View("Campaign", "professional", "campaigns", lambda person: f"campaign={person.campaign}"),
    View("Library", "professional", "library"),
    View("Safety rules", "coordinator", "rules"),
    View("Figures", "coordinator", "figures"),
    View("People", "coordinator", "people"),
    View("Settings", "influencer", "settings"),
)


@dataclass(frozen=True)
class Visit:
    """A view with somebody who looks at it."""

    view: View
    site: Site
    query: str

    async def open(self) -> Tab:
        """A new tab, its first run behind it."""
        return await Tab.open(self.site, page=self.view.page, query=self.query)


def plan_visits(place: Place) -> list[Visit]:
    """A visit to every view, each by a person of their own."""
    people = {
        role: find_people(place.stack.dsn, role=role, many=len(VIEWS))
        for role in {view.role for view in VIEWS}
    }
    visits = []
    for number, view in enumerate(VIEWS):
        person = people[view.role][number % len(people[view.role])]
        (cookie,) = sign_in(place.stack, [person])
        visits.append(Visit(view, Site(place.served.url, cookie), view.query(person)))
    return visits


async def pages(
    plan: Plan, empty: Served, direct: Served, year: Place, years: Place
) -> list[Figure]:
    """Each page of one user against the empty page, and with ten years against one."""
    visits, visits_large = plan_visits(year), plan_visits(years)
    floor = Visit(View("Empty", "", ""), Site(empty.url), "")
    without_wait = Visit(View(DIRECT, "", ""), Site(direct.url), "")
    again = await _run_again(plan, floor, [without_wait, *visits])
    opened, opened_large = await _open_anew(plan, floor, visits, visits_large)
    return [
        *_compare_pages(again),
        *_compare_opened(opened),
        *_compare_growth(opened, opened_large),
    ]


async def _run_again(plan: Plan, floor: Visit, visits: list[Visit]) -> dict[str, list[float]]:
    """Milliseconds of a run in an open tab, by view; the views take turns with the floor."""
    tabs = {visit.view.name: await visit.open() for visit in (floor, *visits)}
    times: dict[str, list[float]] = {name: [] for name in tabs}
    for _ in range(plan.rounds):
        for name, tab in tabs.items():
            times[name] += await _burst(tab, plan.burst)
    for tab in tabs.values():
        tab.close()
    return times


async def _open_anew(
    plan: Plan, floor: Visit, visits: list[Visit], visits_large: list[Visit]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds of the first run in a new tab, which has to read everything."""
    times: dict[str, list[float]] = {visit.view.name: [] for visit in (floor, *visits)}
    times_large: dict[str, list[float]] = {visit.view.name: [] for visit in visits}
    for _ in range(plan.opens):
        times[floor.view.name].append(await _first_run(floor))
        for visit, visit_large in zip(visits, visits_large, strict=True):
            times[visit.view.name].append(await _first_run(visit))
            times_large[visit.view.name].append(await _first_run(visit_large))
    return times, times_large


async def _first_run(visit: Visit) -> float:
    tab = await visit.open()
    tab.close()
    return tab.last.seconds * 1000


async def _burst(tab: Tab, runs: int) -> list[float]:
    """Runs one after the other. The first finds its data gone or not, as may be: not counted."""
    await tab.run()
    return [await _milliseconds(tab) for _ in range(runs)]


async def _milliseconds(tab: Tab) -> float:
    return (await tab.run()).seconds * 1000


def _compare_pages(times: dict[str, list[float]]) -> list[Figure]:
    floor = Spread(times.pop("Empty"))
    return [
        Figure(
            what=f"{name}, run again",
            measured=str(Spread(values)),
            floor=f"empty page {floor}",
            ratio=Spread(values).median / floor.median,
            limit="" if name == DIRECT else f"<= {PAGE_LIMIT:g} x",
            passed=None if name == DIRECT else Spread(values).median <= PAGE_LIMIT * floor.median,
            numbers={"page": Spread(values).as_dict(), "floor": floor.as_dict()},
        )
        for name, values in times.items()
    ]


def _compare_opened(times: dict[str, list[float]]) -> list[Figure]:
    floor = Spread(times["Empty"])
    return [
        Figure(
            what=f"{name}, opened in a new tab",
            measured=str(Spread(values)),
            floor=f"empty page {floor}",
            ratio=Spread(values).median / floor.median,
            limit=f"<= {PAGE_LIMIT:g} x",
            passed=Spread(values).median <= PAGE_LIMIT * floor.median,
            numbers={"page": Spread(values).as_dict(), "floor": floor.as_dict()},
        )
        for name, values in times.items()
        if name != "Empty"
    ]


def _compare_growth(times: dict[str, list[float]], large: dict[str, list[float]]) -> list[Figure]:
    figures = []
    for name, values in large.items():
        before, after = Spread(times[name]), Spread(values)
        figures.append(
            Figure(
                what=f"{name}, ten times the data",
                measured=str(after),
                floor=f"one year {before}",
                ratio=after.median / before.median,
                limit=f"<= {GROWTH_LIMIT:g} x",
                passed=after.median <= GROWTH_LIMIT * before.median,
                numbers={"ten": after.as_dict(), "one": before.as_dict()},
            )
        )
    return figures


async def requests(plan: Plan, stack: Stack, folder: Path) -> list[Figure]:
    """How many Data API requests a run makes, at most: in a new tab, and with all forgotten."""
    relay = Relay()
    async with relay.running(stack.url):
        start = running_app(stack, log=folder / "app-relayed.log", supabase_url=relay.url)
        # The relay answers on this event loop, so starting must not block it.
        served = await asyncio.to_thread(start.__enter__)
        try:
            visits = plan_visits(Place(stack, served))
            tabs: dict[str, Tab] = {}
            most: dict[str, dict[str, int]] = {visit.view.name: {} for visit in visits}
            for visit in visits:
                relay.counts.clear()
                tabs[visit.view.name] = await visit.open()
                _keep_most(most, visit.view.name, relay)
            for _ in range(plan.request_rounds):
                await asyncio.sleep(plan.idle_seconds)
                for name, tab in tabs.items():
                    relay.counts.clear()
                    await tab.run()
                    _keep_most(most, name, relay)
            for tab in tabs.values():
                tab.close()
        finally:
            await asyncio.to_thread(start.__exit__, None, None, None)
    return [_count_figure(name, sum(found.values()), sorted(found)) for name, found in most.items()]


def _keep_most(most: dict[str, dict[str, int]], name: str, relay: Relay) -> None:
    counted = {key: n for key, n in relay.counts.items() if key not in BACKGROUND}
    if sum(counted.values()) > sum(most[name].values()):
        most[name] = counted


def _count_figure(name: str, most: int, names: list[str]) -> Figure:
    return Figure(
        what=f"{name}, requests a run",
        measured=f"{most} at most",
        limit=f"<= {REQUESTS_LIMIT}",
        passed=most <= REQUESTS_LIMIT,
        numbers={"most": most, "functions": names},
    )


@dataclass
class Crowd:
    """What many tabs did together."""

    runs: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    times: tuple[float, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Runs a second."""
        return self.runs / self.seconds if self.seconds else 0.0


async def crowd(plan: Plan, empty: Served, place: Place, page: str) -> list[Figure]:
    """As many people as tabs, each running the page again as soon as it is there."""
    people = find_people(place.stack.dsn, many=plan.tabs)
    cookies = await asyncio.to_thread(sign_in, place.stack, people)
    before = place.served.memory_bytes
    floor_tabs = await _open_all([Site(empty.url)] * len(people), "")
    tabs = await _open_all([Site(place.served.url, cookie) for cookie in cookies], page)
    floor, ours = Crowd(), Crowd()
    for _ in range(plan.load_rounds):
        await _press(floor, floor_tabs, empty, plan.load_seconds)
        await _press(ours, tabs, place.served, plan.load_seconds)
    for tab in (*floor_tabs, *tabs):
        tab.close()
    return [_crowd_figure(CROWDED[page], len(people), floor, ours, before, place.served)]


async def _open_all(sites: list[Site], page: str) -> list[Tab]:
    tabs: list[Tab] = []
    for start in range(0, len(sites), 10):
        part = sites[start : start + 10]
        tabs += await asyncio.gather(*(Tab.open(site, page=page) for site in part))
    return tabs


async def _press(crowd: Crowd, tabs: list[Tab], served: Served, seconds: float) -> None:
    times: list[float] = []
    failures: list[str] = []
    started, processor = time.perf_counter(), served.cpu_seconds

    async def again(tab: Tab) -> None:
        while time.perf_counter() - started < seconds:
            try:
                times.append(await _milliseconds(tab))
            except RunFailed as problem:
                failures.append(str(problem))
                return

    await asyncio.gather(*map(again, tabs))
    crowd.seconds += time.perf_counter() - started
    crowd.processor += served.cpu_seconds - processor
    crowd.runs += len(times)
    crowd.times += tuple(times)
    crowd.failures += tuple(failures)


def _crowd_figure(
    page: str, people: int, floor: Crowd, ours: Crowd, before: int, served: Served
) -> Figure:
    ratio = ours.rate / floor.rate if floor.rate else 0.0
    failed = f", {len(ours.failures)} failed: {ours.failures[0]}" if ours.failures else ""
    return Figure(
        what=f"{people} people on {page}",
        measured=f"{ours.rate:.0f} runs/s{failed}, {served.memory_bytes / 1e6:.0f} MB",
        floor=f"empty page {floor.rate:.0f} runs/s",
        ratio=ratio,
        limit=f">= {CROWD_LIMIT:g} x, nothing fails",
        passed=ratio >= CROWD_LIMIT and not ours.failures and not floor.failures,
        numbers={
            "runs_a_second": round(ours.rate, 1),
            "floor_runs_a_second": round(floor.rate, 1),
            "times": Spread(ours.times).as_dict() if ours.times else {},
            "floor_times": Spread(floor.times).as_dict() if floor.times else {},
            "processor_ms_a_run": round(1000 * ours.processor / max(1, ours.runs), 2),
            "floor_processor_ms_a_run": round(1000 * floor.processor / max(1, floor.runs), 2),
            "failures": list(ours.failures[:20]),
            "memory_mb_before": round(before / 1e6),
            "memory_mb_after": round(served.memory_bytes / 1e6),
        },
    )


async def restart(stack: Stack, folder: Path) -> list[Figure]:
    """From the second `make run` on the same data to a page that is drawn; stops `stack` first."""
    (person,) = find_people(stack.dsn, role="influencer", many=1)
    (cookie,) = sign_in(stack, [person])
    await asyncio.to_thread(stack.stop)
    started = time.perf_counter()
    with second_start(stack.places.data, log=folder / "second-start.log") as url:
        await _until(lambda: answers(f"{url}/auth/sign-in"))
        sign_in_page = time.perf_counter() - started
        tab = await Tab.open(Site(url, cookie))
        drawn = time.perf_counter() - started
        tab.close()
    return [
        Figure(
            what="Second start to first page",
            measured=f"{drawn:.1f} s (sign-in page {sign_in_page:.1f} s)",
            limit=f"<= {START_LIMIT_SECONDS:g} s",
            passed=drawn <= START_LIMIT_SECONDS,
            numbers={"page_seconds": round(drawn, 2), "sign_in_seconds": round(sign_in_page, 2)},
        )
    ]


async def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not await asyncio.to_thread(condition):
        if time.monotonic() > deadline:
            raise RunFailed("the second start did not answer within 60 s")
        await asyncio.sleep(0.05)
