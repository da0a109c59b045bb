"""Which profile a transaction is checked by: the one that was named, or the one that DOM, VER and TOT speak for."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.plugins import PROFILES, offered
from nistitl.model.dictionaries import claimed_domains, folded, package_of
from nistitl.model.dictionaries import profile as profile_named
from nistitl.profiles.effects import doubts_told
from nistitl.profiles.fitting import as_overlay, laid, told
from nistitl.profiles.profile import TableProfile, laid_on, with_domains
from nistitl.profiles.reading import read_layer
from nistitl.profiles.tables import lineage, stacked

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.transaction import Transaction
    from nistitl.profiles.layer import Layer

AUTO = "auto"
_PLAIN = "NORAM"  # the domain of files that name none
_MOST_KEPT = 16  # profiles of files
_DOM = 13
_NUMBERED = re.compile(r"\D*?([0-9]{1,9})(?:\.([0-9]{1,9})(?:\.[0-9]{1,9})*)?\s*")


def named_or_chosen(
    tx: Transaction, asked: str | TableProfile | None, overlays: Sequence[str | os.PathLike[str]]
) -> tuple[TableProfile | None, tuple[Finding, ...]]:
    """The profile that was asked for with these overlays on top, and what to say of a choice."""
    chosen: tuple[Finding, ...] = ()
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


def proofread(path: str, on: str | None = None) -> tuple[list[str], list[str]]:
    """What is misspelt in a layer, and what in it cannot take effect: on its parent, or laid on the profile `on`.

    ProfileError where the file, or what is below it, cannot be read or holds what no layer holds.
    """
    file = Path(path)
    child, *below = [read_layer(file)] if on is not None else lineage(file)
    parent = with_domains(named(on)) if on is not None else stacked(below)
    if on is not None:
        child = as_overlay(child, parent)
    misspelt = list(told(child, parent))
    if misspelt and on is None and not below:
        return misspelt, [f"{file.name} names no parent: where it is an overlay, say --on with the profile it lies on"]
    if misspelt:
        return misspelt, []
    profile = TableProfile(file, layer=laid(child, parent))
    _ = profile.rules, [profile.type2(tot) for tot in profile.tots]
    return [], list(doubts_told(child, profile))


# Profiles of files are kept by what the files hold, never by their paths: layers are read again at every use, and an
# unchanged text gives the same layer (see `read_layer`). So an edit counts at once, and only so many are kept.


@lru_cache(_MOST_KEPT)
def _of_file(path: str, layers: tuple[Layer, ...]) -> TableProfile:
    return TableProfile(path, layer=stacked(layers))


@lru_cache(_MOST_KEPT)
def _overlaid(profile: TableProfile, overlays: tuple[tuple[str, Layer], ...]) -> TableProfile:
    return laid_on(profile, overlays)


class _Version(NamedTuple):
    """A version by its number: 10 and 0 of `EBTS 10.0`, `10.0` and `v10.0.8`, whose third number counts corrections."""

    first: int
    second: int | None  # None where the first number stands alone, which speaks for all of its edition
    written: tuple[str, ...]  # the two as they are written: 8.001 is another text than 8.1

    def is_of(self, known: _Version) -> bool:
        """True where it is that version, or a correction of it."""
        return self.second is not None and (self.first, self.second) == known.number

    @property
    def number(self) -> tuple[int, int]:
        """Both numbers, to be compared."""
        return self.first, self.second or 0


class _Candidate(NamedTuple):
    """A profile, and what in the transaction speaks for it: the version in 1.013 DOM first, then VER, then the rest."""

    name: str
    profile: TableProfile
    version: bool
    default: bool
    reasons: list[str]

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """What speaks for it, to be compared."""
        return self.version, self.default, len(self.reasons)


def choose(tx: Transaction) -> tuple[TableProfile | None, tuple[Finding, ...]]:
    """The installed profile that the transaction speaks for most, and findings that say why."""
    header = tx.header
    where = Location(record=0 if header is not None else None, type=1 if header is not None else None)
    candidates = [one for one in _candidates(tx) if one.reasons]
    most = max((one.weight for one in candidates), default=None)
    equals = [one for one in candidates if one.weight == most]
    if not equals:
        return None, (Finding("profile-none", "no installed profile claims this transaction", where, Severity.NOTE),)
    best = max(equals, key=_narrowest)
    others = ", ".join(one.name for one in equals if one is not best)
    also = f"; {others} would do as well" if others else ""
    version = _stated(tx)[1]
    if _stands_for(best.profile, version):
        also += "; 1.013 DOM names another version, whose own rules are not known: this one is near it"
    message = f"checked as {best.name}: {', '.join(best.reasons)}{also}"
    chosen = Finding("profile-chosen", message, where, Severity.NOTE)
    if version is None or not version.strip() or _known(best.profile, version) or (best.version and _bare(version)):
        return best.profile, (chosen,)
    return best.profile, (chosen, _unknown_version(best, version, where))


def names_for(tx: Transaction) -> tuple[Dictionary | None, tuple[Finding, ...]]:
    """The dictionary of its Type-2 mnemonics for people to read: its own, else that of `choose`, which is then told."""
    known = tx.context.dictionary
    if known is not None:
        return known, ()
    chosen, _ = choose(tx)
    said = f"those of {chosen.name}, chosen by DOM, VER and TOT" if chosen is not None else "not known: no profile fits"
    where = Location(type=2) if tx[2] else Location()
    note = Finding("names-chosen", f"the names of Type-2 fields are {said}", where, Severity.NOTE)
    return None if chosen is None else chosen.dictionary, (note,)


def spoken_for(tx: Transaction) -> str | None:
    """The profile of the version that 1.013 DOM names, or of the nearest with the same first number; None without."""
    found = [one for one in _candidates(tx) if one.version]
    return max(found, key=lambda one: (one.weight, _narrowest(one))).name if found else None


def _unknown_version(best: _Candidate, version: str, where: Location) -> Finding:
    """That no profile has the version which the transaction names, and what was taken in its place."""
    number = _number(version)
    what = "a version that no installed profile has" if number is not None else "a version that is not understood"
    near = ", the nearest of the same first number," if best.version else ""
    message = f"1.013 DOM names {what}: {best.name}{near} was taken in its place"
    return Finding("profile-version", message, attrs.evolve(where, field=_DOM), Severity.WARNING)


def _candidates(tx: Transaction) -> Iterator[_Candidate]:
    """The installed profiles that are made of tables and speak for its domain."""
    domain, version = _stated(tx)
    claimants = _claimants(domain or _PLAIN)
    default = _default_for(tx.VER, claimants)
    nearest = _nearest(version, claimants)
    for name, profile in claimants:
        taken = name == nearest or _known(profile, version)
        yield _candidate(tx, name, profile, domain is not None, taken, name == default)


def _stated(tx: Transaction) -> tuple[str | None, str | None]:
    """Domain and version of 1.013 DOM."""
    domain = tx.header.DOM if tx.header is not None else None
    return (domain.DNM, domain.DVN) if domain else (None, None)


def _default_for(ver: str | None, claimants: list[tuple[str, TableProfile]]) -> str | None:
    """The profile that files of that VER are taken for where they name no version: the last that began before it."""
    taken = ((min(one.editions), _version(name), name) for name, one in claimants if one.default and one.editions)
    defaults = sorted(taken)
    if ver is None or not (ver.isascii() and ver.isdigit()) or not defaults:
        return None
    return [name for oldest, _, name in defaults if oldest <= int(ver[:9]) or oldest == defaults[0][0]][-1]


def _claimants(domain: str) -> list[tuple[str, TableProfile]]:
    """The profiles whose own domain this is; plain files belong to the package that was first to speak for them."""
    found: list[tuple[str, TableProfile]] = []
    for name in offered(PROFILES):  # ours come first
        try:
            profile = profile_named(name)
            if isinstance(profile, TableProfile) and folded(domain) in map(folded, claimed_domains(profile)):
                found.append((name, profile))
        except ITLError:
            continue  # cannot be loaded or read: told of when it is named
    if folded(domain) != folded(_PLAIN) or not found:
        return found
    owner = package_of(found[0][0])
    return [one for one in found if package_of(one[0]) == owner]


def _candidate(
    tx: Transaction, name: str, profile: TableProfile, domain: bool, version: bool, default: bool
) -> _Candidate:
    reasons = ["1.004 TOT"] if tx.TOT in profile.tots else []
    reasons += ["1.013 DOM"] if domain else []
    reasons += ["the version in 1.013 DOM"] if version else []
    spoken = tx.edition is not None and tx.edition in profile.editions
    reasons += ["1.002 VER"] if spoken or default else []
    return _Candidate(name, profile, version, default, reasons)


def _known(profile: TableProfile, version: str | None) -> bool:
    """True for a version that is the profile's, by its number or as it is written, or that it stands for."""
    number, known = _number(version), list(_numbers(profile))
    if number is not None and any(number.is_of(one) for one in known):
        return True
    same = version is not None and version.strip().casefold() in map(str.casefold, profile.versions)
    return same or _stands_for(profile, version)


def _nearest(version: str | None, claimants: list[tuple[str, TableProfile]]) -> str | None:
    """For a number that nobody has: the profile of the last version before it, else of the first after it.

    Only versions of the same first number count.
    """
    wanted = _number(version)
    if wanted is None or any(_known(profile, version) for _, profile in claimants):
        return None
    numbers = sorted((one.number, name) for name, profile in claimants for one in _numbers(profile))
    near = [one for one in numbers if one[0][0] == wanted.first]
    before = [one for one in near if one[0] <= wanted.number]
    return (before[-1] if before else near[0])[1] if near else None


def _numbers(profile: TableProfile) -> Iterator[_Version]:
    """The numbers of the versions that a profile is of."""
    yield from (number for known in profile.versions if (number := _number(known)) is not None)


def _stands_for(profile: TableProfile, version: str | None) -> bool:
    """True for a version that the profile is only near: 8.1 is another text than 8.001, though one number with it."""
    number = _number(version)
    near = (_number(known) for known in profile.stands_for)
    return number is not None and any(one is not None and one.written == number.written for one in near)


def _bare(version: str) -> bool:
    """True for a first number alone, which speaks for all of its edition."""
    number = _number(version)
    return number is not None and number.second is None


def _number(version: str | None) -> _Version | None:
    """A version by its number; None where there is none."""
    match = _NUMBERED.fullmatch(version or "")
    if match is None:
        return None
    first, second = match[1], match[2]
    written = (first.lstrip("0"), second or "")
    return _Version(int(first), None if second is None else int(second), written)


def _narrowest(candidate: _Candidate) -> tuple[int, list[tuple[int, str]]]:
    """What sorts last the profile of the fewest editions, and of those the newest."""
    return -len(candidate.profile.editions), _version(candidate.name)


def _version(name: str) -> list[tuple[int, str]]:
    """What sorts the newest version of a profile last: 10.0 after 9.1."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
