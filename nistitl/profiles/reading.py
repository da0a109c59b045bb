"""A layer is read from a TOML file; whoever wrote it is told the line, what is wrong there and what was expected."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from nistitl.base.patterns import check_pattern
from nistitl.profiles.layer import NEEDS, ElementNeed, Interval, Layer, LayerRow, ProfileError, RecordCount, interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.base.resources import TextFile

_MOST_KEPT = 16  # layers
_TEXT, _FLAG, _LIST, _COUNT = str, bool, list, int
_FIELD = {
    "mnemonic": _TEXT, "name": _TEXT, "type": _TEXT, "length": _TEXT, "occurs": _TEXT, "special": _TEXT, "codes": _TEXT,
    "values": _TEXT, "pattern": _TEXT, "date": _TEXT, "hint": _TEXT, "source": _TEXT, "sure": _FLAG, "open": _FLAG,
    "condition": _TEXT, "tots": _TEXT, "removed": _FLAG, "single": _FLAG,
}  # fmt: skip
_TOT = {
    "name": _TEXT, "direction": _TEXT, "service": _TEXT, "answers": _TEXT, "delayed": _TEXT, "errors": _TEXT,
    "answers_to": _TEXT, "status": _TEXT, "source": _TEXT, "sure": _FLAG, "removed": _FLAG, "priority": _TEXT,
    "analogy": _FLAG,
}  # fmt: skip
_PROFILE = {
    "name": _TEXT, "title": _TEXT, "authority": _TEXT, "parent": _TEXT, "editions": _LIST, "domains": _LIST,
    "versions": _LIST, "notice": _TEXT, "rules": _LIST, "max_size": _COUNT, "closed": _FLAG,
}  # fmt: skip
_CODES = {"list": _TEXT, "add": _TEXT, "remove": _TEXT, "source": _TEXT, "title": _TEXT, "sure": _FLAG}
_ROWS: dict[str, dict[str, type]] = {"type2": _FIELD, "fields": _FIELD, "tots": _TOT, "codes": _CODES}
_WORDS = ("records", *NEEDS, "forbidden")
_CHARACTERS = ("A", "N", "AN", "ANS", "AS", "NS", "S", "U", "B", "H")
_DATES = ("CCYYMMDD", "YYYYMMDD", "ZCCYYMMDD", "YYYYMMDDHHMMSSZ")
_COUNTED = re.compile(r"\d{1,2}(\+\d{1,2})*\??(:\d+(-\d*)?)?|\d{1,2}:none")
_NEED = re.compile(r"[A-Za-z0-9_@.]+\??(:\d+(-\d*)?(:\d+(-\d*)?)?)?")
_TYPE2_PATH, _FIELD_PATH = re.compile(r"2\.\d{3,9}(\.\d{1,2})?"), re.compile(r"\d{1,2}\.\d{3,9}(\.\d{1,2})?")


def read_layer(path: TextFile) -> Layer:
    """The layer in a TOML file, without its parents. ProfileError says file, line and what was expected.

    The file is read each time, so that an edit counts at once; a text that was read before gives the same layer.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # not there, not UTF-8, no name for a file
        raise ProfileError(f"{path.name}: cannot read: {error}") from None
    return _parsed(path.name, text)


@lru_cache(_MOST_KEPT)
def _parsed(name: str, text: str) -> Layer:
    import tomllib  # only for those who read tables

    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, a number or a nesting beyond reason
        raise ProfileError(f"{name}: {error}") from None
    for word in _words(tables):
        if not word.replace("\n", "").replace("\t", "").isprintable():
            raise ProfileError(f"{name}: {word[:40]!r} holds what a terminal would obey; expected letters and signs")
    return _LayerReader(name, text, tables).layer()


def _words(value: object) -> Iterator[str]:
    """Every text in a table, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


class _LayerReader:
    """Makes a layer of what stands in a file, and refuses what it cannot be."""

    def __init__(self, name: str, text: str, tables: Mapping[str, Any]) -> None:
        self.name = name
        self.text = text
        self.tables = tables

    def layer(self) -> Layer:
        known = ("profile", "sources", *_ROWS, *_WORDS)
        for section in self.tables:
            if section not in known:
                self.refuse(section, "", f"there is no section of this name; sections are {', '.join(known)}")
        head = self.section("profile")
        self.attributes("profile", "", head, _PROFILE)
        return Layer(
            head, self.section("sources"),
            self.rows("type2"), self.rows("fields"), self.rows("codes"), self.rows("tots"),
            {tot: self.counts(tot, words) for tot, words in self.words("records").items()}, self.needs(),
        )  # fmt: skip

    def section(self, section: str) -> dict[str, Any]:
        table: Any = self.tables.get(section, {})
        if not isinstance(table, dict):
            self.refuse(section, "", "expected a table")
        return dict(table)

    def rows(self, section: str) -> dict[str, LayerRow]:
        rows = self.section(section)
        for key, row in rows.items():
            if not isinstance(row, dict):
                self.refuse(section, key, "expected a row of attributes in braces")
            self.attributes(section, key, row, _ROWS[section])
            self.content(section, key, row)
        return rows

    def attributes(self, section: str, key: str, row: LayerRow, known: dict[str, type]) -> None:
        for name, value in row.items():
            if name not in known:
                self.refuse(section, key, f"there is no attribute {name!r}; attributes are {', '.join(known)}")
            if type(value) is not known[name]:
                self.refuse(section, key, f"{name} is a {type(value).__name__}, expected a {known[name].__name__}")
            if isinstance(value, list) and not all(isinstance(word, str) for word in value):
                self.refuse(section, key, f"{name} is a list of other things than text")

    def content(self, section: str, key: str, row: LayerRow) -> None:
        """What the values of a row must look like."""
        paths = {"type2": _TYPE2_PATH, "fields": _FIELD_PATH}.get(section)
        if paths is None:
            return
        if not paths.fullmatch(key):
            self.refuse(section, key, "expected a path such as 2.018 or 2.084.1")
        if row.get("type", "A") not in _CHARACTERS:
            self.refuse(section, key, f"there is no character type {row['type']!r}; types are {', '.join(_CHARACTERS)}")
        if row.get("date", _DATES[0]) not in _DATES:
            self.refuse(section, key, f"there is no date form {row['date']!r}; forms are {', '.join(_DATES)}")
        if row.get("condition", "M") not in ("M", "O", "C", "X"):
            self.refuse(section, key, f"there is no condition {row['condition']!r}; conditions are M, O, C and X")
        for name in ("length", "occurs"):
            if name in row:
                self.interval(section, key, row[name])
        if "pattern" in row:
            try:
                check_pattern(row["pattern"])
            except ValueError as error:
                self.refuse(section, key, str(error))

    def interval(self, section: str, key: str, text: str) -> Interval:
        try:
            return interval(text)
        except ValueError as error:
            self.refuse(section, key, str(error))

    def words(self, section: str) -> dict[str, list[str]]:
        rows = self.section(section)
        for key, text in rows.items():
            if not isinstance(text, str):
                self.refuse(section, key, "expected words in quotes")
        return {key: text.split() for key, text in rows.items()}

    def counts(self, tot: str, words: list[str]) -> dict[tuple[int, ...], RecordCount]:
        counts = {}
        for word in words:
            if not _COUNTED.fullmatch(word):
                self.refuse("records", tot, f"{word!r} is no count such as 14:0-46, 4+14:1-14, 2 or 7:none")
            kinds, _, many = word.partition(":")
            types = tuple(int(kind) for kind in kinds.rstrip("?").split("+"))
            low, high = (0, 0) if many == "none" else self.interval("records", tot, many or "1")
            counts[types] = RecordCount(types, low, high, not kinds.endswith("?"))
        return counts

    def needs(self) -> dict[str, dict[str, ElementNeed]]:
        needs: dict[str, dict[str, ElementNeed]] = {}
        for section in (*NEEDS, "forbidden"):
            for tot, words in self.words(section).items():
                of_tot = needs.setdefault(tot, {})
                for word in words:
                    name, need = self.need(section, tot, word)
                    if name in of_tot:
                        self.refuse(section, tot, f"{name} stands twice")
                    of_tot[name] = need
        return needs

    def need(self, section: str, tot: str, word: str) -> tuple[str, ElementNeed]:
        if not _NEED.fullmatch(word):
            self.refuse(section, tot, f"{word!r} is no element such as NAM, DOB:1-5 or FBI:0-5:1-9")
        name, *spans = word.split(":")
        occurs, length = [self.interval(section, tot, one) for one in spans] + [None] * (2 - len(spans))
        return name.rstrip("?"), ElementNeed(section[0].upper(), occurs, length, not name.endswith("?"))

    def refuse(self, section: str, key: str, message: str) -> NoReturn:
        """ProfileError with the line where the row stands."""
        place = f"[{section}] {key}".rstrip()
        raise ProfileError(f"{self.name}, line {_line(self.text, section, key)}: {place}: {message}")


def _line(text: str, section: str, key: str) -> int:
    """The line of a row: the first after the section's heading that begins with the key; the heading's else."""
    inside, heading = False, 1
    row = re.compile(rf"""["']?{re.escape(key)}["']?\s*=""")
    headings = (f"[{section}]", f"[{section}.{key}]", f'[{section}."{key}"]')
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped in headings
            heading = number if inside else heading
            if inside and stripped != headings[0]:
                return number
        elif inside and key and row.match(stripped):
            return number
    return heading
