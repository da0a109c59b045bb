"""Whether a field says the same in two spellings, one of them in UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.declare.items import same_codes
from nistitl.wire.charsets import Charset

if TYPE_CHECKING:
    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Fields, Raw

LEN = 1
_UTF8 = Charset("utf-8")


def differing(record: RecordPort, read: Fields) -> set[int]:
    """The fields that were read otherwise than a record has them."""
    keys = {key for key in (*record.keys(), *read.index) if isinstance(key, int) and key != LEN}
    return {key for key in keys if not alike(record, key, record.raw(key), read.raw(key))}


def alike(record: RecordPort, key: int, old: Raw | None, new: Raw | None) -> bool:
    """True where a field says the same, whatever its spelling; one that is empty says nothing."""
    if not old or not new:
        return not old and not new
    if bytes(old) == bytes(new):
        return True
    if record.binary or key == record.data_field:
        return False
    charset = record.context.charset
    text, other = charset.decode(bytes(old)), _UTF8.decode(bytes(new))
    if _bare(text) == _bare(other):
        return True
    element = record.element(key)
    if element is not None and same_codes(element.value, text, other):
        return True
    if "".join(text.split()) == "".join(other.split()):
        return False  # blanks are text, too
    try:
        if element is None:
            return False
        return bool(element.value.decode(bytes(old), charset) == element.value.decode(bytes(new), _UTF8))
    except ValueError:
        return False


def _bare(text: str) -> list[str]:
    """The subfields of a text, without the separators of empty items at their end."""
    return [subfield.rstrip("\x1f") for subfield in text.split("\x1e")]
