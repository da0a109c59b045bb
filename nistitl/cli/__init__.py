"""The command line: `nistitl COMMAND`. One module per command, found through `nistitl.commands`."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency, placed
from nistitl.base.plugins import COMMANDS, find, offered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nistitl.cli.command import Command

CLEAN, FOUND, UNREADABLE, FAULT = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; exit status 0 clean, 1 findings or differences, 2 unreadable input or wrong usage.

    3 is a fault of a program's own, told by its place alone: an exception may quote the input. `--debug` raises it.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [word for word in arguments if word != "--debug"]
    if argv is None:
        gc.freeze()  # a process of our own: what is loaded stays, and need not be looked through again
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a character shows its code
    if sys.stdout is None:  # closed before we began
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _tell
            status = _run(arguments)
        sys.stdout.flush()
        return status
    except ITLError as error:
        print(f"nistitl: {error}", file=sys.stderr)
        return UNREADABLE
    except BrokenPipeError:  # whoever read our output has seen enough
        _drop_output()
        return CLEAN
    except OSError as error:  # of input and files we have told before
        print(f"nistitl: cannot write the output: {error.strerror or error}", file=sys.stderr)
        _drop_output()
        return UNREADABLE
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if debug:
            raise
        print(f"nistitl: {_told(fault)}", file=sys.stderr)
        return FAULT


def _told(fault: Exception) -> str:
    """What went wrong and where, without a word of the input."""
    return (
        f"a fault of the program, not of the input: {placed(fault)}. Please report this line; "
        "--debug shows the whole trace, which may quote the input"
    )


def _tell(message: Warning | str, *_: object, **__: object) -> None:
    """A warning in one line, as every other message of a command."""
    print(f"nistitl: {message}", file=sys.stderr)


def _drop_output() -> None:
    """What is still in the buffer goes nowhere, or the interpreter would complain of it on its way out."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return CLEAN if arguments else UNREADABLE
    if arguments[0] in ("-V", "--version"):
        from nistitl import __version__

        print(f"nistitl {__version__}")
        return CLEAN
    name, *rest = arguments
    point = find(COMMANDS, name)
    if point is None:
        print(f"nistitl: no command {name!r}; nistitl --help lists them", file=sys.stderr)
        return UNREADABLE
    try:
        command: Command = point.load()
    except MissingDependency as error:
        print(f"nistitl: {error}", file=sys.stderr)
        return UNREADABLE
    from nistitl.cli.command import Parser

    parser = Parser(f"nistitl {name}", description=command.help)
    command.configure(parser)
    return command.run(parser.parse_args(rest))


def _overview() -> str:
    lines = ["usage: nistitl COMMAND ...", "", "Transactions of ANSI/NIST-ITL: read, show, edit.", "", "commands:"]
    for name, point in sorted(offered(COMMANDS).items()):
        try:
            summary = point.load().help
        except MissingDependency as error:
            summary = str(error)
        lines.append(f"  {name:<10} {summary}")
    return "\n".join([*lines, "", "nistitl COMMAND --help tells more. Exit: 0 clean, 1 findings, 2 unreadable."])
