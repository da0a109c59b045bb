"""All that a document says, piece by piece: text, and comments, instructions, attributes and names beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.plugins import cache_until_provided
from nistitl.xml.domains import domains
from nistitl.xml.scanning import tag_end
from nistitl.xml.tables import record_types, table
from nistitl.xml.tree import unquoted
from nistitl.xml.vocabularies import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterator

_BESIDE = ((b"<!--", b"-->", "a comment"), (b"<![CDATA[", b"]]>", "text"), (b"<?", b"?>", "an instruction"))
_FIELD_NUMBER = re.compile(r"\d{3,9}")  # of our own extension elements
_NAME = re.compile(rb"</?\s*([^\s>/]+)")
_OWN = "UserDefinedFields Field Subfield Item number NISTBiometricInformationExchangePackage xmlns xml version encoding"
_DECLARATION = re.compile(rb"""<\?xml\s+version=["']1\.\d["'](?:\s+encoding=["'][\w-]+["'])?\s*\?>""")


class Stray(NamedTuple):
    """A piece of a document: what it is, where, its characters; `field`: text, which fields may have told already."""

    what: str
    at: int
    text: str
    field: bool = False


def strays(data: bytes) -> Iterator[Stray]:
    """Every piece of a well-formed document that says something; names of the vocabularies, and blanks, say nothing."""
    at = 0
    while at < len(data):
        begin = data.find(b"<", at)
        begin = len(data) if begin < 0 else begin
        yield from _of_text(data[at:begin], at)
        beside = next(((end, what) for start, end, what in _BESIDE if data.startswith(start, begin)), None)
        if beside is None:
            at = tag_end(data, begin) if begin < len(data) else begin
            yield from _of_tag(data[begin:at], begin)
            continue
        end, what = beside
        at = data.find(end, begin) + len(end)
        if what == "text":
            yield from _of_text(data[begin:at], begin)
        elif _DECLARATION.fullmatch(data[begin:at]) is None:
            yield Stray(what, begin, data[begin:at].decode("utf-8", "surrogateescape"))


def _of_text(raw: bytes, at: int) -> Iterator[Stray]:
    if text := unquoted(raw).strip():
        yield Stray("text", at, text, field=True)


def _of_tag(raw: bytes, at: int) -> Iterator[Stray]:
    known, spaces = _known_names(), _known_namespaces()
    if match := _NAME.match(raw):
        name = match[1].decode("utf-8", "surrogateescape")
        if not set(name.split(":")) <= known:
            yield Stray("the name of an element", at, name)
    for name, begin, content in _attributes(raw):
        text = unquoted(content)
        if not set(name.split(":")) <= known:
            yield Stray("the name of an attribute", at + begin, name)
        if text not in spaces and not (name == "number" and _FIELD_NUMBER.fullmatch(text)):
            yield Stray("an attribute", at + begin, text)


def _attributes(raw: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Name, place and content of each attribute of a start tag."""
    at = 0
    while (sign := raw.find(b"=", at)) >= 0:
        name = raw[at:sign].split()[-1]
        begin = min(place for mark in (b'"', b"'") if (place := raw.find(mark, sign)) >= 0) + 1
        end = raw.find(raw[begin - 1 : begin], begin)
        yield name.decode("utf-8", "surrogateescape"), begin, raw[begin:end]
        at = end + 1


@cache_until_provided
def _known_names() -> frozenset[str]:
    """Names of elements in all tables, and prefixes."""
    names = set(_OWN.split())
    for vocabulary, known in VOCABULARIES.items():
        names.update(known.namespaces)
        for name, kind in record_types(vocabulary).items():
            names.update(name.split(":"))
            for rows in (table(vocabulary, kind), *(domain.rows(kind) for domain in domains())):
                for row in rows.walk() if rows is not None else ():
                    names.update(row.name.split(":"))
    for domain in domains():
        names.update(domain.namespaces)
    return frozenset(names)


@cache_until_provided
def _known_namespaces() -> frozenset[str]:
    """The namespaces of the vocabularies and of all domains, each in all its versions."""
    usual = (uri for known in VOCABULARIES.values() for uri in known.namespaces.values())
    return frozenset((*usual, *(uri for one in domains() for uri in (*one.uris, *one.namespaces.values()))))
