"""Rules of one record that no table row can say: positions, maps, indices, spellings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.base.editions import E2007, E2011, E2013
from nistitl.base.findings import Severity
from nistitl.codes import table
from nistitl.codes.fingers import FINGERS
from nistitl.validation.identifiers import identifier
from nistitl.validation.rules import Problem, item_place, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from nistitl.validation.context import RecordView

PLACED = (10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 99)
WITH_DUI = (9, 10, 13, 14, 15, 16, 17, 19, 20, 22, 99)
LATENT = frozenset({4, 5, 6, 7})
_NO_FINGERS = frozenset({*range(10, 16), *range(30, 40)})  # impressions of palms, soles, and later latents
_ROLLED = frozenset({1, 3, 21, 23, 25, 27, 41})
_SEVERAL = frozenset({*range(11, 16), *range(40, 55)})  # plain thumbs and images of several fingers
_EXTRA = {1: 16, 2: 16, 3: 16, 4: 16, 5: 16, 6: 17, 7: 17, 8: 17, 9: 17, 10: 17}  # extra digits by hand
_FEATURES = {  # fields of 9.361 and 9.381 that have places
    320: "COR", 321: "DEL", 323: "CPR", 324: "DIS", 331: "MIN", 340: "DOT", 341: "INR", 342: "CLD", 343: "REF",
    345: "POR", 357: "LQI", 373: "RPS",
}  # fmt: skip
_DEVICE = re.compile(r"M[0-9A-Fa-f]{12}|P\S{12,15}")
_ZONE = re.compile(r"(\d{1,2})([C-HJ-NP-X])")


# -- Type-1 -------------------------------------------------------------------------------------


@rule("charset-name", types=(1,), starts="DCS", reads="DCS", since=E2011, clause="8.1.15; 1.015")
def charset_name(view: RecordView) -> Iterator[Problem]:
    """CSI and CSN name the same character set."""
    names = {0: "ASCII", 2: "UTF-16", 3: "UTF-8", 4: "UTF-32"}
    # XML says its character set in its own first line, and templates of the FBI name another one here
    severity = Severity.WARNING if view.context.tx.encoding == "xml" else None
    for place, one in view.subfields("DCS"):
        wanted = names.get(one.CSI)
        if wanted is not None and one.CSN is not None and one.CSN.upper() != wanted:
            yield Problem("DCS: CSN is not the name of CSI", 15, place, 2, wanted, severity=severity)


@rule(
    "tot-short", types=(1,), reads="TOT", until=E2007, severity=Severity.WARNING,
    clause="8.1.4; 1.004; field table of NBIS for 0200 to 0400",
)  # fmt: skip
def tot_short(view: RecordView) -> Iterator[Problem]:
    """Until 2007 TOT had three characters at the least."""
    said = view.value("TOT")
    if said is not None and len(said) < 3:
        yield Problem("TOT is shorter than an edition of then has it", 4, expected="3 or 4 characters")


@rule("agency-countries", code="item-many", types=(1,), starts="ANM", reads="ANM", since=E2011, clause="8.1.17; 1.017")
def agency_countries(view: RecordView) -> Iterator[Problem]:
    """Countries of the agencies, which INTERPOL added, stand in XML only."""
    names = view.value("ANM")
    if names is not None and view.context.tx.encoding != "xml" and (names.DAC or names.OAC):
        yield Problem("ANM holds more items than are declared", 17, 1, 3, "2 items")


# -- every record type --------------------------------------------------------------------------


@rule("device-identifier", types=WITH_DUI, starts="DUI", reads="DUI", since=E2011, clause="xx.903; 17.017")
def device(view: RecordView) -> Iterator[Problem]:
    """DUI is M and twelve hexadecimal digits, or P and twelve to fifteen characters."""
    said = view.value("DUI")
    if said is not None and not _DEVICE.fullmatch(said):
        expected = "M and 12 hexadecimal digits, or P and 12 to 15 characters"
        yield Problem("DUI is no device identifier", view.number("DUI"), expected=expected)


def _fraction(number: Decimal | None) -> bool:
    return number is not None and number != number.to_integral_value()


@rule("geo-fraction", types=(11, *PLACED), since=E2011, clause="xx.998; 11.032")
def geo_fraction(view: RecordView) -> Iterator[Problem]:
    """Minutes stand with integral degrees, seconds with integral minutes."""
    field = "SGEO" if view.record.type == 11 else "GEO"
    number = view.number(field)
    for place, one in view.subfields(field):
        for degrees, minutes, seconds in (("LTD", "LTM", "LTS"), ("LGD", "LGM", "LGS")):
            whole, part, rest = (getattr(one, name) for name in (degrees, minutes, seconds))
            kind = type(one)
            if part is not None and _fraction(whole):
                at = item_place(kind, degrees)
                yield Problem(
                    f"{field}: {degrees} has a fraction although {minutes} is there", number, place, at, "whole degrees"
                )
            if rest is not None and _fraction(part):
                at = item_place(kind, minutes)
                yield Problem(
                    f"{field}: {minutes} has a fraction although {seconds} is there", number, place, at, "whole minutes"
                )


@rule("geo-sixty", types=(11, *PLACED), since=E2011, clause="xx.998; 11.032")
def geo_sixty(view: RecordView) -> Iterator[Problem]:
    """Minutes and seconds are below sixty."""
    field = "SGEO" if view.record.type == 11 else "GEO"
    for place, one in view.subfields(field):
        for name in ("LTM", "LTS", "LGM", "LGS"):
            if getattr(one, name) == 60:
                yield Problem(
                    f"{field}: {name} is not below 60",
                    view.number(field),
                    place,
                    item_place(type(one), name),
                    "below 60",
                )


@rule("geo-zone", types=(11, *PLACED), since=E2011, clause="xx.998; 11.032")
def geo_zone(view: RecordView) -> Iterator[Problem]:
    """A UTM zone is 1 to 60 and a band from C to X without I and O."""
    field = "SGEO" if view.record.type == 11 else "GEO"
    for place, one in view.subfields(field):
        match = _ZONE.fullmatch(one.GCM or "1C")
        if match is None or not 1 <= int(match[1]) <= 60:
            at = item_place(type(one), "GCM")
            yield Problem(
                f"{field}: GCM is no zone and band",
                view.number(field),
                place,
                at,
                "1 to 60 and C to X without I and O",
            )


# -- friction ridge -----------------------------------------------------------------------------


@rule("impression-latent", types=(4, 14), starts="IMP", reads="IMP", since=E2011, clause="8.4, 8.14; 4.003, 14.003")
def no_latent(view: RecordView) -> Iterator[Problem]:
    """Types 4 and 14 hold no latent impressions."""
    if view.value("IMP") in LATENT:
        yield Problem("IMP says latent: latents stand in Type-13", 3, expected="an impression type that is not latent")


@rule(
    "impression-other", types=(3, 4, 5, 6, 14), starts="IMP", reads="IMP", firm=True, clause="8.4, 8.14; 4.003, 14.003"
)
def no_palm(view: RecordView) -> Iterator[Problem]:
    """Records of fingers hold no impressions of palms and soles, nor the later ones of latents."""
    if view.value("IMP") in _NO_FINGERS:
        yield Problem("IMP is that of a palm, a sole or a latent", 3, expected="an impression of fingers")


@rule(
    "impression-rolled", types=(3, 4, 5, 6, 14), starts="IMP", reads="IMP FGP", severity=Severity.WARNING,
    clause="8.4, 8.14; 4.003, 4.004, 14.003, 14.013",
)  # fmt: skip
def rolled(view: RecordView) -> Iterator[Problem]:
    """Plain thumbs and several fingers at once are not rolled."""
    positions = positions_of(view)
    if view.value("IMP") in _ROLLED and positions and _SEVERAL.issuperset(positions):
        listed = ", ".join(map(str, positions))
        yield Problem(f"IMP says rolled, position {listed} is a plain one", 3, expected="a plain impression")


@rule("position-slots", types=(3, 4, 5, 6), starts="FGP", reads="FGP", severity=Severity.WARNING, clause="8.4; 4.004")
def position_slots(view: RecordView) -> Iterator[Problem]:
    """The slots after the last position hold 255, and each position stands in one of them."""
    positions = view.value("FGP")
    if len(positions) > 1 and 0 in positions:
        yield Problem("FGP: unused slots are filled with 0", 4, expected="255 in unused slots")
    elif len(set(positions)) < len(positions):
        yield Problem("FGP: a position stands in several slots", 4, expected="255 in unused slots")


@rule(
    "impression-position", types=(13, 15, 19), starts="IMP", reads="IMP FGP", since=E2011, until=E2013,
    clause="8.13, 8.15, 8.19; xx.003, xx.013",
)  # fmt: skip
def impression_position(view: RecordView) -> Iterator[Problem]:
    """Palms have impressions of palms, soles those of soles, until 2015."""
    said, positions = view.value("IMP"), view.value("FGP")
    positions = positions if isinstance(positions, tuple) else (positions,)
    if said is None or None in positions or not positions:
        return
    palms = {10, 11, 12, 13, 14, 15, 28, 29}
    soles = {28, 29, *range(30, 36)}
    for kind, members, allowed in (("palm", _PALMS, palms), ("sole", _SOLES, soles)):
        if all(one in members for one in positions) and said not in allowed:
            yield Problem(f"IMP is not that of a {kind}", 3, expected=", ".join(map(str, sorted(allowed))))


_PALMS = frozenset({*range(20, 39), *range(81, 87)})
_SOLES = frozenset(range(60, 80))


def positions_of(view: RecordView) -> tuple[int, ...]:
    """The positions that FGP names, each once; zeros beside others, which fill unused slots, name none."""
    said = view.value("FGP")
    known = dict.fromkeys(one for one in said if isinstance(one, int)) if isinstance(said, tuple) else {}
    return tuple(one for one in known if one) or tuple(known)


def _fingers(view: RecordView) -> tuple[int, ...]:
    position = view.value("FGP")
    return FINGERS.get(position[0], ()) if position else ()


def _other_fingers(view: RecordView, field: str, item: str) -> Iterator[Problem]:
    fingers = _fingers(view)
    allowed = {*fingers, *(_EXTRA[finger] for finger in fingers), 0}
    for place, one in view.subfields(field) if fingers else ():
        finger = getattr(one, item)
        if finger is not None and finger not in allowed:
            expected = ", ".join(map(str, fingers))
            yield Problem(f"{field}: {item} is no finger of this image", view.number(field), place, 1, expected)


_RIGHT, _LEFT = frozenset({*range(1, 6), 11, 16}), frozenset({*range(6, 11), 12, 17})


def _hands(positions: tuple[int, ...]) -> set[bool]:
    """Which hands these positions show: true for the left one."""
    fingers = {finger for one in positions for finger in FINGERS.get(one, (one,))}
    return {finger in _LEFT for finger in fingers & (_LEFT | _RIGHT)}


@rule(
    "amputation-position", types=(14,), starts="AMP", reads="AMP FGP", since=E2007, severity=Severity.WARNING,
    clause="8.14; 14.013, 14.018",
)  # fmt: skip
def amputation_position(view: RecordView) -> Iterator[Problem]:
    """AMP names fingers of the hand that the image shows."""
    shown = _hands(positions_of(view))
    for place, one in view.subfields("AMP"):
        if shown and one.FRAP is not None and not _hands((one.FRAP,)) <= shown:
            yield Problem("AMP: FRAP is a finger of the other hand", 18, place, 1, "a finger of this hand")


@rule(
    "segment-position", types=(14,), starts="SEG", reads="FGP", since=E2007, severity=Severity.WARNING,
    clause="8.14; 14.021",
)  # fmt: skip
def segment_position(view: RecordView) -> Iterator[Problem]:
    """Segments are fingers of the image; the standard's table has no such relation."""
    return _other_fingers(view, "SEG", "FRSP")


@rule(
    "segment-path-position", types=(14,), starts="ASEG", reads="FGP", since=E2007, severity=Severity.WARNING,
    clause="8.14; 14.025",
)  # fmt: skip
def segment_path_position(view: RecordView) -> Iterator[Problem]:
    """Paths are drawn around fingers of the image; a sample of NIST's has another."""
    return _other_fingers(view, "ASEG", "FRAS")


@rule(
    "segments-missing", types=(14,), starts="SEG", reads="FGP SEG AMP", since=E2007, severity=Severity.WARNING,
    clause="8.14; 14.021",
)  # fmt: skip
def segments_missing(view: RecordView) -> Iterator[Problem]:
    """Every finger of an image of four has a segment, or is amputated."""
    if view.value("FGP") not in ((13,), (14,)):
        return
    accounted = {one.FRSP for _, one in view.subfields("SEG")} | {one.FRAP for _, one in view.subfields("AMP")}
    lacking = [finger for finger in _fingers(view) if finger not in accounted]
    if lacking and len(accounted) < 4:
        message = f"SEG has no segment of finger {', '.join(map(str, lacking))}, and AMP does not say why"
        yield Problem(message, 21, expected="a segment a finger")


@rule("quality-position", types=(14,), starts="SQM", reads="SQM SEG ASEG", since=E2007, clause="8.14; 14.023")
def quality_position(view: RecordView) -> Iterator[Problem]:
    """The segmentation quality is that of a segment."""
    segments = {one.FRSP for _, one in view.subfields("SEG")} | {one.FRAS for _, one in view.subfields("ASEG")}
    for place, one in view.subfields("SQM"):
        if one.FRQP is not None and one.FRQP not in segments:
            yield Problem("SQM: FRQP is no segment of this image", 23, place, 1, "a position of SEG or ASEG")


# -- Type-9 -------------------------------------------------------------------------------------


@rule("features-missing", types=(9,), starts="FMT", reads="FMT", since=E2011, clause="8.9; 9.004")
def features(view: RecordView) -> Iterator[Problem]:
    """With FMT = U stands at least one block of features."""
    # the standard block (9.005 to 9.012) is not for FMT = U; that it is there the rules of FMT tell
    if view.value("FMT") == "U" and not any(isinstance(n, int) and 4 < n < 901 for n in view.positions):
        yield Problem("FMT says that features are there, and none are", 4, expected="a block of features from 9.013 on")


@rule("ridge-counts", types=(9,), starts="RDG", reads="RDG MRCT", severity=Severity.WARNING, clause="8.9; 9.011, 9.012")
def ridge_counts(view: RecordView) -> Iterator[Problem]:
    """RDG says whether ridge counts stand with the minutiae."""
    if view.value("RDG") == 0 and any(one.RCD for _, one in view.subfields("MRCT")):
        yield Problem("RDG says that no ridge counts are there, and some are", 11, expected="1")


@rule("minutia-location", types=(9,), starts="MRCT", reads="MRCT", severity=Severity.WARNING, clause="8.9; 9.012")
def minutia_location(view: RecordView) -> Iterator[Problem]:
    """A minutia lies at eleven digits: X, Y, and a direction up to 359 degrees."""
    for place, xyt in view.column("MRCT", "XYT"):
        if xyt is None:
            continue
        if len(xyt) != 11:
            yield Problem("MRC: XYT is not of eleven digits", 12, place, 2, "XXXXYYYYTTT")
        elif int(xyt[8:]) > 359:
            yield Problem("MRC: XYT has a direction above 359", 12, place, 2, "000 to 359 degrees at the end")


@rule("neighbour-itself", types=(9,), starts="RCI", reads="RCI", since=E2007, clause="8.9; 9.138")
def neighbour(view: RecordView) -> Iterator[Problem]:
    """A minutia is not its own neighbour."""
    for place, one in view.subfields("RCI"):
        if place > 1 and one.CMI is not None and one.CMI == one.NMN:
            yield Problem("RCI: a minutia is counted to itself", 138, place, 2, "another minutia than CMI")


@rule("minutia-index", types=(9,), starts="MRC", reads="MRC MIN", since=E2011, clause="8.9; 9.333")
def minutia_index(view: RecordView) -> Iterator[Problem]:
    """Ridge counts run between minutiae that are there."""
    count = view.count("MIN")
    for at, name in ((1, "MIA"), (2, "MIB")):
        for place, index in view.column("MRC", name):
            if index is not None and index > count:
                yield Problem(f"MRC: {name} names no minutia of 9.331", 333, place, at, f"1 to {count}")


@rule("feature-place", types=(9,), starts="CPF FCC", since=E2011, clause="8.9; 9.361, 9.381")
def feature_place(view: RecordView) -> Iterator[Problem]:
    """Corresponding and coloured features are named by a place that their field has."""
    for field, of_field, of_place, at in (("CPF", "CFN", "FOC", 4), ("FCC", "FTF", "FTO", 2)):
        for place, one in view.subfields(field):
            named = _FEATURES.get(getattr(one, of_field))
            named_place = getattr(one, of_place)
            if named is not None and named_place is not None and named_place > view.count(named):
                yield Problem(
                    f"{field}: {of_place} names no subfield of {named}", view.number(field), place, at,
                    f"1 to {view.count(named)}",
                )  # fmt: skip


@rule("pattern-code", types=(9,), starts="FPC", reads="FPC", severity=Severity.WARNING, clause="8.9; 9.007")
def pattern_code(view: RecordView) -> Iterator[Problem]:
    """With SRC = T stands one code of the table."""
    known = table("FPC")
    for place, one in view.subfields("FPC"):
        wrong = [at for at, code in enumerate(one.FPC, 2) if code not in known or at > 2] if one.SRC == "T" else []
        if wrong:
            yield Problem(
                "FPC: not one code of the table that SRC names", 7, place, wrong[0], "one code of two letters"
            )


@rule("system-part", types=(9,), starts="OFR", severity=Severity.NOTE, clause="8.9; 9.005")
def system_part(view: RecordView) -> Iterator[Problem]:
    """A part of the system that is announced by a separator is named; NIST's converter refuses it otherwise."""
    raw = bytes(view.record.raw(5) or b"")
    if raw.count(b"\x1f") == 2 and raw.endswith(b"\x1f"):
        yield Problem("OFR: SUB is announced, and empty", 5, 1, 3, "a part of the system, or two items")


@rule(
    "core-delta-index", types=(9,), starts="CDR", reads="CDR COR DEL", since=E2011, severity=Severity.WARNING,
    clause="8.9; 9.322",
)  # fmt: skip
def core_delta_index(view: RecordView) -> Iterator[Problem]:
    """Core-delta ridge counts run between cores and deltas that are there."""
    for place, one in view.subfields("CDR"):
        for at, name, field in ((1, "CIX", "COR"), (2, "DIX", "DEL")):
            index = getattr(one, name)
            if index is not None and index.isdigit() and int(index) > view.count(field):
                yield Problem(
                    f"CDR: {name} names no subfield of {field}",
                    322,
                    place,
                    at,
                    f"1 to {view.count(field)}, or a letter",
                )


@rule("center-outside", types=(9,), starts="CPR", reads="CPR ROI", since=E2011, clause="8.9; 9.323")
def center_outside(view: RecordView) -> Iterator[Problem]:
    """The center point may lie outside the region of interest, not outside the image."""
    region = view.value("ROI")
    for place, one in view.subfields("CPR"):
        for at, name, by in ((2, "PXC", "EHO"), (3, "PYC", "EVO")):
            offset, number = getattr(region, by, None), getattr(one, name)
            if offset is not None and number is not None and number < -offset:
                yield Problem(f"CPR: {name} lies outside the image", 323, place, at, f"{-offset} (-{by}) or more")


@rule(
    "map-size", types=(9,), starts="RQM", reads="RQM RQF ROI", since=E2011, severity=Severity.WARNING,
    clause="8.9; 9.308",
)  # fmt: skip
def map_size(view: RecordView) -> Iterator[Problem]:
    """A ridge quality map covers the region of interest; one of NIST's does not."""
    region, form, rows = view.value("ROI"), view.value("RQF"), view.value("RQM")
    if not region or not form or not form.GSZ or not region.EWI or not region.EHI:
        return
    high, wide = -(-region.EHI // form.GSZ), -(-region.EWI // form.GSZ)
    if len(rows) != high:
        yield Problem(f"RQM has {len(rows)} rows, {high} cover the region of interest", 308, expected=str(high))
    elif form.RDF == "UNC" and (short := next((at for at, row in enumerate(rows, 1) if len(row) != wide), None)):
        yield Problem(f"RQM: a row has {len(rows[short - 1])} cells, must have {wide}", 308, short, expected=str(wide))


@rule(
    "center-method", types=(9,), starts="CPR", reads="CPR", since=E2011, severity=Severity.WARNING, clause="8.9; 9.323"
)
def center_once(view: RecordView) -> Iterator[Problem]:
    """One center point a method."""
    seen: set[str] = set()
    for place, one in view.subfields("CPR"):
        if one.CPM in seen:
            yield Problem("CPR: a method stands twice", 323, place, 1, "each method once")
        seen.add(one.CPM)


# -- Type-10 ------------------------------------------------------------------------------------


@rule("color-count", types=(10,), starts="COL", reads="COL SMD", clause="8.10; 10.042, 10.043")
def color_count(view: RecordView) -> Iterator[Problem]:
    """Colors stand once for every descriptor."""
    colors, descriptors = view.count("COL"), view.count("SMD")
    if descriptors and colors != descriptors:
        yield Problem(f"COL has {colors} subfields, SMD has {descriptors}", 43, expected=str(descriptors))


@rule("feature-point-code", types=(10,), starts="FFP 3DF", since=E2011, clause="8.10; 10.029, 10.032")
def feature_point(view: RecordView) -> Iterator[Problem]:
    """Feature points are codes of the set that FPT names."""
    names = {1: "MPEG4_FEATURE_POINT", 2: "ANTHRO_LANDMARK"}
    for field in ("FFP", "3DF"):
        for place, one in view.subfields(field):
            known = names.get(one.FPT)
            if known and one.FPC is not None and one.FPC not in table(known):
                yield Problem(
                    f"{field}: FPC is no code of the set that FPT names",
                    view.number(field),
                    place,
                    2,
                    f"a code of {known}",
                )


# -- Types 17 and 98 ----------------------------------------------------------------------------


@rule("spectrum-step", types=(17,), starts="SSV", reads="SSV", since=E2011, clause="8.17; 17.027")
def spectrum_step(view: RecordView) -> Iterator[Problem]:
    """Spectrum bounds are multiples of ten nanometres."""
    for place, one in view.subfields("SSV"):
        for at, name in ((1, "LOW"), (2, "HIG")):
            if (number := getattr(one, name)) is not None and number % 10:
                yield Problem(f"SSV: {name} is no multiple of 10", 27, place, at, "a multiple of 10")


@rule("information-identifier", types=(98,), starts="ALF", reads="ALF", since=E2011, clause="8.98; 98.900")
def information_identifier(view: RecordView) -> Iterator[Problem]:
    """What an audit log names is written as IDC, field, subfield, item."""
    for place, one in view.subfields("ALF"):
        if one.IID is not None and identifier(one.IID) is None:
            yield Problem("ALF: IID is no information identifier", 900, place, 3, "IDC,field,subfield or NA,item or NA")


RULES = (
    charset_name, agency_countries, tot_short, device, geo_fraction, geo_sixty, geo_zone, no_latent, no_palm, rolled,
    position_slots, impression_position, amputation_position, segment_position, segment_path_position,
    segments_missing, quality_position, features, ridge_counts, minutia_location, neighbour, minutia_index,
    feature_place, pattern_code, system_part,
    core_delta_index, center_outside, map_size, center_once, color_count, feature_point, spectrum_step,
    information_identifier,
)  # fmt: skip
