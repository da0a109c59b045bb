"""The quick ways of level 1 and of rules against the plain ones: what a pattern calls fine has no fault."""

from __future__ import annotations

import random

import attrs
import pytest

import nistitl
from nistitl.base.editions import E2007, E2015, Edition
from nistitl.declare.conditions import M_UP, O_UP
from nistitl.declare.element import Element
from nistitl.declare.items import Either, Items, Sets, item, items
from nistitl.declare.values import AN, ANS, A, Characters, N, Value
from nistitl.records import record_class
from nistitl.validation.contents import FieldCheck, SubfieldCheck
from nistitl.validation.context import ValidationContext
from nistitl.validation.quick import never
from nistitl.wire.charsets import ASCII, Charset
from nistitl.wire.grammar import RS, US
from tests.support.spelled import header, tagged


def sets_of(element: Element, edition: Edition) -> Sets:
    """The content of a field made of items, as an edition has it."""
    older = element.in_edition(edition)
    assert older is not None and isinstance(older.value, Sets)
    return older.value


KINDS = [
    pytest.param(element, edition, id=f"{kind}.{element.number:03d}-{edition.ver}")
    for kind in (9, 11, 13, 14, 15, 17, 18, 19)
    for element in record_class(kind).elements.values()
    for edition in (E2007, E2015)
    if (older := element.in_edition(edition)) and isinstance(older.value, Sets) and not isinstance(older.value, Either)
]
PIECES = [
    b"",
    b"0",
    b"00",
    b"1",
    b"7",
    b"01",
    b"10",
    b"63",
    b"64",
    b"179",
    b"180",
    b"181",
    b"359",
    b"360",
    b"0359",
    b"999",
]
PIECES += [
    b"1000",
    b"9999",
    b"10000",
    b"65535",
    b"65536",
    b"123456",
    b"01230456359",
    b"A",
    b"E",
    b"B",
    b"a",
    b"AB",
    b"Z",
]
PIECES += [b"001,02", b"12,3", b"x" * 13, b"\xc3\xa9", b" ", b"-1", b"1.5", b"\n", b"1\n", b"RV", b"EFSCR", b"OCTANT"]


def rows_of(kind: type[Items], rng: random.Random, count: int) -> list[bytes]:
    """Subfields of such items: any pieces, and some of those that its items may hold, one of them changed."""
    good = [[piece for piece in PIECES if row.value.fits(piece, ASCII)] or [b""] for row in kind.items]
    rows = []
    for _ in range(count):
        pieces = [rng.choice(ones) for ones in good[: rng.randint(1, len(good))]]
        if kind.repeats:
            pieces += [rng.choice(good[-1]) for _ in range(rng.randint(0, 4))]
        if rng.random() < 0.5:
            pieces[rng.randrange(len(pieces))] = rng.choice(PIECES)
        rows.append(US.join(pieces + [b""] * rng.choice([0, 0, 0, 1])))
    return rows


@pytest.mark.parametrize(("element", "edition"), KINDS)
def test_what_a_pattern_calls_fine_has_no_fault(element: Element, edition: Edition) -> None:
    value = sets_of(element, edition)
    check = SubfieldCheck.of(value, edition, True)
    for row in rows_of(value.items, random.Random(element.number), 400):
        if check.quick(row):
            assert list(SubfieldCheck.of(value, edition, True).faults(row, 1, ASCII)) == [], row


@pytest.mark.parametrize("number", [12, 331, 333, 335, 340, 341])
def test_minutiae_and_what_goes_with_them_have_a_pattern(number: int) -> None:
    """What is fine the pattern calls so, but for zeros before codes and needless separators."""
    value = record_class(9).elements[number].value
    check = SubfieldCheck.of(value, E2015, True)
    assert check.quick is not never
    rows = rows_of(value.items, random.Random(number), 3_000)
    fine = [row for row in rows if not list(SubfieldCheck.of(value, E2015, True).faults(row, 1, ASCII))]
    seen = [row for row in fine if check.quick(row)]
    assert len(fine) > 20 and len(seen) > 0.8 * len(fine)


def made_of(value: Value) -> Sets:
    """A field of one number, and a letter."""

    @items
    class Made(Items):
        NUM: int | None = item(value, M_UP, "number")
        LET: str | None = item(A(1, 1), O_UP, "letter")

    return Sets(Made)


@pytest.mark.parametrize(
    ("low", "high", "within"),
    [
        (1, 3, "0..359"), (1, 4, "1.."), (2, 4, "7..4093"), (1, 3, "..99"), (1, 4, "0..10, 33, 36, 40..54"),
        (3, 3, "100..100"), (1, 4, "999..1000"), (1, 1, "0..7"), (4, 4, "1299..1301"), (1, 2, "120..130"), (1, 3, None),
    ],
)  # fmt: skip
def test_a_pattern_of_numbers_has_all_of_a_range_and_no_other(low: int, high: int, within: str | None) -> None:
    value = made_of(N(low, high, within))
    quick = SubfieldCheck.of(value, E2015, True).quick
    spelled = {b"%0*d" % (width, number) for width in range(1, 6) for number in range(min(10**width, 11_000))} | {b""}
    plain = {raw for raw in spelled if not list(SubfieldCheck.of(value, E2015, True).faults(raw, 1, ASCII))}
    assert {raw for raw in spelled if quick(raw)} == plain
    assert bool(plain) == (within != "120..130")


@items
class Codes(Items):
    """Codes of a list that editions change, and a run."""

    IMP: int | None = item(N(1, 2, table="IMP"), M_UP, "impression type")
    ABC: str | None = item(A(1, 1, one_of="X Y"), M_UP, "letter")
    RUN: tuple[str, ...] = item(ANS(1, 3), O_UP, "run", times=(1, 3))


@pytest.mark.parametrize("edition", [E2007, E2015])
def test_codes_are_those_of_the_edition(edition: Edition) -> None:
    value = Sets(Codes)
    quick = SubfieldCheck.of(value, edition, True).quick
    rows = [US.join([b"%d" % imp, letter, *run]) for imp in range(60) for letter in (b"X", b"Z")
            for run in ([], [b"A"], [b"A"] * 3, [b"A"] * 4, [b"A", b""])]  # fmt: skip
    plain = {row for row in rows if not list(SubfieldCheck.of(value, edition, True).faults(row, 1, ASCII))}
    told = {row for row in rows if quick(row)}
    assert told <= plain and all(row.endswith(US) for row in plain - told)
    other = E2015 if edition is E2007 else E2007
    assert told != {row for row in rows if SubfieldCheck.of(value, other, True).quick(row)}


@items
class Middle(Items):
    """A run before another item: which pieces are whose their lengths tell."""

    RUN: tuple[int, ...] = item(N(1, 2), O_UP, "run", times=(0, 3))
    END: str | None = item(AN(1, 2), M_UP, "end")


def test_a_run_before_another_item_has_no_pattern() -> None:
    assert SubfieldCheck.of(Sets(Middle), E2015, True).quick is never


@pytest.mark.parametrize("number", [12, 331, 333])
@pytest.mark.parametrize("charset", [ASCII, Charset("utf-16")])
def test_a_field_of_many_subfields_has_the_faults_of_each(number: int, charset: Charset) -> None:
    element = record_class(9).elements[number]
    rows = [row for row in rows_of(element.value.items, random.Random(number), 200) if row]
    rows[-1] = rows[-1].rstrip(US) or b"1"
    apart = SubfieldCheck.of(element.value, E2015, True)
    expected = [fault for place, row in enumerate(rows, 1) for fault in apart.faults(row, place, charset)]
    assert FieldCheck(element, E2015).faults(RS.join(rows), charset) == expected
    assert expected and len({fault.subfield for fault in expected}) < len(rows)


@items
class Words(Items):
    """Text with line ends."""

    ONE: str | None = item(Characters("AN", "PRINTCTRL", 1, 4), M_UP, "word")


def test_no_pattern_tells_where_bytes_of_ascii_are_other_text() -> None:
    element = attrs.evolve(record_class(9).elements[12], value=Sets(Words))
    raw = RS.join([b"A\n"] * 100)
    faults = FieldCheck(element, E2015).faults(raw, Charset("utf-16"))
    assert {fault.code for fault in faults} == {"value-characters"} and len(faults) == 100
    assert FieldCheck(element, E2015).faults(raw, ASCII) == []


@pytest.mark.parametrize("number", [12, 137, 331, 333])
def test_a_column_is_the_item_of_each_subfield(number: int) -> None:
    element = record_class(9).elements[number]
    rows = rows_of(element.value.items, random.Random(number), 300)
    tx = nistitl.read(header([(9, b"00")]) + tagged(9, [(2, b"00"), (number, RS.join(rows))]))
    view = ValidationContext(tx, E2015).records[1]
    view.doubts[number] = {2, 5}
    for row in element.value.items.items:
        plain = [(place, getattr(one, row.mnemonic)) for place, one in view.subfields(element.mnemonic)]
        if not row.repeats:
            assert list(view.column(element.mnemonic, row.mnemonic)) == plain and len(plain) == 298
    view.doubts[number] = {None}
    assert list(view.column(element.mnemonic, element.value.items.items[0].mnemonic)) == []


@items
class Run(Items):
    """A run of numbers at the end."""

    ONE: str | None = item(AN(1, 4), O_UP, "one")
    RUN: tuple[int, ...] = item(N(1, 3), O_UP, "run", times=(0, None))


@items
class Pairs(Items):
    """A run of pairs of texts at the end."""

    ONE: str | None = item(AN(1, 4), O_UP, "one")
    RUN: tuple[tuple[str, str], ...] = item(AN(1, 3), O_UP, "run", times=(0, None), pair=("A", "B"))


KINDS_WITH_A_RUN = {
    kind.__name__: kind
    for number in (9, 11, 13, 14, 15, 19)
    for element in record_class(number).elements.values()
    if isinstance(element.value, Sets)
    for kind in (element.value.items,)
    if kind.run
} | {"Run": Run, "Pairs": Pairs}


@pytest.mark.parametrize("kind", KINDS_WITH_A_RUN.values(), ids=KINDS_WITH_A_RUN)
@pytest.mark.parametrize("charset", [ASCII, Charset("utf-8"), Charset("utf-16")])
def test_a_run_at_the_end_decodes_as_its_items_do(kind: type[Items], charset: Charset) -> None:
    for raw in [US, US * 5, b"", *rows_of(kind, random.Random(7), 400)]:
        values = kind.decode_dealt(raw, charset)
        assert kind.decode(raw, charset) == kind(*values), raw
