"""A layer is laid on those below it: what it names must be there, in it or below, else it is misspelt.

Each misfit is told with file and line, what was expected, and what may be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.base.nearest import meant, unknown
from nistitl.base.tables import TableText
from nistitl.codes import table
from nistitl.profiles.binary import BINARY, BinaryCheck
from nistitl.profiles.comparisons import comparison, names
from nistitl.profiles.conditions import ASKING, ConditionCheck, resolved
from nistitl.profiles.dictionary import Dictionary
from nistitl.profiles.layer import NEEDS, OWN, Layer, ProfileError
from nistitl.profiles.merging import ADDED, EVERY, LayerRow, SpanError, code_rows, codes_to_remove, row_for
from nistitl.profiles.named import declared, field_name, user_defined
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ANSWERING = ("answers", "delayed", "errors", "answers_to")


class Misfit(ValueError):
    """What a row of a layer names and is not there."""

    def __init__(self, section: str, key: str, message: str) -> None:
        super().__init__(message)
        self.section, self.key = section, key


def laid(child: Layer, parent: Layer, proofread: bool = True) -> Layer:
    """The child on its parent. ProfileError, with file and line, where it names what is not there."""
    try:
        merged = child.over(parent)
    except SpanError as error:
        raise ProfileError(_refused(child, error)) from None
    if proofread and child.text is not None:
        for misfit in misfits(child, parent, merged):
            raise ProfileError(_refused(child, misfit))
    return merged


def told(child: Layer, parent: Layer) -> Iterator[str]:
    """Every misfit of a layer, each with file and line."""
    try:
        merged = child.over(parent)
    except SpanError as error:
        yield _refused(child, error)
    else:
        yield from (_refused(child, misfit) for misfit in misfits(child, parent, merged))


def _refused(child: Layer, fault: Misfit | SpanError) -> str:
    return (child.text or TableText("a layer", "")).refusal((fault.section, fault.key), str(fault))


def misfits(child: Layer, parent: Layer, merged: Layer) -> Iterator[Misfit]:
    """What a layer names that is neither in it nor below, section by section."""
    check = _LayerCheck(child, parent, merged)
    for part in (
        check.head,
        check.types,
        check.lists,
        check.elements,
        check.rows,
        check.words,
        check.counts,
        check.conditions,
        check.compression,
    ):
        yield from part()


class _LayerCheck:
    """Holds one layer against what lies below it."""

    def __init__(self, child: Layer, parent: Layer, merged: Layer) -> None:
        self.child = child
        self.parent = parent
        self.merged = merged
        self.dictionary = Dictionary(child.names[-1] if child.names else "", merged)

    # -- head, transaction types, code lists ------------------------------------------------------

    def head(self) -> Iterator[Misfit]:
        for name in ADDED:
            below = self.parent.head.get(name, ())
            for word in self.child.head.get(f"remove_{name}", ()):
                if word != EVERY and word not in below:
                    yield Misfit("profile", f"remove_{name}", f"{word!r} is not below{meant(word, below)}")
        for target in self.child.head.get("rules", ()):
            if not all(target.partition(":")):
                yield Misfit("profile", "rules", f"{target!r} is no rule set; expected such as my_state.rules:RULES")

    def types(self) -> Iterator[Misfit]:
        for code, row in self.child.tots.items():
            if row.get("removed"):
                yield from self._known("tots", code, code, self.parent.tots, "transaction type to remove")
                continue
            for name in _ANSWERING:
                for word in row.get(name, "").split():
                    yield from self._known("tots", code, word, self.merged.tots, "transaction type", f"{name}: ")
            if "like" in row:
                yield from self._known("tots", code, row["like"], self.merged.tots, "transaction type", "like: ")
                yield from self._loop(code)

    def _loop(self, code: str) -> Iterator[Misfit]:
        seen = [code]
        while (other := self.merged.tots.get(seen[-1], {}).get("like")) is not None:
            if other in seen:
                yield Misfit("tots", code, f"like: {' -> '.join((*seen, other))} leads back to itself")
                return
            seen.append(other)

    def lists(self) -> Iterator[Misfit]:
        for name, row in self.child.codes.items():
            for line in (*row.get("list", "").splitlines(), *row.get("add", "").splitlines()):
                if " " in line.strip() and "  " not in line.replace("\t", "  ").lstrip():
                    message = f"{line.strip()[:40]!r} has no two blanks between code and text"
                    yield Misfit("codes", name, f"{message}; expected such as 'VIO  Violet', or 'R EAR  ' without text")
            if "list" not in row and name not in self.parent.codes:
                yield from self._known("codes", name, name, self.parent.codes, "code list")
            elif "remove" in row:
                known = code_rows(row["list"] if "list" in row else self.parent.codes[name].get("list", ""))
                for code in codes_to_remove(row["remove"], known):
                    yield from self._known("codes", name, code, known, "code to remove")

    # -- elements and fields ------------------------------------------------------------------------

    def elements(self) -> Iterator[Misfit]:
        below = {row.get("mnemonic"): path for path, row in self.parent.type2.items() if path.count(".") == 1}
        merged = self.merged.type2
        for path, first in self.child.type2.items():
            if path.count(".") == 2:
                yield from self._item(path)
            elif first.get("removed") and path not in self.parent.type2:
                yield Misfit("type2", path, f"there is no element {path} to remove{meant(path, self.parent.type2)}")
            name = first.get("mnemonic")
            other = below.get(name) if path.count(".") == 1 else None
            if name and other not in (None, path) and merged.get(str(other), {}).get("mnemonic") == name:
                yield Misfit("type2", path, f"{name} is the mnemonic of {other}; expected one of its own")
        if self.parent.type2:
            yield from self._clashes()

    def _clashes(self) -> Iterator[Misfit]:
        mine: dict[str, str] = {}
        for path, row in self.child.type2.items():
            name = row.get("mnemonic")
            if name and path.count(".") == 1 and mine.setdefault(name, path) != path:
                yield Misfit("type2", path, f"{name} is the mnemonic of {mine[name]}; expected one of its own")

    def _item(self, path: str) -> Iterator[Misfit]:
        field, _, place = path.rpartition(".")
        if field not in self.merged.type2:
            known = [one for one in self.merged.type2 if one.count(".") == 1]
            yield Misfit("type2", path, f"there is no row {field} of which this is an item{meant(field, known)}")
        elif place.lstrip("0") != "1" and f"{field}.{int(place) - 1}" not in self.merged.type2:
            yield Misfit("type2", path, f"item {int(place) - 1} of {field} is not there; expected items without a gap")
        elif path in self.merged.type2 and "mnemonic" not in self.merged.type2[path]:
            yield Misfit("type2", path, "an item has no mnemonic; expected one")

    def rows(self) -> Iterator[Misfit]:
        for section in ("type2", "fields"):
            for path in getattr(self.child, section):
                for row in self.child.rows_of(section, path):
                    yield from self._row(section, path, row)
        for path in self.child.fields:
            yield from self._field(path)

    def _row(self, section: str, path: str, row: LayerRow) -> Iterator[Misfit]:
        yield from self._tots(section, path, row)
        codes = row.get("codes", "")
        if codes.startswith("@"):
            yield from self._known(section, path, codes[1:], self.merged.codes, "code list", "codes: ")
        for name in ("answers", "advice"):
            if name in row:
                yield from self._known(section, path, row[name][1:], self.merged.codes, "code list", f"{name}: ")

    def _field(self, path: str) -> Iterator[Misfit]:
        kind, number, *item = (int(part) for part in path.split("."))
        try:
            field_name(path.rpartition(".")[0] if item else path, self.dictionary)
            rows = self.merged.rows_of("fields", path)
            if kind in BINARY and item:
                raise ValueError("the fields of binary records have no items")
            for row in rows if kind in BINARY else ():
                BinaryCheck(
                    kind, number, row_for([row], tuple(row.get("tots", "").split())[:1]), self.dictionary.code_lists
                )
        except ValueError as error:
            yield Misfit("fields", path, str(error))
            return
        element = declared(kind, number, self.dictionary)
        if item and element is not None and not 1 <= item[0] <= max(len(element.items), 1):
            yield Misfit("fields", path, f"{kind}.{number:03d} has {len(element.items) or 'no'} items")
        if path not in self.parent.fields and all(row.get("removed") for row in self.child.rows_of("fields", path)):
            yield Misfit("fields", path, "there is no row below to remove")
        if number == record_class(kind).data_field and not user_defined(kind, number):
            for row in self.child.rows_of("fields", path):
                if said := set(row) - {
                    "condition",
                    "tots",
                    "sure",
                    "says",
                    "source",
                    "mnemonic",
                    "name",
                    "hint",
                    "removed",
                }:
                    yield Misfit(
                        "fields", path, f"{', '.join(sorted(said))} says nothing of image data; expected condition"
                    )

    # -- words ----------------------------------------------------------------------------------------

    def words(self) -> Iterator[Misfit]:
        known = self.dictionary.mnemonics()
        for tot, needs in self.child.needs.items():
            section = self._section_of(tot)
            yield from self._tot(section, tot, tot)
            for name, need in needs.items():
                section = self._section_of(tot, name)
                if self.dictionary.number_of(name) is None:
                    yield Misfit(section, tot, f"there is no element {name!r} in [type2]{meant(name, known)}")
                elif need.condition == "F" and need.sure and name not in self._asked(tot):
                    message = f"{name} is no element of {tot} below{meant(name, self._asked(tot))}"
                    yield Misfit(section, tot, f"{message}; there is nothing to forbid")

    def _section_of(self, tot: str, name: str | None = None) -> str:
        sections = {section[0].upper(): section for section in (*NEEDS, "forbidden")}
        needs = self.child.needs[tot]
        need = needs.get(name) if name is not None else next(iter(needs.values()), None)
        return sections[need.condition] if need is not None else NEEDS[0]

    def _asked(self, tot: str) -> set[str]:
        """The elements that lie below for a type, those of what it is like included."""
        below = self.parent.needs
        if tot == EVERY:
            return {name for needs in below.values() for name in needs}
        types = self.child.own_types(self.parent) if tot == OWN else (tot,)
        found = set(below.get(EVERY, ()))
        for one in types:
            seen: list[str] = []
            at: str | None = one
            while at is not None and at not in seen:
                seen.append(at)
                found |= set(below.get(at, ())) | (set() if at == one else set(self.merged.needs.get(at, ())))
                at = self.merged.tots.get(at, {}).get("like")
        return found

    def counts(self) -> Iterator[Misfit]:
        for tot, counts in self.child.records.items():
            yield from self._tot("records", tot, tot)
            for count in counts.values():
                if count.where:
                    yield from self._where(tot, count.types, count.where)

    def _where(self, tot: str, types: tuple[int, ...], where: str) -> Iterator[Misfit]:
        one = comparison(where)
        for kind in types:
            name = one.name if "." in one.name else f"{kind}.{one.name}"
            try:
                field = resolved(one._replace(name=name), self.dictionary).field
            except ProfileError:
                continue
            except ValueError as error:
                yield Misfit("records", tot, str(error))
                continue
            if field.kind != kind:
                yield Misfit("records", tot, f"{one.name} is no field of Type-{kind}, whose records are counted")

    def conditions(self) -> Iterator[Misfit]:
        for name, row in self.child.conditions.items():
            if row.get("removed"):
                yield from self._known("conditions", name, name, self.parent.conditions, "condition to remove")
                continue
            yield from self._tots("conditions", name, row)
            full = self.merged.conditions[name]
            asked = [key for key in ASKING if key in full]
            try:
                if len(asked) != 1:
                    raise ValueError(f"expected one of {', '.join(ASKING)}; there are {len(asked)}")
                names(full[asked[0]])
                ConditionCheck(full, self.dictionary)
            except ProfileError:
                continue  # a code list that is not there, which its own row is told of
            except ValueError as error:
                yield Misfit("conditions", name, str(error))

    def compression(self) -> Iterator[Misfit]:
        known = [code.code for code in table("CGA").codes]
        for image, row in self.child.compression.items():
            yield from (
                Misfit("compression", image, unknown("algorithm", word, known))
                for word in row.get("codec", "").split()
                if word not in known
            )

    # -- transaction types -----------------------------------------------------------------------------

    def _tots(self, section: str, key: str, row: LayerRow) -> Iterator[Misfit]:
        for word in row.get("tots", EVERY).split():
            yield from self._tot(section, key, word)

    def _tot(self, section: str, key: str, word: str) -> Iterator[Misfit]:
        if word == OWN:
            if not self.child.own_types(self.parent):
                yield Misfit(section, key, "own stands for the types that this layer adds in [tots]; it adds none")
        elif word != EVERY:
            yield from self._known(section, key, word, self.merged.tots, "transaction type")

    def _known(
        self, section: str, key: str, word: str, known: Iterable[str], what: str, before: str = ""
    ) -> Iterator[Misfit]:
        words = [one for one in known if one != EVERY]
        if word not in words:
            yield Misfit(section, key, f"{before}there is no {what} {word!r}{meant(word, words)}")


def as_overlay(overlay: Layer, base: Layer) -> Layer:
    """The overlay as it lies on a profile: its parent, if it names one, must be part of that. ProfileError else."""
    parent = overlay.head.get("parent")
    if parent is None:
        return overlay
    name = parent.removesuffix(".toml").rpartition("/")[2]
    if name not in base.names:
        known = ", ".join(base.names)
        message = f"the parent {parent!r} is not under the profile that this is laid on, which is made of {known}"
        text = overlay.text or TableText("an overlay", "")
        raise ProfileError(text.refusal(("profile", "parent"), f"{message}{meant(name, base.names)}"))
    return attrs.evolve(overlay, head={key: value for key, value in overlay.head.items() if key != "parent"})
