"""What other packages add, by entry point. Our own commands and profiles come in through the same doors.

Groups: `nistitl.commands` (a nistitl.cli.command.Command), `nistitl.profiles` (a Profile, see
nistitl.model.dictionaries), `nistitl.codecs`, `nistitl.rules` and `nistitl.domains` (a nistitl.xml.domains.Domain).
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from nistitl.base.errors import MissingDependency
from nistitl.base.version import VERSION

COMMANDS = "nistitl.commands"
PROFILES = "nistitl.profiles"
CODECS = "nistitl.codecs"
RULES = "nistitl.rules"
RENDERERS = "nistitl.renderers"
DOMAINS = "nistitl.domains"
DISTRIBUTION = "ebtskit"


class Point(NamedTuple):
    """An entry point: a name, and the object of a module that it stands for."""

    name: str
    target: str

    def load(self) -> Any:
        """The object itself; its module is imported now. MissingDependency where that fails."""
        module, _, attribute = self.target.partition(":")
        try:
            return getattr(import_module(module), attribute)
        except Exception as error:  # another package's module may do anything
            message = (
                f"{self.name!r} is offered by {self.target}, which cannot be loaded: {type(error).__name__}: {error}"
            )
            raise MissingDependency(f"{message}; reinstall or remove the package that offers it") from error


@cache
def offered(group: str) -> dict[str, Point]:
    """Everything that installed packages offer in a group, by name; of two of one name ours, then the first."""
    from importlib.metadata import entry_points

    points = _own(group)
    for point in entry_points(group=group):
        points.setdefault(point.name, Point(point.name, point.value))
    return points


@cache
def find(group: str, name: str) -> Point | None:
    """What is offered under a name, by our own distribution or by any other."""
    return _own(group).get(name) or offered(group).get(name)


def _own(group: str) -> dict[str, Point]:
    """What our own distribution offers, read where it is installed: importlib.metadata takes longer than a file."""
    for folder in sys.path:
        path = os.path.join(folder, f"{DISTRIBUTION}-{VERSION}.dist-info", "entry_points.txt")  # noqa: PTH118
        try:
            with open(path, encoding="utf-8") as file:  # noqa: PTH123
                return _section(file.read(), group)
        except OSError:
            continue
    return {}


def _section(text: str, group: str) -> dict[str, Point]:
    points: dict[str, Point] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line:
            name, target = (part.strip() for part in line.split("=", 1))
            points[name] = Point(name, target)
    return points
