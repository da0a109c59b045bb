"""Private names stay in their files: who needs what another file keeps asks by a public name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import modules

# Accesses to names that begin with one underscore, and are not defined where they are read. Each has its reason.
ALLOWED = {
    ("*", "_replace"): "a method that typing.NamedTuple documents as public",
    ("*", "_asdict"): "likewise",
    (
        "nistitl.images.advice",
        "_getframe",
    ): "a warning names the line of the caller, which only this finds",
    ("nistitl.archive.pool", "_exit"): "os._exit is documented: the end of a process, whatever its other thread is on",
    ("nistitl.images.wsq.pillow", "_Tile"): "what a Pillow plug-in has to put into `tile`; Pillow has no other name",
}


def defined_in(tree: ast.AST) -> set[str]:
    """The names that a file gives: functions, classes, variables, attributes, arguments and slots."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and of_itself(node):
            names.add(node.attr)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__slots__":
            names |= {item.value for item in ast.walk(node.value) if isinstance(item, ast.Constant)}
    return names


def of_itself(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def reaches(source: str) -> Iterator[tuple[int, str]]:
    """The private names of other files that a source reads, sets or imports, with their lines."""
    tree = ast.parse(source)
    own = defined_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr) and not of_itself(node):
            mine = node.attr in own or (isinstance(node.value, ast.Call) and ast.unparse(node.value) == "super()")
            if not mine:
                yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names if private(alias.name))


def test_a_reach_is_seen() -> None:
    """What the other test relies on: reads, writes and imports are counted, what is one's own is not."""
    source = """
from package.module import _hidden, __version__
class One:
    __slots__ = ("_mine",)
    def touch(self, other):
        self._theirs()
        super()._restore()
        other._mine = other._strange
        other._written = 1
"""
    assert sorted(reaches(source)) == [(2, "_hidden"), (8, "_strange"), (9, "_written")]


def test_no_file_reaches_into_another_one() -> None:
    used: set[tuple[str, str]] = set()
    unexplained = []
    for module, path in modules().items():
        for line, name in reaches(Path(path).read_text("utf-8")):
            key = next((key for key in ((module, name), ("*", name)) if key in ALLOWED), None)
            if key is None:
                unexplained.append(f"{module}:{line} reaches for {name}")
            else:
                used.add(key)
    assert unexplained == []
    assert used == set(ALLOWED), "an exception that nobody needs any more"
    assert len(ALLOWED) <= 5
