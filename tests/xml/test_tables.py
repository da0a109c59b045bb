"""The tables of elements against the declarations, and their spellings there and back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nistitl
from nistitl.declare.items import Sets
from nistitl.model.record import Record
from nistitl.xml.domains import domains
from nistitl.xml.packs import PACKS
from nistitl.xml.spelling import spelling
from nistitl.xml.tables import ElementRow, TableError, read_table, record_types, table
from nistitl.xml.vocabularies import VOCABULARIES

IAFIS = {(9, number) for number in range(14, 24)}
# of 2025, of which no schema is public: 9.905, FSB, TIF, CSP, FQC and BRI, and the items that others gained
OF_2025 = {(9, 905), (10, 35), (10, 36), (13, 21), (14, 19), (15, 15), *((kind, 29) for kind in (13, 14, 15)),
           *((kind, 199) for kind in (10, 13, 14, 15))}  # fmt: skip
ITEMS_OF_2025 = {"LQM": {5, 6, 7}, "SQM": {5, 6}, "FQM": {5, 6}, "AMP": {3}}
WITHOUT = {  # fields that no element holds; they go into our extension
    "niem2": {*IAFIS, *OF_2025, (17, 18), (18, 18), (18, 994)},
    "niem4": {*IAFIS, *OF_2025, (9, 4), (17, 18), (18, 18), (18, 994)},
}
WITHOUT_ITEMS = {
    "niem2": {"COL": {3, 4, 5, 6}, "ANM": {3, 4}, **ITEMS_OF_2025},  # one element, which repeats; INTERPOL's own
    "niem4": {
        "COL": {3, 4, 5, 6}, "ANM": {3, 4}, "CBI": {1, 2}, "GEO": {10, 11, 12}, "SGEO": {11, 12, 13}, **ITEMS_OF_2025,
    },
}  # fmt: skip
KINDS = [(name, kind) for name in VOCABULARIES for kind in sorted(record_types(name).values())]


def rows_of(vocabulary: str, kind: int) -> ElementRow:
    found = table(vocabulary, kind)
    assert found is not None
    return found


def labels(row: ElementRow) -> set[tuple[int, int | None]]:
    return {(one.field, one.item) for one in row.walk() if one.field is not None}


def places(kind: type[Record], number: int) -> int:
    """How many items a field has a name for."""
    value = kind.elements[number].value
    if not isinstance(value, Sets):
        return 1
    return max(sum(len(item.pair) or 1 for item in items.items) for items in (value.items, value.first))


def test_each_vocabulary_has_the_record_types_of_the_xml_encoding() -> None:
    expected = {1, 2, 4, *range(7, 23), 98, 99}
    assert {name: set(record_types(name).values()) for name in VOCABULARIES} == dict.fromkeys(VOCABULARIES, expected)


@pytest.mark.parametrize(("vocabulary", "kind"), KINDS)
def test_labels_name_fields_and_items_that_are_declared(vocabulary: str, kind: int) -> None:
    declared = nistitl.record_class(kind)
    for field, item in labels(rows_of(vocabulary, kind)):
        assert field in declared.elements, field
        assert item is None or item <= places(declared, field), (field, item)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_declared_field_and_item_has_an_element_but_for_those_listed(vocabulary: str) -> None:
    fields, items = set(), {}
    for kind in sorted(set(record_types(vocabulary).values()) - {2}):  # Type-2 is of domains
        held = labels(rows_of(vocabulary, kind))
        whole = {field for field, item in held if item is None}
        for number, element in nistitl.record_class(kind).elements.items():
            mine = {item for field, item in held if field == number and item}
            if number == 1 or (not mine and number in whole and not isinstance(element.value, Sets)):
                continue
            if not mine and number not in whole:
                fields.add((kind, number))
            elif mine and (missing := set(range(1, places(nistitl.record_class(kind), number) + 1)) - mine):
                items.setdefault(element.mnemonic, set()).update(missing)
    assert fields == WITHOUT[vocabulary]
    assert items == WITHOUT_ITEMS[vocabulary]


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.path.stem)
def test_domains_name_fields_that_their_profile_knows(domain: object) -> None:
    from nistitl.model.dictionaries import profile
    from nistitl.xml.domains import Domain

    assert isinstance(domain, Domain)
    known = profile(domain.profile).dictionary
    rows = domain.rows(2)
    assert rows is not None
    numbers = {field for field, _ in labels(rows)}
    assert len(numbers) > 30
    assert {number for number in numbers if known.by_number(number) is None} == set()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("  biom:A   13x", "no label"),
        ("  biom:A   013  nosuch", "no spelling named 'nosuch'"),
        ("  > nosuch", "nosuch.txt"),
        ("  biom:A   013  number  more", "too many columns"),
    ],
)
def test_lines_that_are_none_are_told_with_their_number(line: str, told: str, tmp_path: object) -> None:
    with pytest.raises(TableError, match=r"made\.txt, line 2") as caught:
        read_table(f"biom:R\n{line}\n", tmp_path, "made.txt")  # type: ignore[arg-type]
    assert told in str(caught.value)


# -- spellings --------------------------------------------------------------------------------


@given(st.dates())
def test_dates(day: date) -> None:
    words = spelling("date")
    text = day.strftime("%Y%m%d").rjust(8, "0")
    assert words.write(text) == day.isoformat()
    assert words.read(day.isoformat()) == text


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)))
def test_moments(moment: datetime) -> None:
    words = spelling("datetime")
    text = f"{moment.year:04d}{moment:%m%d%H%M%S}Z"
    assert words.write(text) == f"{moment.isoformat()}Z"
    assert words.read(words.write(text)) == text


def test_moments_of_other_zones_are_brought_to_universal_time() -> None:
    assert spelling("datetime").read("2016-04-10T10:46:32-05:00") == "20160410154632Z"
    assert spelling("datetime").read("2016-04-10T10:46:32.25Z") == "20160410104632Z"


@pytest.mark.parametrize(
    ("words", "text", "xml"),
    [
        ("number", "07", "7"),
        ("number 2", "07", "7"),
        ("digits 3", "7", "007"),
        ("padded 2", "7", "07"),
        ("duration", "Y1M10D05", "P1Y10M05D"),
        ("true=Y", "Y", "true"),
        ("true=S false=U", "U", "false"),
        ("0=NONE 1=WSQ20", "WSQ20", "1"),
        ("ssn", "123456789", "123-45-6789"),
        ("quality", "254", "Not Calculated"),
        ("alpha 2", "DE", "DE"),
    ],
)
def test_words(words: str, text: str, xml: str) -> None:
    made = spelling(words)
    assert made.write(text) == xml
    read = made.read(xml)
    assert read == text or (read or "").lstrip("0") == text.lstrip("0")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("date", "00000000"), ("date", "20230230"), ("datetime", "20230230000000Z"), ("duration", "M1Y2"),
        ("true=Y", "N"),
        ("digits 3", "1234"), ("alpha 2", "D1"), ("ssn", "12345678"), ("measure 1-2", "A1"), ("flags FP=1 PP=2", "4"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(words: str, text: str) -> None:
    made = spelling(words)
    with pytest.raises(ValueError, match=r".+"):
        made.several.split(text) if made.several else made.write(text)


def test_indicators_that_say_no_are_no_value() -> None:
    assert spelling("true=Y").read("false") is None
    assert spelling("true=Y").read("0") is None
    assert spelling("true=S false=U").read("0") == "U"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vertices", "1,2-3,4-5,6"),
        ("ridge", "12,3"),
        ("levels", "1D,1N,2D"),
        ("name", "DOE,JANE"),
        ("name", "DOE"),
        ("name", "DOE,JANE MARY ANN"),
        ("position", "01EJI"),
        ("mnu", "AF-123-456"),
        ("vectors", "\0\1\0\2\3\xff\xfe\0\0\xff"),
    ],
)
def test_packs_come_back(name: str, text: str) -> None:
    pack = PACKS[name]
    between = pack.between or ""
    assert between.join(pack.join(parts) for parts in pack.split(text)) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vertices", "1,2-3"),
        ("ridge", "12"),
        ("levels", "D1"),
        ("name", "DOE, JANE"),
        ("mnu", "AF"),
        ("vectors", "\0\1"),
    ],
)
def test_packs_refuse_what_would_not_come_back(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PACKS[name].split(text)
