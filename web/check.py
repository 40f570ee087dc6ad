"""`python -m web.check`: says what is missing or wrong in the configuration, before a start."""

from __future__ import annotations

import os
import sys

from web.parts import make_parts
from web.project import check_configuration, list_notices
from web.settings import ConfigurationError, read_settings


def main() -> int:
    """Check everything that can be checked from here; the exit code says whether all is well."""
    try:
        parts = make_parts(read_settings(os.environ))
    except ConfigurationError as error:
        return _report(error.problems)
    try:
        problems = check_configuration(parts.settings, server=parts.server, auth=parts.auth)
        if not problems:
            _report(list_notices(parts.settings, server=parts.server, auth=parts.auth))
        return _report(problems)
    finally:
        parts.close()


def _report(problems: list[str]) -> int:
    for problem in problems:
        sys.stderr.write(f"Tandem: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
