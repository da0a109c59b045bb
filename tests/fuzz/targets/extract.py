"""extract: the images of a transaction in each format, into a folder and nowhere else."""

from __future__ import annotations

import zlib

from nistitl.images.export import formats
from tests.fuzz.commands import check_plain, folder, run
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.read import opened

__all__ = ["check", "seeds"]


def check(data: bytes) -> None:
    """Files of our own names, as many as were told of."""
    tx = opened(data)
    if tx is None or large(tx):
        return
    with folder() as out:
        form = formats()[zlib.crc32(data) % len(formats())]
        done = run(data, "extract", "-", "-o", str(out), "--as", form)
        check_plain(done.out + done.err)
        names = sorted(path.name for path in out.iterdir())
        assert names == sorted(done.out.split()), "files that were not told of"
        assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for name in names), "a strange name"
        assert len(names) <= len(tx.images())
