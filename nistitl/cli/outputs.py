"""Where a command writes what it makes of each input: one file, or a folder that mirrors the inputs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nistitl.base.errors import ITLError
from nistitl.base.text import printable
from nistitl.cli.command import STDIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def check_apart(output: str, option: str, others: Mapping[str, str | None]) -> None:
    """ITLError, before anything is written, where an output is one of these files, which would be lost.

    `option` is how the output was asked for, `others` the files by their options; None for an option that is not used.
    """
    for other, name in others.items():
        if name is not None and output != STDIN and same_file(output, name):
            raise ITLError(f"{option} and {other} are one file, {printable(Path(name).name)}: it would be lost")


def same_file(one: str, other: str) -> bool:
    """True for two names of one file, whether it is there yet or not."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):  # one of them is not there, or no name of a file
        return os.path.realpath(one) == os.path.realpath(other)


class Outputs:
    """The output of each input: OUT itself for one file, else a file in the folder OUT, by its name.

    What a folder holds keeps its place below that folder. ITLError, before anything is written, where two inputs would
    become one file or standard input would need a name.
    """

    def __init__(self, given: Sequence[str], named: Sequence[tuple[str, bool]], output: str) -> None:
        self._output = output
        self._single = len(given) == 1 and not os.path.isdir(given[0])  # noqa: PTH112
        self._parts = {} if self._single else _parts(given, [name for name, _ in named])

    def target(self, name: str) -> Path | BinaryIO:
        """Where the output of an input goes; its folder is there. ITLError where that cannot be made."""
        if self._single:
            return sys.stdout.buffer if self._output == STDIN else Path(self._output)
        path = Path(self._output) / self._parts[name]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ITLError(f"cannot make the folder of the output: {error.strerror or error}") from error
        return path


def _parts(given: Sequence[str], names: Sequence[str]) -> dict[str, Path]:
    """The path of each input below OUT."""
    if STDIN in given:
        raise ITLError("standard input has no name that its output in a folder could have; give it alone")
    folders = [Path(name) for name in given if os.path.isdir(name)]  # noqa: PTH112
    parts: dict[str, Path] = {}
    inputs: dict[Path, str] = {}
    for name in names:
        path = Path(name)
        folder = next((one for one in folders if name not in given and one in path.parents), path.parent)
        parts[name] = part = path.relative_to(folder)
        if inputs.setdefault(part, name) != name:
            raise ITLError(f"{printable(name)} and {printable(inputs[part])} would both become {printable(str(part))}")
    return parts
