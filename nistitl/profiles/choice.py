"""Which profile a transaction is checked by: the one that was named, or the one that DOM, VER and TOT speak for."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.dictionaries import profile as profile_named
from nistitl.model.dictionaries import profile_names
from nistitl.profiles.profile import TableProfile, laid_on
from nistitl.profiles.reading import read_layer
from nistitl.profiles.tables import lineage, stacked

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from nistitl.model.transaction import Transaction
    from nistitl.profiles.layer import Layer

AUTO = "auto"
_MOST_KEPT = 16  # profiles of files


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
        profile = _overlaid(profile, tuple((Path(path).stem, read_layer(Path(path))) for path in overlays))
    return profile, chosen


def named(name: str) -> TableProfile:
    """The profile of that name, or in the TOML file of that path."""
    if name.endswith(".toml"):
        return _of_file(name, tuple(lineage(Path(name))))
    profile = profile_named(name)
    if not isinstance(profile, TableProfile):
        raise ITLError(f"the profile {name!r} names fields but has no tables to check by")
    return profile


# Profiles of files are kept by what the files hold, never by their paths: layers are read again at every use, and an
# unchanged text gives the same layer (see `read_layer`). So an edit counts at once, and only so many are kept.


@lru_cache(_MOST_KEPT)
def _of_file(path: str, layers: tuple[Layer, ...]) -> TableProfile:
    return TableProfile(path, layer=stacked(layers))


@lru_cache(_MOST_KEPT)
def _overlaid(profile: TableProfile, overlays: tuple[tuple[str, Layer], ...]) -> TableProfile:
    return laid_on(profile, overlays)


class _Candidate(NamedTuple):
    """A profile, and what in the transaction speaks for it."""

    name: str
    profile: TableProfile
    reasons: list[str]


def choose(tx: Transaction) -> tuple[TableProfile | None, Finding]:
    """The installed profile that the transaction speaks for most, and a finding that says why."""
    header = tx.header
    where = Location(record=0 if header is not None else None, type=1 if header is not None else None)
    candidates = list(_candidates(tx))
    most = max((len(one.reasons) for one in candidates), default=0)
    equals = [one for one in candidates if len(one.reasons) == most]
    if not most:
        return None, Finding("profile-none", "no installed profile claims this transaction", where, Severity.NOTE)
    best = max(equals, key=_narrowest)
    others = ", ".join(one.name for one in equals if one is not best)
    also = f"; {others} would do as well" if others else ""
    message = f"checked as {best.name}: {', '.join(best.reasons)}{also}"
    return best.profile, Finding("profile-chosen", message, where, Severity.NOTE)


def _candidates(tx: Transaction) -> Iterator[_Candidate]:
    """The installed profiles that are made of tables; one that cannot be loaded is told of when it is named."""
    domain = tx.header.DOM if tx.header is not None else None
    for name in profile_names():
        try:
            profile = profile_named(name)
        except MissingDependency:
            continue
        if isinstance(profile, TableProfile):
            reasons = _reasons(tx, profile, domain.DNM if domain else None, domain.DVN if domain else None)
            yield _Candidate(name, profile, reasons)


def _narrowest(candidate: _Candidate) -> tuple[int, list[tuple[int, str]]]:
    """What sorts last the profile of the fewest editions, and of those the newest."""
    return -len(candidate.profile.editions), _version(candidate.name)


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
