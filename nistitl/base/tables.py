"""Tables in TOML that people write: read, and refused with file and line, what is wrong there and what was expected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn

from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nistitl.base.resources import Resource, TextFile

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 80


class TableText(NamedTuple):
    """The file that tables were read from, to say where a row stands; without text there are no lines to tell."""

    name: str
    text: str

    def refusal(self, names: Sequence[str], message: str, line: int | None = None) -> str:
        """What is told of a row: file, line, its heading and name, and what is wrong.

        `names` lead to it: a section, a row of it, an attribute of that; empty ones are left out.
        """
        path = tuple(filter(None, names))
        found, below = self._place(path)
        shown = ".".join(name if _BARE.fullmatch(name) else f'"{name}"' for name in path[:below])
        where = ": ".join((f"[{shown}] {path[below]}" if path[below:] else f"[{shown}]", *path[below + 1 :]))
        file = f"{self.name}, line {line or found}: " if self.text else f"{self.name}: " if self.name else ""
        return f"{file}{where}: {message}"

    def line_of(self, *names: str) -> int:
        """The line of what these names lead to, or of what stands nearest above it."""
        return self._place(names)[0]

    def _place(self, names: Sequence[str]) -> tuple[int, int]:
        """The line, and how many of the names are those of the heading above it: one at the least."""
        depth, found, below = 0, 1, 1
        heading: tuple[str, ...] | None = None
        for number, line in enumerate(map(str.strip, self.text.splitlines()), 1):
            if line.startswith("["):
                heading = _heading(line)
            if heading is None or heading != tuple(names[: len(heading)]):
                continue
            rest = names[len(heading) :]
            here = len(heading) + bool(not line.startswith("[") and rest and _gives(line, rest[0]))
            if here > depth:
                depth, found, below = here, number, max(1, min(len(heading), len(names) - 1))
        return found, below


def _heading(line: str) -> tuple[str, ...] | None:
    """The names in a heading such as [rules.all]; None for what is none."""
    import tomllib

    try:
        table: Any = tomllib.loads(line)
    except ValueError:
        return None
    names = []
    while isinstance(table, dict) and table:
        ((name, table),) = table.items()
        names.append(name)
    return tuple(names)


def _gives(line: str, key: str) -> bool:
    """True for a line that gives a value to a name, or to several in one key."""
    return re.match(rf"""["']?([^"'=]*[\s"'])?{re.escape(key)}([\s"'][^"'=]*)?["']?\s*=""", line) is not None


def table_file(name: str, what: str, shipped: Sequence[str], folder: Resource, error: type[ITLError]) -> TextFile:
    """The file of a shipped name, in that folder, or the one whose path is given; `error` for what is neither."""
    if name in shipped:
        return folder / f"{name}.toml"
    if name.endswith(".toml"):
        return Path(name)
    known = f"shipped are {', '.join(shipped)}, or name a file that ends in .toml"
    raise error(f"there is no {what} {name[:_LONGEST_NAME]!r}{meant(name, shipped)}; {known}")


def table_text(path: TextFile, error: type[ITLError]) -> TableText:
    """The text of a file; `error`, with its name, where it cannot be read."""
    try:
        return TableText(path.name, path.read_text("utf-8") or "\n")  # of an empty file, too, there is a line to tell
    except (OSError, ValueError) as why:  # not there, not UTF-8, no name for a file
        raise error(f"{path.name}: cannot read: {getattr(why, 'strerror', None) or why}") from None


def tables_of(text: TableText, error: type[ITLError]) -> dict[str, Any]:
    """The tables that stand in a text; `error`, with line and column, where it is no TOML."""
    import tomllib  # only for those who read tables

    try:
        return tomllib.loads(text.text)
    except (ValueError, RecursionError) as why:  # not TOML, a number or a nesting beyond reason
        raise error(f"{text.name}: {why}{_hint(why)}") from None


def _hint(error: Exception) -> str:
    """What may be meant by an error of TOML."""
    if "Invalid value" in str(error):
        return '; text stands in quotes: SEX = "X"'
    return "; a key stands once in a table" if "overwrite" in str(error) else ""


def _headings(known: Sequence[str]) -> str:
    return ", ".join(f"[{section}]" for section in known)


class TableReader:
    """What readers of such files share: sections that must be known, and refusals with file and line."""

    error: ClassVar[type[ITLError]] = ITLError

    def __init__(self, text: TableText, tables: Mapping[str, Any]) -> None:
        self.text = text
        self.tables = tables

    def check_sections(self, known: Sequence[str]) -> None:
        """Refuse a section that is not known, and what stands above all of them."""
        for section, content in self.tables.items():
            if section not in known and not isinstance(content, dict | list):
                self.refuse(section, "", f"it stands in no section; expected it below {_headings(known)}")
            if section not in known:
                self.refuse(section, "", unknown("section", section, known))

    def section(self, section: str) -> dict[str, Any]:
        """The rows of a section; none where it is not there."""
        table: Any = self.tables.get(section, {})
        if not isinstance(table, dict):
            self.refuse(section, "", "expected a table")
        return dict(table)

    def refuse(self, section: str, key: str, message: str, *, attribute: str = "", line: int | None = None) -> NoReturn:
        """The reader's error, with the line where the row, or its attribute, stands."""
        raise self.error(self.text.refusal((section, key, attribute), message, line))
