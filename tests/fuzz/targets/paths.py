"""What people type: the bytes as a path for show, explain and set, as a name of a profile, codec or character set."""

from __future__ import annotations

import zlib

from tests.fuzz import hostile
from tests.fuzz.commands import check_plain, folder, run

TRANSACTION = hostile.built()
SEEDS = (
    "2.018", "14.021.2.3", "SEG.2.RHC", "14.999", "NAM", "2.018=DOE,JANE", '2.019=[["A"],["B"]]', "4.004=[1,2]",
    "14.3DF", "3DF.1", "FGP", "cnt-missing", "0.1", "99.999999999", "14.1000000000", "2.018.1.1.1", "--help", "-", "",
    "fbi-ebts-10.0", "cp1255", "utf-7", "x.toml", "\u0664.1", "2.\u0661", "14..1", "1" * 5000, "CAR", "=", "2.018=",
)  # fmt: skip


def check(data: bytes) -> None:
    """Each command that takes such text says what it found, or what is wrong with it."""
    text = data.decode("utf-8", "surrogateescape").replace("\0", "")
    commands = [
        ("show", "-", text), ("show", "--json", "-", text), ("show", "--raw", "-", text), ("explain", text),
        ("explain", "--json", text), ("set", "-", text, "-o", "-"), ("set", "-", "--delete", text, "-o", "-"),
        ("set", "-", "--insert", text, "-o", "-"), ("info", "--profile", text, "-"), ("info", "--charset", text, "-"),
        ("validate", "--profile", text, "-"), ("profiles", "show", text, text),
        ("profiles", "show", "nato-stanag-4715", text),
    ]  # fmt: skip
    at = zlib.crc32(data)
    with folder():
        for arguments in (commands[at % len(commands)], commands[at // 64 % len(commands)]):
            done = run(TRANSACTION, *arguments)
            check_plain(done.err)
            if arguments[0] != "set" and "--raw" not in arguments:
                check_plain(done.out)


def seeds() -> list[bytes]:
    """Paths, changes and names, right and wrong."""
    return [text.encode() for text in SEEDS]
