"""A transaction taken out of what it is wrapped in, when asked.

There are four layers at the most, and none gives more than 200 bytes for each byte of the input, or 16 MB: images
hardly shrink, what swells more is meant to do harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.wire.frames import frames_cleanly
from nistitl.wire.wrappers import wrapper_of

if TYPE_CHECKING:
    from mmap import mmap

_MOST_A_BYTE, _ALWAYS, _MOST = 200, 1 << 24, 1 << 30  # bytes that a layer may give
_LAYERS = 4


def unwrapped(data: bytes | mmap) -> bytes | mmap:
    """The transaction inside, or the data as they are where nothing is around them.

    ReadError where a wrapper is damaged, holds none or several files, or more than 200 times the input and 16 MB.
    """
    most = min(_MOST, max(_ALWAYS, _MOST_A_BYTE * len(data)))
    for _ in range(_LAYERS):
        wrapper = wrapper_of(data)
        if wrapper is None:
            return data
        try:
            found = wrapper.opened(data, most)
        except ReadError:
            raise
        except Exception as error:  # the standard library's readers raise what they like on damaged input
            raise ReadError(f"this is {wrapper.name} that cannot be opened ({type(error).__name__})") from None
        data = found if isinstance(found, bytes) else _meant(found, wrapper.name)
    if wrapper_of(data) is not None:
        raise ReadError(f"the transaction is wrapped more than {_LAYERS} times; unwrap it by hand")
    return data


def _meant(readings: list[bytes], what: str) -> bytes:
    """The one of several readings whose records are as long as they say; ReadError where none is."""
    for reading in readings:
        if frames_cleanly(reading):
            return reading
    raise ReadError(
        f"this is {what}; it cannot be told what its bytes were: have it sent again as it is, in binary mode"
    )
