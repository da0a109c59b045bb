"""Mutations of texts that have a form: TOML manifests, TOML layers, JSON. Lines, values, brackets, numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VALUE = re.compile(rb'"[^"\n]*"|\b\d+\b|\[[^\[\]]*\]|\{[^{}]*\}|true|false|null')
_PIECES = (
    b'"../secret"', b'"/etc/passwd"', b'"C:\\\\x"', b'"\\u0000"', b'"CON"', b'"."', b'""', b'"a/../../b"', b'"\\ud800"',
    b'"' + b"x" * 300 + b'"', b"0", b"-1", b"1000000000", b"9" * 40, b"1.5", b"1e999", b"nan", b"inf", b"true", b"null",
    b"1979-05-27", b"[]", b"{}", b"[[]]", b"[1, \"a\"]", b"[[\"a\"], \"b\"]", b'{ hex = "00" }', b'{ hex = "0" }',
    b'{ file = "a.raw" }', b'{ file = "../beside" }', b'{ png = "a.png" }', b'{"base64": "AA=="}', b'{"sha256": "00"}',
    b'"\\u202e"', b'"\\u001d"', b'"A\\u001cB"', "\u202e\u9b00".encode(), b'"4-12"', b'"1-"', b'"?"', b'"*"', b'"(("',
    b"[" * 500, b"[[" * 100 + b"]]" * 100, b'{"a":' * 300, b'"\xff"', b'"2.999999999"', b'"2.1000000000"', b'"14.999"',
)  # fmt: skip


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """One to five changes."""
    data = data or random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        data = _changed(random, data, seeds)
    return data


def _changed(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    lines = data.split(b"\n")
    a, b = random.randrange(len(lines)), random.randrange(len(lines))
    change = random.randrange(7)
    if change == 0:
        lines.insert(a, lines[b])
    elif change == 1:
        del lines[a]
    elif change == 2:
        lines[a], lines[b] = lines[b], lines[a]
    elif change == 3:
        lines.insert(a, random.choice(random.choice(seeds).split(b"\n")))
    elif change == 4:
        at = random.randint(0, len(data))
        return data[:at] + random.choice(_PIECES) + data[at + random.choice((0, 0, 1, 4)) :]
    else:
        spots = list(_VALUE.finditer(data))
        if not spots:
            return data + random.choice(_PIECES)
        spot = random.choice(spots)
        return data[: spot.start()] + random.choice(_PIECES) + data[spot.end() :]
    return b"\n".join(lines)
