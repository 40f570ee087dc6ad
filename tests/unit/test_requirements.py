"""The pinned packages: the lists are whole, and what runs here is what they say."""

import re
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("requirements.txt", "requirements-dev.txt")


def read_pins(*names: str) -> dict[str, Requirement]:
    pins: dict[str, Requirement] = {}
    for name in names:
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                pin = Requirement(line)
                pins[canonicalize_name(pin.name)] = pin
    return pins


def find_needed(pins: dict[str, Requirement]) -> set[str]:
    """Every package that the pinned ones need on this machine, directly or not."""
    seen: set[tuple[str, str]] = set()
    waiting = list(pins.values())
    while waiting:
        package = waiting.pop()
        for extra in {"", *package.extras}:
            key = (canonicalize_name(package.name), extra)
            if key in seen:
                continue
            seen.add(key)
            for text in requires(package.name) or []:
                need = Requirement(text)
                if need.marker is None or need.marker.evaluate({"extra": extra}):
                    waiting.append(need)
    return {name for name, _ in seen}


class TestRequirements:
    @pytest.mark.parametrize("names", [LISTS[:1], LISTS])
    def test_pin_everything_they_need(self, names: tuple[str, ...]) -> None:
        pins = read_pins(*names)

        assert find_needed(pins) <= set(pins)

    def test_are_what_is_installed(self) -> None:
        pins = read_pins(*LISTS)

        assert {name: version(name) for name in pins} == {
            name: str(pin.specifier).removeprefix("==") for name, pin in pins.items()
        }

    @pytest.mark.parametrize("name", [*LISTS, "services/embedded/node/package-lock.json"])
    def test_name_no_registry(self, name: str) -> None:
        text = (ROOT / name).read_text(encoding="utf-8")

        assert not re.search(r'"resolved"|index-url|find-links|registry[ ]*=', text)
