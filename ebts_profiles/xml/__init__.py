"""What authorities put into the XML encoding: one table of elements a domain, read when first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.resources import Resource

if TYPE_CHECKING:
    from nistitl.xml.domains import XmlDomain

_TABLES = {"FBI_10": "fbi-ebts-10", "FBI_11_2": "fbi-ebts-11.2", "DOD_4_1": "dod-ebts-4.1", "INT_I_6": "int-i-6"}

POINTS = {name: f"ebts_profiles.xml:{domain}" for domain, name in _TABLES.items()}


def __getattr__(domain: str) -> XmlDomain:
    if domain not in _TABLES:
        raise AttributeError(f"module {__name__!r} has no attribute {domain!r}")
    from nistitl.xml.domains import XmlDomain  # only those who read or write XML need it

    made = globals()[domain] = XmlDomain(Resource(__name__) / f"{_TABLES[domain]}.txt")
    return made
