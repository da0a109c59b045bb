"""How the text of an element and the traditional text of a value become each other.

A spelling raises ValueError where the value cannot be said the other way; then the field goes whole into our own
extension element, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.xml.packs import PACKS, Pack

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE = re.compile(r"(\d+)(?:\.0*)?")
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PLAIN_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(Z|[+-]\d{2}:\d{2})?")
_FRACTION = re.compile(r"\.0*+[1-9]")
_ZONE = re.compile(r"[+-](?!00:00)\d{2}:\d{2}\Z")
_TIME = re.compile(r"T[0:.]*+[1-9]|[+-](?!00:00)\d{2}:\d{2}\Z")
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?")


@attrs.frozen(slots=True)
class Several:
    """One value said by several occurrences of an element."""

    split: Callable[[str], list[str]]
    join: Callable[[list[str]], str]


@attrs.frozen(slots=True)
class Spelling:
    """One way to spell: `read` gives the traditional text (None: there is no value), `write` that of the element."""

    read: Callable[[str], str | None]
    write: Callable[[str], str]
    characters: tuple[int, int] | None = None  # which characters of the value the element holds, from 1
    binary: bool = False
    numeric: bool = False  # leading zeros say nothing
    tabled: bool = False  # only for values of the field's code table; an element for other text stands beside it
    filler: str = ""  # what stands in the items of the subfield that have no element
    gap: str = ""  # what stands before these characters of the value
    glue: str | None = None  # what stands before the text where other elements hold the same item
    pack: Pack | None = None
    several: Several | None = None
    finer: re.Pattern[str] | None = None  # of a text that says more than the traditional one, such as part of a second

    def loses(self, text: str) -> bool:
        """True where the traditional text of this one says less."""
        return self.finer is not None and self.finer.search(text.strip()) is not None

    @property
    def joins(self) -> bool:
        """True where several occurrences say one value together."""
        return self.several is not None or (self.pack is not None and bool(self.pack.between))

    @property
    def of_several(self) -> bool:
        """True where more than one element of a name has a place: joined, or an image of which another is told."""
        return self.joins or self.binary or self.glue is not None


def _read_date(text: str) -> str:
    match = _DATE.fullmatch(text.strip())
    return "".join(match.groups()[:3]) if match else text


def _write_date(text: str) -> str:
    match = _PLAIN_DATE.fullmatch(text)
    if match is None or text == "00000000":
        raise ValueError("no date of the calendar")
    from datetime import date

    return date(*(int(part) for part in match.groups())).isoformat()


def _read_moment(text: str) -> str:
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return text
    from datetime import UTC, datetime

    zone = match[7] or "Z"
    if zone in ("Z", "+00:00", "-00:00"):
        return "".join(match.groups()[:6]) + "Z"
    try:
        moment = datetime.fromisoformat("-".join(match.groups()[:3]) + "T" + ":".join(match.groups()[3:6]) + zone)
        return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}Z".rjust(15, "0")
    except (ValueError, OverflowError):
        return text


def _write_moment(text: str) -> str:
    match = _PLAIN_MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("no moment of the calendar")
    from datetime import datetime

    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    return datetime(year, month, day, hour, minute, second).isoformat() + "Z"


_PERIOD = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")
_PLAIN_PERIOD = re.compile(r"(?=[YMD])(?:Y(\d+))?(?:M(\d+))?(?:D(\d+))?")


def _read_period(text: str) -> str:
    """P1Y10M5D is Y1M10D5; a period with hours has no traditional spelling and stays as it is."""
    match = _PERIOD.fullmatch(text.strip())
    return (
        "".join(unit + number for unit, number in zip("YMD", match.groups(), strict=True) if number) if match else text
    )


def _write_period(text: str) -> str:
    match = _PLAIN_PERIOD.fullmatch(text)
    if match is None:
        raise ValueError("no period of years, months and days")
    return "P" + "".join(number + unit for unit, number in zip("YMD", match.groups(), strict=True) if number)


def _same(text: str) -> str:
    return text


def _number(text: str) -> str:
    sign, digits = (text[:1], text[1:]) if text[:1] in ("-", "+") else ("", text)
    return (sign + (digits.lstrip("0") or "0")) if digits.isdigit() else text


def _digits(width: int) -> Spelling:
    def write(text: str) -> str:
        if not text.isdigit() or len(text) > width:
            raise ValueError(f"expected {width} digits")
        return text.zfill(width)

    return Spelling(str.strip, write)


def _letters(width: int) -> Spelling:
    def write(text: str) -> str:
        if len(text) != width or not text.isalpha():
            raise ValueError(f"expected {width} letters")
        return text

    return Spelling(str.strip, write)


def _characters(first: int, last: int) -> Spelling:
    return Spelling(str.strip, lambda text: text[first - 1 : last], characters=(first, last))


def _measure(first: int, last: int) -> Spelling:
    """Digits of a value of fixed places, as a number; fractions are left as they are."""
    width = last - first + 1

    def read(text: str) -> str:
        whole = _WHOLE.fullmatch(text.strip())
        return (whole[1].lstrip("0") or "0").zfill(width) if whole else text.strip()

    def write(text: str) -> str:
        piece = text[first - 1 : last]
        if len(piece) != width or not piece.isdigit():
            raise ValueError(f"expected {width} digits")
        return _number(piece)

    return Spelling(read, write, characters=(first, last))


def _date_at(first: int, last: int, gap: str) -> Spelling:
    def write(text: str) -> str:
        if gap and first > 1 and text[first - 2 : first - 1] != gap:
            raise ValueError(f"expected {gap} between two dates")
        return _write_date(text[first - 1 : last])

    return Spelling(_read_date, write, characters=(first, last), gap=gap if first > 1 else "", finer=_ZONE)


def _short_number(width: int) -> Spelling:
    """Without leading zeros in XML, with them traditionally."""

    def write(text: str) -> str:
        if not text.isdigit() or len(text) > width:
            raise ValueError(f"expected {width} digits")
        return _number(text)

    return Spelling(lambda text: text.strip().zfill(width) if text.strip().isdigit() else text.strip(), write)


_QUALITIES = {"254": "Not Calculated", "255": "Calculation Failed"}


def _read_quality(text: str) -> str:
    text = text.strip()
    return next((number for number, word in _QUALITIES.items() if word == text), text)


def _write_ssn(text: str) -> str:
    if re.fullmatch(r"\d{9}", text) is None:
        raise ValueError("expected nine digits")
    return f"{text[:3]}-{text[3:5]}-{text[5:]}"


def _read_ssn(text: str) -> str:
    match = re.fullmatch(r"(\d{3})-?(\d{2})-?(\d{4})", text.strip())
    return "".join(match.groups()) if match else text.strip()


def _never(text: str) -> str:
    raise ValueError("this element is only read")


def _read_day(text: str) -> str:
    return _read_date(text.strip()[:10])


def _flags(words: list[str]) -> Spelling:
    """A sum of powers of two, an element for each."""
    values = {word: int(number) for word, number in (pair.split("=", 1) for pair in words)}

    def split(text: str) -> list[str]:
        total = int(text) if text.isdigit() and len(text) < 6 else -1
        flags = [word for word, value in values.items() if total > 0 and total & value]
        if total <= 0 or sum(values[word] for word in flags) != total:
            raise ValueError("expected a sum of known flags")
        return flags

    def join(flags: list[str]) -> str:
        return str(sum(values.get(word, 0) for word in set(flags)))

    return Spelling(str.strip, _same, several=Several(split, join))


def _listed(between: str) -> Spelling:
    return Spelling(str.strip, _same, several=Several(lambda text: text.split(between), between.join))


def _pairs(words: list[str]) -> Spelling:
    pairs = [word.split("=", 1) for word in words]
    reading = dict(pairs)  # of several the last
    writing = {traditional: xml for xml, traditional in reversed(pairs)}
    indicator = reading.keys() <= {"true", "false"}
    if indicator:
        reading |= {short: reading[word] for word, short in (("true", "1"), ("false", "0")) if word in reading}

    def read(text: str) -> str | None:
        text = text.strip()
        return reading.get(text, None if indicator and text in ("true", "false", "0", "1") else text)

    def write(text: str) -> str:
        word = writing.get(text)
        if word is None:
            raise ValueError(f"expected {', '.join(writing)}")
        return word

    return Spelling(read, write)


PLAIN = Spelling(_same, _same)
_WORDS = {
    "date": Spelling(_read_date, _write_date, finer=_ZONE),
    "datetime": Spelling(_read_moment, _write_moment, finer=_FRACTION),
    "duration": Spelling(_read_period, _write_period),
    "base64": Spelling(_same, _same, binary=True),
    "number": Spelling(str.strip, _number, numeric=True),
    "text": PLAIN,
    "list": PLAIN,
    "quality": Spelling(_read_quality, lambda text: _QUALITIES.get(text, text)),
    "ssn": Spelling(_read_ssn, _write_ssn),
    "day": Spelling(_read_day, _never, finer=_TIME),
    "joined": Spelling(str.strip, _same, glue=", "),
    "words": Spelling(str.strip, _same, glue=" "),
    **{name: Spelling(_same, _same, pack=pack, binary=name == "vectors") for name, pack in PACKS.items()},
    "code": Spelling(str.strip, _same, tabled=True),
}


def spelling(words: str) -> Spelling:
    """The spelling that these words of a table name; ValueError for words that name none."""
    combined = PLAIN
    for word in filter(None, (part.strip() for part in words.split(", "))):
        tabled, filler = combined.tabled, combined.filler
        new = _spelling(word)
        combined = attrs.evolve(combined if new is PLAIN or word == "code" else new, tabled=tabled or new.tabled)
        combined = attrs.evolve(combined, filler=filler or new.filler)
    return combined


def _spelling(word: str) -> Spelling:
    if word in _WORDS:
        return _WORDS[word]
    first, *rest = word.split()
    if first in _WITH_ARGUMENT and rest:
        return _WITH_ARGUMENT[first](rest)
    if all("=" in part for part in word.split()):
        return _pairs(word.split())
    raise ValueError(f"no spelling named {word!r}")


def _places(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high)


_WITH_ARGUMENT: dict[str, Callable[[list[str]], Spelling]] = {
    "fill": lambda words: attrs.evolve(PLAIN, filler=words[0]),
    "alpha": lambda words: _letters(int(words[0])),
    "digits": lambda words: _digits(int(words[0])),
    "padded": lambda words: attrs.evolve(_digits(int(words[0])), read=lambda text: _number(text.strip())),
    "number": lambda words: _short_number(int(words[0])),
    "chars": lambda words: _characters(*_places(words[0])),
    "measure": lambda words: _measure(*_places(words[0])),
    "date": lambda words: _date_at(*_places(words[0]), "".join(words[1:])),
    "flags": _flags,
    "join": lambda words: _listed(words[0]),
}
