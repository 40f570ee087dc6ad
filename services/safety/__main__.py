"""`python -m services.safety`: the checker on the command line."""

import sys

from services.safety.cli import main

if __name__ == "__main__":
    sys.exit(main())
