"""pack: a manifest that anybody may have written, with files beside it and a secret above it."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import nistitl
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz import codestreams, hostile
from tests.fuzz.commands import folder
from tests.fuzz.text import mutate

__all__ = ["check", "mutate", "seeds"]

HAND = b"""format = "nistitl-1"
[[record]]
type = 1
field = {"1.002" = "0502", "1.004" = "CAR", "1.005" = "20200101"}
[[record]]
type = 2
field = {"2.018" = "DOE,JANE", "2.067" = ["MAKE", "MODEL"], "2.019" = [["A"], ["B"]], "2.003" = {hex = "ff"}}
[[record]]
type = 4
idc_digits = 2
field = {"4.003" = 1, "4.004" = [2], "4.005" = 0, "4.006" = 8, "4.007" = 8, "4.008" = 0, "4.009" = {file = "a.raw"}}
[[record]]
type = 14
field = {"14.004" = "X", "14.999" = {png = "a.png"}}
[[record]]
type = 9
bytes = {file = "a.raw"}
"""


def check(data: bytes) -> None:
    """Packed or refused; what stands above the folder is in nothing that is packed."""
    with folder() as out:
        out.mkdir()
        (out.parent / "beside").write_bytes(b"beside")
        (out / "a.raw").write_bytes(bytes(64))
        (out / "a.png").write_bytes(_png())
        (out / MANIFEST).write_bytes(data)
        with suppress(nistitl.ITLError):
            packed = pack(out)
            assert b"beside" not in packed or b"beside" in data, "a file outside the folder was read"
            nistitl.read(packed)


@cache
def _png() -> bytes:
    return codestreams.seeds("PNG")[0]


@cache
def seeds() -> list[bytes]:
    """A manifest written by hand, and those of small transactions."""
    made = [HAND]
    for data in hostile.built_seeds()[:12]:
        with suppress(nistitl.ITLError), folder() as out:
            unpack(nistitl.read(data), out)
            made.append((out / MANIFEST).read_bytes())
    return made
