"""The blocks of vendors, found by their owner. What is in them is known to the vendor only, so it stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.minutiae import given
from nistitl.minutiae.arrays import MinutiaeError

if TYPE_CHECKING:
    from nistitl.minutiae.items import MinutiaeFields

_OTHER = range(176, 226)  # 9.176 OOD names whose block this is
_SET = " feature set"
_FBI = "FBI"  # whose block is public


def vendor_block(record: MinutiaeFields, owner: str) -> dict[int, bytes]:
    """The fields of an owner's block, by number; see `Type9.vendor_block`."""
    return {number: bytes(record.raw(number) or b"") for number in _numbers(record, owner) if number in record}


def owners_in(record: MinutiaeFields) -> list[str]:
    """Whose own blocks a record has fields of, as the standard names them; for 9.176 to 9.225 as 9.176 does."""
    keys = record.keys()
    there = {key for key in keys if isinstance(key, int)}
    owners = [
        block.name.removesuffix(_SET)
        for block in record.ranges
        if _names(block.mnemonic, block.name)
        and block.last is not None
        and not there.isdisjoint(range(block.first, block.last + 1))
    ]
    return owners if there.isdisjoint(_OTHER) else [*owners, record.OOD or "another"]


def _numbers(record: MinutiaeFields, owner: str) -> range:
    """The field numbers of an owner's block. MinutiaeError where no block is theirs."""
    folded = _folded(owner) if isinstance(owner, str) else ""
    if record.OOD is not None and folded == _folded(record.OOD):
        return _OTHER
    for block in record.ranges:
        if folded and folded in _names(block.mnemonic, block.name) and block.last is not None:
            return range(block.first, block.last + 1)
    raise MinutiaeError(f"no block of Type-9 belongs to {given.told(owner)}; owners are {', '.join(_owners(record))}")


def _owners(record: MinutiaeFields) -> list[str]:
    """Whose blocks there are, as the standard names them, and the owner that 9.176 names."""
    names = [block.name.removesuffix(_SET) for block in record.ranges if _names(block.mnemonic, block.name)]
    return [*names, record.OOD] if record.OOD else names


def _names(mnemonic: str, name: str) -> set[str]:
    """What the owner of a block may be called: `Sagem/MorphoTrak feature set` is both of them."""
    if mnemonic == _FBI or not name.endswith(_SET):
        return set()
    return {_folded(part) for part in (mnemonic, *name.removesuffix(_SET).split("/"))}


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
