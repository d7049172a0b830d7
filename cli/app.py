"""The commands as a typer application: help, completion, and words for mistakes on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from .. import __version__
from ..checks.errors import UsageError
from . import plain
from .commands import COMMANDS
from .declare import Arg
from .ending import finished, refused


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"aiready {__version__}\n")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Judge whether software that calls language models is ready for production."""


def application(only: str = "") -> typer.Typer:
    """All commands, or one of them by itself. Plain text: typer would load rich for more."""
    app = typer.Typer(
        name="aiready",
        add_completion=not only,
        no_args_is_help=not only,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    if not only:
        app.callback()(_top)
    for name, command in COMMANDS.items():
        if only in {"", name}:
            app.command(name)(_declared(command))
    return app


def _declared(command: Callable[..., int]) -> Callable[..., None]:
    """A function with the signature that typer reads, which ends by the command's exit status."""

    def run(**chosen: Any) -> None:
        raise typer.Exit(finished(command, chosen))

    known = plain.parameters(command)
    annotations = {one.name: Annotated[one.kind, _info(one)] for one in known}
    shape = [
        Parameter(one.name, Parameter.KEYWORD_ONLY, default=one.default, annotation=annotations[one.name])
        for one in known
    ]
    run.__doc__, run.__annotations__ = command.__doc__, annotations
    vars(run)["__signature__"] = Signature(shape)
    return run


def _info(one: plain.Parameter) -> Any:
    """What typer is told of an option or an argument."""
    said = one.said
    shown = one.default is not Parameter.empty and one.default is not None and one.kind is not bool
    if isinstance(said, Arg):
        return typer.Argument(metavar=said.metavar, help=said.help, autocompletion=said.complete, show_default=shown)
    least = plain.LEAST if one.is_number else None
    return typer.Option(*said.flags, help=said.help, metavar=said.metavar, show_default=shown, min=least)


def run(words: Sequence[str]) -> int:
    """Do what the words say; the exit status. Without a word it ends by SystemExit, after the help.

    A command is run without the others around it, whose options typer would load pydantic to read. Wrong values are
    told here: what typer says of them depends on its release, and on the library it leaves them to, which is why its
    errors are known by what they can do. They are told as any other mistake is.
    """
    mistake = plain.mistake(words)
    if mistake:
        return refused(UsageError(mistake))
    only = words[0] if words and words[0] in COMMANDS and not plain.is_completion() else ""
    command = typer.main.get_command(application(only))
    given = list(words[1:] if only else words)
    try:
        status = command.main(args=given, prog_name=f"aiready {only}".strip(), standalone_mode=not words)
    except Exception as error:
        told = getattr(error, "format_message", None)
        if told is None:
            raise
        said = str(told()).removesuffix(".")
        return refused(UsageError(f"{only}{': ' if only else ''}{said[:1].lower()}{said[1:]}"))
    return status if isinstance(status, int) else 0
