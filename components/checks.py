"""Has the checker read what people decide on; pages do not wait for its verdict."""

from __future__ import annotations

import logging

from components import session
from services.errors import TandemError

log = logging.getLogger("tandem.checks")


def have_read(draft_id: str) -> bool:
    """Have what could become approved next read, unless it was; whether it is read now.

    When that does not work the page goes on: nothing can be approved meanwhile, the room says so,
    and whoever opens it next has it read.
    """
    try:
        session.record_check(draft_id)
    except TandemError as error:
        log.warning("a post was not read", extra={"draft": draft_id, "why": error.detail})
        return False
    return True
