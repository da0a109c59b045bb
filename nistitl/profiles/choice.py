"""Which profile a transaction is checked by: the one that was named, or the one that DOM, VER and TOT speak for."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.dictionaries import profile as profile_named
from nistitl.model.dictionaries import profile_names
from nistitl.profiles.profile import TableProfile
from nistitl.profiles.tables import overlaid

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from nistitl.model.transaction import Transaction

AUTO = "auto"


def named_or_chosen(
    tx: Transaction, asked: str | TableProfile | None, overlays: Sequence[str | os.PathLike[str]]
) -> tuple[TableProfile | None, Finding | None]:
    """The profile that was asked for with these overlays on top, and what to say of a choice."""
    chosen = None
    if asked == AUTO:
        profile, chosen = choose(tx)
    elif asked is None:
        raise ITLError('an overlay lies on a profile: name one, or "auto"')
    else:
        profile = asked if isinstance(asked, TableProfile) else named(asked)
    if profile is not None and overlays:
        profile = _overlaid(profile, tuple(str(path) for path in overlays))
    return profile, chosen


def named(name: str) -> TableProfile:
    """The profile of that name, or in the TOML file of that path."""
    if name.endswith(".toml"):
        return _at(name)
    found = profile_named(name)
    if not isinstance(found, TableProfile):
        raise ITLError(f"the profile {name!r} names fields but has no tables to check by")
    return found


@lru_cache(64)
def _at(path: str) -> TableProfile:
    return TableProfile(Path(path))


@lru_cache(64)
def _overlaid(profile: TableProfile, overlays: tuple[str, ...]) -> TableProfile:
    return overlaid(profile, *overlays)


def choose(tx: Transaction) -> tuple[TableProfile | None, Finding]:
    """The installed profile that the transaction speaks for most, and a finding that says why."""
    header = tx.header
    domain = header.DOM if header is not None else None
    where = Location(record=0 if header is not None else None, type=1 if header is not None else None)
    candidates: list[tuple[int, str, TableProfile, list[str]]] = []
    for name in profile_names():
        try:
            profile = profile_named(name)
        except MissingDependency:
            continue
        if isinstance(profile, TableProfile):
            reasons = _reasons(tx, profile, domain.DNM if domain else None, domain.DVN if domain else None)
            candidates.append((len(reasons), name, profile, reasons))
    best = max(candidates, key=lambda row: row[0], default=None)
    if best is None or not best[0] or not any("1.0" in reason for reason in best[3]):
        return None, Finding("profile-none", "no installed profile claims this transaction", where, Severity.NOTE)
    equal = [name for count, name, _, _ in candidates if count == best[0]]
    best = max((row for row in candidates if row[0] == best[0]), key=lambda row: _narrowest(row[2], row[1]))
    others = f"; {', '.join(name for name in equal if name != best[1])} would do as well" if len(equal) > 1 else ""
    message = f"checked as {best[1]}: {', '.join(best[3])}{others}"
    return best[2], Finding("profile-chosen", message, where, Severity.NOTE)


def _narrowest(profile: TableProfile, name: str) -> tuple[int, list[tuple[int, str]]]:
    """What sorts last the profile of the fewest editions, and of those the newest."""
    return -len(profile.editions), _version(name)


def _version(name: str) -> list[tuple[int, str]]:
    """What sorts the newest version of a profile last: 10.0 after 9.1."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _reasons(tx: Transaction, profile: TableProfile, domain: str | None, version: str | None) -> list[str]:
    """What speaks for a profile; nothing when its domain is another."""
    if domain is not None and profile.domains and domain not in profile.domains:
        return []
    if domain is None and profile.domains and "NORAM" not in profile.domains:
        return []
    reasons = []
    if tx.TOT in profile.tots:
        reasons.append("1.004 TOT")
    if domain is not None:
        reasons.append("1.013 DOM")
    if version and any(version.casefold() == known.casefold() for known in profile.versions):
        reasons.append("the version in 1.013 DOM")
    if tx.edition is not None and tx.edition in profile.editions:
        reasons.append("1.002 VER")
    return reasons
