"""The editions of ANSI/NIST-ITL, by the number that 1.002 VER carries."""

from __future__ import annotations

from enum import IntEnum


class Edition(IntEnum):
    """An edition of the standard; ordered by age, its value is VER as a number."""

    E1993 = 200
    E1997 = 201
    E2000 = 300
    E2007 = 400
    E2011 = 500
    E2013 = 501
    E2015 = 502
    E2025 = 600

    @property
    def ver(self) -> str:
        """VER as 1.002 spells it: four digits."""
        return f"{self.value:04d}"

    @property
    def year(self) -> int:
        """The year of the edition or of its update."""
        return int(self.name[1:])

    @property
    def title(self) -> str:
        """The name under which the edition was published."""
        return _TITLES[self]

    @property
    def checked(self) -> bool:
        """False where only a part of the edition's tables is known (0600): by that it is checked, by no more."""
        return self not in _KNOWN_IN_PART


class EditionAdvice(UserWarning):
    """A transaction is made by an edition whose tables are known in part only."""


_TITLES = {
    Edition.E1993: "ANSI/NIST-CSL 1-1993",
    Edition.E1997: "ANSI/NIST-ITL 1a-1997",
    Edition.E2000: "ANSI/NIST-ITL 1-2000",
    Edition.E2007: "ANSI/NIST-ITL 1-2007",
    Edition.E2011: "ANSI/NIST-ITL 1-2011",
    Edition.E2013: "ANSI/NIST-ITL 1-2011 Update:2013",
    Edition.E2015: "ANSI/NIST-ITL 1-2011 Update:2015",
    Edition.E2025: "ANSI/NIST-ITL 1-2025",
}

_KNOWN_IN_PART = frozenset({Edition.E2025})

E1993, E1997, E2000, E2007, E2011, E2013, E2015, E2025 = Edition
LATEST = max(edition for edition in Edition if edition.checked)


def advice_on(edition: Edition) -> str:
    """What whoever makes a transaction of an edition that is known in part ought to know."""
    return (
        f"VER {edition.ver} ({edition.title}) is known in part: what is certain is an error, what is probable warns, "
        f"and the rest goes by {LATEST.ver}; nistitl explain {edition.ver} lists what is known"
    )


def edition_of(ver: str | None) -> Edition | None:
    """The edition that a VER names (compared as a number), or None when there is no such edition."""
    if ver is None or not (ver.isascii() and ver.isdigit()) or len(ver) > 8:
        return None
    try:
        return Edition(int(ver))
    except ValueError:
        return None
