"""Whole transactions as a construct: `nistitl.Transaction.construct`.

`parse` takes all the bytes there are (bound them by construct.Prefixed, FixedSized, ...) for one transaction in the
traditional encoding and gives its records in a ListContainer, each as its own construct does; character set and
Type-2 dictionary are those that Type-1 announces, or of the context: `parse(data, charset="cp1255",
profile="fbi-ebts-10.0")`. Bytes between records stand under `_before` and `_after` of a record. `build` takes such
a list; LEN and CNT are computed, what has not changed is written as it was spelled. construct.StreamError for bytes
that are no transaction, construct.ValidationError for what cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import construct

from nistitl.base.errors import ITLError, ReadError
from nistitl.model.constructs import SOURCE, TYPE, RecordContainer, Surroundings, construct_of
from nistitl.model.context import Context
from nistitl.model.counting import count_spelled
from nistitl.model.kinds import record_class
from nistitl.model.opening import TRADITIONAL, opened
from nistitl.wire.charsets import Charset, announced
from nistitl.wire.fields import split
from nistitl.wire.grammar import BINARY_TYPES, FS

if TYPE_CHECKING:
    from nistitl.model.transaction import Transaction

BEFORE, AFTER = "_before", "_after"
_HEADER, _VER, _CNT, _DOM, _DCS = 1, 2, 3, 13, 15


class TransactionConstruct(construct.Construct):  # type: ignore[misc]
    """The construct of a transaction: its records by the framing, LEN and CNT computed when it is built."""

    def __init__(self, kind: type[Transaction]) -> None:
        super().__init__()
        self.kind = kind

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        named = Surroundings.of(context, path)
        try:
            tx = opened(self.kind, TRADITIONAL, TRADITIONAL.frame(stream.read()), "tolerant")
        except ReadError as error:
            raise construct.StreamError(str(error), path=path) from error
        given = Surroundings(
            named.charset if _names(context, "charset") else tx.context.charset,
            named.dictionary or tx.context.dictionary,
        )
        before, after, between = tx.surroundings()
        records = construct.ListContainer()
        for record, behind in zip(tx.records, between, strict=True):
            records.append(construct_of(type(record)).container_of(bytes(record), given))
            if behind:
                records[-1][AFTER] = behind
        if before:
            records[0][BEFORE] = before
        if after:
            records[-1][AFTER] = records[-1].get(AFTER, b"") + after
        return records

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        if not isinstance(obj, list | tuple) or not obj or not all(hasattr(record, "keys") for record in obj):
            raise construct.ValidationError("expected a list of records", path=path)
        given = self._announced(obj[0], Surroundings.of(context, path), context, path)
        built = [_built(record, given, f"{path} -> {at}") for at, record in enumerate(obj)]
        if obj[0].get(TYPE) == _HEADER:
            count = _count(obj, given)
            if count is not None:
                built[0] = _built(RecordContainer(obj[0]) | {"CNT": count}, given, f"{path} -> 0")
        data = b"".join(
            (record.get(BEFORE) or b"") + own + _behind(record, own) for record, own in zip(obj, built, strict=True)
        )
        construct.stream_write(stream, data, len(data), path)
        return obj

    def _announced(self, header: Any, named: Surroundings, context: Any, path: str) -> Surroundings:
        """What the records are written with: as the context says, or else as Type-1 announces."""
        if header.get(TYPE) != _HEADER:
            return named
        data = _built(header, attrs.evolve(named, charset=Charset("utf-8")), path)
        fields = split(data, 0, len(data), _HEADER)
        settings = Context()
        settings.told({_DOM: fields.raw(_DOM)})
        charset = named.charset if _names(context, "charset") else announced(fields.raw(_DCS), fields.raw(_VER))
        return Surroundings(charset, named.dictionary or settings.dictionary)


def _names(context: Any, setting: str) -> bool:
    return setting in context or setting in (context.get("_params") or {})


def _built(record: Any, given: Surroundings, path: str) -> bytes:
    """The bytes of a record of any type."""
    try:
        kind = record_class(record.get(TYPE))
    except ITLError as error:
        raise construct.ValidationError(f"its type is missing: {error}", path=path) from error
    return construct_of(kind).bytes_of(record, given, path)


def _behind(record: Any, own: bytes) -> bytes:
    """The bytes behind a record that belong to none; one that stood for its FS goes where that is written now."""
    behind: bytes = record.get(AFTER) or b""
    source = record.get(SOURCE) or FS
    ended = source.endswith(FS) or record.get(TYPE) in BINARY_TYPES
    return behind if ended or not own.endswith(FS) else behind[1:]


def _count(records: Any, given: Surroundings) -> bytes | None:
    """1.003 by the records that follow; None where it says so already."""
    raw = count_spelled([(record.get(TYPE), _idc(record)) for record in records[1:]], None)
    computed = record_class(_HEADER).elements[_CNT].value.decode(raw, given.charset)
    return None if computed == records[0].get("CNT") else raw


def _idc(record: Any) -> int:
    idc = record.get("IDC")
    return idc if isinstance(idc, int) else 0
