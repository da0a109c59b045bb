"""A transaction taken out of what it is wrapped in, when asked.

There are four layers at the most, and none gives more than 200 bytes for each byte of the input, or 16 MB: images
hardly shrink, what swells more is meant to do harm.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.wire.frames import frame, frames_cleanly
from nistitl.wire.grammar import PADDING
from nistitl.wire.wrappers import wrapper_of

if TYPE_CHECKING:
    from mmap import mmap

_MOST_A_BYTE, _ALWAYS, _MOST = 200, 1 << 24, 1 << 30  # bytes that a layer may give
_LAYERS = 4


def unwrapped(data: bytes | mmap) -> bytes | mmap:
    """The transaction inside, or the data as they are where nothing is around them.

    ReadError where a wrapper is damaged, holds none or several files, or more than 200 times the input and 16 MB.
    """
    return _opened(data, min(_MOST, max(_ALWAYS, _MOST_A_BYTE * len(data))), _LAYERS)


def _opened(data: bytes | mmap, most: int, layers: int) -> bytes | mmap:
    wrapper = wrapper_of(data)
    if wrapper is None:
        return data
    if not layers:
        raise ReadError(f"the transaction is wrapped more than {_LAYERS} times; unwrap it by hand")
    try:
        found = wrapper.opened(data, most)
    except ReadError:
        raise
    except Exception as error:  # the standard library's readers raise what they like on damaged input
        raise ReadError(f"this is {wrapper.name} that cannot be opened ({type(error).__name__})") from None
    if isinstance(found, bytes):
        return _opened(found, most, layers - 1)
    inside = []
    for reading in found:
        with suppress(ReadError):
            inside.append(_opened(reading, most, layers - 1))
    # of one reading something may be missing, or twice: padding behind it is no proof
    for holds in (_is_whole, _is_whole_but_for_padding)[: len(found)]:
        sound = {bytes(reading) for reading in inside if holds(reading)}
        if len(sound) == 1:
            return sound.pop()
        if sound:
            break
    raise ReadError(
        f"this is {wrapper.name}; it cannot be told what its bytes were: have it sent again as it is, in binary mode"
    )


def _is_whole(reading: bytes | mmap) -> bool:
    return frames_cleanly(bytes(reading))


def _is_whole_but_for_padding(reading: bytes | mmap) -> bool:
    try:
        framing = frame(reading)
    except ReadError:
        return False
    behind = reading[framing.end :]
    return all(finding.code == "bytes-after" for finding in framing.findings) and not behind.strip(PADDING)
