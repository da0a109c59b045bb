"""Rules of the whole transaction: resolution, dates, IDCs, references from record to record."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nistitl.base.editions import E2011, E2013
from nistitl.base.findings import Severity
from nistitl.validation.rules import Problem, Scene, Subject, item_place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

WARNING, NOTE = Severity.WARNING, Severity.NOTE
_NSR, _NTR = 11, 12
_LEAST = Decimal("19.30")  # 500 pixels per inch, within two per cent
_RESOLVED = (3, 4, 5, 6, 7)  # types whose resolution stood in Type-1 before 2011
_IMAGES = (3, 4, 5, 6, 13, 14, 15, 19)  # what a Type-9 may share its IDC with
_ANY_NUMBER = frozenset({0, 18, 19, 255})  # positions that may stand more than once
_TAKEN = {9: None, 10: "PHD", 13: "LCD", 14: "FCD", 15: "PCD", 16: "UTD", 17: "ICD", 19: "PCD"}
_CONTEXT_TYPES = (10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 99)
_SOURCE_TYPES = (10, 11, 13, 14, 15, 16, 17, 19, 22, 99)


# -- Type-1 -------------------------------------------------------------------------------------


def _resolutions(scene: Scene) -> Iterator[tuple[int, str, Decimal]]:
    header = scene.header
    if header is None:
        return
    for number, name in ((_NSR, "NSR"), (_NTR, "NTR")):
        value = header.value(name)
        if value is not None:
            yield number, name, value


@rule("resolution-needed", clause="8.1.11, 8.1.12; 1.011, 1.012")
def resolution_needed(scene: Scene) -> Iterator[Problem]:
    """With a Type-4 (before 2011: with Types 3 to 7) NSR and NTR say its resolution."""
    if next(scene.of(4), None) is None:
        return
    for number, name, value in _resolutions(scene):
        if value < _LEAST:
            message = f"{name} is below the resolution of Type-4"
            yield Problem(message, number, expected=f"{_LEAST} pixels per millimetre or more", record=0)


@rule("resolution-unused", clause="8.1.11, 8.1.12; 1.011, 1.012")
def resolution_unused(scene: Scene) -> Iterator[Problem]:
    """Without such a record both are 00.00."""
    speaking = (4,) if scene.edition >= E2011 else _RESOLVED
    if next(scene.of(*speaking), None) is not None:
        return
    for number, name, value in _resolutions(scene):
        if value:
            told = "Type-4" if scene.edition >= E2011 else "Types 3 to 7"
            yield Problem(f"{name} tells a resolution without a record of {told}", number, expected="00.00", record=0)


@rule("date-before-capture", severity=NOTE, clause="8.1.5; 1.005")
def date_before_capture(scene: Scene) -> Iterator[Problem]:
    """The transaction is not older than what it carries."""
    said = scene.header.value("DAT") if scene.header is not None else None
    if not isinstance(said, date):
        return
    for subject in scene.subjects:
        name = _TAKEN.get(subject.record.type)
        taken = subject.value(name) if name else None
        if isinstance(taken, date) and taken > said:
            yield Problem(f"{name} is later than DAT", subject.number(str(name)), record=subject.at)


@rule("greenwich-date", severity=NOTE, clause="8.1.5, 8.1.14; 1.005, 1.014")
def greenwich_date(scene: Scene) -> Iterator[Problem]:
    """GMT is the time of DAT, within a day."""
    if scene.header is None:
        return
    local, moment = scene.header.value("DAT"), scene.header.value("GMT")
    if local is not None and moment is not None and abs((moment.date() - local).days) > 1:
        yield Problem("GMT is more than a day away from DAT", 14, record=0)


# -- IDCs ---------------------------------------------------------------------------------------


@rule("idc-order", severity=NOTE, since=E2011, clause="8.1.3; xx.002")
def idc_order(scene: Scene) -> Iterator[Problem]:
    """IDCs count up from 0 without gaps; told once."""
    if scene.header is None:
        return
    there = [subject.idc for subject in scene.subjects[1:]]
    known = [idc for idc in dict.fromkeys(there) if idc is not None]
    if known != list(range(len(known))):
        yield Problem("the IDCs do not count up from 0", 3, record=0, expected="0, 1, 2, ...")


def _by_idc(scene: Scene) -> dict[int, list[Subject]]:
    shared: dict[int, list[Subject]] = {}
    for subject in scene.subjects:
        if subject.record.type != 1 and (idc := subject.idc) is not None:
            shared.setdefault(idc, []).append(subject)
    return {idc: subjects for idc, subjects in shared.items() if len(subjects) > 1}


@rule("idc-shared", severity=WARNING, since=E2011, clause="7.3.1; xx.002")
def idc_shared(scene: Scene) -> Iterator[Problem]:
    """Records share an IDC when they describe one sample: minutiae and their image."""
    for idc, subjects in _by_idc(scene).items():
        others = [subject for subject in subjects if subject.record.type != 9]
        if len(others) > 1 and not any(_disagreeing(others)):  # told once: as a disagreement where there is one
            message = f"IDC {idc} is that of {len(others)} records which are not minutiae of one image"
            yield Problem(message, 2, record=others[1].at, expected="an IDC of its own")


@rule("idc-disagree", severity=WARNING, since=E2011, clause="7.3.1; xx.002")
def idc_disagree(scene: Scene) -> Iterator[Problem]:
    """Records of one IDC agree on position and impression."""
    for subjects in _by_idc(scene).values():
        yield from _disagreeing(subjects)


def _disagreeing(subjects: list[Subject]) -> Iterator[Problem]:
    told = [subject for subject in subjects if subject.record.type in _IMAGES]
    for name in ("IMP", "FGP"):
        said = {_value(subject, name) for subject in told} - {None, ()}
        if len(said) > 1:
            yield Problem(f"records of one IDC disagree on {name}", told[1].number(name), record=told[1].at)


def _value(subject: Subject, name: str) -> Any:
    value = subject.value(name)
    return (value,) if name == "FGP" and isinstance(value, int) else value


# -- positions ----------------------------------------------------------------------------------


def _single(subject: Subject) -> int | None:
    positions = subject.value("FGP")
    return positions[0] if isinstance(positions, tuple) and len(positions) == 1 else None


@rule("position-repeated", severity=WARNING, since=E2011, clause="8.4, 8.14; 4.004, 14.013")
def position_repeated(scene: Scene) -> Iterator[Problem]:
    """Each position stands once in a transaction."""
    seen: set[tuple[int, int]] = set()
    for subject in scene.of(4, 14):
        position = _single(subject)
        key = subject.record.type, position or 0
        if position is not None and position not in _ANY_NUMBER and key in seen:
            yield Problem(f"position {position} stands twice", subject.number("FGP"), record=subject.at)
        seen.add(key)


@rule("amputated-imaged", since=E2011, clause="8.14; 14.018")
def amputated_imaged(scene: Scene) -> Iterator[Problem]:
    """A finger that could not be printed has no image."""
    printed = {(_single(s)): s for s in scene.of(4, 14) if s.has("DATA")}
    for subject in scene.of(14):
        for place, one in subject.subfields("AMP"):
            segments = {seg.FRSP for _, seg in subject.subfields("SEG")}
            other = printed.get(one.FRAP)
            if one.ABC == "UP" and (one.FRAP in segments or (other is not None and one.FRAP is not None)):
                message = f"AMP says that finger {one.FRAP} could not be printed, and an image of it is there"
                yield Problem(message, 18, place, 2, record=subject.at)


@rule("tenprint-incomplete", severity=NOTE, clause="8.4, 8.14; 4.004, 14.013")
def tenprint_incomplete(scene: Scene) -> Iterator[Problem]:
    """Where nearly all images of a card are there, the missing ones are told, unless AMP tells why."""
    prints = list(scene.of(4, 14))
    positions = {position for subject in prints if (position := _single(subject)) is not None}
    excused = {one.FRAP for subject in scene.of(14) for _, one in subject.subfields("AMP")}
    rolled, plain = set(range(1, 11)), {11, 12, 13, 14}
    lacking: set[int] = set()
    if len(positions & rolled) >= 8:
        lacking |= rolled - positions - excused
        if len(positions & plain) >= 2:
            lacking |= plain - positions - ({15} & positions and {11, 12}) - _thumbs(excused)
    if lacking:
        told = ", ".join(map(str, sorted(lacking)))
        yield Problem(f"a tenprint without position {told}, and no AMP says why", 3, record=0, expected="all positions")


def _thumbs(excused: set[int | None]) -> set[int]:
    return ({11} if 1 in excused else set()) | ({12} if 6 in excused else set())


# -- references ---------------------------------------------------------------------------------


def _pointed(field: str, item: str, types: tuple[int, ...]) -> Any:
    """IDCs in a field that name a record of these types."""

    def check(subject: Subject, known: dict[int | None, set[int]]) -> Iterator[Problem]:
        for place, one in subject.subfields(field):
            value = getattr(one, item) if item else one
            for idc in value if isinstance(value, tuple) else (value,):
                if idc is not None and not known.get(idc, set()) & set(types):
                    at = item_place(type(one), item) if item else None
                    told = " or ".join(f"Type-{kind}" for kind in types)
                    message = f"{field} names IDC {idc}, which no {told} has"
                    yield Problem(message, subject.number(field), place if item else None, at, told, subject.at)

    return check


_RIDGE_TYPES = (4, 13, 14, 15, 19)
_POINTERS = (
    (10, _pointed("T2C", "", (2,))), (12, _pointed("T2C", "", (2,))), (18, _pointed("T2C", "", (2,))),
    (22, _pointed("T2C", "", (2,))), (12, _pointed("T10C", "", (10,))), (12, _pointed("T22C", "", (22,))),
    (11, _pointed("SCC", "T2C", (2,))), (9, _pointed("AOC", "CIR", _RIDGE_TYPES)),
    (9, _pointed("ECD", "EDC", _RIDGE_TYPES)), (9, _pointed("RRC", "RIR", _RIDGE_TYPES)),
)  # fmt: skip


@rule("reference-idc", severity=WARNING, since=E2011, clause="9.360, 9.362, 9.363, 11.037, 12.990 to 12.992, xx.992")
def reference_idc(scene: Scene) -> Iterator[Problem]:
    """A reference by IDC names a record of the right type."""
    known: dict[int | None, set[int]] = {}
    for subject in scene.subjects[1:]:
        known.setdefault(subject.idc, set()).add(subject.record.type)
    for kind, check in _POINTERS:
        for subject in scene.of(kind):
            yield from check(subject, known)


def _numbered(scene: Scene, kind: int, name: str) -> dict[int, set[int]]:
    """The numbers that records of a type carry, and the segments of each."""
    found: dict[int, set[int]] = {}
    segment = "ASP" if kind == 21 else "RSP"
    for subject in scene.of(kind):
        number = subject.value(name)
        if number is not None:
            found[number] = {getattr(one, segment) for _, one in subject.subfields("SEG")}
    return found


def _linked(scene: Scene, types: tuple[int, ...], field: str, kind: int, name: str, segment: str) -> Iterator[Problem]:
    known = _numbered(scene, kind, name)
    for subject in scene.of(*types):
        for place, one in subject.subfields(field):
            number, part = getattr(one, name), getattr(one, segment)
            if number is None:
                continue
            if number not in known:
                message = f"{field}: no Type-{kind} has {name} {number}"
                yield Problem(message, subject.number(field), place, 1, f"a {name} of a Type-{kind}", subject.at)
            elif part is not None and known[number] and part not in known[number]:
                message = f"{field}: Type-{kind} {name} {number} has no segment {part}"
                yield Problem(message, subject.number(field), place, 2, "a segment of that record", subject.at)


@rule("reference-context", severity=WARNING, since=E2011, clause="xx.995; 21.021")
def reference_context(scene: Scene) -> Iterator[Problem]:
    """ASC names a Type-21, and a segment of it."""
    return _linked(scene, _CONTEXT_TYPES, "ASC", 21, "ACN", "ASP")


@rule("reference-source", severity=WARNING, since=E2011, clause="xx.997; 20.021")
def reference_source(scene: Scene) -> Iterator[Problem]:
    """SOR names a Type-20, and a segment of it."""
    return _linked(scene, _SOURCE_TYPES, "SOR", 20, "SRN", "RSP")


def _once(scene: Scene, kind: int, name: str) -> Iterator[Problem]:
    seen: Counter[int] = Counter()
    for subject in scene.of(kind):
        number = subject.value(name)
        if number is None:
            continue
        seen[number] += 1
        if seen[number] == 2:
            yield Problem(f"{name} {number} stands in two records", subject.number(name), record=subject.at)


@rule("context-repeated", severity=WARNING, since=E2011, clause="8.21; 21.021")
def context_repeated(scene: Scene) -> Iterator[Problem]:
    """Each ACN stands once."""
    return _once(scene, 21, "ACN")


@rule("source-repeated", severity=WARNING, since=E2011, clause="8.20; 20.021")
def source_repeated(scene: Scene) -> Iterator[Problem]:
    """Each SRN stands once."""
    return _once(scene, 20, "SRN")


@rule("smt-reference", severity=WARNING, since=E2013, clause="8.10; 10.039")
def smt_reference(scene: Scene) -> Iterator[Problem]:
    """T10 stands where several Type-10 show one scar, mark or tattoo."""
    counts = Counter(subject.value("T10") for subject in scene.of(10) if subject.value("T10") is not None)
    for subject in scene.of(10):
        if counts.get(subject.value("T10")) == 1:
            yield Problem("T10 is a number that no other Type-10 has", 39, record=subject.at)


RULES = (
    resolution_needed, resolution_unused, date_before_capture, greenwich_date, idc_order, idc_shared, idc_disagree,
    position_repeated, amputated_imaged, tenprint_incomplete, reference_idc, reference_context, reference_source,
    context_repeated, source_repeated, smt_reference,
)  # fmt: skip
