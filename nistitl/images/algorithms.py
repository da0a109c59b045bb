"""What records call a codec: the code of CGA, by record type and by edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import LATEST
from nistitl.images.codec import BILEVEL_TYPES, BINARY_TYPES, Codec, capitals
from nistitl.model.kinds import record_class

if TYPE_CHECKING:
    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element
    from nistitl.model.record import Record

MEDIA = "MEDIA"  # what CGA says where 10.036 names the type
MEDIA_TYPES = (10, 16, 20)  # record types that may say so


def edition_of_record(record: Record) -> Edition | None:
    """The edition that VER of its transaction names; None for a record on its own, and for no edition."""
    owner = record.context.owner
    transaction = owner() if owner is not None else None
    return None if transaction is None else transaction.edition


def takes_later_names(record: Record) -> bool:
    """True where the transaction is of an edition after 2015."""
    edition = edition_of_record(record)
    return edition is not None and edition > LATEST


def named_in(codec: Codec, kind: int, asked: str | None = None, edition: Edition | None = None) -> str | int | None:
    """How records of a type name a codec, None where they cannot hold it.

    `asked` is a name that somebody gave: one that came after 2015 is written where it was asked for, or where the
    edition has no other.
    """
    usual = codec.spelling(kind)
    if kind in (*BINARY_TYPES, *BILEVEL_TYPES):
        return usual
    names = [name for name in codec.later_names if asked is not None and name == capitals(asked)]
    names += [usual] if isinstance(usual, str) else []
    if edition is not None:
        fitting = [name for name in (*names, *codec.later_names) if takes_code(kind, name, edition)]
        names = fitting or names
    return names[0] if names else None


def takes_code(kind: int, name: str, edition: Edition) -> bool:
    """True where CGA of a record type may say so in an edition."""
    elements = record_class(kind).elements.values()
    rows = (element.in_edition(edition) for element in elements if element.mnemonic == "CGA")
    return any(row is not None and _lists(row, name, edition) for row in rows)


def _lists(row: Element, name: str, edition: Edition) -> bool:
    codes, one_of = row.value.code_table, row.value.one_of
    code = codes.get(name) if codes is not None else None
    known = code is not None and code.valid_in(edition) and (code.status == "sourced" or not edition.checked)
    return known and (one_of is None or name in one_of)
