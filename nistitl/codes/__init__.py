"""Code tables of the standard, one file each in tables/: code, meaning, editions, how well it is known."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import attrs

from nistitl.base.editions import Edition
from nistitl.base.ranges import Range

if TYPE_CHECKING:
    from nistitl.base.resources import Resource


@attrs.frozen(slots=True)
class Code:
    """A row of a code table; `code` may be a range of numbers, `0..100`."""

    code: str
    meaning: str
    since: Edition | None
    legacy: Edition | None
    status: str  # sourced, unverified or reserved
    group: str = ""

    def valid_in(self, edition: Edition) -> bool:
        """True when new data of that edition may carry the code."""
        return (self.since is None or self.since <= edition) and (self.legacy is None or edition < self.legacy)


@attrs.frozen(slots=True, eq=False)
class Table:
    """A code table by name. Codes that are numbers compare as numbers: `1` is `01`."""

    name: str
    title: str
    codes: tuple[Code, ...]
    _by_code: dict[str, Code]
    _ranges: tuple[tuple[Range, Code], ...]

    @classmethod
    def of(cls, name: str, title: str, codes: tuple[Code, ...]) -> Table:
        """A table of these rows."""
        plain = {_canonical(code.code): code for code in codes if ".." not in code.code}
        ranges = tuple((Range(code.code), code) for code in codes if ".." in code.code)
        return cls(name, title, codes, plain, ranges)

    def get(self, text: str) -> Code | None:
        """The row of a code as a file spells it, or None."""
        row = self._by_code.get(_canonical(text))
        if row is None and text.isascii() and text.isdigit() and len(text) < 10:
            return next((code for span, code in self._ranges if int(text) in span), None)
        return row

    def meaning(self, text: str) -> str | None:
        """What a code means, or None when the table does not have it."""
        row = self.get(text)
        return row.meaning if row else None

    def __contains__(self, text: str) -> bool:
        row = self.get(text)
        return row is not None and row.status != "reserved"


def _canonical(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else text


@cache
def table(name: str) -> Table:
    """The code table of that name, made when first asked for; KeyError when there is none."""
    if not name.isidentifier():
        raise KeyError(name)
    try:
        lines = _file(name).read_text().splitlines()
    except FileNotFoundError:
        raise KeyError(name) from None
    comments: list[str] = []
    rows: list[str] = []
    for line in lines:
        (comments if line.startswith("#") else rows).append(line)
    codes = tuple(_row(line) for line in rows[1:])  # the first row names the columns
    return Table.of(name, comments[0].removeprefix("# "), codes)


def _file(name: str) -> Resource:
    from nistitl.base.resources import Resource  # whoever only reads and writes asks for no table

    return Resource("nistitl.codes", f"tables/{name}.tsv")


@cache
def table_names() -> tuple[str, ...]:
    """The names of all code tables."""
    from importlib.resources import files  # 15 ms, for those who list them all

    names = (file.name for file in files("nistitl.codes").joinpath("tables").iterdir())
    return tuple(sorted(name.removesuffix(".tsv") for name in names if name.endswith(".tsv")))


def _row(line: str) -> Code:
    code, meaning, since, legacy, status, *group = line.split("\t")
    return Code(code, meaning, _edition(since), _edition(legacy), status, *group)


def _edition(year: str) -> Edition | None:
    return Edition[f"E{year}"] if year else None
