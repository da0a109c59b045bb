"""The record that people see: fields by mnemonic and by path, its text, its findings.

attrs makes the slots of its fields and nothing else: its own hooks for setting, comparing and pickling would lose
unknown fields and spelling. What stands below: nistitl.model.raw for bytes and edits, nistitl.model.decoding for
values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nistitl.base.errors import ClosedError, PathError
from nistitl.base.findings import told_idc
from nistitl.declare.values import U
from nistitl.model.context import Context
from nistitl.model.decoding import DecodedRecord
from nistitl.model.paths import parse_path
from nistitl.model.place import Place
from nistitl.model.raw import set_fields, set_origin
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import Charset
from nistitl.wire.grammar import GS, Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.base.screen import Preview
    from nistitl.model.constructs import RecordConstruct

_ANY_TEXT = U()


class _LazyConstruct:
    """`Type14.construct`, made when somebody asks for it."""

    def __get__(self, record: object, kind: type[Record]) -> RecordConstruct:
        from nistitl.model.constructs import construct_of

        return construct_of(kind)


class Record(DecodedRecord):
    """The base of all record types. Fields are attributes by mnemonic, and reached by path: rec["14.021.2.3"]."""

    __slots__ = ()
    construct = _LazyConstruct()  # parses and builds such records inside other people's constructs
    standard_clause: ClassVar[str] = ""

    def __init__(self, **values: object) -> None:
        """A record from nothing. LEN is computed; bytes stand as they are, other values are encoded."""
        set_origin(self, (Traditional(b"", Context(Charset("utf-8"))), 0, 0))
        set_fields(self, None)
        self.begin(values)

    @classmethod
    def clause(cls) -> str:
        """Where the standard describes the record type: `ANSI/NIST-ITL 1-2011, 8.14`."""
        return cls.standard_clause

    # -- by path ------------------------------------------------------------------------------

    def __getitem__(self, path: str | Key) -> Place:
        """The place a path names: "14.021", "14.021.2.3", 21, "SEG.2.LHC". PathError when not there."""
        place = parse_path(self, path)
        if not place.exists:
            raise PathError(f"{place.path} is not in this Type-{self.type} record")
        return place

    def __setitem__(self, path: str | Key, value: object) -> None:
        parse_path(self, path).assign(value)

    def __delitem__(self, path: str | Key) -> None:
        self[path].delete()

    def __contains__(self, path: str | Key) -> bool:
        return parse_path(self, path).exists

    def __iter__(self) -> Iterator[Place]:
        return self.fields()

    def get(self, path: str | Key) -> Place | None:
        """The place a path names, or None."""
        place = parse_path(self, path)
        return place if place.exists else None

    def insert(self, path: str | Key, value: object) -> None:
        """Insert a field, or a subfield or item before the one that has this place now."""
        parse_path(self, path).insert(value)

    def fields(self) -> Iterator[Place]:
        """Every field that is there, in order."""
        for key in self.keys():
            yield Place(self, key)

    # -- as text ------------------------------------------------------------------------------

    def texts(self) -> dict[Key, str]:
        """The content of every field as characters, by number; binary content is left out."""
        charset = self.context.charset
        if self.edits is None and not self.binary and charset.transparent and (texts := self._ascii_texts()):
            return texts
        raws = {key: self.raw(key) or b"" for key in self.keys() if key != self.data_field}
        return {key: _ANY_TEXT.decode(bytes(raw), charset) for key, raw in raws.items()}

    def _ascii_texts(self) -> dict[Key, str]:
        """What `texts` gives of a record that is all ASCII, made at one go; nothing where it is not."""
        fields = self.raw_fields
        index = fields.index
        raws = fields.raws[: index.get(self.data_field, len(fields.raws))]
        if len(index) < len(fields.raws) or None in index:
            return {}
        try:
            texts = str(GS.join(raws), "ascii").split("\x1d")
        except UnicodeDecodeError:
            return {}
        return dict(zip(index, texts, strict=False)) if len(texts) == len(raws) else {}  # type: ignore[arg-type]

    def recode(self, charset: Charset) -> None:
        """Bring text into another character set. FieldError, and nothing changed, when the set cannot say it."""
        for key, raw in self.in_charset(charset).items():
            self.put(key, raw)

    def in_charset(self, charset: Charset) -> dict[Key, bytes]:
        """The fields whose text another character set writes otherwise, as it does. FieldError when it cannot."""
        if charset == self.context.charset:
            return {}
        from nistitl.model.recoding import recoded

        return recoded(self, charset)

    # -- as it stands -------------------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the fields of this record as they stand; nothing is decoded but this."""
        from nistitl.model.faults import record_findings

        return record_findings(self)

    def preview(self) -> Preview:
        """Text and pixels for a notebook: everything, a person's name too. On its own a record shows only sizes."""
        from nistitl.base.screen import preview_of

        return preview_of(self)

    def _repr_html_(self) -> str:
        from nistitl.base.screen import table_of  # for notebooks

        return table_of(self)

    def __repr__(self) -> str:
        from nistitl.base.text import many

        try:
            idc = told_idc(self.idc)
        except ClosedError:
            return f"<Type-{self.type}, closed>"
        name = f"Type-{self.type}" + ("" if idc is None else f" IDC {idc}")
        _, start, end = self.origin
        size = "" if self.edited else f", {end - start} bytes"
        return f"<{name}, {many(len(self.keys()), 'field')}{size}{', edited' if self.edited else ''}>"
