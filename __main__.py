"""Lets `python -m aiready` do what the `aiready` command does."""

from .cli.main import program

if __name__ == "__main__":
    program()
