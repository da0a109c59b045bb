"""The fields of a record from its element: read one by one, or with runs of like elements by columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import FieldError
from nistitl.model.traditional import tagged_fields
from nistitl.xml.base64text import Base64Error
from nistitl.xml.headers import binary_fields
from nistitl.xml.reading import NOTHING, Known, fields_among, raw_fields
from nistitl.xml.runs import cut
from nistitl.xml.tree import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from mmap import mmap

    from nistitl.base.findings import Finding
    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Fields, Raw
    from nistitl.xml.document import Source
    from nistitl.xml.reading import FieldElements
    from nistitl.xml.scanning import Scope
    from nistitl.xml.tables import ElementRow

    Refused = Callable[[Base64Error], Finding]  # what is raised for an element; without it what can be read is taken


def fields_of(
    elements: FieldElements,
    data: bytes | mmap,
    record: RecordPort,
    refused: Refused | None = None,
    known: Known = NOTHING,
) -> Fields:
    """The fields among these elements of a record."""
    raws: dict[int, Raw] = {}
    for number, raw in raw_fields(elements, data, record, known):
        if not isinstance(raw, Base64Error):
            raws[number] = raw
        elif refused is not None:
            raise FieldError.of(refused(raw))
        else:
            raws[number] = raw.data
    return binary_fields(record, raws) if record.binary else tagged_fields(record, raws)


def fields_by_column(
    data: bytes | mmap,
    span: tuple[int, int],
    record: RecordPort,
    source: Source,
    scope: Scope,
    table: ElementRow,
    refused: Refused | None = None,
) -> Fields | None:
    """The fields of the record element that lies there, its runs by columns; None where it is to be read one by one."""
    found = cut(data, *span, table, scope, source.prefixes)
    if found is None:
        return None
    node = parse(found.data, 0, len(found.data), scope, source.prefixes)
    fields = fields_of(fields_among(node, table), found.data, record, refused, Known(found.runs))
    return None if found.runs else fields


def read_back(
    element: bytes, record: RecordPort, source: Source, scope: Scope, table: ElementRow, refused: Refused | None = None
) -> Fields:
    """The fields of an element that was made of a record; content that stands in it as it was put there is the same."""
    span = (0, len(element))
    fields = fields_by_column(element, span, record, source, scope, table, refused)
    if fields is not None:
        return fields
    elements = fields_among(parse(element, *span, scope, source.prefixes), table)
    return fields_of(elements, element, record, refused, Known(images=_images(record)))


def _images(record: RecordPort) -> Mapping[int, Raw]:
    """The content of the field of bytes that is a record's image."""
    number = max(record.elements, default=0) if record.binary else record.data_field or 0
    raw = record.raw(number) if number else None
    return {number: raw} if raw else {}
