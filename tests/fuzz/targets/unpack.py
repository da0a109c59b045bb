"""unpack and pack again: files of our own names in the folder and nowhere else, and the same bytes back."""

from __future__ import annotations

import json

import nistitl
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz.commands import check_plain, folder
from tests.fuzz.targets.read import opened

ALLOWED = set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def check(data: bytes) -> None:
    """A transaction that was read goes through a folder, and through JSON, unchanged."""
    tx = opened(data)
    if tx is None:
        return
    with folder() as out:
        names = unpack(tx, out)
        assert sorted(names) == sorted(path.name for path in out.iterdir())
        assert all(set(name) <= ALLOWED for name in names), "a strange name"
        check_plain((out / MANIFEST).read_text("utf-8"))
        assert pack(out) == data, "packed again it is another"
    told = json.loads(json.dumps(tx.to_dict()))
    assert bytes(nistitl.Transaction.from_dict(told)) == data, "from JSON it is another"
