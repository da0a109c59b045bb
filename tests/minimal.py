"""The least that a profile accepts, made from its tables: one transaction for any type of any profile.

`minimal(profile, tot)` has the mandatory elements of the Type-2, each with a value that the dictionary allows,
and as few records of other types as the counts ask for, with the fields that the profile adds to the standard's.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fixtures.ridges import patch
from fixtures.scenes import DAI, IMAGE, ORI, SCENES, control_number, only, pixels
from fixtures.values import DAY, fill, spelled
from nistitl import Edition, Record, Transaction, record_class
from nistitl.codes import table
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.items import Items, Sets, Values
from nistitl.declare.values import Data, Date, GreenwichTime, Value
from nistitl.profiles.dictionary import value_of
from nistitl.validation.contents import ContentCheck
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.charsets import Charset
    from nistitl.declare.element import Element
    from nistitl.profiles import TableProfile
    from nistitl.profiles.layer import Row

SIDE = 128
LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
NUMBERS = ("2400000001", "24000000000001")
EXAMPLES = (
    b"AA-0001", b"12:30", b"20240101*20240131", *(f"{n}{LETTERS[int(n) % 23]}".encode() for n in NUMBERS),
)  # fmt: skip
_TRIED = ("1", "A", "x", "0", "5", " ", "-", ".")
# what stands in a record of a type beside what is mandatory; * is everything that the scene gives
GIVEN = {
    4: "*", 7: "*", 8: "*", 9: "*", 10: "IMT POS SAP", 11: "AOD CONT", 13: "FGP", 14: "FGP", 15: "FGP", 16: "UDI",
    17: "ELR", 18: "NAL DPD T2C DLS STI UDP", 20: "CAR SRN AQS", 21: "ACN AFT",
}  # fmt: skip
FIXED = {
    4: {"FGP": 0},
    10: {"SAP": 30, "HLL": 480, "VLL": 600},
    13: {"FGP": (0,)},
    14: {"FGP": (0,), "IMP": 0},
    18: {"STI": (4,)},
}
LAST = {9, 11}  # of their scenes the last is the smallest


# -- values -----------------------------------------------------------------------------------


def content(value: Value, edition: Edition, charset: Charset) -> bytes:
    """The bytes of one value that its declaration allows."""
    check = ContentCheck(value, edition)
    found = next((raw for raw in _candidates(value) if check.fault(raw, charset) is None), None)
    assert found is not None, f"nothing found for {value.limits}"
    return found


def _candidates(value: Value) -> Iterator[bytes]:
    if isinstance(value, Date | GreenwichTime):
        yield b"19700101" if isinstance(value, Date) else b"20240315123045Z"
        return
    if isinstance(value, Data):
        yield b"data"
        return
    codes = value.one_of or (tuple(row.code for row in table(value.table).codes) if value.table else ())
    yield from (code.encode() for code in codes)
    if value.within is not None:
        yield from (str(int(low or 0)).encode() for low, _ in value.within.spans)
    yield from EXAMPLES if getattr(value, "pattern", None) else ()
    low, high = value.min_len or 1, value.max_len
    for size in dict.fromkeys((max(low, 1), 9, high or low)):
        yield from (character.encode() * size for character in _TRIED)


def subfield(kind: type[Items], edition: Edition, charset: Charset) -> bytes:
    """One subfield with its mandatory items."""
    pieces = [content(row.value, edition, charset) if row.condition is M_UP else b"" for row in kind.items]
    while len(pieces) > 1 and not pieces[-1]:
        pieces.pop()
    return US.join(pieces) if any(pieces) else content(kind.items[0].value, edition, charset)


def field(element: Element, edition: Edition, charset: Charset) -> bytes:
    """The bytes of a field with as few subfields as it may have."""
    return RS.join(several(element, edition, charset, max(element.subfields[0], 1)))


def several(element: Element, edition: Edition, charset: Charset, count: int) -> list[bytes]:
    """That many subfields of a field."""
    value = element.value
    if isinstance(value, Sets):
        return [subfield(value.items, edition, charset)] * count
    return [content(value.inner if isinstance(value, Values) else value, edition, charset)] * count


# -- records ----------------------------------------------------------------------------------


def edition_for(profile: TableProfile) -> Edition:
    """The newest edition that a profile accepts."""
    return max(profile.editions, default=Edition.E2015)


def minimal(profile: TableProfile, tot: str, extra: Iterable[str] = ()) -> Transaction:
    """The least transaction of a type; `extra` names elements that stand there too."""
    edition, known = edition_for(profile), profile.tots[tot]
    types = [count.types[0] for count in known.records for _ in range(count.least) if count.types[0] > 2]
    tx = Transaction([header(profile, tot, edition, types)])
    tx.append(text(profile, tot, edition, tx, extra))
    for kind in types:
        tx.append(record(profile, tot, kind, len(tx) - 1))
    return tx


def header(profile: TableProfile, tot: str, edition: Edition, types: list[int]) -> Record:
    """The Type-1."""
    speak = (4,) if edition >= Edition.E2011 else (3, 4, 5, 6, 7)
    resolution = Decimal("19.69" if any(kind in speak for kind in types) else "00.00")
    domain = US.join(name.encode() for name in ((*profile.domains, "NORAM")[0], (*profile.versions, "1")[0]))
    given: dict[str, Any] = {
        "VER": edition.ver, "TOT": tot, "DAI": DAI, "ORI": ORI, "TCN": control_number(edition), "DAT": DAY,
        "NSR": resolution, "NTR": resolution, "DOM": domain,
    }  # fmt: skip
    return suited(profile, tot, fill(record_class(1), edition, given, only()), edition)


def text(profile: TableProfile, tot: str, edition: Edition, tx: Transaction, extra: Iterable[str] = ()) -> Record:
    """A Type-2 with what is mandatory."""
    made = record_class(2)(IDC=0)
    wanted = {profile.dictionary.number_of(name) for name in extra}
    for number, element in profile.type2(tot).items():
        if element.condition is M or number in wanted:
            made[number] = field(element, edition, tx.context.charset)
    return made


def record(profile: TableProfile, tot: str, kind: int, idc: int) -> Record:
    """A small record of another type, as the profile wants it."""
    if kind == 2:
        edition = edition_for(profile)
        made = text(profile, tot, edition, Transaction([]))
        made[2] = f"{idc:02d}"
        return made
    edition, declared = edition_for(profile), record_class(kind)
    scene = SCENES[kind](edition)[-1 if kind in LAST else 0]
    named = GIVEN.get(kind, "").split()
    mandatory = {e.mnemonic for e in declared.elements.values() if e.condition is M}
    given = {name: it for name, it in scene.given.items() if "*" in named or name in {*named, *mandatory, *IMAGE}}
    if "VLL" in given and kind > 9:
        given |= pixels(patch(SIDE, SIDE).tobytes(), SIDE, SIDE)
    given |= FIXED.get(kind, {})
    keep = scene.keep if kind in LAST else only(*IMAGE)
    return suited(profile, tot, fill(declared, edition, {"IDC": idc} | given, keep), edition)


# -- what a profile adds to the standard ---------------------------------------------------------


def suited(profile: TableProfile, tot: str, made: Record, edition: Edition) -> Record:
    """The record with the fields and values that the rows of [fields] want."""
    for path, row in profile.layer.fields.items():
        kind, number, *item = (int(part) for part in path.split("."))
        if kind == made.type and tot in row.get("tots", tot).split():
            _suit(profile, made, number, item[0] if item else None, row, edition)
    return made


def _suit(profile: TableProfile, made: Record, number: int, item: int | None, row: Row, edition: Edition) -> None:
    if row.get("condition") == "X":
        if made.raw(number) is not None:
            del made[number]
        return
    element = made.element(number)
    assert element is not None, f"{made.type}.{number:03d} is declared nowhere"
    declared = element.in_edition(edition)
    if declared is None:
        return
    if made.raw(number) is None and row.get("condition") == "M" and item is None:
        made[number] = spelled(declared, element.mnemonic, edition, {})
    raw = made.raw(number)
    if raw is None or made.binary:
        return
    wanted = value_of({**row, "type": row.get("type", "U")}, profile.name, None)
    made[number] = RS.join(_fitted(one, item, declared, wanted, made, edition) for one in bytes(raw).split(RS))


def _fitted(one: bytes, item: int | None, declared: Element, wanted: Value, made: Record, edition: Edition) -> bytes:
    pieces = one.split(US)
    if isinstance(declared.value, Sets) and item is None:
        return one
    at, base = (item or 1) - 1, declared.value
    if isinstance(base, Sets):
        base = base.items.items[at].value
    elif isinstance(base, Values):
        base = base.inner
    charset = made.context.charset
    checks = ContentCheck(wanted, edition), ContentCheck(base, edition)
    if at >= len(pieces) or not pieces[at] or checks[0].fault(pieces[at], charset) is None:
        return one
    tried = (*_candidates(wanted), *_candidates(base))
    pieces[at] = next(raw for raw in tried if all(check.fault(raw, charset) is None for check in checks))
    return US.join(pieces)
