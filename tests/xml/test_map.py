"""NIST's annotated instance names the field or item of each element in a comment; the tables must say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.declare.items import Sets
from nistitl.xml.tables import ElementRow, record_types, table
from nistitl.xml.vocabularies import NIEM2

etree = pytest.importorskip("lxml.etree")

ANNOTATED = "mosip__bio-utils/test/BiometricInfo/NistXmlData/AllFields.xml"
FIELD = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{3})(?!\d)")
OCCURRENCE = re.compile(r"\d+\.\.(\d+|\*)")
MNEMONIC = re.compile(r"[A-Z0-9]{2,5}")

# comments that name something else than the tables do, and why
ELSEWHERE = {
    (4, "nc:BinaryBase64Object", "IMG"): "IMG is DATA by an older name",
    (9, "itl:Minutiae", "field"): "the comment names the blocks of vendors, which the element may stand for",
    (9, "biom:PositionHorizontalCoordinateValue", "MXC"): "9.008 and 9.009 hold both coordinates in one value",
    (9, "biom:PositionVerticalCoordinateValue", "MYC"): "9.008 and 9.009 hold both coordinates in one value",
    (9, "biom:ImageLocationHorizontalCoordinateMeasure", "HPO"): "x of a path in one item, not an item",
    (9, "biom:ImageLocationVerticalCoordinateMeasure", "VPO"): "y of a path in one item, not an item",
    (10, "biom:PhysicalFeatureSecondaryColorCode", "TC3"): "TC2 to TC6 are one element that repeats",
    (10, "biom:LipPrintComparisonDescriptiveText", "LPCT"): "the standard's table calls the item LPCD",
    (20, "biom:BiometricCaptureDetail", "field"): "the comment is on what stands in its place",
    (8, "biom:VectorPenPressureValue", "field"): "a part of a vector",
    (8, "biom:VectorPositionVerticalCoordinateValue", "field"): "a part of a vector",
    (8, "biom:VectorPositionHorizontalCoordinateValue", "field"): "a part of a vector",
}


def test_every_annotated_element_is_the_field_its_comment_names(corpus: Path) -> None:
    root = etree.parse(str(corpus / ANNOTATED)).getroot()
    types = record_types("niem2")
    told = {"field": 0, "item": 0}
    wrong = set()
    for element in root.iterchildren(etree.Element):
        kind = types[prefixed(element)]
        rows = table("niem2", kind)
        assert rows is not None
        for name, comment, row in annotated(element, rows):
            what, said = claim(kind, comment)
            if not what or (row is not None and row.constant is not None):
                continue
            told[what] += 1
            if row is None or not agrees(kind, row, what, said):
                wrong.add((kind, name, comment if what == "item" else "field"))
    assert wrong == set(ELSEWHERE)
    assert told["field"] > 670
    assert told["item"] > 1200


def annotated(element: Any, row: ElementRow) -> Iterator[tuple[str, str, ElementRow | None]]:
    """Each element below, the comment before it, and its row."""
    seen: dict[str, int] = {}
    for child in element.iterchildren(etree.Element):
        name = prefixed(child)
        nth = seen.get(name, 0)
        seen[name] = nth + 1
        known = row.row_of(name, nth)
        yield name, comment_before(child), known
        if known is not None:
            yield from annotated(child, known)


def comment_before(element: Any) -> str:
    told: list[str] = []
    before = element.getprevious()
    while before is not None and before.tag is etree.Comment:
        told.insert(0, before.text.strip())
        before = before.getprevious()
    return " | ".join(text for text in told if not OCCURRENCE.fullmatch(text))


def claim(kind: int, comment: str) -> tuple[str, Any]:
    """What a comment names: fields of this record, an item by its mnemonic, or nothing."""
    fields = {int(number) for of, number in FIELD.findall(comment) if int(of) == kind}
    if fields:
        return "field", fields
    return ("item", comment) if MNEMONIC.fullmatch(comment) else ("", None)


def agrees(kind: int, row: ElementRow, what: str, said: Any) -> bool:
    held = {(one.field, one.item) for one in (row, *row.walk()) if one.field is not None}
    if what == "field":
        return bool(said & {field for field, _ in held})
    return said in {name for field, item in held for name in mnemonics(kind, field, item)}


def mnemonics(kind: int, field: int, item: int | None) -> Iterator[str]:
    """The names that the declarations have for a field and an item of it."""
    declared = nistitl.record_class(kind).elements.get(field)
    if declared is None:
        return
    yield declared.mnemonic
    if not isinstance(declared.value, Sets) or item is None:
        return
    for items in (declared.value.first, declared.value.items):
        names = [name for one in items.items for name in (one.pair or (one.mnemonic,))]
        yield from names[item - 1 : item]


def prefixed(element: Any) -> str:
    name = etree.QName(element)
    return f"{NIEM2.prefixes.get(name.namespace, '?')}:{name.localname}"
