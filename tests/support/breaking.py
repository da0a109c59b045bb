"""How each constraint that a declaration states can be broken, and the finding that this must give.

Nothing of the library's validation is used: what a declaration says is read here once more, from the other side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.declare.binary import Slots, Uint
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import (
    NS,
    Base64,
    Data,
    Date,
    Digits,
    GreenwichTime,
    H,
    Joined,
    N,
    Points,
    Real,
    Signed,
    Text,
    Value,
)  # fmt: skip
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item, Items
    from nistitl.model.record import Record

_LONG, _MANY = 300, 2000  # what would be longer, or of more subfields, is not built: 11.022 may have 600,000


class Broken(NamedTuple):
    """One field with exactly one constraint broken, and what must be said of it."""

    constraint: str
    raw: bytes | None  # the field's new content; None: it is gone
    code: str
    subfield: int | None = None
    item: int | None = None


def breaks(element: Element, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    """Every way to break a field of this content; `rng` picks the place where there are several."""
    value = element.value
    if value.min_len != 0 and not isinstance(value, Uint | Slots):
        yield Broken("empty", b"", "field-empty")
    if isinstance(value, Data):
        return
    if isinstance(value, Sets | Values):
        yield from _counts(element, raw)
        parts = raw.split(RS)
        place = rng.randrange(len(parts))
        made = _items(value.of(place + 1), parts[place], edition, rng) if isinstance(value, Sets) else (
            one for one in _values(value.inner, parts[place], edition, rng)
        )  # fmt: skip
        for one in made:
            whole = RS.join([*parts[:place], one.raw or b"", *parts[place + 1 :]])
            if whole.strip(RS + US):
                yield one._replace(raw=whole, subfield=place + 1)
        if isinstance(value, Values):
            rest = parts if value.most is None or len(parts) < value.most else parts[1:]
            if rest:
                yield Broken("empty subfield", RS.join([b"", *rest]), "item-missing", 1)
        return
    yield from _values(value, raw, edition, rng)


def _counts(element: Element, raw: bytes) -> Iterator[Broken]:
    least, most = element.subfields
    parts = raw.split(RS)
    if most is not None and most < _MANY:
        more = parts + [parts[-1]] * (most + 1 - len(parts))
        yield Broken("subfields max", RS.join(more), "subfields-many", most + 1)
    if least > 1:
        yield Broken("subfields min", RS.join(parts[: least - 1]), "subfields-few")


# -- items ------------------------------------------------------------------------------------


def _items(kind: type[Items], raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    pieces = raw.split(US)
    rows = tuple(row for row in kind.items if row.since is None or row.since <= edition)
    fixed = sum(1 for row in rows if not row.repeats)
    middle = next((at for at, row in enumerate(rows[:-1]) if row.repeats), len(rows))
    if not any(row.repeats for row in rows) or rows[-1].times is None:
        yield from _one_too_many(pieces, rows, middle)
    for at, row in enumerate(rows):
        if at < middle and not row.repeats:
            yield from _item(row, pieces, at, edition, rng)
    if rows[-1].repeats:
        yield from _repeats(rows[-1], pieces, fixed, edition, rng)


def _one_too_many(pieces: list[bytes], rows: tuple[Item, ...], middle: int) -> Iterator[Broken]:
    if middle == len(rows):
        full = pieces + [b""] * (len(rows) - len(pieces))
        yield Broken("item too many", US.join([*full, b"1"]), "item-many", None, len(rows) + 1)
    else:
        yield Broken("item too many", US.join([*pieces, b"1"]), "item-many", None, len(pieces) + 1)


def _item(row: Item, pieces: list[bytes], at: int, edition: Edition, rng: Random) -> Iterator[Broken]:
    own = pieces[at] if at < len(pieces) else b""
    before = pieces + [b""] * (at + 1 - len(pieces))
    if row.occurrence[0] and own:
        without = [*before[:at], b"", *before[at + 1 :]]
        if any(without):
            yield Broken("item missing", US.join(without), "item-missing", None, at + 1)
    if own:
        for one in _values(row.content_in(edition), own, edition, rng):
            yield one._replace(raw=US.join([*before[:at], one.raw or b"", *before[at + 1 :]]), item=at + 1)


def _repeats(row: Item, pieces: list[bytes], at: int, edition: Edition, rng: Random) -> Iterator[Broken]:
    least, most = row.occurrence
    own, width = pieces[at:], len(row.pair or (1,))
    if not any(own):
        return
    if least > 1:
        yield Broken("item times min", US.join(pieces[: at + (least - 1) * width]), "item-count", None, at + 1)
    if most is not None:
        more = own + own[-width:] * (most + 1 - len(own) // width)
        yield Broken("item times max", US.join([*pieces[:at], *more]), "item-count", None, at + 1)
    if least:
        yield Broken("item missing", US.join(pieces[:at]), "item-missing", None, at + 1)
    place = at + rng.randrange(len(own))
    for one in _values(row.value, pieces[place], edition, rng):
        changed = [*pieces[:place], one.raw or b"", *pieces[place + 1 :]]
        yield one._replace(raw=US.join(changed), item=place + 1)


# -- values -----------------------------------------------------------------------------------


def _values(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    for made in (_lengths, _characters, _ranges, _codes, _dates, _points):
        for one in made(value, raw, edition, rng):
            if one.raw:
                yield one


def _coded(value: Value) -> bool:
    return bool(value.one_of) or (value.table is not None and not value.open)


def _lengths(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Uint | Slots | Date | GreenwichTime | Joined) or _coded(value):
        return
    low, high = value.min_len or 0, value.max_len
    if low > 1 and (short := _resized(value, raw, low - 1)) is not None:
        yield Broken("length min", short, "value-length")
    if high is not None and high < _LONG and (long := _resized(value, raw, high + rng.choice((1, 1, 1, 7)))):
        yield Broken("length max", long, "value-length")


def _resized(value: Value, raw: bytes, size: int) -> bytes | None:
    """The same content, shorter or longer, still of its character type."""
    if isinstance(value, N | Digits | H | NS | Base64):
        return raw[:size] if size <= len(raw) else raw.rjust(size, b"0")
    if isinstance(value, Signed | Real):
        return raw[:size].rstrip(b".") if size <= len(raw) else raw[-1:].rjust(size, b"0")
    if isinstance(value, Points):
        return raw + b"-7,7" * ((size - len(raw)) // 4 + 1) if size > len(raw) else None
    text = raw.decode("utf-8")
    return (text[:size] if size <= len(text) else text.ljust(size, "x")).encode()


def _characters(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Uint | Slots | Date | GreenwichTime):
        return
    if isinstance(value, Joined):
        parts = raw.split(value.separator.encode())
        for one in _characters(value.inner, parts[0], edition, rng):
            yield one._replace(raw=value.separator.encode().join([one.raw or b"", *parts[1:]]))
        return
    if isinstance(value, Text) and value.allowed is None:
        return
    strange = [c for c in b"~#\x7f!5x\x01" if isinstance(value, Text) and not re.fullmatch(value.allowed or "", chr(c))]
    place = rng.randrange(len(raw))
    wrong = rng.choice(strange) if isinstance(value, Text) else rng.choice(b"x:\x7f ")
    yield Broken("character type", raw[:place] + bytes([wrong]) + raw[place + 1 :], "value-characters")


def _ranges(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Joined):
        parts = raw.split(value.separator.encode())
        for one in _ranges(value.inner, parts[0], edition, rng):
            yield one._replace(raw=value.separator.encode().join([one.raw or b"", *parts[1:]]))
        return
    if value.within is None or not isinstance(value, Uint | Slots | N | Signed | Real):
        return
    spans = value.within.spans
    ends = [(low - 1, "range min") for low, _ in spans if low is not None]
    ends += [(high + 1, "range max") for _, high in spans if high is not None]
    for number, constraint in ends:
        broken = _number(value, int(number), raw)
        code = None if broken is None else _code_of_number(value, int(number))
        if number not in value.within and broken is not None and code is not None:
            yield Broken(f"{constraint} {number:g}", broken, code)


def _number(value: Value, number: int, raw: bytes) -> bytes | None:
    """A number as the field writes it, None where it cannot."""
    if isinstance(value, Slots):
        return bytes([number]).ljust(value.width, b"\xff") if 0 <= number < 255 else None
    if isinstance(value, Uint):
        return number.to_bytes(value.width, "big") if 0 <= number < 256**value.width else None
    if isinstance(value, N) and number < 0:
        return None
    text = f"{number:0{value.min_len or 1}d}"
    if isinstance(value, Real) and (value.min_len or 0) > len(str(number)):
        text = f"{number}.".ljust(value.min_len or 0, "0")
    return text.encode() if (value.min_len or 0) <= len(text) <= (value.max_len or len(text)) else None


def _code_of_number(value: Value, number: int) -> str | None:
    """What is said of a number outside the range: its list comes first, but for a list that nobody confirms."""
    if value.code_table is None or isinstance(value, Slots):
        return "value-range"
    row = value.code_table.get(str(number))
    if row is None:
        return "value-range" if _unconfirmed(value) else "value-code"
    return None if row.status == "reserved" or row.since or row.legacy else "value-range"


def _unconfirmed(value: Value) -> bool:
    """True for a list of which half the codes, or more, are known from one source alone."""
    codes = value.code_table.codes if value.code_table else ()
    return bool(codes) and 2 * sum(row.status == "unverified" for row in codes) >= len(codes)


def _codes(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Slots) or not (_coded(value) or (value.table and value.open)):
        return
    if isinstance(value, Joined):
        parts = raw.split(value.separator.encode())
        for one in _codes(value.inner, parts[0], edition, rng):
            yield one._replace(raw=value.separator.encode().join([one.raw or b"", *parts[1:]]))
        return
    if _coded(value) and (strange := _no_code(value, raw, rng)) is not None:
        ranged = bool(value.within) and strange.isdigit() and int(strange) not in value.within and _unconfirmed(value)
        yield Broken("code", strange, "value-range" if ranged else "value-code")
    if value.table is None or value.one_of:
        return
    for constraint, code, text in _aged(value, edition):
        if (spelled := _spelled(value, text)) is not None:
            yield Broken(f"{constraint} {text}", spelled, code)


def _aged(value: Value, edition: Edition) -> Iterator[tuple[str, str, str]]:
    """The codes of a table that this edition does not have: of each kind the first and the last."""
    assert value.code_table is not None
    rows = [row for row in value.code_table.codes if ".." not in row.code and row.code]
    reserved = [row.code for row in rows if row.status == "reserved"]
    later = [row.code for row in rows if row.status != "reserved" and row.since and edition < row.since]
    gone = [row.code for row in rows if row.status != "reserved" and row.legacy and edition >= row.legacy
            and not (row.since and edition < row.since)]  # fmt: skip
    for constraint, code, found in (
        ("reserved code", "value-code", reserved),
        ("code of a later edition", "value-code", later),
        ("legacy code", "code-legacy", gone),
    ):
        for text in dict.fromkeys(found[:1] + found[-1:]):
            yield constraint, code, text


def _spelled(value: Value, text: str) -> bytes | None:
    """A code as the field writes it, None where its length, range or characters do not let it."""
    if isinstance(value, Uint):
        return bytes([int(text)]) if text.isdigit() and int(text) < 256 and value.width == 1 and _within(value, text) \
            else None  # fmt: skip
    if isinstance(value, Text) and value.allowed is not None and not re.fullmatch(value.allowed, text):
        return None
    if isinstance(value, N) and not (text.isdigit() and _within(value, text)):
        return None
    return text.encode() if (value.min_len or 0) <= len(text) <= (value.max_len or len(text)) else None


def _within(value: Value, text: str) -> bool:
    return value.within is None or int(text) in value.within


def _no_code(value: Value, raw: bytes, rng: Random) -> bytes | None:
    """Something of the right characters and length that is no code."""
    known = value.one_of if value.one_of and value.table is None else None
    codes = value.code_table if known is None else None

    def strange(text: str) -> bool:
        return text not in known if known is not None else codes is not None and codes.get(text) is None

    if isinstance(value, Uint):
        free = [n for n in range(256) if strange(str(n)) and _within(value, str(n))] if value.width == 1 else []
        return bytes([rng.choice(free)]) if free else None
    if isinstance(value, N):
        free = [n for n in range(10 ** min(value.max_len or 2, 3)) if strange(str(n)) and strange(f"{n:02d}")
                and strange(f"{n:03d}")]  # fmt: skip
        digits = f"{rng.choice(free):0{value.min_len or 1}d}" if free else ""
        return digits.encode() if digits and strange(digits) else None
    letters = "0123456789" if isinstance(value, Digits) else "ABCDEF0123456789" if isinstance(value, H) else "QZXJQWVK"
    sizes = range(value.min_len or 1, (value.max_len or 8) + 1)
    if value.each:
        found = next((c for c in letters if strange(c)), None)
        return found.encode() + raw[1:] if found else None
    for _ in range(200):
        text = "".join(rng.choice(letters) for _ in range(rng.choice(sizes)))
        if strange(text):
            return text.encode()
    return None


def _dates(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Date):
        for wrong in (b"20241315", b"20230229", b"2024031", b"202403155", b"2024-3-1"):
            yield Broken(f"date {wrong.decode()}", wrong, "value-date")
    if isinstance(value, GreenwichTime):
        for wrong in (b"20240315123045", b"20240315243045Z", b"20240230123045Z", b"20240315123045X"):
            yield Broken(f"time {wrong.decode()}", wrong, "value-date")


def _points(value: Value, raw: bytes, edition: Edition, rng: Random) -> Iterator[Broken]:
    if isinstance(value, Points) and value.least > 1:
        few = re.findall(rb"-?\d+,-?\d+(?=-|$)", raw)[: value.least - 1]
        if len(b"-".join(few)) >= (value.min_len or 0):
            yield Broken("points", b"-".join(few), "value-count")


def unassigned(kind: type[Record], edition: Edition) -> list[int]:
    """A few field numbers that the table of an edition gives to nobody."""
    free = [block for block in kind.ranges if block.mnemonic != "RES" and block.since <= edition]
    numbers = [n for n in range(1, 1000) if n not in kind.elements and not any(n in block for block in free)]
    return sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]}) if numbers else []
