"""The help that went with a post when it was approved, in words."""

from __future__ import annotations

from components import format as fmt
from services.given import Service, Way
from services.library.models import METHODS
from services.models import Decision


def say_given(decision: Decision) -> str:
    """What went with the post, as Markdown; empty for nothing."""
    given = decision.help
    if given is None:
        return ""
    parts = [_say_service(one) for one in given.services]
    if given.directory:
        parts.append(f"the directory at {fmt.plain(given.directory)}")
    return f":material/support: Help with this post: {'; '.join(parts)}." if parts else ""


def say_address(way: Way) -> str:
    """Where to call or write, with the word to text if one is needed."""
    return f"{way.keyword} to {way.address}" if way.keyword else way.address


def _say_service(service: Service) -> str:
    first = service.ways[0] if service.ways else None
    how = f", {METHODS[first.method].lower()} {fmt.plain(say_address(first))}" if first else ""
    if service.until is None:
        return f"{fmt.plain(service.name)}{how} (not checked then)"
    return (
        f"{fmt.plain(service.name)}{how} (checked by {fmt.plain(service.checked_by)}, good "
        f"through {fmt.day(service.until)})"
    )
