"""NISTCOM: the comment that NIST's software puts into WSQ and JPEG codestreams, `NAME value` line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PPI = re.compile(rb"^PPI[ \t]+(\d{1,6})[ \t]*$", re.MULTILINE)


def ppi_of(comment: bytes) -> tuple[float, float] | None:
    """The resolution of a comment, None when it is no NISTCOM or has none."""
    line = _PPI.search(comment) if comment.startswith(b"NIST_COM") else None
    return (float(line[1]), float(line[1])) if line and int(line[1]) else None


def comment(values: Mapping[str, object]) -> bytes:
    """The comment with these values; its first line counts its lines."""
    lines = [f"NIST_COM {len(values) + 1}", *(f"{name} {value}" for name, value in values.items())]
    return "".join(f"{line}\n" for line in lines).encode("ascii")
