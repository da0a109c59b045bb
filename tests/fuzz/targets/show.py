"""show, info, roundtrip and what they print: text, JSON, HTML; nothing in it that a terminal or browser obeys."""

from __future__ import annotations

import zlib

from tests.fuzz.commands import check_html, check_json, check_plain, run

READINGS: tuple[tuple[str, ...], ...] = (
    (), ("--policy", "strict"), ("--policy", "repair"), ("--charset", "cp1255"), ("--charset", "utf-16"),
    ("--profile", "auto"), ("--profile", "fbi-ebts-10.0"), ("--profile", "int-i-5.03"),
)  # fmt: skip


def check(data: bytes) -> None:
    """Each way to look at these bytes; by which reading, chance says."""
    chance = zlib.crc32(data)
    reading = READINGS[chance % len(READINGS)]
    for arguments in (("show", "-"), ("info", "-") if chance & 8 else ("info", "-", "-")):
        done = run(data, *arguments, *reading)
        check_plain(done.out)
        check_plain(done.err)
    images = "base64" if chance & 16 else "reference"
    command = ("info", "--json", "-") if chance & 32 else ("show", "--json", "--images", images, "-")
    done = run(data, *command, *reading)
    if done.out:
        check_json(done.out)
    check_html(run(data, "show", "--html", "-", *reading).out)
    done = run(data, "roundtrip", "-")
    check_plain(done.out)
    assert "different" not in done.out.partition(":")[0], "what was read is not what is written"
