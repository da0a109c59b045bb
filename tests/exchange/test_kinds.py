"""Kinds of fields: the tables name fields that there are, and of the shipped ones few have none."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from nistitl.declare.values import Characters, Digits, H, Text
from nistitl.exchange.kinds import KINDS, UNKNOWN, kinds_of
from nistitl.model.dictionaries import profile, profile_names
from nistitl.profiles.layer import ProfileError
from nistitl.profiles.reading import read_layer
from nistitl.records import record_class
from tests.support.samples import PACKAGES

if TYPE_CHECKING:
    from pathlib import Path

    from nistitl.declare.element import Element
    from nistitl.exchange.kinds import KindTable

TYPES = (1, *range(3, 23), 98, 99)
# lists of candidates and of the like, whose items speak of others in several ways: nothing of them is kept
NOT_SAID = {"ATR", "CAN", "CNL", "BID", "BIL", "RLS", "EP"}


def kinds_in(table: KindTable, element: Element) -> list[str]:
    return [table.of_item(element, item) for item in element.items] or [table.of_field(element)]


@pytest.mark.parametrize("number", TYPES)
def test_every_field_of_a_record_type_has_a_kind(number: int) -> None:
    table = kinds_of(number, {})
    unknown = [e.mnemonic for e in record_class(number).elements.values() if UNKNOWN in kinds_in(table, e)]
    assert not unknown


@pytest.mark.parametrize("name", profile_names())
def test_elements_of_profiles_have_kinds(name: str) -> None:
    known = profile(name)
    table = kinds_of(2, known.layer.kinds)  # type: ignore[attr-defined]
    elements = [known.dictionary.by_number(number) for number in known.dictionary.numbers()]  # type: ignore[attr-defined]
    assert {e.mnemonic for e in elements if UNKNOWN in kinds_in(table, e)} <= NOT_SAID


FREE = ("minutiae", "measured", "quality", "date", "number", "image", "hash")  # policies keep all of these
# no text of anybody: feature codes of ISO 14496-2, dates of a form, maps of ridges, images of minutiae
CODED = {"FFP.FPC", "3DF.FPC", "ICDR", "SEG.IPT", "RQM", "RFM", "RWM", "SIM", "MRCT.RCD"}


def holds_text(value: object) -> bool:
    """True for a value that may be words of somebody's."""
    if not isinstance(value, Text) or isinstance(value, H | Digits) or value.table or value.one_of:
        return False
    return not (isinstance(value, Characters) and value.pattern) and (value.max_len or 99) > 4


@pytest.mark.parametrize("number", TYPES)
def test_free_text_is_of_no_kind_that_is_kept_with_images(number: int) -> None:
    table, free = kinds_of(number, {}), set()
    for element in record_class(number).elements.values():
        if element.items:
            items = [item for item in element.items if table.of_item(element, item) in FREE]
            free |= {f"{element.mnemonic}.{item.mnemonic}" for item in items if holds_text(item.value)}
        elif table.of_field(element) in FREE and holds_text(getattr(element.value, "inner", element.value)):
            free.add(element.mnemonic)
    assert free <= CODED


def test_tables_name_fields_and_kinds_that_there_are() -> None:
    rows = tomllib.loads((PACKAGES / "nistitl/records/kinds.toml").read_text("utf-8"))
    every = {name for number in TYPES for name in _names(number)}
    for section, words in rows.items():
        known = every if section == "every" else _names(int(section))
        assert {kind for kind in words if kind != "rest"} <= set(KINDS)
        assert {word for kind, text in words.items() if kind != "rest" for word in text.split()} <= known, section


def test_section_of_a_layer(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[kinds]\nname = "NAM"\ndate = "DPR CAN.DAT"\n')
    assert read_layer(path).kinds == {"NAM": "name", "DPR": "date", "CAN.DAT": "date"}
    path.write_text('[kinds]\nnmae = "NAM"\n')
    with pytest.raises(
        ProfileError, match=r"line 2: \[kinds\] nmae: there is no kind 'nmae' \(did you mean 'name'\?\)"
    ):
        read_layer(path)


def _names(number: int) -> set[str]:
    elements = record_class(number).elements.values()
    items = {f"{e.mnemonic}.{item.mnemonic}" for e in elements for item in e.items}
    return items | {e.mnemonic for e in elements}
