"""Places as portals print them, such as `'T2_HGT' 2.27.1.1 IDC:0`, and what installed profiles call a Type-2 field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.declare.items import Sets
from nistitl.model.dictionaries import profile_names
from nistitl.profiles.choice import named
from nistitl.profiles.named import FieldName, declared, field_name
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.declare.element import Element
    from nistitl.profiles.dictionary import Dictionary

_NAMED = re.compile(r"(?<!\w)'?T(\d{1,2})_(\w+)'?(?!\w)")
_PATH = re.compile(r"(?<![\w.])\d{1,2}\.\d+(?:\.\d+){0,2}(?![\w.])")
_TEXT = 2  # the record type whose fields profiles name
_LONGEST = 10  # digits of a number that something has
_IDC = re.compile(r"(?<!\w)IDC:\s*\d+(?!\w)")


def place_in(text: str) -> str | None:
    """The path that a portal's words speak of, `2.27.1.1` or `2.HGT`; None where they name none as portals do.

    The numbers are taken where there are any, since a portal's name may be its own. A third number is the subfield.
    """
    name = _NAMED.search(text)
    if name is None and _IDC.search(text) is None:
        return None
    path = _PATH.search(text, name.end() if name else 0)
    if path is not None:
        tokens = path[0].split(".")
        return ".".join(tokens if len(tokens) == 4 else tokens[:2])
    return f"{int(name[1])}.{name[2]}" if name else None


def joined(words: Iterable[str]) -> list[str]:
    """Words of a command line, those of one place together that the shell took apart: a name, numbers, an IDC."""
    together: list[str] = []
    for word in words:
        continues = _IDC.fullmatch(word) or _PATH.fullmatch(word)
        before = together[-1] if together else ""
        told = _NAMED.fullmatch(before) or (_IDC.fullmatch(word) and place_in(f"{before} {word}"))
        if continues and told:
            together[-1] = f"{before} {word}"
        else:
            together.append(word)
    return together


def field_at(path: str, dictionary: Dictionary) -> FieldName:
    """The field or item of a path, with a subfield or without. ValueError where there is none."""
    tokens = path.split(".")
    if len(tokens) < 3:
        return field_name(path, dictionary)
    field = field_name(".".join(tokens[:2]), dictionary)
    element = declared(field.kind, field.number, dictionary)
    if element is not None and is_whole(element, tokens[2:]):
        return field
    if len(tokens) > 3 and (len(tokens) > 4 or element is None or not has_subfield(element, tokens[2])):
        raise ValueError(f"{path!r}: there is no such subfield")
    return field_name(".".join([*tokens[:2], tokens[-1]]), dictionary)


def has_subfield(element: Element, token: str) -> bool:
    """True where a field may have a subfield of that number."""
    high = element.subfields[1]
    at = int(token) if token.isdecimal() and len(token) < _LONGEST else 0
    return at >= 1 and (high is None or at <= high)


def is_whole(element: Element, inside: list[str]) -> bool:
    """True where a subfield and an item name the field itself: of one without items the only item is what it holds."""
    if not inside:
        return True
    if isinstance(element.value, Sets) or len(inside) > 2 or inside[-1].lstrip("0") != "1":
        return False
    return len(inside) == 1 or has_subfield(element, inside[0])


def named_by_profiles(path: str) -> Iterator[tuple[str, FieldName, Element]]:
    """What each installed profile has in Type-2 by a mnemonic or a path: its name, the field, and its declaration."""
    for name in profile_names():
        try:
            dictionary = named(name).dictionary
            field = field_at(path, dictionary)
        except (ITLError, ValueError):
            continue  # it has none; or cannot be loaded or read, or has no tables: told of when it is named
        element = dictionary.by_number(field.number) if field.kind == _TEXT else None
        if element is not None and field.number not in record_class(_TEXT).elements:
            yield name, field, element
