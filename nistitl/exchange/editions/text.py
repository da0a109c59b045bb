"""Text in the character set of another edition: what that cannot say is lost, all else is spelled anew."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from nistitl.base.editions import E2000, E2011, Edition
from nistitl.base.errors import FieldError
from nistitl.declare.values import Data
from nistitl.exchange.editions.ledger import CHANGED, LOST
from nistitl.model.context import DCS, VER
from nistitl.wire.charsets import ASCII, Charset, announced
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.exchange.editions.settling import Settler
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_SPLIT = re.compile(rb"([\x1e\x1f])")
_UTF8 = b"3\x1fUTF-8"
_KNOWN = frozenset({"ascii", "utf-16", "utf-8", "utf-32"})  # sets that 1.015 may announce from 2011 on
_OWN = frozenset({1, VER, 3, DCS})  # fields of Type-1 that are no text of anybody's


def settle_text(
    tx: Transaction, target: Edition, ledger: Ledger, losing: Callable[[Record, Callable[[Settler], None]], None]
) -> None:
    """Have Type-1 name the edition, and all text in the set that it announces there."""
    header = tx.records[0]
    before = header.raw(DCS)
    if before is not None and target < E2000:
        _lose_text(tx, ASCII, losing)
        header.put(DCS, None)
        message = f"DCS is no field of {target.year}: text is ASCII"
        ledger.tell(LOST if announced(before, header.raw(VER)) != ASCII else CHANGED, header, message, DCS)
    elif before is not None and _needs_utf8(tx, header, target):
        header.put(DCS, _UTF8)
        ledger.tell(CHANGED, header, "DCS announces UTF-8, by which all text is written", DCS)
    if bytes(header.raw(DCS) or b"") and not _says_all(tx, announced(header.raw(DCS), target.ver.encode())):
        header.put(DCS, _UTF8)
        ledger.tell(CHANGED, header, "DCS announces UTF-8, by which all text is written", DCS)
    older = (tx.edition or target) >= E2011 > target
    header.put(VER, target.ver.encode())
    ledger.tell(CHANGED, header, f"VER is {target.ver}", VER)
    if older and tx.context.charset.inline:
        _change_inline(tx, ledger)


def _change_inline(tx: Transaction, ledger: Ledger) -> None:
    """Write what is outside ASCII as 2000 and 2007 have it: by a change of set, in base-64."""
    charset = tx.context.charset
    for record in tx.records:
        for number, raw in _texts(record):
            if not raw.isascii():
                pieces = (
                    piece if piece.isascii() else charset.encode(charset.decode(piece)) for piece in _SPLIT.split(raw)
                )
                record.put(number, b"".join(pieces))
                name = f"{record.type}.{number:03d}"
                ledger.tell(CHANGED, record, f"{name}: text outside ASCII stands in a change of set", number)


def _needs_utf8(tx: Transaction, header: Record, target: Edition) -> bool:
    """True where 1.015 announces several sets, or one that later editions do not have."""
    if target < E2011 or (tx.edition or target) >= E2011:
        return False
    dcs = bytes(header.raw(DCS) or b"")
    return RS in dcs or announced(dcs, target.ver.encode()).name not in _KNOWN or dcs.startswith((b"1\x1f", b"001"))


def _says_all(tx: Transaction, charset: Charset) -> bool:
    try:
        for record in tx:
            record.in_charset(charset)
    except FieldError:
        return False
    return True


def _lose_text(tx: Transaction, charset: Charset, losing: Callable[[Record, Callable[[Settler], None]], None]) -> None:
    """Take away what a set cannot say, and no more than that."""
    for record in tx.records:
        for number, raw in list(_texts(record)):
            places = list(_places(record, raw, charset))[::-1]  # so that each is there when those behind it went
            if places:
                why = f"text of {record.type}.{number:03d} is not in {charset.name}"
                losing(record, partial(_lose_places, number=number, places=places, why=why))


def _lose_places(settler: Settler, number: int, places: list[tuple[int | None, int | None]], why: str) -> None:
    settler.lose_pieces(number, places, why)


def _texts(record: Record) -> Iterator[tuple[int, bytes]]:
    """The fields that hold text, and their bytes."""
    if record.binary:
        return
    for number in record.keys():  # noqa: SIM118
        element = record.element(number) if isinstance(number, int) else None
        raw = record.raw(number)
        if not isinstance(number, int) or raw is None or number == record.data_field:
            continue
        if (element is not None and isinstance(element.value, Data)) or (record.type == 1 and number in _OWN):
            continue
        yield number, bytes(raw)


def _places(record: Record, raw: bytes, charset: Charset) -> Iterator[tuple[int | None, int | None]]:
    plain = RS not in raw and US not in raw
    for place, subfield in enumerate(raw.split(RS), 1):
        single = US not in subfield
        for at, piece in enumerate(subfield.split(US), 1):
            try:
                charset.encode(record.context.charset.decode(piece))
            except ValueError:
                yield (None, None) if plain else (place, None if single else at)
