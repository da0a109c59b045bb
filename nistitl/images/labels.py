"""What to call an image: its position, its quality, a name for its file. Nothing of whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nistitl.base.findings import told_idc
from nistitl.codes import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record

_QUALITIES = ("NQM", "FQM", "SQM", "LQM", "PQM", "IQS", "SQS", "UQS")
_SEVERAL = "multi-finger"  # group of table FGP
_NO_SCORE = (254, 255)
_ALGORITHMS = {("0101", 57): "NFIQ 2:"}  # by vendor and product, of revision 2.3


def positions(record: Record) -> tuple[int, ...]:
    """The friction ridge positions of a record, most probable first; empty where it has none."""
    value = _value(record, "FGP")
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def position_name(position: int | None) -> str:
    """`Right index finger`; the number where nobody named it."""
    if position is None:
        return "no position"
    return table("FGP").meaning(str(position)) or f"position {position}"


def has_several_fingers(record: Record) -> bool:
    """True of a slap: its position is one of several fingers."""
    codes = (table("FGP").get(str(position)) for position in positions(record))
    return any(code is not None and code.group == _SEVERAL for code in codes)


def title(record: Record) -> str:
    """What the image shows: a friction ridge position, an image type, an eye, or the record type."""
    if fingers := positions(record):
        return " or ".join(position_name(position) for position in fingers[:3])
    if (image_type := _value(record, "IMT")) is not None:
        return table("IMT").meaning(image_type) or record.title  # what is no code may be anything
    if (eye := _value(record, "ELR")) is not None:
        meaning = table("ELR").meaning(str(eye)) or str(eye)
        return meaning if meaning.endswith("eye") else f"{meaning} eye"
    return record.title


def quality(record: Record) -> str:
    """The first kind of quality that the record states: `NFIQ 1: 2`, `NFIQ 2: 54, 61`, `quality 80`; else empty."""
    return next(qualities(record), "")


def qualities(record: Record) -> Iterator[str]:
    """Every kind of quality that the record states, as `quality` gives the first."""
    for name in _QUALITIES:
        scores: dict[str, list[str]] = {}
        for one in _value(record, name) or ():
            score = one.IQS if name == "NQM" else one.QVU
            if score is not None and score not in _NO_SCORE:
                scores.setdefault(_algorithm(name, one), []).append(str(score))
        yield from (f"{algorithm} {', '.join(said)}" for algorithm, said in scores.items())


def _algorithm(name: str, metric: Any) -> str:
    if name == "NQM":
        return "NFIQ 1:"
    return _ALGORITHMS.get((metric.QAV, metric.QAP), "quality")


def file_stem(index: int, record: Record) -> str:
    """A name for a file: record, type, IDC, position; of ASCII letters, digits and hyphens only."""
    idc = told_idc(record.idc)
    return f"{index:03d}-type-{record.type}-idc-{'none' if idc is None else idc}-{_words(title(record))}".rstrip("-")


def shown_in(record: Record) -> str:
    """What the image shows, for a name: `right-thumb`; of ASCII letters, digits and hyphens only."""
    return _words(title(record))


def segment_stem(stem: str, position: int | None, path: bool) -> str:
    """A name for the file of a segment: that of its record, number and name of its position, `path` of a polygon."""
    number = "none" if position is None else f"{position:02d}"
    return f"{stem}-{number}-{_words(position_name(position))}" + ("-path" if path else "")


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


def _value(record: Record, name: str) -> Any:
    return getattr(record, name) if record.type != 2 and name in record.mnemonics() else None
