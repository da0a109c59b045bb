"""What is publicly known of an edition whose tables are not: one table an edition, `known/VER.tsv`.

A row says which fields or items it speaks of, how well it is known and from whom. The declarations say what it comes
to; how much a violation matters is said here.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from nistitl.base.editions import Edition
from nistitl.base.findings import Severity
from nistitl.base.resources import Resource


class Grade(StrEnum):
    """How well something is known."""

    CERTAIN = "certain"  # said by whoever publishes or receives it
    PROBABLE = "probable"  # said by one who had the text

    @property
    def severity(self) -> Severity:
        """How much a violation matters: only what is certain is an error."""
        return Severity.ERROR if self is Grade.CERTAIN else Severity.WARNING


class Fact(NamedTuple):
    """One thing that is known of an edition: of which fields and items, how well, from whom, and what it is."""

    paths: tuple[str, ...]  # `14.011`, `14.018.3`; `records` and `encodings` for what is of no field
    grade: Grade
    source: str
    says: str


@cache
def facts_of(edition: Edition) -> tuple[Fact, ...]:
    """All that is known of an edition that is known in part; nothing of the others, whose tables say it."""
    if edition.checked:
        return ()
    lines = Resource("nistitl.records", f"known/{edition.ver}.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith(("#", "paths\t"))]
    return tuple(Fact(_spread(paths), Grade(grade), source, says) for paths, grade, source, says in rows)


def facts_at(edition: Edition, record_type: int, number: int, item: int | None = None) -> tuple[Fact, ...]:
    """What is known of a field, or of an item and, behind that, of its field: what a newer edition says comes first."""
    field = f"{record_type}.{number:03d}"
    paths = (field,) if item is None else (f"{field}.{item}", field)
    known = [one for one in reversed(Edition) if one <= edition and not one.checked]
    return tuple(fact for path in paths for one in known for fact in facts_of(one) if path in fact.paths)


def _spread(paths: str) -> tuple[str, ...]:
    """The paths of a row, spans one by one."""
    return tuple(path for word in paths.split() for path in _span(word))


def _span(word: str) -> list[str]:
    first, dots, last = word.partition("..")
    if not dots:
        return [word]
    kind, _, low = first.partition(".")
    return [f"{kind}.{number:03d}" for number in range(int(low), int(last.rpartition(".")[2]) + 1)]
