"""Arrays to WSQ codestreams and back, and what a codestream says of itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.images.errors import ImageError
from nistitl.images.streams.nistcom import positive
from nistitl.images.wsq import container, decoder, encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_COMMENT = 0xFFFF - 2


@attrs.frozen(slots=True)
class Info:
    """What a codestream says of itself, without its pixels.

    `ppi` and `bitrate` (bits per pixel asked of the encoder) come from a NISTCOM comment, None without one:
    a record's own resolution always goes before it. `encoder` and `software` are the numbers of the encoding
    algorithm and of its implementation; `filters` are the taps of the synthesis low-pass and high-pass, None
    where the table is missing; `blocks` and `complete` say how many coded blocks there are and whether the end
    (EOI) was met.
    """

    width: int
    height: int
    ppi: int | None
    bitrate: float | None
    black: int
    white: int
    shift: float
    scale: float
    encoder: int
    software: int
    comments: tuple[str, ...]
    filters: tuple[int, int] | None
    blocks: int
    complete: bool


def decode(
    data: bytes | bytearray | memoryview,
    *,
    max_pixels: int = 100_000_000,
    strict: bool = False,
    truncated: bool = False,
) -> NDArray[np.uint8]:
    """Pixels of a WSQ codestream, rows and columns, 0 black to 255 white.

    With `truncated` coefficients that are missing from a codestream cut short are taken as zeros: the whole picture
    grows blurred, then flat. `strict` raises for everything that is forgiven otherwise, such as a missing end marker.
    Raises ImageError for whatever is no WSQ, for missing coefficients, and for more than `max_pixels` pixels before
    anything is allocated.
    """
    with np.errstate(all="ignore"):
        result = decoder.decode(bytes(data), max_pixels, truncated)
    if strict and result.notes:
        raise ImageError("; ".join(result.notes))
    return result.pixels


def encode(
    array: Any,
    *,
    bitrate: float = 0.75,
    ppi: int = 500,
    comments: Sequence[str | bytes] | None = None,
    software: int = 0,
    nistcom: bool = True,
) -> bytes:
    """A WSQ codestream of an array of uint8, rows and columns.

    `bitrate` is in bits per pixel: 0.75 for the usual 15:1, 2.25 for 5:1. NIST's comment with size and `ppi`
    comes first unless `nistcom` is false, then `comments`. `software` is the number that the FBI assigns to
    a certified implementation; 0 claims none. Raises ImageError for an array of another kind, for sides
    below 81 pixels or above 65,535, and for images that WSQ would flatten rather than compress.
    """
    pixels = np.asarray(array)
    if pixels.ndim != 2 or pixels.dtype != np.uint8:
        raise ImageError(f"WSQ takes rows and columns of uint8, not {pixels.ndim} dimensions of {pixels.dtype}")
    if not math.isfinite(bitrate) or bitrate <= 0:
        raise ImageError(f"a bit rate of {bitrate}")
    if not 0 <= software <= 0xFFFF:
        raise ImageError(f"a software number of {software}; it has 16 bits")
    texts = tuple(c.encode("utf-8") if isinstance(c, str) else bytes(c) for c in comments or ())
    if any(len(text) > MAX_COMMENT for text in texts):
        raise ImageError(f"a comment longer than {MAX_COMMENT} bytes")
    with np.errstate(all="ignore"):
        return encoder.encode(pixels, encoder.Settings(bitrate, ppi, texts, software, nistcom))


def info(data: bytes | bytearray | memoryview) -> Info:
    """What a codestream says of itself. No pixel is decoded, and no limit set: compare the size with yours.

    Raises ImageError where the segments do not hold together.
    """
    with np.errstate(all="ignore"):
        stream = container.read(bytes(data))
    frame, said = stream.frame, container.nistcom(stream.comments)
    ppi, bitrate = positive(said.get("PPI")), positive(said.get("WSQ_BITRATE"))
    return Info(
        width=frame.width,
        height=frame.height,
        ppi=int(ppi) if ppi is not None else None,
        bitrate=bitrate,
        black=frame.black,
        white=frame.white,
        shift=float(frame.shift),
        scale=float(frame.scale),
        encoder=frame.encoder,
        software=frame.software,
        comments=tuple(comment.decode("utf-8", "backslashreplace") for comment in stream.comments),
        filters=(len(stream.filters.low), len(stream.filters.high)) if stream.filters else None,
        blocks=len(stream.blocks),
        complete=not stream.notes,
    )
