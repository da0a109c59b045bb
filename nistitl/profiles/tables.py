"""The tables of a profile: its layers put together, its Type-2 dictionary, its transaction types."""

from __future__ import annotations

import os
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, cast

import attrs

from nistitl.base.editions import Edition, edition_of
from nistitl.base.nearest import unknown
from nistitl.model.dictionaries import UnknownProfile, package_of, profile_names
from nistitl.model.dictionaries import profile as profile_named
from nistitl.profiles.dictionary import Dictionary
from nistitl.profiles.fitting import laid
from nistitl.profiles.layer import NOTHING, CountKey, ElementNeed, Layer, ProfileError, RecordCount, counted
from nistitl.profiles.merging import EVERY, LayerRow, worded
from nistitl.profiles.reading import read_layer
from nistitl.profiles.spans import settled, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from nistitl.base.resources import TextFile
    from nistitl.declare.element import Element
    from nistitl.profiles.answers import AnswerCode

    TableFile = str | os.PathLike[str] | Traversable | TextFile


@attrs.frozen(slots=True)
class TransactionType:
    """One type of transaction as a profile knows it."""

    code: str
    name: str
    direction: str
    service: str
    answers: tuple[str, ...]
    delayed: tuple[str, ...]
    errors: tuple[str, ...]
    answers_to: tuple[str, ...]
    status: str
    sure: bool
    analogy: bool  # its elements are known from another version only
    likeness: tuple[str, ...]  # the types that it is like, what those are like first, and itself last
    records: tuple[RecordCount, ...]
    needs: dict[str, ElementNeed]  # by mnemonic of the Type-2 dictionary
    own: frozenset[object]  # of a type that is like another: the elements and record types that its own words name

    def sure_of(self, *named: object) -> bool:
        """True where what is said of one of these, an element or record types, is as certain as its word.

        What its own words say is; what is known of the type that it is like may be so by analogy only.
        """
        return self.sure or not self.own.isdisjoint(named)


class ProfileHead:
    """What `[profile]` says of a profile: its names, versions, editions and limits, those of its parents included."""

    def __init__(
        self,
        path: TableFile,
        *,
        name: str | None = None,
        domains: tuple[str, ...] | None = None,
        layer: Layer | None = None,
        proofread: bool = True,
    ) -> None:
        self.path = Path(path) if isinstance(path, str | os.PathLike) else cast("TextFile", path)
        self._name = name
        self._domains = domains
        self._layer = layer
        self._proofread = proofread

    @cached_property
    def layer(self) -> Layer:
        """Its rows on those of its parents."""
        return self._layer or stacked(lineage(self.path), proofread=self._proofread)

    @property
    def name(self) -> str:
        """The name under which it is asked for."""
        return self._name or str(self.layer.head.get("name", self.path.stem))

    @property
    def title(self) -> str:
        """The name that findings cite."""
        return str(self.layer.head.get("title", self.name))

    @property
    def notice(self) -> str:
        """What its makers say of it."""
        return str(self.layer.head.get("notice", ""))

    @property
    def domains(self) -> tuple[str, ...]:
        """Values of 1.013 DOM, first item, that stand for it."""
        return self._domains if self._domains is not None else tuple(self.layer.head.get("domains", ()))

    @property
    def own_domains(self) -> tuple[str, ...]:
        """The domains that it speaks for: without those of profiles below it that another package offers."""
        if self._domains is not None:
            return self._domains
        below = [name for name in self.layer.names if name != self.name and package_of(name) is not None]
        mine = package_of(self.name)
        foreign = [profile_named(name).domains for name in below if package_of(name) != mine]
        return tuple(domain for domain in self.domains if not any(domain in domains for domains in foreign))

    @property
    def versions(self) -> tuple[str, ...]:
        """Values of 1.013 DOM, second item, that name this version."""
        return tuple(self.layer.head.get("versions", ()))

    @property
    def max_size(self) -> int | None:
        """How many bytes a transaction may have; None: any number."""
        most = self.layer.head.get("max_size")
        return None if most is None else size(most)

    @property
    def complete(self) -> bool:
        """False where the list of transaction types is not certain: another one warns."""
        return bool(self.layer.head.get("complete", True))

    @property
    def missing_fingers(self) -> int | None:
        """The type of the records that stand for fingers without a print: IDC, IMP, FGP, AMP; None: there are none."""
        found: int | None = self.layer.head.get("missing_fingers")
        return found

    @property
    def max_size_sure(self) -> bool:
        """False where the size is not certain: `12 MB?`."""
        return not str(self.layer.head.get("max_size", "")).endswith("?")

    @cached_property
    def newer(self) -> frozenset[tuple[int, int | None]]:
        """Fields, and record types (without a field), of later editions that stand in its files under an older VER."""
        words = (word.partition(".") for word in self.layer.head.get("newer", ()))
        return frozenset((int(kind), int(field) if dot else None) for kind, dot, field in words)

    def takes_newer(self, kind: int, number: int | None) -> bool:
        """True for a field, or a record type with all its fields, that may stand there before its edition."""
        return (kind, number) in self.newer or (kind, None) in self.newer

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """The editions of the standard that it accepts; empty: any."""
        return self._editions("editions")

    def _editions(self, name: str) -> tuple[Edition, ...]:
        editions = (edition_of(ver) for ver in self.layer.head.get(name, ()))
        return tuple(edition for edition in editions if edition is not None)

    @cached_property
    def doubtful_editions(self) -> tuple[Edition, ...]:
        """The editions of which nobody says that it accepts them: they warn."""
        return self._editions("doubtful_editions")

    @property
    def default(self) -> bool:
        """True where files of its editions that name no version are taken for its own."""
        return bool(self.layer.head.get("default", False))

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Versions, as 1.013 DOM names them, whose own rules are not known, and for which it is taken."""
        return tuple(self.layer.head.get("stands_for", ()))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path.name}>"


class ProfileTables(ProfileHead):
    """The tables of a profile, read from a TOML file, its parents included; nothing is read before it is asked for.

    The file is a path, or a data file of a package (nistitl.base.resources.Resource, importlib.resources.files).
    `layer` gives the rows where they are put together already. `proofread` is false for tables that a test has held
    against what they name: nothing is looked for in them that may be misspelt.

    Raises ProfileError when a table is not what it must be, and when no parent of the name is known.
    """

    @cached_property
    def dictionary(self) -> Dictionary:
        """Its Type-2 dictionary."""
        return Dictionary(self.name, self.layer)

    @cached_property
    def tots(self) -> dict[str, TransactionType]:
        """Its transaction types, by 1.004."""
        return {code: self._tot(code) for code in sorted(self.layer.tots) if code != EVERY}

    @cached_property
    def any_type(self) -> TransactionType | None:
        """What `*` says of every type, where no transaction type is listed."""
        spoken_of = EVERY in self.layer.records or EVERY in self.layer.needs
        return self._tot(EVERY) if spoken_of and not self.tots else None

    @property
    def types(self) -> tuple[TransactionType, ...]:
        """Its transaction types; where none is listed, what is said of every one."""
        return tuple(self.tots.values()) or ((self.any_type,) if self.any_type is not None else ())

    def type_of(self, tot: str | None) -> TransactionType | None:
        """The transaction type of that code; where none is listed, what is said of every one."""
        return self.tots.get(tot or "", self.any_type)

    def answer_code(self, code: str) -> AnswerCode | None:
        """What a code means that this receiver's answers begin with, and what to do; None for a code of no list."""
        return next((found for codes in self.dictionary.answers().values() if (found := codes.get(code))), None)

    def answer_in(self, text: str) -> AnswerCode | None:
        """What the code means that a text of this receiver's answers begins with; None where it begins with none."""
        return next((found for codes in self.dictionary.answers().values() if (found := codes.leading(text))), None)

    def likeness(self, code: str) -> tuple[str, ...]:
        """The types that a transaction type is like, what those are like first, and itself last."""
        found = [code]
        while (other := self.layer.tots.get(found[0], {}).get("like")) is not None:
            if other in found:
                raise ProfileError(f"{self.path.name}: [tots] {code}: it is like itself, by way of {', '.join(found)}")
            found.insert(0, other)
        return tuple(found)

    def knows_type(self, tot: str | None) -> bool:
        """True for a transaction type that it lists."""
        return tot in self.tots

    def rule_type(self, tot: str | None) -> str | None:
        """The type as rules in Python know it: the one that it is like."""
        return self.likeness(tot)[0] if tot in self.layer.tots and tot is not None else tot

    def _row(self, code: str) -> LayerRow:
        """What is said of a transaction type, what it is like included."""
        rows = [self.layer.tots.get(one, {}) for one in (EVERY, *self.likeness(code))]
        return {name: value for row in rows for name, value in row.items()}

    def _tot(self, code: str) -> TransactionType:
        layer, row, types = self.layer, self._row(code), self.likeness(code)
        counts: dict[CountKey, RecordCount] = {}
        needs: dict[str, ElementNeed] = {}
        try:
            for one in types:
                counts, needs = counted(counts, layer.records.get(one, {})), worded(needs, layer.needs.get(one, {}))
        except ValueError as error:
            raise ProfileError(f"{self.path.name}: {code}: {error}") from None
        counts, needs = layer.records.get(EVERY, {}) | counts, layer.needs.get(EVERY, {}) | needs
        answers, delayed, errors = (self._types(row.get(key, "")) for key in ("answers", "delayed", "errors"))
        answers_to = (*self._types(row.get("answers_to", "")), *self._answered.get(code, ()))
        return TransactionType(
            code, row.get("name", code), row.get("direction", ""), row.get("service", ""),
            answers, delayed, errors, answers_to,
            row.get("status", ""), row.get("sure", True), row.get("analogy", False), types,
            tuple(_settled_count(count) for count in counts.values() if count.most != 0 or count.where),
            self._kept(code, needs, types), self._own(code) if len(types) > 1 else frozenset(),
        )  # fmt: skip

    def _own(self, code: str) -> frozenset[object]:
        """The elements and record types of which the words of the type itself speak."""
        counted = (kind for types, _ in self.layer.records.get(code, {}) for kind in types)
        return frozenset(self.layer.needs.get(code, {})) | frozenset(counted)

    def _kept(self, code: str, needs: dict[str, ElementNeed], types: tuple[str, ...]) -> dict[str, ElementNeed]:
        """The elements that a type asks for, by its words and by the conditions of their own rows."""
        kept = {name: _settled_need(need) for name, need in needs.items() if need.condition != "F"}
        for name in kept:
            if self.dictionary.number_of(name) is None:
                raise ProfileError(f"{self.path.name}: {code} asks for {name}, which no row of [type2] has")
        for path in self.dictionary.conditions():
            row = self.dictionary.row(path, types)
            name, condition = row.get("mnemonic", ""), row.get("condition")
            if condition == "X":
                kept.pop(name, None)
            elif condition is not None and ("tots" not in row or set(types) & set(row["tots"].split())):
                need = kept.get(name, ElementNeed(condition, None, None, True))
                kept[name] = need._replace(condition=condition)
        return kept

    def _types(self, words: str) -> tuple[str, ...]:
        """The transaction types among these words that this version has."""
        return tuple(code for code in words.split() if code in self.layer.tots)

    @cached_property
    def _answered(self) -> dict[str, list[str]]:
        """Which types each type answers, as their own rows say."""
        answered: dict[str, list[str]] = {}
        for code in sorted(self.layer.tots):
            row = self._row(code)
            for word in (*row.get("answers", "").split(), *row.get("errors", "").split()):
                answered.setdefault(word, []).append(code)
        return answered

    def type2(self, tot: str | None) -> dict[int, Element]:
        """The Type-2 elements that a transaction type asks for; the whole dictionary where none are known."""
        dictionary, known = self.dictionary, self.type_of(tot)
        if known is None or not known.needs:
            every = (dictionary.by_number(number) for number in dictionary.numbers())
            return {element.number: element for element in every if element is not None}
        elements = {}
        for name, need in known.needs.items():
            number = dictionary.number_of(name)
            assert number is not None
            sure = name in known.own or (known.sure and not known.analogy)
            elements[number] = dictionary.element_for(number, need, sure, known.likeness)
        return elements

    def doubted(self, tot: str) -> frozenset[int]:
        """The elements that a transaction type does not take, as its sources do not all say: `?` in [forbidden]."""
        types = (EVERY, *self.likeness(tot))
        needs = {name: need for one in types for name, need in self.layer.needs.get(one, {}).items()}
        names = (name for name, need in needs.items() if need.condition == "F" and not need.sure)
        return frozenset(number for name in names if (number := self.dictionary.number_of(name)) is not None)


def lineage(file: TextFile) -> Iterator[Layer]:
    """The layer in a file, then those of its parents. ProfileError where one leads back to a file below it."""
    below: set[TextFile] = set()
    while True:
        below.add(_real(file))
        layer = read_layer(file)
        yield layer
        parent = layer.head.get("parent")
        if parent is None:
            return
        if not parent.endswith(".toml"):
            yield _named_parent(parent, layer).layer
            return
        if _real(file.parent / parent) in below:
            raise ProfileError(f"{file.name}: the parent {parent!r} leads back to this profile")
        file = file.parent / parent
        if isinstance(file, Path) and not os.path.lexists(file):
            raise _misfit(layer, f"there is no file {parent!r} beside this one")


def _misfit(layer: Layer, message: str) -> ProfileError:
    """The error of a parent: where the layer names it, and what is wrong."""
    return ProfileError(layer.text.refusal(("profile", "parent"), message) if layer.text is not None else message)


def _real(file: TextFile) -> TextFile:
    if not isinstance(file, Path):
        return file
    try:
        return Path(os.path.realpath(file))
    except ValueError as error:  # no name for a file
        raise ProfileError(f"{file.name!r}: cannot read: {error}") from None


def _named_parent(name: str, layer: Layer) -> ProfileTables:
    try:
        parent = profile_named(name)
    except UnknownProfile:
        raise _misfit(layer, unknown("profile", name, profile_names())) from None
    if not isinstance(parent, ProfileTables):
        raise _misfit(layer, f"the parent {name!r} is not made of tables")
    return parent


def stacked(layers: Iterable[Layer], *, proofread: bool = True) -> Layer:
    """These layers as one, each on top of those that follow it. ProfileError where one does not fit those below."""
    return reduce(lambda parent, child: laid(child, parent, proofread), reversed(tuple(layers)), NOTHING)


def _settled_count(count: RecordCount) -> RecordCount:
    least, most = settled((count.least, count.most))
    return count._replace(least=least, most=most)


def _settled_need(need: ElementNeed) -> ElementNeed:
    occurs, length = (None if one is None else settled(one) for one in (need.occurs, need.length))
    return need._replace(occurs=occurs, length=length)
