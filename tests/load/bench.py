"""How fast Tandem is, beside what an empty Streamlit page takes: `python -m tests.load.bench`.

Starts embedded servers of its own with one year and with ten years of data (see seed.py), the
real app on each, and an empty page; opens tabs over Streamlit's websocket protocol; prints a
table and writes it to bench.json in the data folder. Floor and figure are always measured in
turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.embedded.places import data_dir
from services.embedded.problems import StartupProblem
from services.embedded.project import find_hosted_project
from tests.load import importing, measure, rooms, safety
from tests.load.figures import Figure, print_table, write_json
from tests.load.seed import say
from tests.load.servers import filled_stack, running_app, running_empty

FULL = measure.Plan()
SMOKE = measure.Plan(
    scales=(0.01,),
    rounds=2,
    burst=2,
    opens=1,
    idle_seconds=0.1,
    request_rounds=1,
    tabs=4,
    load_rounds=1,
    load_seconds=0.2,
    settle_seconds=0.1,
    poll_seconds=0.1,
    import_rows=200,
)


def run(plan: measure.Plan, *, folder: Path) -> list[Figure]:
    """Everything, in order; `folder` takes data and logs."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        places = []
        for scale in plan.scales:
            say(f"Writing {scale:g} years of data.")
            data = stack.enter_context(filled_stack(folder / f"{scale:g}", scale=scale, say=say))
            rooms.write_busy_rooms(data.dsn)
            app = stack.enter_context(running_app(data, log=folder / f"app-{scale:g}.log"))
            places.append(measure.Place(data, app))
        empty = stack.enter_context(running_empty(log=folder / "empty.log"))
        direct = stack.enter_context(running_empty(log=folder / "direct.log", direct=True))
        year = places[0]
        say("Running pages, one user.")
        figures += asyncio.run(measure.pages(plan, empty, direct, year, places[-1]))
        say("Counting requests.")
        figures += asyncio.run(measure.requests(plan, year.stack, folder))
        for page, name in measure.CROWDED.items():
            say(f"Running {name} in {plan.tabs} tabs.")
            figures += asyncio.run(measure.crowd(plan, empty, year, page))
        say(f"Leaving {plan.tabs} rooms open.")
        figures += asyncio.run(
            rooms.polling(
                year.stack,
                year.served,
                tabs=plan.tabs,
                settle_seconds=plan.settle_seconds,
                seconds=plan.poll_seconds,
            )
        )
        say(f"Importing {plan.import_rows:,} rows.")
        figures += importing.measure(year.stack, rows=plan.import_rows)
        say("Starting a second time.")
        figures += asyncio.run(measure.restart(year.stack, folder))
    say("Checking long texts.")
    return [*figures, safety.measure_growth()]


@contextmanager
def own_environment() -> Iterator[None]:
    """Without settings meant for the real Tandem: the servers here are the benchmark's own."""
    kept = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if name.startswith(("TANDEM_", "SUPABASE_", "STREAMLIT_")) or name in ("HOST", "PORT")
    }
    try:
        yield
    finally:
        os.environ.update(kept)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code: 0 also when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny: only whether it all runs")
    wanted = parser.parse_args(arguments)
    if find_hosted_project() is not None:
        print("A hosted project is configured. The benchmark runs embedded servers only.")
        return 2
    plan = SMOKE if wanted.smoke else FULL
    target = data_dir() / "bench.json"
    started = time.monotonic()
    try:
        with own_environment(), tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
            figures = run(plan, folder=Path(folder))
    except StartupProblem as problem:
        print(problem)
        return 1
    print()
    print_table(figures)
    write_json(target, figures, plan.as_dict())
    say(f"\nWritten to {target} after {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
