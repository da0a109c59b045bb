"""Which block is meant: the one of a name, or the richest that holds minutiae."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from nistitl.minutiae import given
from nistitl.minutiae.arrays import MinutiaeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.minutiae.blocks.base import FeatureBlock
    from nistitl.minutiae.items import MinutiaeFields


def blocks_of(record: MinutiaeFields | type[MinutiaeFields]) -> Mapping[str, FeatureBlock]:
    """The blocks that a record, or a type of records, can hold: by name, the richest first."""
    return _loaded(record.feature_blocks)


@lru_cache(maxsize=8)  # by record type, of which there are few
def _loaded(paths: tuple[str, ...]) -> Mapping[str, FeatureBlock]:
    blocks = (getattr(import_module(module), name) for module, _, name in (path.partition(":") for path in paths))
    return {block.name: block for block in blocks}


def block_named(record: MinutiaeFields | type[MinutiaeFields], name: str) -> FeatureBlock:
    """The block of that name. MinutiaeError where there is none."""
    blocks = blocks_of(record)
    return blocks[given.name("block", name, blocks)]


def with_minutiae(record: MinutiaeFields) -> tuple[str, ...]:
    """The names of the blocks that hold minutiae, the richest first."""
    return tuple(name for name, block in blocks_of(record).items() if record.raw(block.field))


def block_or_richest(record: MinutiaeFields, name: str | None) -> FeatureBlock:
    """The block of that name, without one the richest that holds minutiae. MinutiaeError where there is none."""
    if name is not None:
        return block_named(record, name)
    names = with_minutiae(record)
    if not names:
        raise MinutiaeError("the record holds no minutiae of a public block")
    return blocks_of(record)[names[0]]
