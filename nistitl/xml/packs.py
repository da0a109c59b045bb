"""Items that XML spreads over several elements, and how their traditional text is taken apart and put together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

Parts = dict[str, list[str]]  # the texts of an element's parts, by the names that the tables give them

_POINTS = re.compile(r"-?[0-9]+,-?[0-9]+(?:--?[0-9]+,-?[0-9]+)*")
_POINT = re.compile(r"(?<![0-9])(-?[0-9]+),(-?[0-9]+)(?:-|$)")
_POSITION = re.compile(r"(\d{1,2})([A-Z][A-Z0-9]{2})")
_VECTOR = 5  # bytes: x and y of two, pressure of one


@attrs.frozen(slots=True)
class Pack:
    """An item that is spread over elements with parts: `split` gives the parts of each element, `join` the text of one.

    `between` stands between the texts of several; None where each is an item of its own. ValueError from `split` for a
    text that would not come back.
    """

    split: Callable[[str], list[Parts]]
    join: Callable[[Parts], str]
    between: str | None = None


def one(parts: Parts, name: str) -> str:
    """The text of a part, empty where it is not there."""
    found = parts.get(name)
    return found[0] if found else ""


def _split_points(text: str) -> list[Parts]:
    if _POINTS.fullmatch(text) is None:
        raise ValueError("no points")
    points = _POINT.findall(text)
    return [{"x": [x], "y": [y]} for x, y in points]


def _join_point(parts: Parts) -> str:
    return ",".join(one(parts, name) for name in ("x", "y"))


def _split_ridge(text: str) -> list[Parts]:
    index, comma, count = text.partition(",")
    if not comma or not index.isdigit() or not count.isdigit():
        raise ValueError("no index and count")
    return [{"index": [index], "count": [count]}]


def _join_ridge(parts: Parts) -> str:
    return ",".join(one(parts, name) for name in ("index", "count"))


def _split_levels(text: str) -> list[Parts]:
    """`1D,2N`: a level, a digit, and its scope, a letter; the scopes of one level stand together."""
    found: dict[str, list[str]] = {}
    for part in text.split(","):
        if re.fullmatch(r"\d[A-Z]?", part) is None:
            raise ValueError("no level and scope")
        found.setdefault(part[0], []).extend(part[1:])
    return [{"level": [level], "scope": scopes} for level, scopes in found.items()]


def _join_level(parts: Parts) -> str:
    level, scopes = one(parts, "level"), parts.get("scope", [])
    return ",".join(level + scope for scope in scopes) or level


def _split_vectors(text: str) -> list[Parts]:
    raw = text.encode("latin-1")
    if len(raw) % _VECTOR:
        raise ValueError("no vectors of five bytes")
    return [
        {
            "x": [str(int.from_bytes(raw[at : at + 2]))],
            "y": [str(int.from_bytes(raw[at + 2 : at + 4]))],
            "pressure": [str(raw[at + 4])],
        }
        for at in range(0, len(raw), _VECTOR)
    ]


def _join_vector(parts: Parts) -> str:
    try:
        x, y, pressure = (int(one(parts, name)) for name in ("x", "y", "pressure"))
        return (x.to_bytes(2) + y.to_bytes(2) + pressure.to_bytes(1)).decode("latin-1")
    except (OverflowError, ValueError):
        return ""


def _split_name(text: str) -> list[Parts]:
    """Surname to the first comma, given name to the first blank after it, the rest is the middle name."""
    surname, _, rest = text.partition(",")
    given, _, middle = rest.partition(" ")
    parts: Parts = {
        key: [value] for key, value in (("surname", surname), ("given", given), ("middle", middle)) if value
    }
    if not surname or _join_name(parts) != text or any(value != value.strip() for (value,) in parts.values()):
        raise ValueError("no name of surname, comma, given names")
    return [parts]


def _join_name(parts: Parts) -> str:
    if one(parts, "full") and not one(parts, "surname") and not one(parts, "given"):
        return " ".join(parts["full"])
    given = " ".join(filter(None, (one(parts, key) for key in ("given", "middle", "fourth", "fifth", "suffix"))))
    return one(parts, "surname") + ("," + given if given else "")


def _split_position(text: str) -> list[Parts]:
    match = _POSITION.fullmatch(text)
    if match is None:
        raise ValueError("no finger and code")
    return [{"finger": [match[1].lstrip("0") or "0"], "code": [match[2]]}]


def _join_position(parts: Parts) -> str:
    return one(parts, "finger").zfill(2) + one(parts, "code")


def _split_kind(text: str) -> list[Parts]:
    kind, dash, number = text.partition("-")
    if not dash or not kind or not number:
        raise ValueError("no code, hyphen, number")
    return [{"kind": [kind], "number": [number]}]


def _join_kind(parts: Parts) -> str:
    return "-".join(filter(None, (one(parts, "kind"), one(parts, "number"))))


_STATES = (  # as the FBI's list of places has them
    r"A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[BCDHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
_ADDRESS = re.compile(rf"(?:(\d[\d/-]*[A-Z]?) )?([^,]+), ([^,]+), ({_STATES})(?: (\S+))?")
_ADDRESS_PARTS = ("number", "street", "city", "state", "postal")


def _split_address(text: str) -> list[Parts]:
    """`1 MAIN STREET, NOWHERE, NY 10000` has five parts; any other text is the street."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return [{"street": [text]}]
    parts: Parts = {
        name: [value] for name, value in zip(_ADDRESS_PARTS, match.groups(), strict=True) if value is not None
    }
    return [parts] if all(value == value.strip() for (value,) in parts.values()) else [{"street": [text]}]


def _join_address(parts: Parts) -> str:
    lines = (("number", "street"), ("city",), ("state", "postal"))
    return ", ".join(filter(None, (" ".join(filter(None, (one(parts, name) for name in line))) for line in lines)))


_COLUMNS = ("parameter", "value", "criminal", "civil", "combined")  # of a repository's statistics


def _split_columns(text: str) -> list[Parts]:
    rows = [line.split("\t") for line in text.split("\n")]
    if any(len(row) != len(_COLUMNS) or any(part != part.strip() or not part for part in row) for row in rows):
        raise ValueError("no lines of five columns")
    return [{name: [part] for name, part in zip(_COLUMNS, row, strict=True)} for row in rows]


def _join_columns(parts: Parts) -> str:
    return "\t".join(one(parts, name) for name in _COLUMNS)


PACKS = {
    "vertices": Pack(_split_points, _join_point, "-"),  # x,y-x,y-...
    "ridge": Pack(_split_ridge, _join_ridge),  # index,count: an item for each
    "levels": Pack(_split_levels, _join_level, ","),
    "vectors": Pack(_split_vectors, _join_vector, ""),  # of Type-8, bytes as latin-1
    "name": Pack(_split_name, _join_name, ""),
    "position": Pack(_split_position, _join_position, ""),  # 01EJI
    "mnu": Pack(_split_kind, _join_kind, ""),  # AF-123456
    "address": Pack(_split_address, _join_address, ""),
    "columns": Pack(_split_columns, _join_columns, "\n"),  # a table of tabs and lines
}
