"""Rules of the whole transaction: resolution, dates, IDCs, references from record to record."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from nistitl.base.editions import E2011, E2013
from nistitl.base.findings import Severity
from nistitl.model.kinds import record_class
from nistitl.validation.base.records import positions_of
from nistitl.validation.rules import Problem, item_place, rule
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.validation.context import RecordView, ValidationContext

    _Check = Callable[[RecordView, dict[int | None, set[int]]], Iterator[Problem]]

WARNING, NOTE = Severity.WARNING, Severity.NOTE
_NSR, _NTR = 11, 12
_TYPE2_AMP = 84
_GRACE = timedelta(days=1)  # for time zones
_IDENTIFIED = re.compile(r"(\d{1,2}),(?!1\.)[^-]*")  # the IDC in an information identifier; nothing was removed
_LEAST, _MOST = Decimal("19.30"), Decimal("20.08")  # 500 pixels per inch, within two per cent
_NATIVE = 1  # ISR
_AT_500 = "Resample the images: record.resample(500), or resample = 500 in a description. Type-14 takes 1000, too."
_RESOLVED = (3, 4, 5, 6, 7)  # types whose resolution stood in Type-1 before 2011
_IMAGES = (3, 4, 5, 6, 13, 14, 15, 19)  # what a Type-9 may share its IDC with
_ANY_NUMBER = frozenset({0, 18, 19, 255})  # positions that may stand more than once
_TAKEN = {9: None, 10: "PHD", 13: "LCD", 14: "FCD", 15: "PCD", 16: "UTD", 17: "ICD", 19: "PCD"}
_CONTEXT_TYPES = (10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 99)
_SOURCE_TYPES = (10, 11, 13, 14, 15, 16, 17, 19, 22, 99)


# -- Type-1 -------------------------------------------------------------------------------------


def _resolutions(context: ValidationContext) -> Iterator[tuple[int, str, Decimal]]:
    header = context.header
    if header is None:
        return
    for number, name in ((_NSR, "NSR"), (_NTR, "NTR")):
        value = header.value(name)
        if value is not None:
            yield number, name, value


@rule("resolution-needed", clause="8.1.11, 8.1.12; 1.011, 1.012")
def resolution_needed(context: ValidationContext) -> Iterator[Problem]:
    """With a Type-4 (before 2011: with Types 3 to 7) NSR and NTR say its resolution."""
    if next(context.of(4), None) is None:
        return
    for number, name, value in _resolutions(context):
        if value < _LEAST:
            message = f"{name} is below the resolution of Type-4"
            yield Problem(message, number, expected=f"{_LEAST} pixels per millimetre or more", record=0)


@rule(
    "resolution-class 4", code="resolution-class", severity=WARNING, clause="8.1.11, 8.1.12, 8.4; 1.011, 1.012, 4.005"
)
def binary_resolution_class(context: ValidationContext) -> Iterator[Problem]:
    """Images of Type-4 are of the 500 class: by NTR, and by NSR where one is sent as it was scanned (ISR 1)."""
    native = {view.value("ISR") for view in context.of(4)}
    for number, name, value in _resolutions(context) if native else ():
        if value > _MOST and (number == _NTR or _NATIVE in native):
            message = f"{name} is above the resolution of Type-4, which has 500 pixels per inch only"
            expected = f"{_LEAST} to {_MOST} pixels per millimetre"
            yield Problem(message, number, expected=expected, record=0, hint=_AT_500)


@rule("resolution-unused", clause="8.1.11, 8.1.12; 1.011, 1.012")
def resolution_unused(context: ValidationContext) -> Iterator[Problem]:
    """Without such a record both are 00.00."""
    speaking = (4,) if context.edition >= E2011 else _RESOLVED
    if next(context.of(*speaking), None) is not None:
        return
    for number, name, value in _resolutions(context):
        if value:
            types = "Type-4" if context.edition >= E2011 else "Types 3 to 7"
            yield Problem(f"{name} tells a resolution without a record of {types}", number, expected="00.00", record=0)


@rule("date-future", severity=WARNING, clause="8.1.5; 1.005")
def date_future(context: ValidationContext) -> Iterator[Problem]:
    """The transaction is not of a day to come."""
    said = context.header.value("DAT") if context.header is not None else None
    if isinstance(said, date) and said > context.today + _GRACE:
        yield Problem("DAT is a day to come", 5, record=0, expected="a day up to tomorrow")


@rule("date-before-capture", severity=NOTE, clause="8.1.5; 1.005")
def date_before_capture(context: ValidationContext) -> Iterator[Problem]:
    """The transaction is not older than what it carries."""
    said = context.header.value("DAT") if context.header is not None else None
    if not isinstance(said, date):
        return
    for view in context.records:
        name = _TAKEN.get(view.record.type)
        taken = view.value(name) if name else None
        if isinstance(taken, date) and taken > said:
            yield Problem(f"{name} is later than DAT", view.number(str(name)), record=view.index)


@rule("greenwich-date", severity=NOTE, clause="8.1.5, 8.1.14; 1.005, 1.014")
def greenwich_date(context: ValidationContext) -> Iterator[Problem]:
    """GMT is the time of DAT, within a day."""
    if context.header is None:
        return
    local, moment = context.header.value("DAT"), context.header.value("GMT")
    if local is not None and moment is not None and abs((moment.date() - local).days) > 1:
        yield Problem("GMT is more than a day away from DAT", 14, record=0)


# -- IDCs ---------------------------------------------------------------------------------------


@rule("idc-order", severity=NOTE, since=E2011, clause="8.1.3; xx.002")
def idc_order(context: ValidationContext) -> Iterator[Problem]:
    """IDCs count up from 0 without gaps; reported once."""
    if context.header is None:
        return
    there = [view.idc for view in context.records[1:]]
    known = [idc for idc in dict.fromkeys(there) if idc is not None]
    if known != list(range(len(known))):
        yield Problem("the IDCs do not count up from 0", 3, record=0, expected="0, 1, 2, ...")


def _by_idc(context: ValidationContext) -> dict[int, list[RecordView]]:
    shared: dict[int, list[RecordView]] = {}
    for view in context.records:
        if view.record.type != 1 and (idc := view.idc) is not None:
            shared.setdefault(idc, []).append(view)
    return {idc: views for idc, views in shared.items() if len(views) > 1}


@rule("idc-shared", severity=WARNING, since=E2011, clause="7.3.1; xx.002")
def idc_shared(context: ValidationContext) -> Iterator[Problem]:
    """Records share an IDC when they describe one sample: minutiae and their image."""
    for views in _by_idc(context).values():
        others = [view for view in views if view.record.type != 9]
        if len(others) > 1 and not any(_disagreeing(others)):  # reported as a disagreement where there is one
            message = f"{len(others)} records that are not minutiae of one image have this IDC"
            yield Problem(message, 2, record=others[1].index, expected="an IDC of its own")


@rule("idc-disagree", severity=WARNING, since=E2011, clause="7.3.1; xx.002")
def idc_disagree(context: ValidationContext) -> Iterator[Problem]:
    """Records of one IDC agree on position and impression."""
    for views in _by_idc(context).values():
        yield from _disagreeing(views)


def _disagreeing(views: list[RecordView]) -> Iterator[Problem]:
    images = [view for view in views if view.record.type in _IMAGES]
    for name in ("IMP", "FGP"):
        said = {_value(view, name) for view in images} - {None, ()}
        if len(said) > 1:
            yield Problem(f"records of one IDC disagree on {name}", images[1].number(name), record=images[1].index)


def _value(view: RecordView, name: str) -> Any:
    value = view.value(name)
    return (value,) if name == "FGP" and isinstance(value, int) else value


# -- positions ----------------------------------------------------------------------------------


def _single(view: RecordView) -> int | None:
    positions = positions_of(view)
    return positions[0] if len(positions) == 1 else None


@rule("position-repeated", severity=WARNING, since=E2011, clause="8.4, 8.14; 4.004, 14.013")
def position_repeated(context: ValidationContext) -> Iterator[Problem]:
    """Each position stands once in a transaction."""
    seen: set[tuple[int, int]] = set()
    for view in context.of(4, 14):
        position = _single(view)
        key = view.record.type, position or 0
        if position is not None and position not in _ANY_NUMBER and key in seen:
            yield Problem(f"position {position} stands twice", view.number("FGP"), record=view.index)
        seen.add(key)


@rule("amputated-imaged", since=E2011, clause="8.14; 14.018")
def amputated_imaged(context: ValidationContext) -> Iterator[Problem]:
    """A finger that could not be printed has no image."""
    printed = {(_single(s)): s for s in context.of(4, 14) if s.has("DATA")}
    for view in context.of(14):
        for place, one in view.subfields("AMP"):
            segments = {seg.FRSP for _, seg in view.subfields("SEG")}
            other = printed.get(one.FRAP)
            if one.ABC == "UP" and (one.FRAP in segments or (other is not None and one.FRAP is not None)):
                message = f"AMP says that finger {one.FRAP} could not be printed, and an image of it is there"
                yield Problem(message, 18, place, 2, record=view.index)


@rule("tenprint-incomplete", severity=NOTE, clause="8.4, 8.14; 4.004, 14.013")
def tenprint_incomplete(context: ValidationContext) -> Iterator[Problem]:
    """Where nearly all images of a card are there, the missing ones are reported, unless AMP says why."""
    prints = list(context.of(4, 14))
    positions = {position for view in prints if (position := _single(view)) is not None}
    excused = {one.FRAP for view in context.of(14) for _, one in view.subfields("AMP")}
    excused |= _excused_in_type2(context)
    rolled, plain = set(range(1, 11)), {11, 12, 13, 14}
    lacking: set[int] = set()
    if len(positions & rolled) >= 8:
        lacking |= rolled - positions - excused
        if len(positions & plain) >= 2:
            lacking |= plain - positions - ({15} & positions and {11, 12}) - _thumbs(excused)
    if lacking:
        listed = ", ".join(map(str, sorted(lacking)))
        yield Problem(
            f"a tenprint without position {listed}, and no AMP says why", 3, record=0, expected="all positions"
        )


def _excused_in_type2(context: ValidationContext) -> set[int]:
    """The fingers of 2.084 AMP, as the FBI and those that follow it have it."""
    raws = (bytes(view.record.raw(_TYPE2_AMP) or b"") for view in context.of(2))
    fingers = (subfield.partition(US)[0] for raw in raws for subfield in raw.split(RS))
    return {int(finger) for finger in fingers if finger.isdigit() and len(finger) <= 2}


def _thumbs(excused: set[int | None]) -> set[int]:
    return ({11} if 1 in excused else set()) | ({12} if 6 in excused else set())


# -- references ---------------------------------------------------------------------------------


def _pointed(field: str, item: str, types: tuple[int, ...]) -> _Check:
    """IDCs in a field that name a record of these types."""

    def check(view: RecordView, known: dict[int | None, set[int]]) -> Iterator[Problem]:
        for place, one in view.subfields(field):
            value = getattr(one, item) if item else one
            for idc in value if isinstance(value, tuple) else (value,):
                if isinstance(idc, int) and not known.get(idc, set()) & set(types):
                    at = item_place(type(one), item) if item else None
                    wanted = " or ".join(f"Type-{kind}" for kind in types)
                    message = f"{field} names IDC {idc}, which no {wanted} has"
                    yield Problem(message, view.number(field), place if item else None, at, wanted, view.index)

    return check


@cache
def _pointers(record_type: int) -> tuple[_Check, ...]:
    """The checks of the fields of a record type that name an IDC, as they are declared."""
    rows = record_class(record_type).elements.values()
    checks = [_pointed(row.mnemonic, "", row.idc_of) for row in rows if row.idc_of]
    for row in rows:
        checks += [_pointed(row.mnemonic, item.mnemonic, item.idc_of) for item in row.items if item.idc_of]
    return tuple(checks)


@rule(
    "reference-idc",
    severity=WARNING,
    since=E2011,
    clause="9.360, 9.362, 9.363, 11.037, 12.990 to 12.992, 98.900, xx.992",
)
def reference_idc(context: ValidationContext) -> Iterator[Problem]:
    """A reference by IDC names a record of the right type."""
    known: dict[int | None, set[int]] = {}
    for view in context.records[1:]:
        known.setdefault(view.idc, set()).add(view.record.type)
    for view in context.records:
        for check in _pointers(view.record.type):
            yield from check(view, known)
    for view in context.of(98):
        for place, one in view.subfields("ALF"):
            told = _IDENTIFIED.fullmatch(one.IID or "")
            if told is not None and int(told[1]) not in known:
                message = f"ALF names IDC {int(told[1])}, which no record has"
                yield Problem(message, view.number("ALF"), place, 3, "the IDC of a record", view.index)


def _numbered(context: ValidationContext, kind: int, name: str) -> dict[int, set[int]]:
    """The numbers that records of a type carry, and the segments of each."""
    segments: dict[int, set[int]] = {}
    segment = "ASP" if kind == 21 else "RSP"
    for view in context.of(kind):
        number = view.value(name)
        if number is not None:
            segments[number] = {getattr(one, segment) for _, one in view.subfields("SEG")}
    return segments


def _linked(
    context: ValidationContext, types: tuple[int, ...], field: str, kind: int, name: str, segment: str
) -> Iterator[Problem]:
    known = _numbered(context, kind, name)
    for view in context.of(*types):
        for place, one in view.subfields(field):
            number, part = getattr(one, name), getattr(one, segment)
            if number is None:
                continue
            if number not in known:
                message = f"{field}: no Type-{kind} has {name} {number}"
                yield Problem(message, view.number(field), place, 1, f"a {name} of a Type-{kind}", view.index)
            elif part is not None and known[number] and part not in known[number]:
                message = f"{field}: Type-{kind} {name} {number} has no segment {part}"
                yield Problem(message, view.number(field), place, 2, "a segment of that record", view.index)


@rule("reference-context", severity=WARNING, since=E2011, clause="xx.995; 21.021")
def reference_context(context: ValidationContext) -> Iterator[Problem]:
    """ASC names a Type-21, and a segment of it."""
    return _linked(context, _CONTEXT_TYPES, "ASC", 21, "ACN", "ASP")


@rule("reference-source", severity=WARNING, since=E2011, clause="xx.997; 20.021")
def reference_source(context: ValidationContext) -> Iterator[Problem]:
    """SOR names a Type-20, and a segment of it."""
    return _linked(context, _SOURCE_TYPES, "SOR", 20, "SRN", "RSP")


def _once(context: ValidationContext, kind: int, name: str) -> Iterator[Problem]:
    seen: Counter[int] = Counter()
    for view in context.of(kind):
        number = view.value(name)
        if number is None:
            continue
        seen[number] += 1
        if seen[number] == 2:
            yield Problem(f"{name} {number} stands in two records", view.number(name), record=view.index)


@rule("context-repeated", severity=WARNING, since=E2011, clause="8.21; 21.021")
def context_repeated(context: ValidationContext) -> Iterator[Problem]:
    """Each ACN stands once."""
    return _once(context, 21, "ACN")


@rule("source-repeated", severity=WARNING, since=E2011, clause="8.20; 20.021")
def source_repeated(context: ValidationContext) -> Iterator[Problem]:
    """Each SRN stands once."""
    return _once(context, 20, "SRN")


@rule("smt-reference", severity=WARNING, since=E2013, clause="8.10; 10.039")
def smt_reference(context: ValidationContext) -> Iterator[Problem]:
    """T10 stands where several Type-10 show one scar, mark or tattoo."""
    counts = Counter(view.value("T10") for view in context.of(10) if view.value("T10") is not None)
    for view in context.of(10):
        if counts.get(view.value("T10")) == 1:
            yield Problem("T10 is a number that no other Type-10 has", 39, record=view.index)


RULES = (
    resolution_needed, binary_resolution_class, resolution_unused, date_future, date_before_capture, greenwich_date,
    idc_order, idc_shared, idc_disagree, position_repeated, amputated_imaged, tenprint_incomplete, reference_idc,
    reference_context, reference_source, context_repeated, source_repeated, smt_reference,
)  # fmt: skip
