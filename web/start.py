"""The start: settings that can be used, or words that say what to do and a process that ends."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

from streamlit import config

from web.parts import Parts, make_parts
from web.project import check_configuration, list_notices
from web.settings import ConfigurationError, read_settings

log = logging.getLogger("tandem.web")

# What Streamlit does without an address.
EVERYWHERE = "0.0.0.0"  # noqa: S104


def start_parts() -> Parts:
    """The parts of this process.

    A hosted project is asked whether it answers, takes our keys and has our migrations; what is
    wrong ends the process. The embedded server was started and brought up to date just before.
    """
    try:
        # Where Streamlit listens is what counts, whoever decided it.
        address = config.get_option("server.address") or EVERYWHERE
        parts = make_parts(read_settings({**os.environ, "HOST": address}))
    except ConfigurationError as wrong:
        _end(wrong.problems)
    if not parts.settings.embedded:
        problems = check_configuration(parts.settings, server=parts.server, auth=parts.auth)
        if problems:
            parts.close()
            _end(problems)
    for notice in list_notices(parts.settings, server=parts.server, auth=parts.auth):
        log.warning(notice)
    if parts.settings.is_https and not parts.settings.trusted_proxies:
        log.warning(
            "TANDEM_TRUSTED_PROXIES is not set: if a proxy stands before Tandem, everybody's "
            "attempts to sign in are counted under its one address"
        )
    return parts


def _end(problems: list[str]) -> NoReturn:
    lines = "".join(f"\n- {problem}" for problem in problems)
    sys.stderr.write(f"\nTandem cannot start:{lines}\n\n")
    sys.exit(1)
