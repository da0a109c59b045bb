"""The columns of the index as Arrow types, and rows as Arrow batches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from nistitl.archive.rows import Row
from nistitl.base.errors import needing

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTRA = "archive"
_TYPES = {
    "path_bytes": "binary", "at": "int32", "size": "int64", "mtime_ns": "int64", "start": "int64", "fetched": "int64",
    "transaction": "int32", "dat": "date32", "records": "int32", "forgiven": "int32", "record": "int32",
    "type": "int16", "idc": "int32", "offset": "int64", "length": "int64", "impression": "int32",
    "captured": "date32", "width": "int64", "height": "int64", "ppi": "float64", "nominal_ppi": "int64",
    "bits": "int32", "sha256": "binary",
}  # fmt: skip  # all others are text, but for two lists


@cache
def schema() -> Any:
    """The schema of the index (`pyarrow.Schema`). MissingDependency where pyarrow is not installed."""
    with needing("the index", EXTRA):
        import pyarrow as pa
    of_name = {
        "binary": pa.binary(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(), "date32": pa.date32(),
        "float64": pa.float64(),
    }  # fmt: skip
    lists = {"positions": pa.list_(pa.int16()), "values": pa.map_(pa.string(), pa.string())}
    fields = [(name, lists.get(name) or of_name.get(_TYPES.get(name, ""), pa.string())) for name in Row.__annotations__]
    return pa.schema(fields)


def batch_of(rows: Sequence[Row]) -> Any:
    """Rows as a `pyarrow.RecordBatch`."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(Row.__annotations__)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema())
