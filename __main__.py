"""Lets `python -m aiready` do what the `aiready` command does."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
