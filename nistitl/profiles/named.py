"""Fields by the names that tables use: `2.8003`, `14.021.1`, `JUV`, `10.IMT`; and what stands there as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.nearest import meant
from nistitl.declare.binary import Slots, Uint
from nistitl.declare.items import Sets, value_of_item
from nistitl.declare.values import Data
from nistitl.records import record_class
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.profiles.dictionary import Dictionary
    from nistitl.validation.context import RecordView

_TEXT = 2  # the record type whose fields have the names of a dictionary


class FieldName(NamedTuple):
    """A field of a record type, or an item of it; `label` is what findings call it."""

    kind: int
    number: int
    item: int | None
    label: str


def field_name(name: str, dictionary: Dictionary) -> FieldName:
    """The field that a path or a mnemonic names. ValueError for one that there is not, with what may be meant."""
    first, dot, rest = name.partition(".")
    if not (first.isdecimal() and dot) or "@" in first:
        return _of_dictionary(name, dictionary)
    token, _, item = rest.partition(".")
    kind = int(first)
    if not 1 <= kind <= 99:
        raise ValueError(f"{name!r}: record types run from 1 to 99")
    number = int(token) if token.isdecimal() else _number_of(kind, token, dictionary)
    element = declared(kind, number, dictionary)
    if element is None and not user_defined(kind, number):
        known = [f"{kind}.{one:03d}" for one in _numbers(kind, dictionary)]
        raise ValueError(
            f"there is no field {name!r}{meant(name, known)}; nistitl explain {kind} lists those of Type-{kind}"
        )
    at = int(item) if item else None
    if at is not None and element is not None and not 1 <= at <= len(_items(element)):
        raise ValueError(f"{name!r}: {kind}.{number:03d} has {len(_items(element)) or 'no'} items")
    label = element.mnemonic if element is not None and element.mnemonic else f"{kind}.{number:03d}"
    return FieldName(kind, number, at, label)


def _of_dictionary(name: str, dictionary: Dictionary) -> FieldName:
    number = dictionary.number_of(name)
    if number is None:
        raise ValueError(f"there is no element {name!r} in [type2]{meant(name, dictionary.mnemonics())}")
    return FieldName(_TEXT, number, None, name)


def _number_of(kind: int, mnemonic: str, dictionary: Dictionary) -> int:
    if kind == _TEXT:
        return _of_dictionary(mnemonic, dictionary).number
    known = {element.mnemonic: number for number, element in record_class(kind).elements.items()}
    if mnemonic not in known:
        raise ValueError(f"Type-{kind} has no field {mnemonic!r}{meant(mnemonic, known)}")
    return known[mnemonic]


def declared(kind: int, number: int, dictionary: Dictionary) -> Element | None:
    """The declaration of a field: of the standard, of a Type-2 that of the profile."""
    element = record_class(kind).elements.get(number)
    return element or (dictionary.by_number(number) if kind == _TEXT else None)


def user_defined(kind: int, number: int) -> bool:
    """True for a number that the standard gives to users."""
    return kind != _TEXT and any(number in block for block in record_class(kind).ranges if block.mnemonic != "RES")


def _numbers(kind: int, dictionary: Dictionary) -> Iterator[int]:
    yield from record_class(kind).elements
    if kind == _TEXT:
        yield from dictionary.numbers()


def _items(element: Element) -> tuple[Value, ...]:
    """What the items of a field hold; of one without items, what each subfield does."""
    if isinstance(element.value, Sets):
        return tuple(row.value for row in element.value.items.items)
    return ()


def value_at(name: FieldName, dictionary: Dictionary) -> Value | None:
    """What stands at a place by its declaration; None for a user-defined field."""
    element = declared(name.kind, name.number, dictionary)
    if element is None:
        return None
    return value_of_item(element.value, name.item)


# -- what stands there --------------------------------------------------------------------------


def alike(text: str, code: str) -> bool:
    """True for the same code however it is spelled: `1` is `01`."""
    return text == code or (text.isdecimal() and code.isdecimal() and int(text) == int(code))


def texts(view: RecordView, number: int, item: int | None = None) -> Iterator[tuple[int, str]]:
    """What stands in each subfield of a field, or in an item of it, as text, with its place from 1.

    Of a number in a binary record the number in decimal, of its positions each that is used.
    """
    raw = view.record.raw(number)
    if raw is None or number == view.record.data_field:
        return
    element = view.record.element(number)
    if view.record.binary:
        yield from _of_binary(bytes(raw), element.value if element is not None else None)
        return
    charset = view.record.context.charset
    for place, subfield in enumerate(bytes(raw).split(RS), 1):
        pieces = subfield.split(US)
        piece = subfield if item is None else pieces[item - 1] if item <= len(pieces) else b""
        if item is None and len(pieces) > 1:
            piece = pieces[0]
        if piece:
            yield place, charset.decode(piece)


def _of_binary(raw: bytes, value: Value | None) -> Iterator[tuple[int, str]]:
    if isinstance(value, Slots):
        yield from ((place, str(one)) for place, one in enumerate(raw.rstrip(b"\xff"), 1))
    elif isinstance(value, Uint):
        yield 1, str(int.from_bytes(raw, "big"))


def coded(value: Value | None, word: str) -> str:
    """A code as the record holds it: of a binary record the number for a name, such as 6 for PNG.

    ValueError for a name that the table of the field does not have.
    """
    if not isinstance(value, Uint | Slots) or word.isdecimal():
        return word
    table = value.code_table
    names = {} if table is None else {row.meaning.partition(" ")[0]: row.code for row in table.codes}
    if word not in names:
        raise ValueError(
            f"{word!r} is no number and no name of a code{meant(word, names)}; names are {', '.join(names)}"
        )
    return names[word]


def comparable(value: Value | None) -> bool:
    """True for content that can be compared: no image data."""
    return not isinstance(value, Data)
