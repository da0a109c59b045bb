"""One module for each entry point: `check(data)` returns quietly, or something is wrong.

A module may also have `seeds()` and `mutate(random, data, seeds)`; those of transactions are the default.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random


class Target(NamedTuple):
    """What is fuzzed: the check, what it starts from, and how that is changed."""

    name: str
    about: str | None
    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Callable[[Random, bytes, list[bytes]], bytes]

    def inputs(self, random: Random, number: int) -> Iterator[bytes]:
        """So many mutations of the seeds, always the same for the same `random`."""
        seeds = self.seeds()
        for _ in range(number):
            yield self.mutate(random, random.choice(seeds), seeds)


def names() -> list[str]:
    """The targets there are: a module each."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@cache
def named(name: str) -> Target:
    """The target of that name; the library is imported here and not before, so that a fuzzer can instrument it."""
    from tests.fuzz import hostile

    module = import_module(f"{__name__}.{name}")
    seeds = getattr(module, "seeds", hostile.transactions)
    mutate = getattr(module, "mutate", hostile.mutate)
    return Target(name, module.__doc__, module.check, seeds, mutate)
