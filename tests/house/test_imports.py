"""Imports run one way: no circle between files, and no room imports one above it. Every import counts."""

from __future__ import annotations

from tests.house.rooms import ROOMS, circles, imports, modules, room_of
from tests.support.samples import ROOT

KNOWN = modules()
EDGES = imports(KNOWN)


def test_every_module_is_in_a_room_of_the_list() -> None:
    assert {room_of(module) for module in KNOWN} == set(ROOMS)


def test_no_file_is_in_a_circle() -> None:
    assert circles(EDGES) == []


def test_no_room_imports_a_higher_one() -> None:
    order = {room: at for at, room in enumerate(ROOMS)}
    upward = [
        f"{edge.importer}:{edge.line} imports {edge.imported}"
        for edge in EDGES
        if order[room_of(edge.importer)] < order[room_of(edge.imported)]
    ]
    assert upward == []


def test_contributing_lists_the_rooms_in_their_order() -> None:
    rows = [line.split("|")[1].strip(" `") for line in _section("## The house") if line.startswith("| `")]
    assert tuple(rows) == ROOMS


def _section(heading: str) -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.partition(f"\n{heading}\n")[2].partition("\n## ")[0].splitlines()
