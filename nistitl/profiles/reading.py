"""A layer is read from a TOML file; whoever wrote it is told the line, what is wrong there and what was expected."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nistitl.base.nearest import unknown
from nistitl.base.tables import TableReader, TableText, table_text, tables_of
from nistitl.profiles.attributes import IMAGES, PROFILE, ROWS, SECTIONS, attribute_fault, type_names
from nistitl.profiles.comparisons import comparison
from nistitl.profiles.comparisons import names as field_names
from nistitl.profiles.kinds import KINDS, words_by_mnemonic
from nistitl.profiles.layer import NEEDS, CountKey, ElementNeed, Layer, ProfileError, RecordCount
from nistitl.profiles.spans import Interval, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nistitl.base.resources import TextFile
    from nistitl.profiles.merging import LayerRow

_MOST_KEPT = 16  # layers
_COUNTED = re.compile(
    r"(?P<types>\d{1,2}(?:\+\d{1,2})*)(?:\[(?P<where>[^\]\[]+)\])?(?P<unsure>\?)?(?::(?P<many>[\d*-]+|none))?"
)
_COUNT = re.compile(r"[^\s\[]+(?:\[[^\]\[]*\])?\S*")  # blanks may stand within [ ]
_NEED = re.compile(r"[A-Za-z0-9_@.]+\??(:[\d*-]+(:[\d*-]+)?)?")
_TYPE2_PATH, _FIELD_PATH = re.compile(r"2\.\d{3,9}(\.\d{1,2})?"), re.compile(r"\d{1,2}\.\d{3,9}(\.\d{1,2})?")
_PATHS = {"type2": (_TYPE2_PATH, "2.018 or 2.084.1"), "fields": (_FIELD_PATH, "14.011 or 14.021.1")}
_ASKING = ("needs", "forbids", "one_of")


def read_layer(path: TextFile) -> Layer:
    """The layer in a TOML file, without its parents. ProfileError says file, line and what was expected.

    The file is read each time, so that an edit counts at once; a text that was read before gives the same layer.
    """
    return _parsed(table_text(path, ProfileError))


@lru_cache(_MOST_KEPT)
def _parsed(text: TableText) -> Layer:
    tables = tables_of(text, ProfileError)
    for word in _words(tables):
        if not word.replace("\n", "").replace("\t", "").isprintable():
            raise ProfileError(
                f"{text.name}: {word[:40]!r} holds what a terminal would obey; expected letters and signs"
            )
    return _LayerReader(text, tables).layer()


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


class _LayerReader(TableReader):
    """Makes a layer of what stands in a file, and refuses what it cannot be."""

    error = ProfileError

    def __init__(self, text: TableText, tables: Mapping[str, Any]) -> None:
        super().__init__(text, tables)
        self.more: dict[str, tuple[LayerRow, ...]] = {}

    def layer(self) -> Layer:
        self.check_sections(SECTIONS)
        head = self.section("profile")
        self.attributes("profile", "", head, PROFILE)
        type2, fields = self.paths("type2"), self.paths("fields")
        tots = self.rows("tots")
        for code in tots:
            self.types("tots", code, several=False)
        records = {tot: self.counts(tot, words) for tot, words in self.words("records").items()}
        needs, conditions = self.needs(), self.rows("conditions")
        for name, row in conditions.items():
            self.condition(name, row)
        name = str(head.get("name", self.text.name.removesuffix(".toml")))
        places: dict[tuple[str, ...], tuple[str, ...]] = dict.fromkeys(self.places(records), (name,))
        return Layer(
            head, self.section("sources"), type2, fields, self.rows("codes"), tots, records, needs, conditions,
            self.more, (name,), places, self.text, compression=self.compression(),
            kinds=self.kinds(),
        )  # fmt: skip

    def places(self, records: dict[str, dict[CountKey, RecordCount]]) -> Iterator[tuple[str, ...]]:
        """What this layer speaks of, by section and key."""
        yield from ((section, key) for section in ROWS for key in self.section(section))
        yield from (("records", tot, *map(str, key)) for tot, counts in records.items() for key in counts)
        for section in (*NEEDS, "forbidden"):
            for key, words in self.section(section).items():
                for tot in key.split():
                    yield from (("needs", tot, word.partition(":")[0].rstrip("?")) for word in words.split())

    # -- rows of attributes -----------------------------------------------------------------------

    def rows(self, section: str) -> dict[str, LayerRow]:
        rows = self.section(section)
        for key, row in rows.items():
            if not isinstance(row, dict):
                self.refuse(section, key, "expected a row of attributes in braces")
            self.attributes(section, key, row, ROWS[section])
        return rows

    def attributes(self, section: str, key: str, row: LayerRow, known: dict[str, Any]) -> None:
        for name, value in row.items():
            if fault := attribute_fault(name, value, known):
                self.refuse(section, key, fault)

    def paths(self, section: str) -> dict[str, LayerRow]:
        """The rows of paths: one, or a list of which each but the first names its transaction types."""
        found = {}
        for path, given in self.section(section).items():
            rows = given if isinstance(given, list) else [given]
            if not rows or not all(isinstance(row, dict) for row in rows):
                self.refuse(section, path, "expected a row of attributes in braces, or a list of them")
            for row in rows:
                self.attributes(section, path, row, ROWS[section])
            self.path(section, path, rows)
            found[path], *others = sorted(rows, key=lambda row: "tots" in row)
            if others:
                self.more[path] = tuple(others)
        return found

    def path(self, section: str, path: str, rows: list[LayerRow]) -> None:
        pattern, such = _PATHS[section]
        if not pattern.fullmatch(path):
            self.refuse(section, path, f"expected a path such as {such}")
        if section == "fields" and path.startswith("2."):
            self.refuse(section, path, "Type-2 stands in [type2]")
        if sum("tots" not in row for row in rows) > 1:
            self.refuse(section, path, "several rows name no transaction types; expected tots in all but one")
        if section == "type2" and path.count(".") == 2 and any("condition" in row for row in rows):
            self.refuse(section, path, "an item has no condition; expected occurs = '0-1' or '1'")

    def compression(self) -> dict[str, LayerRow]:
        rows = self.rows("compression")
        for key, row in rows.items():
            if key not in IMAGES:
                self.refuse("compression", key, unknown("image", key, IMAGES))
            if not row.get("removed") and not {"codec", "bitrate", "range", "hint", "source", "sure"} & row.keys():
                self.refuse("compression", key, "expected codec = 'WSQ20', and bitrate = 0.75 where it loses something")
        return rows

    def kinds(self) -> dict[str, str]:
        """The kind of each Type-2 element, and of items, that the section names."""
        words = self.section("kinds")
        for kind, mnemonics in words.items():
            if kind not in KINDS:
                self.refuse("kinds", kind, unknown("kind", kind, KINDS))
            if not isinstance(mnemonics, str):
                self.refuse("kinds", kind, "expected mnemonics in quotes")
        return words_by_mnemonic(words)

    def condition(self, name: str, row: LayerRow) -> None:
        """What a row of [conditions] asks for, which stands in it or in the row below, once."""
        asked = [key for key in _ASKING if key in row]
        if len(asked) > 1:
            self.refuse("conditions", name, f"expected one of {', '.join(_ASKING)}; there are {len(asked)}")
        try:
            for key in asked:
                field_names(row[key])
        except ValueError as error:
            self.refuse("conditions", name, f"{' '.join(asked)}: {error}")

    # -- words --------------------------------------------------------------------------------------

    def types(self, section: str, key: str, *, several: bool = True) -> tuple[str, ...]:
        try:
            words = type_names(key)
        except ValueError as error:
            self.refuse(section, key, str(error))
        if not several and (len(words) > 1 or words == ("own",)):
            self.refuse(section, key, "expected one transaction type, or *")
        return words

    def words(self, section: str) -> dict[str, str]:
        """The words of each transaction type; a key names one or several, each once."""
        found: dict[str, str] = {}
        for key, text in self.section(section).items():
            if not isinstance(text, str):
                self.refuse(section, key, "expected words in quotes")
            for tot in self.types(section, key):
                found[tot] = f"{found[tot]} {text}" if tot in found else text
        return found

    def counts(self, tot: str, words: str) -> dict[CountKey, RecordCount]:
        counts: dict[CountKey, RecordCount] = {}
        for word in _COUNT.findall(words):
            match = _COUNTED.fullmatch(word)
            if match is None:
                such = "14:0-46, 4+14:1-14, 2, 7:none or 10[IMT=FACE]:1-"
                self.refuse("records", tot, f"{word!r} is no count such as {such}")
            types = tuple(int(kind) for kind in match["types"].split("+"))
            if not all(1 <= kind <= 99 for kind in types):
                self.refuse("records", tot, f"{word!r}: record types run from 1 to 99")
            low, high = (0, 0) if match["many"] == "none" else self.interval("records", tot, match["many"] or "1")
            where = self.where(tot, word, match["where"])
            if (types, where) in counts:
                self.refuse("records", tot, f"Type-{match['types']} stands twice")
            counts[types, where] = RecordCount(types, low, high, not match["unsure"], where)
        return counts

    def where(self, tot: str, word: str, text: str | None) -> str:
        if text is None:
            return ""
        try:
            one = comparison(text)
        except ValueError as error:
            self.refuse("records", tot, f"{word!r}: {error}")
        if one.operator != "=":
            self.refuse("records", tot, f"{word!r}: records are counted by a value, such as 10[IMT=FACE]:1-")
        return f"{one.name}={'|'.join(one.values)}"

    def needs(self) -> dict[str, dict[str, ElementNeed]]:
        needs: dict[str, dict[str, ElementNeed]] = {}
        for section in (*NEEDS, "forbidden"):
            for tot, words in self.words(section).items():
                of_tot = needs.setdefault(tot, {})
                for word in words.split():
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

    def interval(self, section: str, key: str, text: str) -> Interval:
        try:
            return span(text)
        except ValueError as error:
            self.refuse(section, key, str(error))
