"""What packages offer by entry point. Our own parts come in through the same doors, and need no installed metadata.

Groups: `nistitl.commands` (a nistitl.cli.command.Command), `nistitl.profiles` (a Profile, see
nistitl.model.dictionaries), `nistitl.codecs`, `nistitl.encodings`, `nistitl.renderers`, `nistitl.rules`,
`nistitl.domains` (a nistitl.xml.domains.Domain), `nistitl.limits` (a nistitl.profiles.limits.Limit) and
`nistitl.quality` (a nistitl.images.quality.Measure).

Of two of one name the first stands: what this package offers itself, what its distribution offers, what was
provided, what other packages offer. So nobody's package hides ours.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

from nistitl.base.errors import MissingDependency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

COMMANDS = "nistitl.commands"
PROFILES = "nistitl.profiles"
CODECS = "nistitl.codecs"
ENCODINGS = "nistitl.encodings"
RULES = "nistitl.rules"
RENDERERS = "nistitl.renderers"
DOMAINS = "nistitl.domains"
LIMITS = "nistitl.limits"
QUALITY = "nistitl.quality"
_DISTRIBUTION = "ebtskit"

P = ParamSpec("P")
T = TypeVar("T")

_PROVIDED: dict[str, dict[str, str]] = {}
_CACHES: list[Callable[[], None]] = []


class Point(NamedTuple):
    """An entry point: a name, and the object of a module that it stands for."""

    name: str
    target: str

    def load(self) -> Any:
        """The object itself; its module is imported when this is first asked. MissingDependency where that fails."""
        return _loaded(self)


def cache_until_provided(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function returns, by its arguments, until a package provides more; for few arguments only."""
    kept = cache(function)
    _CACHES.append(kept.cache_clear)
    return cast("Callable[P, T]", kept)  # functools types no parameters


@cache_until_provided  # every image asks every codec: the import system takes 4 µs to say that a module is there
def _loaded(point: Point) -> Any:
    module, _, attribute = point.target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except Exception as error:  # another package's module may do anything
        message = (
            f"{point.name!r} is offered by {point.target}, which cannot be loaded: {type(error).__name__}: {error}"
        )
        raise MissingDependency(f"{message}; reinstall or remove the package that offers it") from error


def forget() -> None:
    """Look again at what is installed when next asked: after a package came or went in this process."""
    for clear in _CACHES:
        clear()


def provide(group: str, points: Mapping[str, str]) -> None:
    """Offer objects by name, `{"name": "module:attribute"}`, as an entry point of this group would.

    For packages that may be there without installed metadata: vendored, frozen, or imported from a zip.
    """
    mine = _PROVIDED.setdefault(group, {})
    for name, target in points.items():
        mine.setdefault(name, target)
    forget()


def find(group: str, name: str) -> Point | None:
    """What is offered under a name; of our own parts no metadata is read."""
    return _builtin(group).get(name) or offered(group).get(name)


def objects(group: str) -> Iterator[Any]:
    """Every object that is offered in a group, ours first. Metadata of other packages are read behind ours.

    What does not load is passed over: it is told when somebody asks for it by name.
    """
    ours = _builtin(group)
    for point in ours.values():
        yield point.load()
    for name, point in offered(group).items():
        if name not in ours:
            try:
                loaded = point.load()
            except MissingDependency:
                continue
            yield loaded


@cache_until_provided
def offered(group: str) -> dict[str, Point]:
    """Everything that is offered in a group, by name."""
    points = dict(_builtin(group))
    for name, target in _of_others(group):
        points.setdefault(name, Point(name, target))
    return points


@cache
def _builtin(group: str) -> dict[str, Point]:
    from nistitl.base.builtin import POINTS

    return {name: Point(name, target) for name, target in POINTS.get(group, {}).items()}


def _of_others(group: str) -> Iterator[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, distribution, entry_points

    with suppress(PackageNotFoundError):  # a copy without metadata
        yield from ((point.name, point.value) for point in distribution(_DISTRIBUTION).entry_points.select(group=group))
    yield from _PROVIDED.get(group, {}).items()
    yield from ((point.name, point.value) for point in entry_points(group=group))
