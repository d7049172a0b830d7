"""Lets `python -m aiready` do what the `aiready` command does."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # where the user stands: the code under audit, whose `yaml.py` would be imported for ours

    from .cli.main import program

    program()
