"""Profiles of a user's own: any bytes as a TOML layer, by itself and on top of a profile."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

import nistitl
from nistitl.model.dictionaries import profile
from nistitl.profiles import TableProfile, overlaid
from tests.fuzz import hostile
from tests.fuzz.commands import check_plain, folder, run
from tests.fuzz.text import mutate

__all__ = ["check", "mutate", "seeds"]

OVERLAY = b"""[profile]
name = "my-state"
title = "Mine"
editions = ["0502"]
domains = ["MINE"]
[type2]
"2.8001" = { mnemonic = "BKN", name = "Booking number", type = "ANS", length = "4-12", special = "-" }
"2.084" = { mnemonic = "AMP", name = "Amputated", occurs = "0-13" }
"2.084.1" = { mnemonic = "FGP", name = "Finger", type = "N", length = "2", codes = "MINE" }
"2.8002" = { mnemonic = "WHN", name = "When", date = "CCYYMMDD", pattern = "2[0-9]*" }
[codes.MINE]
list = '''
A  Alpha
B  Beta
'''
[tots]
CAR = { name = "Criminal", direction = "request", answers = "SRE", status = "known" }
[records]
CAR = '1 2 4:0-14 14:0-3 15:none'
[mandatory]
CAR = 'BKN OCA?'
[optional]
"*" = 'WHN:0-5:1-9'
[forbidden]
"*" = 'PHT'
[fields]
"14.011" = { codes = "MINE" }
"14.200" = { mnemonic = "OWN", name = "Ours", type = "N", length = "1-3", condition = "X", tots = "CAR" }
"""
CHILD = b"""[profile]
name = "child"
parent = "fbi-ebts-10.0"
[codes.EYE]
add = 'VIO  Violet'
remove = 'PNK'
[mandatory]
CAR = 'OCA'
"""


def check(data: bytes) -> None:
    """Checking by the layer ends in a report, or the layer is refused."""
    with folder() as out:
        out.mkdir()
        path = out / "layer.toml"
        path.write_bytes(data)
        tx = nistitl.read(hostile.built())
        for made in (lambda: TableProfile(path), lambda: _on_top(path)):
            try:
                report = tx.validate(made())
            except nistitl.ITLError as error:
                check_plain(str(error))
                continue
            check_plain(report.to_text())
        where = str(path)
        commands = (
            ("profiles", "show", where), ("profiles", "show", where, "CAR"),
            ("profiles", "diff", where, "fbi-ebts-9.1"),
            ("show", "-", "--profile", where), ("new", "--profile", where, "--tot", "CAR", "-o", str(out / "new")),
        )  # fmt: skip
        done = run(hostile.built(), *commands[zlib.crc32(data) % len(commands)])
        check_plain(done.out + done.err)
        if (out / "new").exists():
            check_plain((out / "new").read_text("utf-8"))


def _on_top(path: Path) -> TableProfile:
    base = profile("fbi-ebts-10.0")
    assert isinstance(base, TableProfile)
    return overlaid(base, path)


@cache
def seeds() -> list[bytes]:
    """A layer of every section, a child of a shipped profile, and a shipped one that is small."""
    import ebts_profiles

    shipped = Path(ebts_profiles.__file__).parent / "nato" / "stanag-4715.toml"
    return [OVERLAY, CHILD, shipped.read_bytes()[:32_000]]
