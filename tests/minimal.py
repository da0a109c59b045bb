"""The least that a profile accepts, made from its tables: one transaction for any type of any profile.

`minimal(profile, tot)` has the mandatory elements of the Type-2, each with a value that the dictionary allows,
and as few records of other types as the counts ask for, with the fields that the profile adds to the standard's.
"""

from __future__ import annotations

import copy
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from fixtures.ridges import patch
from fixtures.scenes import DAI, IMAGE, ORI, SCENES, control_number, only, pixels
from fixtures.values import DAY, fill, spelled
from nistitl import Edition, Record, Transaction, record_class
from nistitl.codes import table
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.items import Items, Sets, Values
from nistitl.declare.values import Data, Date, GreenwichTime, Value
from nistitl.profiles.dictionary import value_of
from nistitl.profiles.layer import span
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
_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 21, 25, 36, 41, 51, 67, 81, 201, 501)
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
    edition, declared = edition_for(profile), record_class(kind)
    scene = SCENES[kind](edition)[-1 if kind in LAST else 0]
    named = GIVEN.get(kind, "").split()
    mandatory = {e.mnemonic for e in declared.elements.values() if e.condition is M}
    given = {name: it for name, it in scene.given.items() if "*" in named or name in {*named, *mandatory, *IMAGE}}
    if "VLL" in given and kind > 9:
        given |= pixels(patch(SIDE, SIDE).tobytes(), SIDE, SIDE)
    given |= FIXED.get(kind, {}) | {name: idc for name in ("SRN", "ACN") if name in given}
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
    wanted = value_of({**row, "type": row.get("type", "U")}, profile.dictionary.name, None)
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


def narrowed(profile: TableProfile, path: str) -> Iterator[tuple[str, bytes]]:
    """What the standard takes of a field and a row of [fields] does not: code of the finding, content of the field."""
    row, edition = profile.layer.fields[path], edition_for(profile)
    kind, number, *item = (int(part) for part in path.split("."))
    declared = record_class(kind).elements[number].in_edition(edition)
    assert declared is not None, f"{path} is of another edition"
    charset, base, at = Transaction([]).context.charset, declared.value, (item[0] if item else 1) - 1
    if "occurs" in row:
        (low, high), one = span(row["occurs"]), several(declared, edition, charset, 1)[0]
        assert high is not None or low > 1
        count, code = (high + 1, "subfields-many") if high else (low - 1, "subfields-few")
        yield code, RS.join([one] * count)
    if "condition" in row and "occurs" not in row:
        yield "field-not-accepted" if row["condition"] == "X" else "field-missing", b""
    if not {"codes", "values", "length", "pattern"}.intersection(row):
        return
    inner = base.items.items[at].value if isinstance(base, Sets) else base.inner if isinstance(base, Values) else base
    wanted = value_of({**row, "type": row.get("type", "U")}, profile.dictionary.name, None)
    sizes = (character.encode() * size for size in _SIZES for character in _TRIED)
    standard = [ContentCheck(inner, one) for one in profile.editions or (edition,)]
    for raw in (*_candidates(inner), *(str(code).encode() for code in range(100)), *sizes):
        fault = ContentCheck(wanted, edition).fault(raw, charset)
        if fault is not None and any(check.fault(raw, charset) is None for check in standard):
            yield fault.code, US.join([*[b""] * at, raw])
            return
    raise AssertionError(f"{path} is no narrower than the standard")


# -- what the tables forbid -----------------------------------------------------------------------


@attrs.frozen
class Violation:
    """One transaction that breaks one row, beside one that does not, and the finding that it must get."""

    label: str
    sound: Transaction
    broken: Transaction
    code: str
    field: int | None = None
    item: int | None = None


def violations(profile: TableProfile, tot: str, extra: Iterable[str] = ()) -> Iterator[Violation]:
    """Everything that the rows of a transaction type forbid, each broken once."""
    base = minimal(profile, tot, extra)
    yield from _of_elements(profile, tot, base)
    yield from _of_records(profile, tot, base)


def strangers(profile: TableProfile, tot: str, extra: Iterable[str] = ()) -> tuple[Transaction, set[int]]:
    """A transaction with every element of the dictionary that its type does not list, and their numbers."""
    tx, listed, edition = minimal(profile, tot, extra), profile.type2(tot), edition_for(profile)
    (text,) = tx[2]
    others = {number for number in profile.dictionary.numbers() if number not in listed}
    for number in sorted(others):
        declared = profile.dictionary.by_number(number)
        assert declared is not None
        text[number] = field(declared, edition, tx.context.charset)
    return tx, others


def _with(base: Transaction, number: int, raw: bytes | None) -> Transaction:
    """The transaction with another content of an element, or without it."""
    header, old, *others = base
    text = record_class(2)(IDC=0)
    for key in old.keys():
        if isinstance(key, int) and key not in (1, 2, number):
            text[key] = bytes(old.raw(key) or b"")
    if raw is not None:
        text[number] = raw
    return Transaction([header, text, *others])


def _of_elements(profile: TableProfile, tot: str, base: Transaction) -> Iterator[Violation]:
    edition, charset = edition_for(profile), base.context.charset
    listed = profile.type2(tot)
    for number, element in listed.items():
        place = f"{tot} 2.{number:03d}"
        if element.condition is M:
            yield Violation(f"{place} missing", base, _with(base, number, None), "field-missing", number)
        least, most = element.subfields
        one = _full(element, edition, charset)
        sound = _with(base, number, RS.join([one] * max(least, 1)))
        if most is not None:
            many = _with(base, number, RS.join([one] * (most + 1)))
            code = "subfields-many" if isinstance(element.value, Sets | Values) else "item-many"
            yield Violation(f"{place} too many", sound, many, code, number)
        if least > 1:
            few = _with(base, number, RS.join([one] * (least - 1)))
            yield Violation(f"{place} too few", sound, few, "subfields-few", number)
        for item, code, raw in _wrong(element, one):
            broken = _with(base, number, RS.join([raw, *[one] * (least - 1)]))
            yield Violation(f"{place} {code} {item or ''}", sound, broken, code, number, item)


def _full(element: Element, edition: Edition, charset: Charset) -> bytes:
    """One subfield with every item."""
    if isinstance(element.value, Sets):
        return US.join(content(row.value, edition, charset) for row in element.value.items.items)
    return several(element, edition, charset, 1)[0]


def _wrong(element: Element, sound: bytes) -> Iterator[tuple[int | None, str, bytes]]:
    """Each way in which the content of a field can be wrong: item, code of the finding, bytes."""
    value = element.value
    if not isinstance(value, Sets):
        inner = value.inner if isinstance(value, Values) else value
        yield from ((None, code, raw) for code, raw in _unlike(inner))
        return
    pieces = sound.split(US)
    for at, row in enumerate(value.items.items):
        others = pieces[:at], pieces[at + 1 :]
        if row.condition is M_UP and len(pieces) > 1:
            yield at + 1, "item-missing", US.join([*others[0], b"", *others[1]])
        for code, raw in _unlike(row.value):
            yield at + 1, code, US.join([*others[0], raw, *others[1]])


def _unlike(value: Value) -> Iterator[tuple[str, bytes]]:
    """Content that is no code, is too long, too short, or no date."""
    if isinstance(value, Date | GreenwichTime):
        yield "value-date", b"19700230"
        return
    codes = {row.code for row in table(value.table).codes} if value.table else set(value.one_of or ())
    if codes:
        if not value.open:
            yield from (("value-code", raw) for raw in _no_code(value, codes))
        return
    character = next(raw for raw in _TRIED if getattr(value, "allowed", None) is None or _allows(value, raw))
    if value.max_len is not None:
        yield "value-length", character.encode() * (value.max_len + 1)
    if (value.min_len or 0) > 1:
        yield "value-length", character.encode() * ((value.min_len or 0) - 1)


def _allows(value: Value, text: str) -> bool:
    allowed = getattr(value, "allowed", None)
    return allowed is None or re.fullmatch(allowed, text) is not None


def _no_code(value: Value, codes: set[str]) -> list[bytes]:
    """A text of the right length and characters that is no code."""
    low, high = value.min_len or min(map(len, codes)), value.max_len or max(map(len, codes))
    known = {code.lstrip("0") or "0" if code.isdigit() else code for code in codes}
    texts = (one * size for size in range(max(low, 1), high + 1) for one in "Q79ZJVB6W5")
    found = (text for text in texts if _allows(value, text) and (text.lstrip("0") or "0") not in known)
    return [text.encode() for text in found][:1]


def _of_records(profile: TableProfile, tot: str, base: Transaction) -> Iterator[Violation]:
    known = profile.tots[tot]
    edition = edition_for(profile)
    listed = {kind for count in known.records for kind in count.types if count.most != 0}
    for kind in sorted({*GIVEN} - listed):
        if _lives(kind, edition):
            sound = _adding(profile, tot, base, kind, 0)
            more = _adding(profile, tot, base, kind, 1)
            yield Violation(f"{tot} Type-{kind} not listed", sound, more, "record-not-listed")
    for count in known.records:
        kind = count.types[0]
        there = sum(one.type in count.types for one in base)
        if count.most and kind > 1 and count.most < 90 and _lives(kind, edition):
            sound = _adding(profile, tot, base, kind, count.most - there)
            many = _adding(profile, tot, base, kind, count.most - there + 1)
            yield Violation(f"{tot} Type-{kind} too many", sound, many, "records-many")
        if count.least and kind > 2:
            kept = [one for one in base if one.type in count.types][: count.least - 1]
            few = [one for one in base if one.type not in count.types] + kept
            yield Violation(f"{tot} Type-{kind} too few", base, _numbered(profile, few), "records-few")


def _lives(kind: int, edition: Edition) -> bool:
    declared = record_class(kind)
    return declared.since <= edition and (declared.until is None or edition <= declared.until)


def _adding(profile: TableProfile, tot: str, base: Transaction, kind: int, more: int) -> Transaction:
    """The transaction with so many more records of a type."""
    header, text, *others = base
    if kind == 2:
        return _numbered(profile, [header, *[text] * (more + 1), *others])
    return _numbered(profile, [*base, *(record(profile, tot, kind, len(base) - 1 + at) for at in range(more))])


def _numbered(profile: TableProfile, records: list[Record]) -> Transaction:
    """A transaction of copies of these records: IDCs count up, NSR and NTR stand where a record needs them."""
    made = Transaction([copy.deepcopy(one) for one in records])
    for idc, one in enumerate(list(made)[1:]):
        one.IDC = idc
    speak = (4,) if edition_for(profile) >= Edition.E2011 else (3, 4, 5, 6, 7)
    header = made.header
    assert header is not None
    header.NSR = header.NTR = Decimal("19.69" if any(one.type in speak for one in made) else "00.00")
    return made
