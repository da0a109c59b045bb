"""Codestreams by themselves: sniffing, headers and each codec; vector signatures, and WSQ's own door."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.images import wsq
from nistitl.images.cleaning import cleaned
from nistitl.images.errors import ImageError
from nistitl.images.strokes import draw, strokes
from tests.fuzz import codestreams

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


def check(data: bytes) -> None:
    """Whatever the bytes, decoding succeeds or raises ImageError, and stays within its limit."""
    codestreams.check("", data)
    codestreams.check("FAX", data)
    codestreams.check("NONE", data)
    clean(data)
    quietly(wsq.info, data)
    quietly(wsq.decode, data, max_pixels=codestreams.LIMIT)
    for found in (quietly(strokes, data),):
        if found is not None:
            quietly(draw, found, max_pixels=codestreams.LIMIT)


def clean(data: bytes) -> None:
    """What is cleaned is clean, and tells no more than kinds."""
    try:
        result = cleaned(data)
    except (ImageError, nistitl.MissingDependency):
        return
    assert cleaned(result.data) == (result.data, ())


def quietly(action: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What an action gives; None where it raises our own error."""
    with suppress(nistitl.ITLError):
        return action(*arguments, **options)
    return None


def seeds() -> list[bytes]:
    """Codestreams of every codec, and a signature."""
    vectors = b"".join(bytes((x, x, x, 9, pressure)) for x, pressure in ((1, 9), (2, 99), (3, 0), (1, 254), (2, 255)))
    return [*(stream for name in codestreams.CODECS if name != "NONE" for stream in codestreams.seeds(name)), vectors]


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Damage that knows where headers are."""
    return codestreams.damaged(data or random.choice(seeds), random)
