"""Findings: what was seen, where, and what to do about it. Values only; printing is a handler's work."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Any

import attrs


class Severity(IntEnum):
    """How much a finding matters; ordered."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


_HIGHEST_IDC = 255  # of older binary records; 99 in all others


def told_idc(idc: int | None) -> int | None:
    """The IDC, None for a number that can be none: it may be anything, a person's too."""
    return idc if idc is None or idc <= _HIGHEST_IDC else None


@attrs.frozen(slots=True)
class Location:
    """Where something is: bytes of the input, and the path in the transaction.

    `offset` and `length` count bytes of the original input; `record` is the index of the record
    (0 is Type-1); `field`, `subfield` and `item` are numbered as the portals print them, from 1. `line` and
    `xpath` are told of XML. `idc` is None also where what stands there can be none.
    """

    offset: int | None = None
    length: int | None = None
    record: int | None = None
    type: int | None = None
    idc: int | None = attrs.field(default=None, converter=told_idc)
    field: int | None = None
    subfield: int | None = None
    item: int | None = None
    line: int | None = None  # of an XML document, from 1
    xpath: str | None = None  # from the record element, with the usual prefixes

    @property
    def path(self) -> str:
        """`14.021.2.3`, as deep as known; empty when no field is meant."""
        if self.type is None or self.field is None:
            return ""
        deeper = [str(n) for n in (self.subfield, self.item) if n is not None]
        return ".".join([str(self.type), f"{self.field:03d}", *deeper])

    def covers(self, offset: int) -> bool:
        """True where the byte of the input is among those meant."""
        return self.offset is not None and self.offset <= offset <= self.offset + (self.length or 0)

    def moved(self, by: int) -> Location:
        """The same place in an input that has so many more bytes before it."""
        return self if self.offset is None else attrs.evolve(self, offset=self.offset + by)

    def __str__(self) -> str:
        parts = []
        if self.record is not None:
            parts.append(f"record {self.record}")
        if self.path:
            parts.append(self.path)
        elif self.type is not None:
            parts.append(f"Type-{self.type}")
        if self.idc is not None:
            parts.append(f"IDC {self.idc}")
        if self.offset is not None:
            parts.append(f"byte {self.offset}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.xpath is not None:
            parts.append(self.xpath)
        return ", ".join(parts)


@attrs.frozen(slots=True)
class Finding:
    """One thing that is not as it should be. `code` is stable; the catalogue explains it."""

    code: str
    message: str
    location: Location = Location()
    severity: Severity = Severity.ERROR
    expected: str | None = None
    actual: str | None = None  # withheld where it may be a person's
    repair: str | None = None
    _clause: str | None = None
    _hint: str | None = None

    @property
    def clause(self) -> str:
        """Where the standard, or the profile, says so."""
        return self._clause or _explained(self.code).clause

    @property
    def hint(self) -> str:
        """What to do."""
        return self._hint or _explained(self.code).hint

    def to_text(self) -> str:
        """One line: severity, code, message, place, what was expected, what was done."""
        parts = [f"{self.severity.name.lower()} {self.code}: {self.message}"]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.actual is not None:
            parts.append(f"found {self.actual}")
        where = str(self.location)
        text = "; ".join(parts) + (f" [{where}]" if where else "")
        return f"{text} (repaired: {self.repair})" if self.repair else text

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; keys with nothing to say are left out."""
        plain: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.name.lower(),
            "message": self.message,
            "path": self.location.path or None,
            **attrs.asdict(self.location),
            "expected": self.expected,
            "actual": self.actual,
            "repair": self.repair,
            "clause": self.clause,
            "hint": self.hint,
        }
        return {key: value for key, value in plain.items() if value is not None}


@attrs.frozen(slots=True)
class Explanation:
    """What the catalogue says of a finding's code."""

    code: str
    title: str
    clause: str
    hint: str


def _explained(code: str) -> Explanation:
    """The catalogue's word on a code; codes of other people's rules stand in no catalogue of ours."""
    return catalogue().get(code) or Explanation(code, code, "", "")


@cache
def catalogue() -> dict[str, Explanation]:
    """Every code of this library's findings, explained. Codes are never reused."""
    import tomllib  # not needed to read, only to explain

    from nistitl.base.resources import Resource

    text = Resource("nistitl.base", "findings.toml").read_text()
    return {code: Explanation(code, **row) for code, row in tomllib.loads(text).items()}
