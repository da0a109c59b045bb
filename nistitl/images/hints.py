"""What errors of images advise, as each door spells it: keywords of Python, keys of TOML, options of a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.images.given import WISHES

if TYPE_CHECKING:
    from collections.abc import Container

_KEYWORD = re.compile(rf"\b({'|'.join(WISHES)})=(True|False|\d+)\b")
_CODEC = re.compile(r"\bcodec= ")
_GIVEN = re.compile(r"\bgive (codec|ppi)\b")


def in_toml(message: str) -> str:
    """With keys of TOML: `upsample = true`."""
    return _KEYWORD.sub(lambda found: f"{found[1]} = {found[2].lower()}", message)


def as_options(message: str, known: Container[str]) -> str:
    """With the options that a command knows, `--upsample`; what it has none for is said to be one of Python."""

    def option(found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if name not in known:
            return f"{found[0]} (in Python)"
        flag = name.replace("_", "-")
        return f"--no-{flag}" if value == "False" else f"--{flag}" if value == "True" else f"--{flag} {value}"

    given = _GIVEN.sub(lambda found: f"give --{found[1]}" if found[1] in known else found[0], message)
    given = _CODEC.sub("--codec " if "codec" in known else "codec= (in Python) ", given)
    return _KEYWORD.sub(option, given)
