"""Domain content: what an authority puts into the abstract places of the standard's elements, as one table a domain.

A domain table begins with `namespace PREFIX URI` lines (the first one is the domain's own; more URIs are those of other
versions, which are read and kept), `vocabulary NAME`, `profile NAME`, and `without TYPE FIELD...` for fields that no
element holds and that are left out, and told; then follow blocks `type N` of rows, merged into the base table of that
record type. Packages offer domains through the entry-point group `nistitl.domains`, as they offer profiles.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache, cached_property
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import MissingDependency
from nistitl.base.plugins import DOMAINS, cache_until_provided, offered
from nistitl.base.resources import TextFile
from nistitl.xml.tables import ElementRow, TableError, merged, rows_of, table

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_HEAD = ("namespace", "vocabulary", "profile", "without")


@attrs.frozen(slots=False)
class XmlDomain:
    """A domain's elements, read from its table when first needed."""

    path: TextFile

    @cached_property
    def _lines(self) -> list[str]:
        return [line for line in self.path.read_text("utf-8").splitlines() if line.strip() and line.lstrip()[0] != "#"]

    @cached_property
    def _head(self) -> list[list[str]]:
        return [line.split() for line in self._lines if line.split()[0] in _HEAD]

    @cached_property
    def namespaces(self) -> dict[str, str]:
        """Its namespaces by prefix; the first is its own."""
        return {words[1]: words[2] for words in self._head if words[0] == "namespace"}

    @property
    def uri(self) -> str:
        """The namespace by which a document is known to use the domain."""
        return next(iter(self.namespaces.values()))

    @cached_property
    def uris(self) -> tuple[str, ...]:
        """Its namespace in each version that has the same elements, the one that is written first."""
        return tuple(next(words[2:] for words in self._head if words[0] == "namespace"))

    def as_in(self, namespaces: Container[str]) -> dict[str, str]:
        """Its namespaces by prefix, its own as a document with these namespaces has it."""
        own = next((uri for uri in self.uris if uri in namespaces), self.uri)
        return {**self.namespaces, next(iter(self.namespaces)): own}

    def without(self, record_type: int) -> frozenset[int]:
        """The fields of a record type that it leaves out, and tells."""
        lines = (words[2:] for words in self._head if words[0] == "without" and int(words[1]) == record_type)
        return frozenset(int(field) for fields in lines for field in fields)

    @cached_property
    def vocabulary(self) -> str:
        """The vocabulary that its elements stand in."""
        return self._word("vocabulary")

    @cached_property
    def profile(self) -> str:
        """The profile whose Type-2 dictionary names its fields."""
        return self._word("profile")

    def _word(self, name: str) -> str:
        value = next((words[1] for words in self._head if words[0] == name), None)
        if value is None:
            raise TableError(f"{self.path.name}: no line says its {name}")
        return value

    @cached_property
    def _blocks(self) -> dict[int, list[str]]:
        blocks: dict[int, list[str]] = {}
        current: list[str] = []
        for line in self._lines:
            words = line.split()
            if words[0] == "type" and line[0] != " ":
                current = blocks.setdefault(int(words[1]), [])
            elif words[0] not in _HEAD:
                current.append(line)
        return blocks

    def rows(self, record_type: int) -> ElementRow | None:
        """What it adds to a record type."""
        lines = self._blocks.get(record_type)
        return rows_of(lines, self.path.parent / "common", self.path.name) if lines else None


Domain = XmlDomain  # as other packages know it


@cache_until_provided
def domains() -> tuple[XmlDomain, ...]:
    """The domains that installed packages offer."""
    loaded = []
    for point in offered(DOMAINS).values():
        with suppress(MissingDependency):  # its elements are then kept as XML
            loaded.append(point.load())
    return tuple(loaded)


def domains_of(vocabulary: str, namespaces: Iterable[str]) -> tuple[XmlDomain, ...]:
    """The domains that a document with these namespaces uses."""
    known = set(namespaces)
    return tuple(one for one in domains() if not known.isdisjoint(one.uris) and one.vocabulary == vocabulary)


def domain_of_profile(vocabulary: str, profile: str | None) -> tuple[XmlDomain, ...]:
    """The domain whose elements hold the Type-2 fields of a profile, where there is one."""
    return tuple(domain for domain in domains() if domain.profile == profile and domain.vocabulary == vocabulary)


@cache
@cache_until_provided
def table_with(vocabulary: str, record_type: int, used: tuple[XmlDomain, ...]) -> ElementRow | None:
    """The table of a record type with what these domains add."""
    base = table(vocabulary, record_type)
    for domain in used:
        extra = domain.rows(record_type)
        if base is not None and extra is not None:
            base = merged(base, extra)
            base.without |= domain.without(record_type)
    return base
