"""The fronts of two fingerprint cards of 8 by 8 inches: which box stands where.

Order and names of the boxes are those of the FBI's forms FD-258 (applicants) and FD-249 (arrests), prints are as large
as EBTS, Appendix F, has them. Two slaps of 3.2 and two thumbs of 1.0 inches are wider than the card: the thumbs stand
above, where the forms have what the receiver fills in. Drawn anew; inches from the top left corner.
"""

from __future__ import annotations

from itertools import chain

import attrs

SIDE = 8.0
RULER = 0.2  # high, along the upper edge
CAPTION = 0.11  # high, above each print: no label lies on an image
_THUMBS, _ROLLED, _SLAPS = 0.67, (2.78, 4.39), 6.0  # where the rows of prints begin
_MIDDLE = 0.2  # wide, between the slaps: the upright ruler


@attrs.frozen(slots=True)
class Box:
    """A rectangle of the card with its label."""

    label: str
    left: float
    top: float
    width: float
    height: float


@attrs.frozen(slots=True)
class WordBox(Box):
    """A box for text: of which fields, by mnemonic; `1.009` is of Type-1, `` is for pen and ink."""

    source: str = ""


@attrs.frozen(slots=True)
class PrintBox(Box):
    """A box for the print of one position."""

    position: int = 0


@attrs.frozen(slots=True)
class Layout:
    """The front of a card."""

    name: str
    title: str
    words: tuple[WordBox, ...]
    prints: tuple[PrintBox, ...]


def _rolled() -> tuple[PrintBox, ...]:
    hands = (("R.", _ROLLED[0], 1), ("L.", _ROLLED[1], 6))
    fingers = ("THUMB", "INDEX", "MIDDLE", "RING", "LITTLE")
    return tuple(
        PrintBox(f"{first + at}. {hand} {finger}", 1.6 * at, top, 1.6, 1.5, first + at)
        for hand, top, first in hands
        for at, finger in enumerate(fingers)
    )


_PLAIN = (
    PrintBox("L. THUMB", 6.0, _THUMBS, 1.0, 2.0, 12),
    PrintBox("R. THUMB", 7.0, _THUMBS, 1.0, 2.0, 11),
    PrintBox("LEFT FOUR FINGERS TAKEN SIMULTANEOUSLY", 0.0, _SLAPS, (SIDE - _MIDDLE) / 2, 2.0, 14),
    PrintBox("RIGHT FOUR FINGERS TAKEN SIMULTANEOUSLY", (SIDE + _MIDDLE) / 2, _SLAPS, (SIDE - _MIDDLE) / 2, 2.0, 13),
)
_PRINTS = (*_rolled(), *_PLAIN)
UPRIGHT = Box("", (SIDE - _MIDDLE) / 2, _SLAPS, _MIDDLE, 2.0)

_HEAD = (
    WordBox("TRANSACTION CONTROL NUMBER  TCN", 0.0, 0.2, 2.0, 0.36, "1.009"),
    WordBox("LAST NAME, FIRST NAME, MIDDLE NAME, SUFFIX  NAM", 2.0, 0.2, 4.0, 0.36, "NAM"),
    WordBox("DATE OF TRANSACTION  DAT", 6.0, 0.2, 1.0, 0.36, "1.005"),
    WordBox("TYPE OF TRANSACTION  TOT", 7.0, 0.2, 1.0, 0.36, "1.004"),
)


def _row(top: float, height: float, *cells: tuple[float, float, str, str]) -> tuple[WordBox, ...]:
    """Boxes beside each other: left, width, source, label."""
    return tuple(WordBox(label, left, top, width, height, source) for left, width, source, label in cells)


def _layout(name: str, title: str, *rows: tuple[WordBox, ...]) -> Layout:
    return Layout(name, title, (*_HEAD, *chain.from_iterable(rows)), _PRINTS)


FD_258 = _layout(
    "fd-258", "Applicant fingerprint card, after FD-258",
    _row(0.56, 0.34, (0.0, 2.0, "", "SIGNATURE OF PERSON FINGERPRINTED")),
    _row(0.90, 0.42, (0.0, 2.0, "RES", "RESIDENCE OF PERSON FINGERPRINTED  RES")),
    _row(1.32, 0.34, (0.0, 0.6, "DPR", "DATE  DPR"), (0.6, 1.4, "", "OFFICIAL TAKING PRINTS, SIGNATURE")),
    _row(1.66, 0.55, (0.0, 2.0, "EAD", "EMPLOYER AND ADDRESS  EAD")),
    _row(2.21, 0.46, (0.0, 2.0, "RFP", "REASON FINGERPRINTED  RFP")),
    _row(0.56, 0.60, (2.0, 2.2, "AKA", "ALIASES  AKA")),
    _row(0.56, 0.30, (4.2, 1.8, "1.008", "ORI")),
    _row(0.86, 0.30, (4.2, 1.8, "DOB", "DATE OF BIRTH  DOB")),
    _row(1.16, 0.28, (2.0, 0.75, "CTZ", "CITIZENSHIP  CTZ"), (2.75, 0.35, "SEX", "SEX"), (3.1, 0.35, "RAC", "RACE"),
         (3.45, 0.4, "HGT", "HGT."), (3.85, 0.4, "WGT", "WGT."), (4.25, 0.45, "EYE", "EYES"),
         (4.7, 0.45, "HAI", "HAIR"), (5.15, 0.85, "POB", "PLACE OF BIRTH  POB")),
    _row(1.44, 0.41, (2.0, 2.0, "OCA", "YOUR NO.  OCA"), (4.0, 2.0, "SID", "STATE IDENTIFICATION NO.  SID")),
    _row(1.85, 0.41, (2.0, 2.0, "FBI UCN", "FBI NO.  FBI"), (4.0, 2.0, "", "LEAVE BLANK   CLASS")),
    _row(2.26, 0.41, (2.0, 2.0, "SOC", "SOCIAL SECURITY NO.  SOC"),
         (4.0, 2.0, "MNU", "ARMED FORCES OR MISCELLANEOUS NO.  MNU")),
)  # fmt: skip

FD_249 = _layout(
    "fd-249", "Arrest fingerprint card, after FD-249",
    _row(0.56, 0.42, (0.0, 2.0, "", "STATE USAGE"), (2.0, 2.0, "SMT", "SCARS, MARKS AND TATTOOS  SMT"),
         (4.0, 2.0, "", "LEAVE BLANK   CLASS")),
    _row(0.98, 0.42, (0.0, 2.4, "", "SIGNATURE OF PERSON FINGERPRINTED"), (2.4, 1.8, "SOC", "SOCIAL SECURITY NO.  SOC"),
         (4.2, 1.8, "1.008", "CONTRIBUTOR  ORI")),
    _row(1.40, 0.43, (0.0, 4.2, "AKA", "ALIASES/MAIDEN LAST NAME, FIRST NAME, MIDDLE NAME, SUFFIX  AKA"),
         (4.2, 1.8, "OCA", "AGENCY CASE NO.  OCA")),
    _row(1.83, 0.42, (0.0, 1.0, "DOA", "DATE OF ARREST  DOA"), (1.0, 2.6, "ASL", "CHARGE  ASL"),
         (3.6, 0.7, "CTZ", "CITIZENSHIP  CTZ"), (4.3, 1.7, "POB", "PLACE OF BIRTH  POB")),
    _row(2.25, 0.42, (0.0, 1.3, "FBI UCN", "FBI NO.  FBI"), (1.3, 1.3, "SID", "STATE IDENTIFICATION NO.  SID"),
         (2.6, 1.0, "DOB", "DATE OF BIRTH  DOB"), (3.6, 0.35, "SEX", "SEX"), (3.95, 0.35, "RAC", "RACE"),
         (4.3, 0.4, "HGT", "HEIGHT"), (4.7, 0.4, "WGT", "WEIGHT"), (5.1, 0.45, "EYE", "EYES"),
         (5.55, 0.45, "HAI", "HAIR")),
)  # fmt: skip

LAYOUTS = {layout.name: layout for layout in (FD_258, FD_249)}
_ARRESTS = ("CAR", "CNA", "CPDR", "CPNU")  # TOT of EBTS that come of an arrest


def layout_for(tot: str | None) -> Layout:
    """The card of a type of transaction: that of arrests for the FBI's criminal tenprints, else that of applicants."""
    return FD_249 if tot in _ARRESTS else FD_258
