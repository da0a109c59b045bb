"""What no row of the FBI's tables can say: forms, the order of dates, what goes together, images and AMP.

Type-2 is read by number: a rule does not depend on the dictionary that the transaction was read with. The
script of checks is that of EBTS 10.0; for 9.1 and 11.2 it holds by analogy, so that there everything warns.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from ebts_profiles.common.elements import day_of, digits, lacks, text_of, texts, transaction_day
from nistitl.base.editions import E2007, E2011
from nistitl.base.findings import Finding, Severity
from nistitl.codes.fingers import FINGERS
from nistitl.images.resolution import PER_INCH
from nistitl.validation import Problem, RecordView, Rule, ValidationContext, rule
from nistitl.validation.base.records import positions_of
from nistitl.wire.grammar import US

if TYPE_CHECKING:
    from collections.abc import Iterator

WARNING, NOTE = Severity.WARNING, Severity.NOTE


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Transaction types by what the rules ask of them
RESPONSES = _words("""
    BATR BDECR BDELR CDELR DSPR EHRR EQER EQRR ERRA ERRB ERRI ERRL ERRR ERRT FISR IRR ISR LPNR LRSR LSIR LSMR LSR NAR
    PDR PRR RBIHSR RBMNTR RBRPTR RBSR RPISR SPMNTR SRB SRE SRL SRNRR SRT TPRR ULAR ULDR XACTR XMNTR
""")
WITH_AMP = _words("""
    AMN CAR CARC CNA CNAC CPDR CPNU CVSO DEK DEKC DEU DOCE EMUF FANC FAUF FDSP FIDR FIS FNCC FNDR FUFC FVR MAP MAPC MPR
    NFAP NFDP NFFC NFUE NFUF NNDR RBSCVL RPIS SPMNT TPIS TPRS
""")
SEARCHES = frozenset({"RPIS", "TPIS", "TPRS"})
UNKNOWN_PERSONS = frozenset({"AMN", "DEU", "IDEU", "MPR"})
RETAINED = frozenset({"CNA", "ICNA"})
EXCLUSIVE = (
    (4, 14, frozenset({"RPIS", "CFS", "ELR", "IRR", "SRT", "SRL", "ULM"})),
    (7, 13, frozenset({"CFS", "ELR", "IRR", "ULM"})),
)

# Codes
STATES = _words("""
    AB AK AL AR AZ BC CA CD CO CT DC DE EN FL GA GM HI IA IC ID IL IN IT KS KY LA MA MB MD ME MI MN MO MS MT MX NB NC
    ND NF NH NJ NK NM NS NT NV NY OH OK ON OR PA PE PQ PR RI SC SD SN TN TX US UT VA VI VT WA WI WV WY YT
""")
NUMBERS = _words("AF AN AR AS BF CG CI FN IO MC MD MP NA NS OA PI PP PS SS VA")
CLASSES = _words("AA TT XX SR PI CI DI XI PM CM DM XM PO CO DO XO AC UC")

_NAM, _AKA, _ASL, _CSL, _AMP, _NDR = 18, 19, 47, 51, 84, 98
_SEG, _ASEG = 21, 25  # of Type-14
_DIGITS = re.compile("[0-9]{1,9}")
_HEIGHT = re.compile(r"000|[4-7](0\d|1[01])|N(4[89]|[5-8]\d|9[0-5])")
_CLASS = re.compile(r"0[1-9]|[1-4]\d|5[1-9]|[6-9]\d")
_HEIGHT_TOLD = "000, 400 to 711 with inches 00 to 11, or N48 to N95"
_WEIGHT_TOLD = "000, or 050 to 499"


# -- the person ---------------------------------------------------------------------------------


def _name_fault(name: str) -> str | None:
    """What is wrong with the form of a name."""
    if "  " in name or "--" in name:
        return "two blanks or two hyphens in a row"
    if re.search(r"(?<![A-Za-z0-9]),|,(?![A-Za-z0-9])", name):
        return "a comma without a letter on each side"
    if re.search(r"(^|[ ,])-|-([ ,]|$)", name):
        return "a hyphen at the end of a part"
    return None


@rule("fbi name-form", code="name-form", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.018, 2.019")
def name_form(view: RecordView) -> Iterator[Problem]:
    """NAM and AKA: letters at both sides of a comma, no doubled blanks, no hyphen at the end of a part."""
    for number, label in ((_NAM, "NAM"), (_AKA, "AKA")):
        for place, name in texts(view, number):
            if fault := _name_fault(name):
                where = place if number == _AKA else None
                yield Problem(f"{label} has {fault}", number, where, expected="SURNAME,GIVEN MIDDLE")


@rule(
    "fbi name-comma", code="name-comma", types=(2,), severity=WARNING, clause="FBI EBTS 10.0, 2.018, 2.019; unverified"
)
def name_comma(view: RecordView) -> Iterator[Problem]:
    """A comma stands between surname and given name."""
    for number, label in ((_NAM, "NAM"), (_AKA, "AKA")):
        for place, name in texts(view, number):
            if "," not in name:
                where = place if number == _AKA else None
                yield Problem(f"{label} has no comma", number, where, expected="SURNAME,GIVEN MIDDLE")


@rule("fbi height-form", code="height-form", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.027, 2.028")
def height_form(view: RecordView) -> Iterator[Problem]:
    """HGT is feet and inches, or inches after N; HTR is two of them."""
    height, both = text_of(view, 27), text_of(view, 28)
    if height is not None and not _HEIGHT.fullmatch(height):
        yield Problem("HGT is no height", 27, expected=_HEIGHT_TOLD)
    if both is not None and not (_HEIGHT.fullmatch(both[:3]) and _HEIGHT.fullmatch(both[3:])):
        yield Problem("HTR is not two heights", 28, expected=f"twice {_HEIGHT_TOLD}")


def _inches(height: str) -> int:
    return int(height[1:]) if height[0] == "N" else int(height[0]) * 12 + int(height[1:])


def _weight_ok(text: str, tot: str | None) -> bool:
    if not re.fullmatch("[0-9]{3}", text):
        return False
    return text == "000" or 50 <= int(text) <= 499 or (int(text) < 50 and tot in UNKNOWN_PERSONS)


@rule("fbi weight-form", code="weight-form", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.029, 2.030")
def weight_form(view: RecordView) -> Iterator[Problem]:
    """WGT is pounds from 050 to 499, below only for unknown and missing persons; WTR is two of them."""
    tot, weight, both = view.context.tot, text_of(view, 29), text_of(view, 30)
    if weight is not None and not _weight_ok(weight, tot):
        yield Problem("WGT is no weight", 29, expected=_WEIGHT_TOLD)
    if both is not None and not (_weight_ok(both[:3], tot) and _weight_ok(both[3:], tot)):
        yield Problem("WTR is not two weights", 30, expected=f"twice {_WEIGHT_TOLD}")


@rule("fbi range-order", code="range-order", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.023, 2.028, 2.030")
def range_order(view: RecordView) -> Iterator[Problem]:
    """The lower bound of AGR, HTR and WTR comes first."""
    for number, label in ((23, "AGR"), (28, "HTR"), (30, "WTR")):
        text = text_of(view, number)
        if text is None:
            continue
        low, high = text[: len(text) // 2], text[len(text) // 2 :]
        form = _HEIGHT if number == 28 else _DIGITS
        if not (form.fullmatch(low) and form.fullmatch(high)):
            continue
        turned = _inches(low) > _inches(high) if number == 28 else int(low) > int(high)
        if turned:
            yield Problem(f"{label} begins with the higher bound", number, expected="the lower bound first")


@rule("fbi mnu-code", code="mnu-code", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.017")
def mnu_code(view: RecordView) -> Iterator[Problem]:
    """MNU begins with a known code; after AF and AS stand digits only."""
    for place, text in texts(view, 17):
        code, _, number = text.partition("-")
        if code.upper() not in NUMBERS:
            yield Problem("MNU begins with no known code", 17, place, expected=" ".join(sorted(NUMBERS)))
        elif code.upper() in ("AF", "AS") and not re.fullmatch("[0-9]+", number):
            yield Problem(f"MNU has more than digits after {code}", 17, place, expected="digits only")


@rule("fbi sid-state", code="sid-state", types=(2,), severity=WARNING, clause="FBI EBTS 10.0, 2.015; states of NCIC")
def sid_state(view: RecordView) -> Iterator[Problem]:
    """SID begins with the code of a state."""
    for place, text in texts(view, 15):
        if text[:2] not in STATES:
            yield Problem("SID does not begin with the code of a state", 15, place, expected="two letters of a state")


@rule("fbi fpc-form", code="fpc-form", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.033")
def fpc_form(view: RecordView) -> Iterator[Problem]:
    """FPC is ten classes of NCIC: letters, or ridge counts 01 to 49 and 51 to 99."""
    text = text_of(view, 33) or ""
    for at in range(0, len(text), 2):
        one = text[at : at + 2]
        if one not in CLASSES and not _CLASS.fullmatch(one):
            finger = at // 2 + 1
            yield Problem(f"FPC has no class for finger {finger}", 33, expected="AA, TT, 01 to 49, 51 to 99, PI …")
            return


@rule("fbi retention-code", code="retention-code", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.005")
def retention(view: RecordView) -> Iterator[Problem]:
    """What needs no answer is sent to be retained."""
    tot = view.context.tot
    if tot in RETAINED and text_of(view, 5) not in (None, "Y"):
        yield Problem(f"RET of {tot} is not Y", 5, expected="Y")


# what each type of transaction may find; M and X answer FVR
FINDINGS = {
    "SRE": _words("D I M N X Z"), "RPISR": _words("G R Y"), "LSR": _words("C I N P Y"), "BDEC": _words("C I N P Y"),
    "UHN": _words("R Y"),
}  # fmt: skip


@rule("fbi result", code="value-code", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.059")
def result(view: RecordView) -> Iterator[Problem]:
    """SRF is a finding that the type of transaction gives."""
    tot = view.context.tot or ""
    said = text_of(view, 59)
    if said is not None and tot in FINDINGS and said not in FINDINGS[tot]:
        yield Problem(f"SRF is no finding of {tot}", 59, expected=" ".join(sorted(FINDINGS[tot])))


# -- dates --------------------------------------------------------------------------------------


@rule("fbi date-after", code="date-after", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.022, 2.038, 2.045")
def date_after(view: RecordView) -> Iterator[Problem]:
    """DPR and DOA are not after DAT; DOB is not more than a day after it, for the time zones."""
    sent = transaction_day(view.context)
    if sent is None:
        return
    tomorrow, today = digits(sent + timedelta(days=1)), digits(sent)
    for place, text in texts(view, 22):
        if text > tomorrow:
            yield Problem("DOB is after 1.005 DAT", 22, place, expected="a date not after DAT")
    for number, label in ((38, "DPR"), (45, "DOA")):
        said = day_of(view, number)
        if said is not None and said > today:
            yield Problem(f"{label} is after 1.005 DAT", number, expected="a date not after DAT")


@rule("fbi offence-date", code="date-after", types=(2,), severity=WARNING, clause="FBI EBTS 10.0, 2.047; unverified")
def offence_date(view: RecordView) -> Iterator[Problem]:
    """The date of an offence, the first item of ASL, is not after DAT."""
    sent = transaction_day(view.context)
    if sent is None:
        return
    for place, text in texts(view, _ASL):
        said = text.partition(US.decode())[0]
        if said.isdigit() and said > digits(sent):
            yield Problem("ASL: DOO is after 1.005 DAT", _ASL, place, 1, "a date not after DAT")


@rule("fbi date-before", code="date-before", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.054, 2.2100")
def date_before(view: RecordView) -> Iterator[Problem]:
    """SSD is not before DOA, SED not before SSD."""
    for number, label, other, first in ((54, "SSD", 45, "DOA"), (2100, "SED", 54, "SSD")):
        late, early = day_of(view, number), day_of(view, other)
        if late is not None and early is not None and late < early:
            yield Problem(f"{label} is before {first}", number, expected=f"a date not before {first}")


# -- elements that go together ------------------------------------------------------------------

# element, what it needs, and the transaction types that do not list what it needs
NEEDS = (
    (10, "CIN", 11, "CIX", ""), (11, "CIX", 10, "CIN", ""), (13, "LCX", 12, "LCN", ""), (2029, "BSI", 14, "FBI", ""),
    (51, "CSL", 47, "ASL", "DSPE FDSP"), (54, "SSD", 55, "SLE", "SRNR"), (54, "SSD", 9, "OCA", "CFS"),
    (55, "SLE", 47, "ASL", ""), (55, "SLE", 51, "CSL", ""), (55, "SLE", 54, "SSD", ""),
)  # fmt: skip


@rule(
    "fbi element-needs", code="element-needs", types=(2,), firm=True,
    clause="FBI EBTS 10.0, 2.010 to 2.013, 2.051, 2.054, 2.055, 2.2029",
)  # fmt: skip
def element_needs(view: RecordView) -> Iterator[Problem]:
    """Some elements stand only with another."""
    for number, label, other, wanted, free in NEEDS:
        if lacks(view, number, other) and view.context.tot not in free.split():
            yield Problem(f"{label} stands without {wanted}", number, expected=f"{wanted} beside it")


@rule(
    "fbi contact-tier", code="element-needs", types=(2,), severity=WARNING,
    clause="FBI EBTS 10.0, 2.2072; verification file and 10.0.2 disagree on TLI",
)  # fmt: skip
def contact_tier(view: RecordView) -> Iterator[Problem]:
    """POC is the contact of a tier, which TLI names."""
    if lacks(view, 2072, 2046):
        yield Problem("POC stands without TLI", 2072, expected="TLI beside it")


@rule("fbi court-literals", code="item-needs", types=(2,), firm=True, clause="FBI EBTS 10.0, 2.051")
def court_literals(view: RecordView) -> Iterator[Problem]:
    """A court disposition date stands with the offense and the sentence."""
    for place, text in texts(view, _CSL):
        items = [*text.split(US.decode()), "", "", ""]
        for at, label in ((1, "COL"), (2, "CPL")):
            if items[0] and not items[at]:
                yield Problem(f"CSL: CDD stands without {label}", _CSL, place, at + 1, f"{label} beside it")


@rule("fbi elements-exclude", code="elements-exclude", types=(2,), severity=WARNING, clause="FBI EBTS 9.1, 2.085")
def civil_or_criminal(view: RecordView) -> Iterator[Problem]:
    """A civil record number and an FBI number exclude each other."""
    if view.present(85) and view.present(14):
        yield Problem("CRN and FBI are both there", 85, expected="one of them")


# -- records and images -------------------------------------------------------------------------


@rule("fbi tcr-missing", code="tcr-missing", types=(1,), firm=True, clause="FBI EBTS 10.0, 1.010")
def tcr_missing(view: RecordView) -> Iterator[Problem]:
    """A response names the transaction that it answers."""
    tot = view.context.tot
    if tot in RESPONSES and not view.present(10) and not view.doubtful(10):
        yield Problem(f"TCR is missing: {tot} is a response", 10, expected="the TCN of what it answers")


@rule("fbi records-exclude", code="records-exclude", firm=True, clause="FBI EBTS 10.0, rule scripts")
def records_exclude(context: ValidationContext) -> Iterator[Problem]:
    """Some transaction types hold Type-4 or Type-14, Type-7 or Type-13, not both."""
    for one, other, tots in EXCLUSIVE:
        there = next(context.of(other), None)
        if context.tot in tots and there is not None and next(context.of(one), None) is not None:
            message = f"{context.tot} holds records of Type-{one} and of Type-{other}"
            yield Problem(message, expected="one of the two types", record=there.index)


_THUMBS = {11: (1,), 12: (6,)}


def _fingers_of(position: int) -> tuple[int, ...]:
    """The fingers of a position: of one finger, a plain thumb, several fingers."""
    return _THUMBS.get(position) or FINGERS.get(position, (position,))


def _listed(context: ValidationContext) -> Iterator[tuple[RecordView, int, int, str]]:
    """The positions of 2.084 AMP: record, subfield, position, code."""
    for view in context.of(2):
        for place, text in texts(view, _AMP):
            position, _, code = text.partition(US.decode())
            if _DIGITS.fullmatch(position):
                yield view, place, int(position), code


@rule(
    "fbi amp-imaged", code="amp-imaged", severity=WARNING,
    clause="FBI EBTS 10.0, 2.084; notes on 10.0.9: XX also for partial amputations",
)  # fmt: skip
def amp_imaged(context: ValidationContext) -> Iterator[Problem]:
    """A position that AMP says cannot be printed has no image."""
    listed = list(_listed(context))
    imaged = {position for view in context.of(4, 14) for position in positions_of(view)} if listed else set()
    for view, place, position, code in listed:
        if code in ("XX", "UP") and position in imaged:
            message = "AMP says of a position that it was not printed, and there is an image of it"
            yield Problem(message, _AMP, place, expected="no image of that position", record=view.index)


@rule(
    "fbi fingers-missing", code="fingers-missing", severity=WARNING,
    clause="FBI EBTS 10.0, 2.084; the rule scripts check TPIS, TPRS and RPIS with NDR 1 only",
)  # fmt: skip
def fingers_missing(context: ValidationContext) -> Iterator[Problem]:
    """Each of the ten fingers has an image or stands in AMP, 2.084 or 14.018."""
    text = next(context.of(2), None)
    if context.tot not in WITH_AMP or text is None or text.doubtful(_AMP):
        return
    if context.tot == "RPIS" and not {"1", "01"} & {said for _, said in texts(text, _NDR)}:
        return
    images = list(context.of(4, 14))
    seen = {position for view in images for position in positions_of(view)}
    if (
        not seen
        or not seen <= {*range(1, 16), *range(40, 55)}
        or any(view.doubtful(view.number("FGP")) for view in images)
    ):
        return  # nothing imaged, or positions that name no finger
    told = {position for _, _, position, _ in _listed(context)} | set(_amputated(images))
    covered = {finger for position in seen | told for finger in _fingers_of(position)}
    lost = sorted(set(range(1, 11)) - covered)
    if lost:
        names = ", ".join(map(str, lost))
        yield Problem(f"no image and no AMP of finger {names}", _AMP, expected="an entry in AMP", record=text.index)


def _amputated(images: list[RecordView]) -> Iterator[int]:
    """The fingers of 14.018."""
    for view in images:
        if view.record.type == 14:
            for _, one in view.subfields("AMP"):
                if isinstance(one.FRAP, int):
                    yield one.FRAP


@rule("fbi rpis-images", code="rpis-images", firm=True, clause="FBI EBTS 10.0, rule scripts")
def rpis_images(context: ValidationContext) -> Iterator[Problem]:
    """RPIS holds two images, or one of several fingers."""
    if context.tot != "RPIS":
        return
    images = list(context.of(4, 14))
    slap = any({13, 14, 15} & set(positions_of(view)) for view in images)
    if len(images) < 2 and not slap:
        yield Problem(
            f"RPIS holds {len(images)} images", expected="two images, or one of position 13, 14 or 15", record=0
        )


_FLATS = frozenset({11, 12, 13, 14, 15})


@rule(
    "fbi flats-segmented", code="field-required", firm=True,
    clause="FBI EBTS 10.0, 14.021; mandatory for identification flats",
)  # fmt: skip
def flats_segmented(context: ValidationContext) -> Iterator[Problem]:
    """Identification flats, which are both slaps and no rolled finger, say where each finger lies in its slap."""
    images = list(context.of(4, 14))
    positions = {view.index: positions_of(view) for view in images}
    seen = {position for found in positions.values() for position in found}
    if context.tot not in WITH_AMP - SEARCHES or not {13, 14} <= seen <= _FLATS or context.edition < E2007:
        return
    for view in images:
        slap = view.record.type == 14 and {13, 14, 15}.intersection(positions[view.index])
        if slap and not view.present(_SEG) and not view.present(_ASEG) and not view.doubtful(_SEG):
            message = "SEG is missing in identification flats"
            yield Problem(message, _SEG, expected="SEG", record=view.index)


# both classes, as the standard of 2011 has them: below it nothing else tells
@rule(
    "fbi resolution-class", code="resolution-class", types=(14, 15), severity=WARNING,
    clause="FBI EBTS 10.0, 14.009, 15.009; 500 or 1000 pixels per inch, unverified",
)  # fmt: skip
def resolution_class(view: RecordView) -> Iterator[Problem]:
    """Prints have 500 or 1000 pixels per inch."""
    scale, pixels = view.value("SLC"), view.value("THPS")
    if view.edition < E2011 and scale in PER_INCH and pixels is not None:
        ppi = pixels * PER_INCH[scale]
        if ppi >= 490 and not any(low <= ppi <= high for low, high in ((490, 510.5), (990, 1010))):
            expected = "490 to 510 or 990 to 1010 pixels per inch"
            yield Problem("THPS is of neither resolution class", view.number("THPS"), expected=expected)


_ROLLED = frozenset({1, 3, 21, 23, 25, 27})
_LEAST = 500, 750  # fits every position
_LARGEST = {11: (500, 1500), 12: (500, 1500), 13: (1600, 1500), 14: (1600, 1500)}


def _largest(view: RecordView) -> tuple[int, int] | None:
    """Width and height that a position takes at most at 500 pixels per inch."""
    positions = positions_of(view)
    position = positions[0] if len(positions) == 1 else 0
    if 1 <= position <= 10:
        return (800, 750) if view.value("IMP") in _ROLLED else None
    return _LARGEST.get(position)


def _fine(view: RecordView) -> int:
    """2 for images of 1000 pixels per inch, else 1."""
    if view.record.type == 4:
        header = view.context.header
        resolution = header.value("NSR") if header is not None else None
        return 2 if resolution is not None and resolution > 30 else 1
    scale, per = view.value("THPS"), view.value("SLC")
    return 2 if scale is not None and scale > {1: 750, 2: 300}.get(per, scale) else 1


@rule(
    "fbi image-large",
    code="image-large",
    types=(4, 14),
    severity=WARNING,
    clause="FBI EBTS 8.001, table 3-3; 4.006, 4.007",
)
def image_large(view: RecordView) -> Iterator[Problem]:
    """Images are no larger than the box of their finger on the card; larger ones are accepted."""
    width, height = view.value("HLL"), view.value("VLL")
    if width is None or height is None or (width <= _LEAST[0] and height <= _LEAST[1]):
        return
    largest = _largest(view)
    if largest is None or (width <= largest[0] and height <= largest[1]):
        return
    fine = _fine(view)
    most = [side * fine for side in largest]
    if width > most[0] or height > most[1]:
        message = f"the image has {width} by {height} pixels, the position takes {most[0]} by {most[1]}"
        yield Problem(message, 6 if width > most[0] else 7, expected=f"{most[0]} by {most[1]} pixels or fewer")


RULES: tuple[Rule, ...] = (
    name_form, name_comma, height_form, weight_form, range_order, mnu_code, sid_state, fpc_form, retention, result,
    date_after, offence_date, date_before, element_needs, contact_tier, court_literals, civil_or_criminal,
    tcr_missing, records_exclude, amp_imaged, fingers_missing, rpis_images, flats_segmented, resolution_class,
    image_large,
)  # fmt: skip


def _by_analogy(rules: tuple[Rule, ...], version: str) -> tuple[Rule, ...]:
    """The rules of 10.0 for another version: they warn at most."""
    return tuple(
        attrs.evolve(
            one,
            name=f"{one.name} {version}",
            severity=NOTE if one.severity is NOTE else WARNING,
            clause=f"{one.clause}, by analogy",
        )
        for one in rules
    )


_OTHERS_IN_9_1 = (rpis_images, fingers_missing)  # its counts say the one; AMP is no element of three types in the other


@rule(fingers_missing.name, code=fingers_missing.code, severity=WARNING, clause=fingers_missing.clause)
def fingers_missing_9_1(context: ValidationContext) -> Iterator[Problem | Finding]:
    """As in 10.0, but for the searches, which have no AMP."""
    if context.tot not in SEARCHES:
        yield from fingers_missing.check(context)


RULES_8_001 = (image_large,)  # what that document says itself
RULES_9_1 = _by_analogy((*(one for one in RULES if one not in _OTHERS_IN_9_1), fingers_missing_9_1), "9.1")
RULES_11_2 = _by_analogy(tuple(one for one in RULES if one is not result), "11.2")  # its rows say which SRF a type has
