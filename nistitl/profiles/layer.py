"""A layer: what one authority, version or user adds to its parent, read from one TOML file and checked.

Sections, one row a line:

    [profile]      name, title, authority, parent, editions, domains, versions, notice, rules, max_size
    [sources]      where the rows come from, by the key that rows name in `source`
    [type2]        "2.018" = { mnemonic, name, type, length, occurs, special, codes, date, hint, source, sure }
                   "2.084.1" = { ... } is an item of 2.084
    [fields]       "14.011" = { ... } narrows a field of another record type, or declares a user-defined one;
                   also condition (M or X), values, tots
    [codes.NAME]   list = code and meaning, a line each; a child's `add` and `remove` change it
    [tots]         CAR = { name, direction, service, answers, delayed, errors, answers_to, status, sure, removed }
                   answers_to: what the rows of those types do not say themselves
                   analogy = true: its elements are known from another version only, they warn
    [records]      CAR = '1 2 4:0-14 4+14:1-14 13?:0-2'    counts; several types share one with +
    [mandatory]    CAR = 'NAM DOB:1-5 FBI:0-5:1-9'         mnemonic, subfields, length
    [optional]     the same
    [conditional]  the same
    [forbidden]    CAR = 'PHT'                             taken out again

A row named "*" holds for every transaction type. A child's row changes its parent's: attributes and words one by
one. `?` after a word, and `sure = false`, mean that sources disagree or that it is known by analogy: it warns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.patterns import check_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.base.resources import TextFile

Row = dict[str, Any]
Span = tuple[int, int | None]
EVERY = "*"
K = TypeVar("K")
V = TypeVar("V")
NEEDS = ("mandatory", "optional", "conditional")

_TEXT, _FLAG, _LIST, _COUNT = str, bool, list, int
_FIELD = {
    "mnemonic": _TEXT, "name": _TEXT, "type": _TEXT, "length": _TEXT, "occurs": _TEXT, "special": _TEXT, "codes": _TEXT,
    "values": _TEXT, "pattern": _TEXT, "date": _TEXT, "hint": _TEXT, "source": _TEXT, "sure": _FLAG, "open": _FLAG,
    "condition": _TEXT, "tots": _TEXT, "removed": _FLAG,
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
_SPAN = re.compile(r"(\d+)(?:-(\d+)?)?")
_COUNTED = re.compile(r"\d{1,2}(\+\d{1,2})*\??(:\d+(-\d*)?)?|\d{1,2}:none")
_NEED = re.compile(r"[A-Za-z0-9_@.]+\??(:\d+(-\d*)?(:\d+(-\d*)?)?)?")
_TYPE2_PATH, _FIELD_PATH = re.compile(r"2\.\d{3,9}(\.\d{1,2})?"), re.compile(r"\d{1,2}\.\d{3,9}(\.\d{1,2})?")


class ProfileError(ITLError):
    """A layer cannot be read: file and line, what is wrong, what was expected."""


class Need(NamedTuple):
    """What a transaction type says of a Type-2 element: condition, subfields, length, and whether that is certain."""

    condition: str
    occurs: Span | None
    length: Span | None
    sure: bool


class Count(NamedTuple):
    """How many records of these types, together, a transaction holds."""

    types: tuple[int, ...]
    least: int
    most: int | None
    sure: bool


@attrs.define(slots=True)
class Layer:
    """The rows of a profile, those of its parents included."""

    head: Row
    sources: dict[str, str]
    type2: dict[str, Row]
    fields: dict[str, Row]
    codes: dict[str, Row]
    tots: dict[str, Row]
    records: dict[str, dict[tuple[int, ...], Count]]
    needs: dict[str, dict[str, Need]]

    def over(self, parent: Layer) -> Layer:
        """This layer on top of its parent."""
        return Layer(
            {**parent.head, **self.head},
            parent.sources | self.sources,
            _merged(parent.type2, self.type2),
            _merged(parent.fields, self.fields),
            _codes(parent.codes, self.codes),
            _merged(parent.tots, self.tots),
            _by_tot(parent.records, self.records),
            _by_tot(parent.needs, self.needs),
        )


def _merged(parent: dict[str, Row], child: dict[str, Row]) -> dict[str, Row]:
    rows = dict(parent)
    for key, row in child.items():
        if row.get("removed"):
            rows.pop(key, None)
        else:
            rows[key] = {**rows.get(key, {}), **row}
    return rows


def _codes(parent: dict[str, Row], child: dict[str, Row]) -> dict[str, Row]:
    rows = dict(parent)
    for key, row in child.items():
        old = rows.get(key, {})
        listed = code_rows(row["list"]) if "list" in row else dict(code_rows(old.get("list", "")))
        listed |= code_rows(row.get("add", ""))
        gone = row.get("remove", "").split()
        kept = {code: meaning for code, meaning in listed.items() if code not in gone}
        text = "\n".join(f"{code}\t{meaning}" for code, meaning in kept.items())
        rest = {name: value for name, value in row.items() if name not in ("add", "remove")}
        rows[key] = {**old, **rest, "list": text}
    return rows


def _by_tot(parent: dict[str, dict[K, V]], child: dict[str, dict[K, V]]) -> dict[str, dict[K, V]]:
    """The words of a child on those of its parent; what it says of every type holds where the parent named one."""
    every = child.get(EVERY, {})
    merged = {}
    for tot in {**parent, **child}:
        mine = parent.get(tot, {})
        general = {name: word for name, word in every.items() if name in mine} if tot != EVERY else {}
        merged[tot] = _worded(_worded(mine, general), child.get(tot, {}))
    return merged


def _worded(parent: dict[K, V], child: dict[K, V]) -> dict[K, V]:
    merged = dict(parent)
    for name, word in child.items():
        old = merged.get(name)
        if isinstance(word, Need) and isinstance(old, Need):
            merged[name] = word._replace(occurs=word.occurs or old.occurs, length=word.length or old.length)
        else:
            merged[name] = word
    return merged


def code_rows(text: str) -> dict[str, str]:
    """Code and meaning of every line of a list; a tab or two spaces stand between them."""
    rows = {}
    for line in text.splitlines():
        if line.strip():
            code, _, meaning = line.replace("  ", "\t", 1).partition("\t")
            rows[code.strip()] = meaning.strip()
    return rows


def span(text: str) -> Span:
    """`3-50`, `9`, `1-`: least and most."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no span such as 3-50, 9 or 1-")
    low = int(match[1])
    high = low if "-" not in text else int(match[2]) if match[2] else None
    if high is not None and high < low:
        raise ValueError(f"{text!r} ends before it begins")
    return low, high


# -- reading ------------------------------------------------------------------------------------


def read_layer(path: TextFile) -> Layer:
    """The layer in a TOML file, without its parents. ProfileError says file, line and what was expected."""
    import tomllib  # only for those who read tables

    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # not there, not UTF-8, no name for a file
        raise ProfileError(f"{path.name}: cannot read: {error}") from None
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, a number or a nesting beyond reason
        raise ProfileError(f"{path.name}: {error}") from None
    for word in _words(tables):
        if not word.replace("\n", "").replace("\t", "").isprintable():
            raise ProfileError(
                f"{path.name}: {word[:40]!r} holds what a terminal would obey; expected letters and signs"
            )
    return _Reader(path.name, text, tables).layer()


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


class _Reader:
    def __init__(self, name: str, text: str, tables: Mapping[str, Any]) -> None:
        self.name = name
        self.text = text
        self.tables = tables

    def layer(self) -> Layer:
        known = ("profile", "sources", *_ROWS, *_WORDS)
        for section in self.tables:
            if section not in known:
                self.refuse(section, "", f"there is no section of this name; sections are {', '.join(known)}")
        head = self.table("profile")
        self.attributes("profile", "", head, _PROFILE)
        return Layer(
            head, self.table("sources"), self.rows("type2"), self.rows("fields"), self.rows("codes"), self.rows("tots"),
            {tot: self.counts(tot, words) for tot, words in self.words("records").items()}, self.needs(),
        )  # fmt: skip

    def table(self, section: str) -> dict[str, Any]:
        found: Any = self.tables.get(section, {})
        if not isinstance(found, dict):
            self.refuse(section, "", "expected a table")
        return dict(found)

    def rows(self, section: str) -> dict[str, Row]:
        rows = self.table(section)
        for key, row in rows.items():
            if not isinstance(row, dict):
                self.refuse(section, key, "expected a row of attributes in braces")
            self.attributes(section, key, row, _ROWS[section])
            self.content(section, key, row)
        return rows

    def attributes(self, section: str, key: str, row: Row, known: dict[str, type]) -> None:
        for name, value in row.items():
            if name not in known:
                self.refuse(section, key, f"there is no attribute {name!r}; attributes are {', '.join(known)}")
            if type(value) is not known[name]:
                self.refuse(section, key, f"{name} is a {type(value).__name__}, expected a {known[name].__name__}")
            if isinstance(value, list) and not all(isinstance(word, str) for word in value):
                self.refuse(section, key, f"{name} is a list of other things than text")

    def content(self, section: str, key: str, row: Row) -> None:
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
                self.spanned(section, key, row[name])
        if "pattern" in row:
            try:
                check_pattern(row["pattern"])
            except ValueError as error:
                self.refuse(section, key, str(error))

    def spanned(self, section: str, key: str, text: str) -> Span:
        try:
            return span(text)
        except ValueError as error:
            self.refuse(section, key, str(error))

    def words(self, section: str) -> dict[str, list[str]]:
        rows = self.table(section)
        for key, text in rows.items():
            if not isinstance(text, str):
                self.refuse(section, key, "expected words in quotes")
        return {key: text.split() for key, text in rows.items()}

    def counts(self, tot: str, words: list[str]) -> dict[tuple[int, ...], Count]:
        found = {}
        for word in words:
            if not _COUNTED.fullmatch(word):
                self.refuse("records", tot, f"{word!r} is no count such as 14:0-46, 4+14:1-14, 2 or 7:none")
            kinds, _, many = word.partition(":")
            types = tuple(int(kind) for kind in kinds.rstrip("?").split("+"))
            low, high = (0, 0) if many == "none" else self.spanned("records", tot, many or "1")
            found[types] = Count(types, low, high, not kinds.endswith("?"))
        return found

    def needs(self) -> dict[str, dict[str, Need]]:
        found: dict[str, dict[str, Need]] = {}
        for section in (*NEEDS, "forbidden"):
            for tot, words in self.words(section).items():
                mine = found.setdefault(tot, {})
                for word in words:
                    name, need = self.need(section, tot, word)
                    if name in mine:
                        self.refuse(section, tot, f"{name} stands twice")
                    mine[name] = need
        return found

    def need(self, section: str, tot: str, word: str) -> tuple[str, Need]:
        if not _NEED.fullmatch(word):
            self.refuse(section, tot, f"{word!r} is no element such as NAM, DOB:1-5 or FBI:0-5:1-9")
        name, *spans = word.split(":")
        occurs, length = [self.spanned(section, tot, one) for one in spans] + [None] * (2 - len(spans))
        return name.rstrip("?"), Need(section[0].upper(), occurs, length, not name.endswith("?"))

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
