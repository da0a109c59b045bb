"""The rooms of the house from the ground up, and every import between its files, read from the source."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from tests.support.samples import PACKAGES

if TYPE_CHECKING:
    from pathlib import Path

ROOMS = (
    "nistitl.base", "nistitl.codes", "nistitl.wire", "nistitl.declare", "nistitl.model", "nistitl.images",
    "nistitl.minutiae", "nistitl.records", "nistitl.validation", "nistitl.profiles", "nistitl.xml", "nistitl.plain",
    "nistitl.exchange", "nistitl.pages", "nistitl.api", "nistitl.archive", "nistitl.ixm", "nistitl", "nistitl.cli",
    "nistitl.__main__", "ebts_profiles",
)  # fmt: skip


class Import(NamedTuple):
    """One module imports another, at a line of its file."""

    importer: str
    imported: str
    line: int


def room_of(module: str) -> str:
    """The room a module is in: the longest name in the list that it is or begins with."""
    if module == "nistitl" or module.startswith("ebts_profiles"):
        return module.partition(".")[0]
    return ".".join(module.split(".")[:2])


def modules() -> dict[str, Path]:
    """Every module of the two packages, by dotted name."""
    return {
        ".".join(path.relative_to(PACKAGES).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("nistitl", "ebts_profiles")
        for path in sorted((PACKAGES / package).rglob("*.py"))
    }


def imports(known: dict[str, Path]) -> list[Import]:
    """Every import of one module by another: at the top, in functions, and for types only."""
    found = []
    for module, path in known.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = module if path.name == "__init__.py" else module.rpartition(".")[0]
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = (
                    ".".join([*parents, *([node.module] if node.module else [])]) if node.level else node.module or ""
                )
                names = [f"{base}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                imported = name if name in known else name.rpartition(".")[0]
                if imported in known and imported != module:
                    found.append(Import(module, imported, node.lineno))
    return found


def circles(edges: list[Import]) -> list[list[str]]:
    """The groups of modules that import each other, however far around; each is listed once."""
    to: dict[str, set[str]] = {}
    for edge in edges:
        to.setdefault(edge.importer, set()).add(edge.imported)
    reached = {module: _reached(module, to) for module in to}
    groups = {
        frozenset(other for other in found if module in reached.get(other, ())) for module, found in reached.items()
    }
    return sorted(sorted(group) for group in groups if group)


def _reached(module: str, to: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    left = list(to[module])
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left += to.get(one, ())
    return seen
