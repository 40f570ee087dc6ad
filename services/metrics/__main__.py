"""`python -m services.metrics`: the reader of exports on the command line."""

import sys

from services.metrics.cli import main

if __name__ == "__main__":
    sys.exit(main())
