"""What other packages add, by entry point. Our own commands and profiles come in through the same doors.

Groups: `nistitl.commands` (a nistitl.cli.command.Command), `nistitl.profiles` (a Profile, see
nistitl.dictionaries), `nistitl.codecs` and `nistitl.rules`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

COMMANDS = "nistitl.commands"
PROFILES = "nistitl.profiles"
CODECS = "nistitl.codecs"
RULES = "nistitl.rules"
DISTRIBUTION = "ebtskit"


@cache
def offered(group: str) -> dict[str, EntryPoint]:
    """Everything that installed packages offer in a group, by name; of two of one name ours, then the first."""
    from importlib.metadata import entry_points  # slow to import, and most readers need no plug-in

    points: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):
        ours = point.dist is not None and point.dist.name == DISTRIBUTION
        if ours or point.name not in points:
            points[point.name] = point
    return points


@cache
def find(group: str, name: str) -> EntryPoint | None:
    """What is offered under a name: by our own distribution, which is quick to ask, or by any other."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        own = list(distribution(DISTRIBUTION).entry_points.select(group=group, name=name))
    except PackageNotFoundError:
        own = []
    return own[0] if own else offered(group).get(name)
