"""A transaction in plain values: records, fields, and what a field holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import attrs

from nistitl.wire.grammar import TAG

if TYPE_CHECKING:
    from nistitl.images.resolution import Density

FORMAT = "nistitl-1"
LEN, IDC, CNT, DCS, VER = 1, 2, 3, 15, 2
MOST_DIGITS = 20

PlainItem = str | bytes
PlainContent = PlainItem | int | list[int] | list[list[PlainItem]]


@attrs.define(slots=True)
class PlainField:
    """One field: its tag as spelled, its name, what it holds. `tagged` is False for a piece without tag.

    Of an image: what the file that its pixels are from says of the resolution, whether that is not to be
    compared, and whether a turn that EXIF asks for matters.
    """

    tag: str
    content: PlainContent
    mnemonic: str = ""
    tagged: bool = True
    told: tuple[Density, ...] | None = None
    override_ppi: bool = False
    turn: bool = True


@attrs.define(slots=True)
class PlainRecord:
    """One record; `whole` instead of fields where it cannot be taken apart."""

    type: int
    fields: list[PlainField] = attrs.field(factory=list)
    terminated: bool = True
    len_digits: int = 0
    idc_digits: int = 0
    whole: bytes | None = None
    after: bytes = b""


@attrs.define(slots=True)
class PlainTransaction:
    """A transaction in plain values; `charset` where it was read with another than 1.015 announces.

    `encoding` is that of its source, where its fields had no tags; what is packed of it is traditional.
    """

    records: list[PlainRecord]
    before: bytes = b""
    after: bytes = b""
    charset: str = ""
    encoding: str = ""


def tag_number(tag: str) -> int | None:
    """The field number of a tag as spelled, None where it is no tag."""
    match = TAG.fullmatch(tag.encode("latin-1", "replace"))
    return int(match[2]) if match else None


def tag_type(tag: str) -> int | None:
    """The record type of a tag as spelled, None where it is no tag."""
    match = TAG.fullmatch(tag.encode("latin-1", "replace"))
    return int(match[1]) if match else None


def plain_idc(record: PlainRecord) -> str:
    """The IDC of a record as CNT gives it; 0 where the record says none."""
    for field in record.fields:
        if tag_number(field.tag) == IDC and isinstance(field.content, str | int):
            return str(field.content)
    return "0"


def is_number(value: object) -> TypeGuard[int]:
    """True for a whole number that a field could hold; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MOST_DIGITS
