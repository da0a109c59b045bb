"""The least that a profile accepts, made from its tables, and each single violation of them: any type of any profile.

`minimal(profile, tot)` has the mandatory elements of the Type-2 and as few records of other types as the counts ask
for, with the fields that the profile adds to the standard's. Names that need sense have it in HAND, where the element
still decides whether the value fits.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from ebts_profiles.fbi.rules import FINDINGS, RESPONSES
from fixtures.scenes import DAI, IMAGE, ORI, SCENES, control_number, only, pixels
from fixtures.values import DAY, MOMENT, UTF8, XML_ONLY, fill, spelled
from nistitl import Edition, Record, Severity, Transaction, record_class
from nistitl.declare.binary import Uint
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Characters, Date, GreenwichTime, Value
from nistitl.profiles.dictionary import value_of
from nistitl.profiles.spans import interval
from nistitl.validation.contents import ContentCheck
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nistitl.declare.element import Element
    from nistitl.profiles import TableProfile
    from nistitl.profiles.layer import LayerRow, RecordCount

# what a mnemonic holds where its element takes it
HAND = {
    "NAM": "SYNTHETIC,PERSON A", "AKA": "GENERATED,PERSON", "SNAM": "SYNTHETIC,PERSON A", "DOB": "19700101",
    "HGT": "510", "HTR": "504510", "WGT": "160", "WTR": "140180", "AGR": "2535", "FPC": "AA" * 10, "RET": "Y",
    "MNU": "AF-123456", "SID": "NY1234567", "CRI": "XX0000000", "ORI": "XX0000000", "LCN": "AB-12345678",
    "DTR": "2024010120240201",
}  # fmt: skip
# what fits where characters in a row do not: the patterns of the tables
FORMS = (
    "AA-0001", "12:30", "20240101*20240131", "2400000001C", "24000000000001P", "AB-12345678", "09EJI", "XX/SYNTHETIC",
)  # fmt: skip
TRIED = "1Ax05 -."
# what stands in a record of a type beside what is mandatory; * is everything that the scene gives
GIVEN = {
    4: "*", 7: "*", 8: "*", 9: "*", 10: "IMT POS SAP", 11: "AOD CONT", 13: "FGP", 14: "FGP", 15: "FGP", 16: "UDI",
    17: "ELR", 18: "NAL DPD T2C DLS STI UDP", 20: "CAR SRN AQS", 21: "ACN AFT", 99: "*",
}  # fmt: skip
FIXED: dict[int, dict[str, Any]] = {
    4: {"FGP": 0},
    10: {"SAP": 30, "HLL": 480, "VLL": 600},
    13: {"FGP": (0,)},
    14: {"FGP": (0,), "IMP": 1},
    18: {"STI": (4,)},
}
LAST = (9, 11)  # of their scenes the last is the smallest
SIDE = 128
EVENT = "20240301"  # a day before that of the transaction
MANY = 90  # larger counts of records are not tried out
# what named rules ask for where the tables have it optional: elements of Type-2
RULED = {
    ("nato-stanag-4715", "NPS"): ("SUBJ_NAME",), ("int-i-5.03", "MPS"): ("CNO", "SQN", "MID"),
    ("int-i-6.0", "CPS"): ("CRN",), ("int-i-6.0", "NPS"): ("CRN",), ("int-i-6.0", "ATP"): ("CRN",),
    **{("dod-ebts-4.1", tot): ("SSD",) for tot in ("CAR", "CNA", "CPDR")},
    **{("fbi-ebts-8.001", tot): ("FBI",) for tot in ("CPD", "CPR", "ERRI", "FIS", "FISR", "IRR", "ISR", "PDR", "PRR")},
    ("fbi-ebts-8.001", "CFS"): ("ASL",), ("fbi-ebts-8.001", "MCS"): ("ASL",),
    ("fbi-ebts-9.1", "ULDR"): ("CIN",), ("fbi-ebts-10.0", "ULDR"): ("CIN",), ("fbi-ebts-11.2", "ULDR"): ("CIN",),
}  # fmt: skip


# -- values -----------------------------------------------------------------------------------


def edition_for(profile: TableProfile) -> Edition:
    """The newest edition that a profile accepts."""
    return max(profile.editions, default=Edition.E2015)


def text_of(mnemonic: str, edition: Edition, *values: Value) -> bytes:
    """A text that each of these declarations takes."""
    checks = [ContentCheck(value, edition) for value in values]
    tried = (raw.encode() for value in values for raw in candidates(mnemonic, value))
    found = next((raw for raw in tried if not any(check.fault(raw, UTF8) for check in checks)), None)
    assert found is not None, f"nothing fits {mnemonic}: {' and '.join(value.limits for value in values)}"
    return found


def candidates(mnemonic: str, value: Value) -> Iterator[str]:
    """What may fit: a value that makes sense, codes, numbers in range, characters of the right number, a form."""
    if mnemonic in HAND:
        yield HAND[mnemonic]
    if isinstance(value, Date | GreenwichTime):
        yield EVENT if isinstance(value, Date) else f"{MOMENT:%Y%m%d%H%M%S}Z"
    size = max(value.min_len or 1, 1)
    yield from (code.zfill(size) if code.isdigit() else code for code in codes_of(value))
    if value.within is not None:
        yield from (str(int(low or 0)).zfill(size) for low, _ in value.within.spans)
    yield from (one * length for length in dict.fromkeys((size, 9, value.max_len or size)) for one in TRIED)
    yield from FORMS


def codes_of(value: Value) -> tuple[str, ...]:
    """The codes that a value may have, none where it is free."""
    return tuple(row.code for row in value.code_table.codes) if value.code_table else value.one_of or ()


def inner(value: Value) -> Value:
    """What one subfield holds."""
    return value.inner if isinstance(value, Values) else value


def subfield(element: Element, edition: Edition, *, every: bool = False) -> bytes:
    """One subfield with its mandatory items; with every item where none is, or when asked for."""
    if not isinstance(element.value, Sets):
        return text_of(element.mnemonic, edition, inner(element.value))
    rows = element.value.items.items
    every = every or all(row.condition is not M_UP for row in rows)
    there = [at for at, row in enumerate(rows) if every or row.condition is M_UP]
    there = [at for at in there if rows[at].mnemonic not in XML_ONLY]
    pieces = (text_of(row.mnemonic, edition, row.value) if at in there else b"" for at, row in enumerate(rows))
    return US.join([*pieces][: there[-1] + 1])


def content(element: Element, edition: Edition) -> bytes:
    """The content of an element with as few subfields as it may have."""
    return RS.join([subfield(element, edition)] * max(element.subfields[0], 1))


# -- records ----------------------------------------------------------------------------------


def minimal(
    profile: TableProfile, tot: str, *, top: Mapping[str, Any] | None = None, text: Mapping[str, bytes] | None = None,
    records: Iterable[Record] = (),
) -> Transaction:  # fmt: skip
    """The least transaction of a type, with more fields of Type-1, more elements of Type-2 and more records."""
    counts = [count for count in profile.tots[tot].records if 1 not in count.types]
    records = list(records)
    given = [(count, sum(one.type in count.types for one in records)) for count in counts]
    kinds = [newest(count) for count, there in given for _ in range(count.least - there)] or [2]
    made = (text_record(profile, tot, text or {}) if kind == 2 else record(profile, tot, kind) for kind in kinds)
    return assembled([header(profile, tot, top or {}), *made, *records])


def asked_for(profile: TableProfile, tot: str, element: Element) -> bool:
    """True for an element that must be there, and for one that is expected, whose absence only warns."""
    need = profile.tots[tot].needs.get(element.mnemonic)
    return element.condition is M or (need is not None and need.condition == "E")


def text_record(profile: TableProfile, tot: str, given: Mapping[str, bytes]) -> Record:
    """A Type-2 with every mandatory element and those given."""
    made = record_class(2)(IDC=0)
    for number, element in sorted(profile.type2(tot).items()):
        if number > 2 and asked_for(profile, tot, element):
            made[f"2.{number:03d}"] = content(element, edition_for(profile))
    for name, raw in given.items():
        made[f"2.{profile.dictionary.number_of(name):03d}"] = raw
    return made


def least(
    profile: TableProfile, tot: str, *, text: Mapping[str, bytes] | None = None, records: Sequence[Record] = ()
) -> Transaction:
    """The least transaction of a type, with what the named rules ask for beside the tables."""
    top = {"TCR": "SYNTHETIC-ANSWERED"} if profile.name.startswith("fbi") and tot in RESPONSES else {}
    elements = {element.mnemonic: element for element in profile.type2(tot).values()}
    asked = {name: content(elements[name], edition_for(profile)) for name in RULED.get((profile.name, tot), ())}
    if profile.name.startswith("fbi") and "SRF" in elements and tot in FINDINGS:
        asked["SRF"] = min(FINDINGS[tot]).encode()
    if not records and tot == "RPIS" and profile.name != "fbi-ebts-9.1":
        records = [record(profile, tot, 14) for _ in range(2)]
    return minimal(profile, tot, top=top, text=asked | dict(text or {}), records=records)


def newest(count: RecordCount) -> int:
    """The record type to make of those that are counted together."""
    return count.types[-1]


def header(profile: TableProfile, tot: str, more: Mapping[str, Any]) -> Record:
    """The Type-1."""
    edition = edition_for(profile)
    domain = US.join(name.encode() for name in (*profile.domains[:1], *profile.versions[:1]))
    given: dict[str, Any] = {
        "VER": edition.ver, "TOT": tot.encode(), "DAI": DAI, "ORI": ORI, "TCN": control_number(edition), "DAT": DAY,
        "NSR": Decimal("00.00"), "NTR": Decimal("00.00"), "DOM": domain,
    }  # fmt: skip
    return suited(profile, tot, fill(record_class(1), edition, given | dict(more), only()))


def record(profile: TableProfile, tot: str, kind: int, idc: int = 1, **given: Any) -> Record:
    """A small record of another type, as the profile wants it, with what is given."""
    edition, declared = edition_for(profile), record_class(kind)
    scene = SCENES[kind](edition)[-1 if kind in LAST else 0]
    named = GIVEN[kind].split()
    mandatory = {element.mnemonic for element in declared.elements.values() if element.condition is M}
    made = {name: it for name, it in scene.given.items() if "*" in named or name in {*named, *mandatory, *IMAGE}}
    if "VLL" in made and kind > 9:
        made |= pixels(width=SIDE, height=SIDE)
    made |= FIXED.get(kind, {}) | {name: idc for name in ("SRN", "ACN") if name in made}
    keep = scene.keep if kind in LAST else only(*IMAGE)
    return suited(profile, tot, fill(declared, edition, {"IDC": idc} | made | given, keep))


def assembled(records: Iterable[Record]) -> Transaction:
    """A transaction of copies of these records: IDCs count up, NSR and NTR stand where a record needs them."""
    tx = Transaction([one.copy() for one in records])
    head, *others = tx
    for idc, one in enumerate(others):
        one["IDC"] = idc
    speak = (4,) if tx.edition is not None and tx.edition >= Edition.E2011 else (3, 4, 5, 6, 7)
    head["NSR"] = head["NTR"] = Decimal("19.69" if any(one.type in speak for one in others) else "00.00")
    return tx


# -- what a profile adds to the standard ---------------------------------------------------------


def suited(profile: TableProfile, tot: str, made: Record) -> Record:
    """The record with the fields and values that the rows of [fields] want."""
    for path, row in profile.layer.fields.items():
        kind, number, *item = (int(part) for part in path.split("."))
        if kind == made.type and tot in row.get("tots", tot).split():
            _suit(profile, made, number, item[0] if item else None, row)
    return made


def _suit(profile: TableProfile, made: Record, number: int, item: int | None, row: LayerRow) -> None:
    edition, element = edition_for(profile), made.element(number)
    declared = element and element.in_edition(edition)  # a user-defined field is declared by its row only
    if row.get("condition") == "X":
        if made.raw(number) is not None:
            del made[number]
    elif element is not None and declared is not None:
        if made.raw(number) is None and row.get("condition") == "M" and item is None:
            made[number] = spelled(declared, element.mnemonic, edition, {})
        raw, fitting = made.raw(number), item is not None or not isinstance(declared.value, Sets)
        if raw is not None and fitting and not made.binary:
            values = narrow(profile, row), part(declared.value, item)
            made[number] = RS.join(_fitted(one, item, edition, *values) for one in bytes(raw).split(RS))


def _fitted(one: bytes, item: int | None, edition: Edition, wanted: Value, base: Value) -> bytes:
    """A subfield whose content, or that of an item, both the profile and the standard take."""
    pieces, at = one.split(US), (item or 1) - 1
    if at < len(pieces) and pieces[at] and ContentCheck(wanted, edition).fault(pieces[at], UTF8):
        pieces[at] = text_of("", edition, wanted, base)
    return US.join(pieces)


def narrow(profile: TableProfile, row: LayerRow) -> Value:
    """What a row of [fields] says of the content."""
    return value_of({**row, "type": row.get("type", "U")}, profile.dictionary.code_lists, None)


def part(value: Value, item: int | None) -> Value:
    """What an item holds, or a subfield that has none."""
    return value.items.items[(item or 1) - 1].value if isinstance(value, Sets) else inner(value)


def narrowed(profile: TableProfile, path: str) -> Iterator[tuple[str, bytes]]:
    """What the standard takes of a field and a row of [fields] does not: code of the finding, content of the field."""
    row, edition = profile.layer.fields[path], edition_for(profile)
    kind, number, *item = (int(part) for part in path.split("."))
    declared = record_class(kind).elements[number].in_edition(edition)
    assert declared is not None, f"{path} is of another edition"
    if "occurs" in row:
        low, high = interval(row["occurs"])
        assert high is not None or low > 1
        count, code = (high + 1, "subfields-many") if high else (low - 1, "subfields-few")
        yield code, RS.join([subfield(declared, edition)] * count)
    elif "condition" in row:
        yield "field-not-accepted" if row["condition"] == "X" else "field-missing", b""
    if {"codes", "values", "length", "pattern"}.intersection(row):
        at = item[0] if item else 1
        yield _unlike(profile, path, part(declared.value, at), at)


def _unlike(profile: TableProfile, path: str, base: Value, item: int) -> tuple[str, bytes]:
    """Code and content of what the standard takes in one of the editions of the profile, which the row does not."""
    edition = edition_for(profile)
    wanted = ContentCheck(narrow(profile, profile.layer.fields[path]), edition)
    standard = [ContentCheck(base, one) for one in profile.editions or (edition,)]
    if isinstance(base, Uint):  # of one byte
        for number in range(256):
            fault = wanted.fault(str(number).encode(), UTF8)
            if fault is not None and any(check.fault(bytes([number]), UTF8) is None for check in standard):
                return fault.code, bytes([number])
    sizes = (character * size for size in range(1, 600) for character in TRIED)
    for raw in map(str.encode, (*candidates("", base), *map(str, range(100)), *sizes)):
        fault = wanted.fault(raw, UTF8)
        if fault is not None and any(check.fault(raw, UTF8) is None for check in standard):
            return fault.code, US.join([*[b""] * (item - 1), raw])
    raise AssertionError(f"{path} is no narrower than the standard")


# -- what is found ------------------------------------------------------------------------------


def told(tx: Transaction, profile: TableProfile, least: Severity = Severity.WARNING) -> Counter[tuple[str, str]]:
    """Errors and warnings, or errors alone: code and place."""
    found = tx.validate(profile).findings
    return Counter((one.code, one.location.path) for one in found if one.severity >= least)


# -- what the tables forbid -------------------------------------------------------------------


@attrs.frozen
class Violation:
    """A transaction that breaks one row, beside one that does not, the finding that it must get, and where."""

    label: str
    sound: Transaction
    broken: Transaction
    code: str
    place: str = ""


def violations(profile: TableProfile, tx: Transaction) -> Iterator[Violation]:
    """Everything that the rows of its transaction type forbid, each broken once."""
    edition = edition_for(profile)
    for number, element in sorted(profile.type2(tx.TOT).items()):
        if number > 2:
            yield from _of_element(tx, number, element, edition, asked_for(profile, tx.TOT or "", element))
    yield from _of_records(profile, tx)


def strangers(profile: TableProfile, tx: Transaction) -> tuple[Transaction, set[int]]:
    """The transaction with every element of the dictionary that its type does not list, and their numbers."""
    others = {*profile.dictionary.numbers()} - {1, 2, *profile.type2(tx.TOT)}
    made = tx.copy()
    for number in sorted(others):
        element = profile.dictionary.by_number(number)
        assert element is not None
        made[2][0][number] = content(element, edition_for(profile))
    return made, others


def _of_element(tx: Transaction, number: int, element: Element, edition: Edition, asked: bool) -> Iterator[Violation]:
    path, (least, most) = f"2.{number:03d}", element.subfields
    several = isinstance(element.value, Sets | Values)
    one = subfield(element, edition, every=True)
    if element.mnemonic == "SRF" and tx[2]:
        one = bytes(tx[2][0].raw(number) or one)  # what the type finds
    sound = _with(tx, number, RS.join([one] * max(least, 1)))

    def broken(what: str, code: str, raw: bytes | None, place: str = path) -> Violation:
        return Violation(f"{tx.TOT} {path} {what}", sound, _with(tx, number, raw), code, place)

    if asked:
        yield broken("missing", "field-missing", None)
    if element.value.min_len != 0:
        yield broken("empty", "field-empty", b"")
    if most is not None:
        yield broken("too many", "subfields-many" if several else "item-many", RS.join([one] * (most + 1)))
    if least > 1:
        yield broken("too few", "subfields-few", RS.join([one] * (least - 1)))
    for item, what, code, raw in _bad_subfields(element.value, one):
        place = f"{path}.1.{item}" if item else path
        yield broken(f"{what} {item or ''}", code, RS.join([raw, *[one] * (least - 1)]), place)


def _with(tx: Transaction, number: int, raw: bytes | None) -> Transaction:
    """The transaction with another content of an element, or without it."""
    head, old, *others = tx
    text = old.copy()
    if raw is not None:
        text[number] = raw
    elif text.raw(number) is not None:
        del text[number]
    return Transaction([head, text, *others])


def _bad_subfields(value: Value, one: bytes) -> Iterator[tuple[int, str, str, bytes]]:
    """Each way in which a subfield can be wrong: item or 0, in words, code of the finding, bytes."""
    if not isinstance(value, Sets):
        yield from ((0, *bad) for bad in _bad_texts(inner(value), one))
        return
    pieces = one.split(US)
    for at, row in enumerate(value.items.items):
        bad = [("missing", "item-missing", b"")] if row.condition is M_UP and len(pieces) > 1 else []
        for what, code, raw in (*bad, *_bad_texts(row.value, pieces[at])):
            yield at + 1, what, code, US.join([*pieces[:at], raw, *pieces[at + 1 :]])


def _bad_texts(value: Value, good: bytes) -> Iterator[tuple[str, str, bytes]]:
    """No date, no code, too long, too short, or of other characters."""
    if isinstance(value, Date | GreenwichTime):
        yield "no date", "value-date", b"19700230" + good[8:]
    elif codes_of(value):
        if not value.open:
            yield from (("no code", "value-code", raw) for raw in _no_code(value))
    elif isinstance(value, Characters):
        filler = next(one for one in TRIED if _allows(value, one)).encode()
        if value.max_len is not None:
            yield "too long", "value-length", good.ljust(value.max_len + 1, filler)
        if (value.min_len or 0) > 1:
            yield "too short", "value-length", good[: (value.min_len or 0) - 1]
        stranger = next((one for one in "X1#~\x7f" if not _allows(value, one)), None)
        if stranger is not None:
            bad = good[:-1].decode() + stranger
            formed = value.pattern is None or re.fullmatch(value.pattern, bad)
            yield "a wrong character", "value-characters" if formed else "value-form", bad.encode()


def _allows(value: Value, text: str) -> bool:
    allowed = value.allowed if isinstance(value, Characters) else None
    return allowed is None or re.fullmatch(allowed, text) is not None


def _no_code(value: Value) -> list[bytes]:
    """A text of the right length and characters that is no code; none where every text is one."""
    codes = codes_of(value)
    low, high = value.min_len or min(map(len, codes)), value.max_len or max(map(len, codes))
    known = {code.lstrip("0") for code in codes}
    texts = (one * size for size in range(max(low, 1), high + 1) for one in "Q79ZJVB6W50#")
    return [text.encode() for text in texts if _allows(value, text) and text.lstrip("0") not in known][:1]


def _of_records(profile: TableProfile, tx: Transaction) -> Iterator[Violation]:
    counts = [count for count in profile.tots[tx.TOT or ""].records if 1 not in count.types]
    if not counts:
        return  # of a type whose records nobody counts
    listed = {kind for count in counts for kind in count.types}
    edition = edition_for(profile)

    def broken(kind: int, what: str, code: str, sound: list[Record], records: list[Record]) -> Violation:
        return Violation(f"{tx.TOT} Type-{kind} {what}", assembled(sound), assembled(records), code)

    for kind in sorted(kind for kind in {*GIVEN} - listed if _lives(kind, edition)):
        more = _more(profile, tx, kind, 1)
        yield broken(kind, "not listed", "record-not-listed", [*tx], [*tx, *more])
    for count in counts:
        kind, there = newest(count), [one for one in tx if one.type in count.types]
        if count.most and count.most < MANY and _lives(kind, edition):
            *most, one = _more(profile, tx, kind, count.most - len(there) + 1)
            yield broken(kind, "too many", "records-many", [*tx, *most], [*tx, *most, one])
        if count.least:
            others = [one for one in tx if one.type not in count.types]
            fewer = max(count.least - 1 - excused(profile, tx, kind), 0)
            yield broken(kind, "too few", "records-few", [*tx], others + there[:fewer])


def excused(profile: TableProfile, tx: Transaction, kind: int) -> int:
    """How many records of a type need not be there, as elements of the transaction say."""
    rows = profile.dictionary.excuses().items()
    raws = [(many, tx[2][0].raw(number)) for number, (types, many) in rows if kind in types and tx[2]]
    return sum(many * (bytes(raw).count(RS) + 1) for many, raw in raws if raw)


def _lives(kind: int, edition: Edition) -> bool:
    declared = record_class(kind)
    return declared.since <= edition and (declared.until is None or edition <= declared.until)


def _more(profile: TableProfile, tx: Transaction, kind: int, count: int) -> list[Record]:
    """That many more records of a type."""
    places = range(len(tx) - 1, len(tx) - 1 + count)
    return [tx[2][0] if kind == 2 else record(profile, tx.TOT or "", kind, idc) for idc in places]
