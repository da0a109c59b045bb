"""Text in another character set: which fields have to be written anew so that they say the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.declare.values import Data
from nistitl.model.context import DCS, VER
from nistitl.model.traditional import strays
from nistitl.wire.charsets import ASCII

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.context import RecordPort
    from nistitl.wire.charsets import Charset
    from nistitl.wire.grammar import Key

_SEPARATORS = re.compile(rb"([\x1e\x1f])")
_CONTROLS = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\U0010ffff]")  # in no text, but in bytes that are none
_WHAT_TO_DO = (
    "announce a set that can say it, such as UTF-8 (CSI 3), or change this text first; where its bytes are in that"
    " set already, read with charset=... and announce it then"
)


def recoded(record: RecordPort, new: Charset) -> dict[Key, bytes]:
    """The text that another set would read otherwise, in that set, by field; the record itself stays as it is.

    Bytes that are no text in the old set keep, as nobody can say what they would be in the new one. FieldError where
    the new set cannot say a text, or where the bytes of a field cannot be reached to be written anew.
    """
    old = record.context.charset
    if record.binary or _reads_alike(record, old, new):
        return {}
    changed: dict[Key, bytes] = {}
    for key, raw in _texts(record):
        try:
            spelled = _recoded(raw, old, new)
        except ValueError as error:
            raise record.refused(key, f"{error}; {_WHAT_TO_DO}") from None
        if spelled != raw:
            changed[key] = spelled
    for raw in _unreachable(record):
        if _recoded_or_none(raw, old, new) != raw:
            message = (
                "a field that stands twice or without a tag holds text that would be read otherwise; mend it first"
            )
            raise record.refused(0, message)
    return changed


def _reads_alike(record: RecordPort, old: Charset, new: Charset) -> bool:
    """True for a record from nothing that is all ASCII, where both sets read that alike: most that are added."""
    if record.raw_fields.raws or not (old.transparent and new.transparent):
        return False
    edits = dict(record.edits or {}).items()
    return all(raw is None or key == record.data_field or bytes(raw).isascii() for key, raw in edits)


def _texts(record: RecordPort) -> Iterator[tuple[Key, bytes]]:
    """The fields that hold text, but for what announces its set."""
    for key in record.keys():  # noqa: SIM118
        element = record.element(key) if isinstance(key, int) else None
        if key == record.data_field or (element is not None and isinstance(element.value, Data)):
            continue
        if record.type == 1 and key in (VER, DCS):
            continue
        if (raw := record.raw(key)) is not None:
            yield key, bytes(raw)


def _unreachable(record: RecordPort) -> Iterator[bytes]:
    """What stands between separators without being the content of a field: with its tag, as it is read with it."""
    fields = record.raw_fields
    for at, _ in strays(record):
        yield fields.layout.heads[at] + bytes(fields.raws[at])


def _recoded(raw: bytes, old: Charset, new: Charset) -> bytes:
    if old.transparent and new.transparent and raw.isascii():
        return raw
    return b"".join([_item(piece, old, new) for piece in _SEPARATORS.split(raw)])


def _recoded_or_none(raw: bytes, old: Charset, new: Charset) -> bytes | None:
    try:
        return _recoded(raw, old, new)
    except ValueError:
        return None


def _item(raw: bytes, old: Charset, new: Charset) -> bytes:
    """The same text in the new set: the same bytes where it reads them alike."""
    text = old.decode(raw)
    is_text = old.readable(raw) and (old.declared or not _CONTROLS.search(text))
    if not is_text and (not old.declared or _rest(text).isascii()):
        return raw
    target = new if new.declared else ASCII
    if target.decode(raw) == text and target.readable(raw):
        return raw
    if _CONTROLS.search(text):
        raise ValueError("holds bytes that are no text, or text of another set than the one it is read by")
    return target.encode(text)


def _rest(text: str) -> str:
    """A text without the lone surrogates that stand for undecodable bytes."""
    return text.encode("utf-8", "ignore").decode("utf-8")
