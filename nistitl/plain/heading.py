"""Type-1 and Type-2 of a description: what is said, what is derived, and everything that is wrong of them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nistitl.base.editions import E2000
from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant
from nistitl.plain.description import gathered
from nistitl.plain.misplaced import section_of
from nistitl.records import record_class

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    from nistitl.model.record import Record
    from nistitl.plain.planning import Order


class Made(Protocol):
    """What a transaction does while it is made."""

    def append(self, record: Record) -> Record:
        """Add a record at the end."""

    def use_profile(self, name: str, overlays: Sequence[str | os.PathLike[str]] = ()) -> None:
        """Take the mnemonics of a profile."""

    def pieces(self) -> Any:
        """Its bytes."""


_T = TypeVar("_T", bound=Made)
_MANDATORY = ("DAI", "ORI", "TCN")  # of Type-1, which nobody else knows
_DERIVED = ("LEN", "VER", "CNT", "TOT", "DAT", "NSR", "NTR", "GMT", "DCS")
_AMP = "AMP"


class Heading:
    """Makes transactions of Type-1 and Type-2 alone; DescriptionError for what is missing, unknown or no value."""

    def __init__(self, order: Order) -> None:
        self.order = order

    def __call__(self, make: Callable[[list[Record]], _T]) -> _T:
        header, text = gathered(self._header, lambda: self._demographics(self._text_of(make([record_class(1)()]))))
        tx = make([header])
        if text or any(2 in count.types for count in self.order.tot.records):
            record = self._text_of(tx)
            for one in text:
                self._put(record, "demographics", *one)
        return tx

    def _text_of(self, tx: Made) -> Record:
        """A new Type-2 of a transaction, whose fields the profile names."""
        tx.use_profile(self.order.description.profile, self.order.description.overlays)
        return tx.append(record_class(2)(IDC=0))

    def _put(self, record: Record, section: str, key: str, path: str, value: Any) -> None:
        try:
            record[path] = plain_value(value)
        except (ITLError, ValueError) as error:
            finding = getattr(error, "finding", None)
            said = str(error) if finding is None else str(error).removeprefix(f"error {finding.code}: ")
            self.order.description.refuse(section, key, said + _form(record, key, path))

    # -- Type-1 -----------------------------------------------------------------------------------

    def _header(self) -> Record:
        order, kind = self.order, record_class(1)
        description = order.description
        given = {name: order.only(f"1.{number:03d}") for number, name in ((6, "PRY"), (7, "DAI"), (8, "ORI"))}
        fields: dict[str, Any] = {name: code for name, code in given.items() if code is not None}
        fields |= {"DAT": f"{date.today():%Y%m%d}", "NSR": "00.00", "NTR": "00.00"} | description.head
        fields |= {"VER": order.edition.ver, "TOT": order.tot.code}
        domain = _domain(order)
        if domain is not None:
            fields.setdefault("DOM", domain)
        if order.asks("1.014"):
            fields.setdefault("GMT", f"{datetime.now(UTC):%Y%m%d%H%M%SZ}")
        missing = [name for name in (*_MANDATORY, *left_to_say(order)) if name not in fields]
        if missing:
            names = {row.mnemonic: row.name for row in kind.elements.values()}
            description.refuse("transaction", missing[0], f"missing: {_listed(missing, names)}")
        numbers = {row.mnemonic: row.number for row in kind.elements.values()}
        record = kind()
        rows = [(name, f"1.{numbers[name]:03d}", fields[name]) for name in sorted(fields, key=lambda one: numbers[one])]
        gathered(*(lambda row=row: self._put(record, "transaction", *row) for row in rows))
        return record

    # -- Type-2 -----------------------------------------------------------------------------------

    def _demographics(self, tried: Record) -> list[tuple[str, str, Any]]:
        """Key, path and value of each element, in their order, tried on a record; AMP is made of the reasons."""
        order, description = self.order, self.order.description
        found: dict[int, tuple[str, Any]] = {}
        elements = description.demographics.items()
        gathered(
            *(lambda one=one: self._found(tried, found, *one) for one in elements),
            lambda: self._check_mandatory(elements),
        )
        amp = order.profile.dictionary.number_of(_AMP)
        if description.reasons and _AMP in order.tot.needs and amp is not None:
            rows = [[f"{position:02d}", code] for position, code in sorted(description.reasons.items())]
            found[amp] = (_AMP, rows)
        return [(key, f"2.{number:03d}", value) for number, (key, value) in sorted(found.items())]

    def _number(self, key: str) -> int | None:
        """The number of an element by its mnemonic, or as `2.018`."""
        by_number = key.startswith("2.") and key[2:].isdecimal() and key.isascii() and len(key) < 12
        return int(key[2:]) if by_number else self.order.profile.dictionary.number_of(key)

    def _found(self, tried: Record, found: dict[int, tuple[str, Any]], key: str, value: Any) -> None:
        order, number = self.order, self._number(key)
        dictionary = order.profile.dictionary
        if number is None:
            known = list(dict.fromkeys((*order.tot.needs, *sorted(dictionary.mnemonics()))))
            place = section_of(key)
            where = (
                f"belongs into [{place}]" if place else f"{order.profile.name} has no such element{meant(key, known)}"
            )
            order.description.refuse("demographics", key, where)
        if number == dictionary.number_of(_AMP):
            order.description.refuse("demographics", key, 'is made of what [images] says: R4 = "amputated"')
        if number in (1, 2):
            order.description.refuse("demographics", key, "is computed; leave it out")
        if number in found:
            order.description.refuse("demographics", key, f"2.{number:03d} was told of before, as {found[number][0]}")
        found[number] = key, value
        self._put(tried, "demographics", key, f"2.{number:03d}", value)

    def _check_mandatory(self, elements: Iterable[tuple[str, Any]]) -> None:
        order, dictionary = self.order, self.order.profile.dictionary
        there = {self._number(key) for key, _ in elements}
        asked = [name for name, need in order.tot.needs.items() if need.condition == "M" and need.sure]
        missing = [name for name in asked if dictionary.number_of(name) not in (1, 2, None, *there) and name != _AMP]
        if missing:
            declared = order.profile.type2(order.tot.code)
            names = {name: declared[dictionary.number_of(name) or 0].name for name in missing}
            order.description.refuse("demographics", missing[0], f"missing: {_listed(missing, names)}; fill them in")


def _form(record: Record, key: str, path: str) -> str:
    """How a value of several items is written; nothing for one without."""
    element = record.element(int(path.partition(".")[2]))
    if element is None or not element.items:
        return ""
    items = ", ".join(f'"{item.mnemonic}"' for item in element.items)
    return f"; write {key} = [[{items}]] with the value of each item in its place, and one such list for each more"


def left_to_say(order: Order) -> list[str]:
    """What the profile wants of Type-1 beyond `DAI`, `ORI` and `TCN`, and nobody can derive, by mnemonic."""
    rows = record_class(1).elements.items()
    asked = [row.mnemonic for number, row in rows if row.mnemonic not in _DERIVED and order.asks(f"1.{number:03d}")]
    return [name for name in asked if name not in _MANDATORY and (name != "DOM" or _domain(order) is None)]


def _domain(order: Order) -> list[list[str]] | None:
    """1.013 as the profile is named by it, where the edition has the field or the profile takes it."""
    profile = order.profile
    if order.edition < E2000 and not profile.takes_newer(1, 13):
        return None
    name = order.only("1.013.1") or next(iter(profile.domains), None)
    version = order.only("1.013.2") or next(iter(profile.versions), None)
    return None if name is None else [[name, version] if version is not None else [name]]


def _listed(missing: list[str], names: dict[str, str]) -> str:
    return ", ".join(f"{name} ({names[name]})" for name in missing)


def plain_value(value: Any) -> Any:
    """What TOML gives as the text of a field: dates as YYYYMMDD, numbers as they are written; ITLError."""
    if isinstance(value, list | tuple):
        return [plain_value(one) for one in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%Y%m%d}"
    if isinstance(value, str) or type(value) is int:
        return str(value)
    raise ITLError(f"expected text, a whole number, a date or a list of them, not {type(value).__name__}")
