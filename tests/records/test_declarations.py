"""A row of the standard's tables is declared once: what several record types have in common stands in shared.py."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import attrs
import pytest

from nistitl.declare.element import common
from nistitl.declare.values import N
from nistitl.records import DECLARED, record_class, shared
from tests.support.samples import PACKAGES

SOURCES = sorted((PACKAGES / "nistitl" / "records").glob("*.py"))


def declarations(source: Path) -> list[tuple[str, str]]:
    """Every field a module declares: its arguments in one spelling, but for the number, and where it stands."""
    found = []
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("element", "common"):
            given = node.args[1:] if node.func.id == "element" else node.args
            arguments = {
                name: ast.unparse(value) for name, value in zip(("value", "condition", "name"), given, strict=False)
            }
            arguments |= {str(keyword.arg): ast.unparse(keyword.value) for keyword in node.keywords}
            found.append((repr(sorted(arguments.items())), f"{source.name}:{node.lineno}"))
    return found


def test_no_field_is_declared_twice() -> None:
    places = defaultdict(list)
    for source in SOURCES:
        for arguments, place in declarations(source):
            places[arguments].append(place)
    assert len(places) > 350
    assert [where for where in places.values() if len(where) > 1] == []


def test_what_is_shared_is_shared() -> None:
    used = {
        ast.unparse(node.func)
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("shared.")
    }
    groups = [
        ("shared", shared),
        *((f"shared.{name}", getattr(shared, name)) for name in ("Binary", "Image", "OptionalImage", "LaterImage")),
    ]
    declared = {
        f"{group}.{name}" for group, owner in groups for name, row in vars(owner).items() if hasattr(row, "func")
    }
    assert used == declared


@pytest.mark.parametrize("number", DECLARED)
def test_fields_stand_in_the_order_of_their_numbers(number: int) -> None:
    elements = record_class(number).elements
    assert list(elements) == sorted(elements)
    assert [field.name.lstrip("_") for field in attrs.fields(record_class(number))] == [
        e.mnemonic for e in elements.values()
    ]


def test_a_common_field_is_made_anew_for_each_type() -> None:
    row = common(N(1, 2), shared.M, "a name", note="a note")
    one, other = (
        row(number, **changes).metadata["element"]
        for number, changes in ((7, {}), (9, {"note": "", "unverified": True}))
    )
    assert (one.number, one.note, one.unverified) == (7, "a note", False)
    assert (other.number, other.note, other.unverified) == (9, "", True)
    assert record_class(14).elements[2] is not record_class(15).elements[2]
    assert (
        record_class(14).elements[16].name == "Scanned horizontal pixel scale"
        and record_class(10).elements[902].number == 902
    )
