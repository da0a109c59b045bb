"""Validation against XML schemas that the user has: the standard's own are not shipped with this library.

lxml does it (extra `ebtskit[xml]`). The folder is searched for the schemas of the namespaces that the document uses, so
that any layout of the published packages will do; our own extension schema is added.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from nistitl.base.errors import ITLError, needing
from nistitl.base.findings import Finding, Location
from nistitl.base.resources import Resource
from nistitl.xml.vocabularies import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.validation.report import Report

_TARGET = re.compile(rb"""<(?:\w+:)?schema\b[^<>]*?targetNamespace\s*=\s*["']([^"']+)["']""", re.DOTALL)
_HEAD = 16384
_OWN = ("niem2/extension.xsd", "niem4/extension.xsd", "extension.xsd")  # of our extension, in the order to try


class SchemaError(ITLError, ValueError):
    """A folder holds no schema that fits, or one that cannot be read."""


class Encoded(Protocol):
    """What schemas check: bytes, and how they are encoded."""

    @property
    def encoding(self) -> str: ...
    def __bytes__(self) -> bytes: ...


def with_schemas(report: Report, tx: Encoded, schemas: str | os.PathLike[str] | Schemas) -> Report:
    """The report with what the schemas find, last; SchemaError where they do not fit."""
    by = schemas if isinstance(schemas, Schemas) else Schemas(schemas)
    return attrs.evolve(report, findings=(*report.findings, *by.findings(tx)))


class Schemas:
    """The schemas of a folder, for documents of any vocabulary that they know."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.by_namespace: dict[str, list[Path]] = {}
        for path in sorted(self.folder.rglob("*.xsd")):
            target = _TARGET.search(_head(path))
            if target is not None:
                self.by_namespace.setdefault(target[1].decode("utf-8", "replace"), []).append(path)
        if not self.by_namespace:
            raise SchemaError(f"there is no XML schema in {self.folder.name}")
        self._made: dict[tuple[str, ...], Any] = {}

    def findings(self, tx: Encoded) -> Iterator[Finding]:
        """What the schemas find wrong with an XML transaction, each with its line; SchemaError where none fits."""
        if tx.encoding != "xml":
            raise SchemaError(
                "schemas are for XML, and this transaction is in the traditional encoding; convert it first:"
                " nistitl convert IN OUT --to xml"
            )
        etree = _etree()
        data = bytes(tx)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        try:
            document = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise SchemaError(f"the XML cannot be read, line {error.lineno}") from None
        schema = self._schema(etree, {etree.QName(element).namespace for element in document.iter(etree.Element)})
        schema.validate(document)
        for found in schema.error_log:
            yield Finding("xml-schema", _said(found.message), Location(line=found.line, xpath=found.path))

    def _schema(self, etree: Any, used: set[str]) -> Any:
        names = tuple(sorted(used & self.by_namespace.keys()))
        if not names:
            raise SchemaError(f"no schema in {self.folder.name} is for a namespace of this document")
        extended = EXTENSION in used
        key = (*names, str(extended))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._first_compiled(etree, names, extended)
        return made

    def _first_compiled(self, etree: Any, names: tuple[str, ...], extended: bool) -> Any:
        """The schema with the first of our extensions that fits it: not every edition has the same abstract places.

        Schemas that none fits say themselves what they think of our elements.
        """
        if extended:
            with _own_schemas() as paths:
                for path in paths:
                    with suppress(SchemaError):
                        return self._compiled(etree, names, path)
        return self._compiled(etree, names, None)

    def _compiled(self, etree: Any, names: tuple[str, ...], own: Path | None) -> Any:
        """One schema that imports those of all namespaces at the top of the import order."""
        rows = [(name, self.by_namespace[name][0]) for name in self._roots(names)]
        if own is not None:
            rows.append((EXTENSION, own))
        imports = "".join(
            f'<xsd:import namespace="{name}" schemaLocation="{path.resolve().as_uri()}"/>' for name, path in rows
        )
        text = (
            f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:all">{imports}</xsd:schema>'
        )
        parser = etree.XMLParser(no_network=True, load_dtd=False)
        try:
            return etree.XMLSchema(etree.fromstring(text, parser))
        except etree.XMLSchemaParseError as error:
            raise SchemaError(f"the schemas in {self.folder.name} cannot be put together: {error}") from None

    def _roots(self, names: tuple[str, ...]) -> list[str]:
        """Those of the namespaces that no other of them imports: importing them brings the others along."""
        imported: set[str] = set()
        for name in names:
            text = self.by_namespace[name][0].read_bytes()
            imported |= {
                found.decode()
                for found in re.findall(rb"""<(?:\w+:)?import\b[^<>]*?namespace\s*=\s*["']([^"']+)["']""", text)
                if found.decode() != name
            }
        return [name for name in names if name not in imported] or list(names)


@contextmanager
def _own_schemas() -> Iterator[list[Path]]:
    """The schemas of our extension as files, which libxml2 wants; this package may be in a zip."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, *name.split("/")) for name in _OWN]
        for name, path in zip(_OWN, paths, strict=True):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(Resource("nistitl.xml", name).read_bytes())
        yield paths


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise SchemaError(f"cannot read {path.name}: {error.strerror}") from None


_VALUE = re.compile(r"(?P<of>The (?:\w+ )?value )'|(?P<typed>: )'|(?P<key>key-sequence )\[")
_BEHIND = {
    "of": re.compile(r"' ((?:is|has|does|of)\b)"),
    "typed": re.compile(r"' (is not a valid value of\b)"),
    "key": re.compile(r"\] ((?:in|of)\b)"),
}  # what follows a value, by what leads to it
_INSTEAD = {"typed": "what stands there "}
_CUT_SHORT, _CUT_LONG = 149, 63_900  # bytes that libxml2, as it is older or newer, leaves of a message beyond 64,000


def _said(message: str) -> str:
    """libxml2's message without its value, which may be a person's: from where it begins to the last end there is."""
    begin = _VALUE.search(message)
    if begin is None:
        return message
    kind = begin.lastgroup or ""
    ends = [] if _is_cut(message) else [end.start(1) for end in _BEHIND[kind].finditer(message, begin.end())]
    return message[: begin.end(kind)] + _INSTEAD.get(kind, "") + message[ends[-1] if ends else len(message) :]


def _is_cut(message: str) -> bool:
    """True where the end may be missing, and with it what follows the value."""
    size = len(message.encode("utf-8", "replace"))
    return not message.endswith(".") or size == _CUT_SHORT or size > _CUT_LONG


def _etree() -> Any:
    with needing("checking against schemas", "xml"):
        from lxml import etree
    return etree
