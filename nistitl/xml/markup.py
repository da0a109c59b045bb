"""NewElement elements, and their text: with the prefixes that are in scope where they are put."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import attrs

from nistitl.xml.tables import ElementRow

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.define(slots=True)
class NewElement:
    """An element to be written."""

    row: ElementRow
    text: str | bytes | None = None  # bytes: to be written as base-64
    children: list[NewElement] = attrs.field(factory=list)
    attributes: dict[str, str] = attrs.field(factory=dict)
    says: str | None = None  # what its parts say together


@attrs.define(slots=True)
class NewRows(NewElement):
    """Elements of one row of the table one behind another: of each the texts in order, empty where there is none."""

    rows: list[tuple[str, ...]] = attrs.field(factory=list)  # as they stand between tags

    def layout(self, texts: tuple[str, ...], text: str) -> NewElement:
        """An element with the same text wherever these texts are not empty."""
        places = iter(texts)

        def filled(row: ElementRow) -> NewElement | None:
            if row.leaf:
                return NewElement(row, text) if next(places) else None
            children = [new for child in row.children if (new := filled(child)) is not None]
            return NewElement(row, None, children) if children else None

        new = filled(self.row)
        assert new is not None
        return new


class Writer:
    """Elements as text, with the prefixes that are in scope where they are put."""

    def __init__(self, scope: dict[str, str], namespaces: dict[str, str], step: str = "  ") -> None:
        self.prefixes = {uri: prefix for prefix, uri in scope.items()}
        self.namespaces = namespaces
        self.step = step

    def element(self, new: NewElement, margin: str) -> bytes:
        """The element; `margin` is the line end and blanks before it, nothing where lines are not broken."""
        pieces: list[str] = []
        self._put(new, margin, self.prefixes, pieces)
        return "".join(pieces).encode()

    def _put(self, new: NewElement, margin: str, prefixes: dict[str, str], pieces: list[str]) -> None:
        if isinstance(new, NewRows):
            pieces.append(margin.join(self._rows(new, margin, prefixes)))
            return
        name, declaration, prefixes = self._name(new.row.name, prefixes)
        attributes = "".join([f' {key}="{escaped(value)}"' for key, value in new.attributes.items()])
        if new.text is None and not new.children:
            pieces.append(f"<{name}{declaration}{attributes}/>")
            return
        pieces.append(f"<{name}{declaration}{attributes}>")
        if new.text is not None:
            pieces.append(text_of(new))
        inner = margin + self.step if margin else ""
        for child in new.children:
            pieces.append(inner)
            self._put(child, inner, prefixes, pieces)
        pieces.append(f"{margin if new.children else ''}</{name}>")

    def _rows(self, new: NewRows, margin: str, prefixes: dict[str, str]) -> Iterator[str]:
        """Each element, by a template for those that have texts at the same places."""
        templates: dict[tuple[bool, ...], str] = {}
        for texts in new.rows:
            there = tuple(map(bool, texts))
            template = templates.get(there)
            if template is None:
                pieces: list[str] = []
                self._put(new.layout(texts, "\0"), margin, prefixes, pieces)
                template = templates[there] = "".join(pieces).replace("%", "%%").replace("\0", "%s")
            yield template % (texts if all(there) else tuple(filter(None, texts)))

    def _name(self, name: str, prefixes: dict[str, str]) -> tuple[str, str, dict[str, str]]:
        """The name with the prefix in scope, a declaration where there is none, and the prefixes inside."""
        prefix, _, local = name.partition(":")
        uri = self.namespaces[prefix]
        if uri not in prefixes:
            inside = {other: mine for other, mine in prefixes.items() if mine != prefix}  # it means another one now
            return name, f' xmlns:{prefix}="{uri}"', {**inside, uri: prefix}
        mine = prefixes[uri]
        return (f"{mine}:{local}" if mine else local), "", prefixes


def text_of(new: NewElement) -> str:
    """The text of an element as it stands between its tags."""
    assert new.text is not None
    return base64.b64encode(new.text).decode() if isinstance(new.text, bytes) else escaped(new.text)


def escaped(text: str) -> str:
    """Text as it stands in an element or an attribute; line ends are kept from being taken for layout."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;")
