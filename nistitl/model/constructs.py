"""Record types as constructs: the full parse and build protocol, the slow and plain way.

`record_construct(Type14).parse(data)` gives a Container of typed values by mnemonic, `.build(values)`
the bytes. The library itself reads and writes through the lazy records; tests hold the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import construct

from nistitl.declare.values import charset_of
from nistitl.model.binaryrecord import BinaryRecord
from nistitl.model.record import LEN
from nistitl.model.traditional import with_len
from nistitl.wire.fields import split
from nistitl.wire.grammar import FS, GS

if TYPE_CHECKING:
    from nistitl.model.record import Record


class TaggedRecord(construct.Construct):  # type: ignore[misc]
    """A tagged record: fields between GS, each parsed by the construct of its declaration."""

    def __init__(self, kind: type[Record]) -> None:
        super().__init__()
        self.kind = kind

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        data, charset = stream.read(), charset_of(context)
        fields = split(data, 0, len(data), self.kind.type)
        parsed = construct.Container()
        for number, element in self.kind.elements.items():
            raw = fields.raw(number)
            if raw is not None:
                parsed[element.mnemonic] = element.value.parse(bytes(raw), charset=charset)
        return parsed

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        pieces, charset = [b""], charset_of(context)
        for number, element in self.kind.elements.items():
            if number != LEN and element.mnemonic in obj:
                pieces.append(
                    b"%d.%03d:%b"
                    % (self.kind.type, number, element.value.build(obj[element.mnemonic], charset=charset))
                )
        rest = GS.join(pieces) + FS
        stream.write(with_len(b"%d.001" % self.kind.type, b"", len(rest)) + rest)
        return obj


def record_construct(kind: type[Record]) -> construct.Construct:
    """The construct of a record type."""
    return kind.layout() if issubclass(kind, BinaryRecord) else TaggedRecord(kind)
