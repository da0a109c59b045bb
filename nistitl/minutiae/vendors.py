"""The blocks of vendors: what is in them is theirs, so they stay as they are; by whose they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.minutiae.arrays import MinutiaeError

if TYPE_CHECKING:
    from nistitl.minutiae.declared import MinutiaeFields

_OTHER = range(176, 226)  # 9.176 OOD names whose block this is
_SET = " feature set"
_FBI = "FBI"  # whose block is public


def vendor_block(record: MinutiaeFields, owner: str) -> dict[int, bytes]:
    """The fields of an owner's block, by number; see `Type9.vendor_block`."""
    wanted = _folded(owner)
    if record.OOD is not None and wanted == _folded(record.OOD):
        numbers = _OTHER
    else:
        block = next((one for one in record.ranges if wanted and wanted in _names(one.mnemonic, one.name)), None)
        if block is None or block.last is None:
            raise MinutiaeError(f"no block of Type-9 belongs to {owner!r}; owners are {', '.join(owners(record))}")
        numbers = range(block.first, block.last + 1)
    return {number: bytes(record.raw(number) or b"") for number in numbers if number in record}


def owners(record: MinutiaeFields) -> list[str]:
    """Whose blocks there are, as the standard names them, and the owner that 9.176 names."""
    known = [one.name.removesuffix(_SET) for one in record.ranges if _names(one.mnemonic, one.name)]
    return [*known, record.OOD] if record.OOD else known


def _names(mnemonic: str, name: str) -> set[str]:
    """What the owner of a block may be called: `Sagem/MorphoTrak feature set` is both of them."""
    if mnemonic == _FBI or not name.endswith(_SET):
        return set()
    return {_folded(part) for part in (mnemonic, *name.removesuffix(_SET).split("/"))}


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
