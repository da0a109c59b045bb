"""Paths of values: TYPE.FIELD[.SUBFIELD[.ITEM]] with numbers from 1; FIELD and ITEM may be mnemonics: `14.SEG.2.LHC`.

TYPE may be left out before a mnemonic: `SEG.2.LHC`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nistitl.base.errors import PathError
from nistitl.model.place import Place
from nistitl.wire.grammar import MAX_FIELD

if TYPE_CHECKING:
    from nistitl.model.context import FieldsPort
    from nistitl.wire.grammar import Key

_MNEMONIC = re.compile(r"[0-9_]*[A-Za-z][A-Za-z0-9_]*", re.ASCII)  # 3DF is one


def parse_path(record: FieldsPort, path: str | Key) -> Place:
    """The place a path names in a record, whether or not it is there; PathError when malformed.

    A key as `keys()` gives it is one, too: a number, or for a field of another record type (type, number).
    """
    if isinstance(path, int):
        return Place(record, _field_number(str(path), str(path)))
    if not isinstance(path, str):
        return Place(record, _pair(record, path))
    if path.partition(".")[0].isdigit():
        record_type, number, deeper = _numbered(path)
        if not number:
            number = _number_of(record, record_type, path)
        key: Key = number if record_type == record.type else (record_type, number)
    else:
        mnemonic, *rest = path.split(".")
        key, deeper = record.number_of(mnemonic), tuple(rest)
    if len(deeper) > 2:
        raise PathError(f"{path!r}: expected TYPE.FIELD.SUBFIELD.ITEM at the most")
    place = Place(record, key, _field_number(deeper[0], path) if deeper else None)
    if len(deeper) == 2:
        place.item = _item_number(place, deeper[1], path)
    return place


def _pair(record: FieldsPort, key: tuple[int, int]) -> Key:
    """The key that record type and number name, once they are looked at."""
    if not isinstance(key, tuple) or len(key) != 2 or not all(isinstance(number, int) for number in key):
        raise PathError(f"a {type(key).__name__} that is no path: expected TYPE.FIELD, a number, or (type, number)")
    record_type, number = (_field_number(str(each), str(key)) for each in key)
    return number if record_type == record.type else (record_type, number)


@lru_cache(maxsize=4096)
def _numbered(path: str) -> tuple[int, int, tuple[str, ...]]:
    """Record type, field, and what stands behind them, of a path that begins with a number; 0 for a mnemonic."""
    tokens = path.split(".")
    if len(tokens) < 2:
        raise PathError(f"{path!r}: expected TYPE.FIELD, such as 2.018")
    number = 0 if _MNEMONIC.fullmatch(tokens[1]) else _field_number(tokens[1], path)
    return _field_number(tokens[0], path), number, tuple(tokens[2:])


def _number_of(record: FieldsPort, record_type: int, path: str) -> int:
    """The number of a field that a path names by record type and mnemonic."""
    mnemonic = path.split(".")[1]
    if record_type != record.type:
        raise PathError(f"{path!r}: in a Type-{record.type} record fields of another type have numbers only")
    return record.number_of(mnemonic)


def _field_number(token: str, path: str) -> int:
    if not token.isdecimal() or not token.isascii() or len(token) > 9 or not 0 < int(token) <= MAX_FIELD:
        raise PathError(f"{path!r}: {token!r} is no number from 1 to {MAX_FIELD}")
    return int(token)


def _item_number(place: Place, token: str, path: str) -> int:
    if token.isdecimal():
        return _field_number(token, path)
    at = 1
    for row, count in place.item_rows:
        if row.mnemonic == token or token in row.pair:
            return at
        at += count
    raise PathError(f"{path!r}: no item is named {token!r} here")
