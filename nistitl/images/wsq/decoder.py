"""Decoding: a codestream to pixels.

    bytes -> segments (container) -> symbols (huffman) -> bins -> coefficients (quantizer)
          -> samples (wavelet) -> pixels

The coefficients of all blocks follow one another: subbands 0 to 18 in the first block, 19 to 51 in the
second, 52 to 59 in the third, each subband row by row, those whose bin width is 0 left out.

Source: FBI IAFIS-IC-0110(V3), Part 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.images.errors import CutOff, ImageError
from nistitl.images.streams.ends import holds_all
from nistitl.images.wsq import bits, container, huffman, quantizer, wavelet
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLOCK_ENDS = (19, 52, 64)  # the subband after the last of each block


@attrs.frozen(slots=True)
class Result:
    """The pixels, and what had to be forgiven to get them."""

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]


def decode(data: bytes, max_pixels: int, truncated: bool = False) -> Result:
    """Decode a codestream of up to `max_pixels`; raises ImageError, of missing coefficients unless `truncated`."""
    stream = container.read(data)
    frame, filters, quantization = stream.frame, stream.filters, stream.quantization
    check_size(frame, max_pixels)
    if filters is None or quantization is None:
        raise ImageError(f"the {'transform' if filters is None else 'quantization'} table is missing")
    sizes = wavelet.subband_sizes(frame.height, frame.width)
    places, values, notes = _coefficients(data, stream, _block_ends(quantization, sizes))
    if notes and not truncated:
        raise CutOff(f"the codestream is cut off: {notes[0]}; truncated=True takes them as zero")
    subbands = quantizer.dequantize(places, values, quantization, sizes)
    pixels = wavelet.reconstruct(subbands, frame.height, frame.width, filters, frame.shift, frame.scale)
    return Result(pixels, (*stream.notes, *notes))


def check_size(frame: container.Frame, max_pixels: int) -> None:
    """Refuse an image without pixels or with too many, before anything is allocated for it."""
    if not frame.width or not frame.height:
        raise ImageError(f"the frame header says {frame.width} x {frame.height} pixels")
    if frame.width * frame.height > max_pixels:
        raise ImageError(
            f"the frame header claims {frame.width} x {frame.height} pixels, more than the limit of {max_pixels}"
        )


def _block_ends(table: container.Quantization, sizes: Sequence[tuple[int, int]]) -> list[int]:
    """How many coefficients there are up to the end of each block."""
    counts = [height * width if table.width[k] != 0 else 0 for k, (height, width) in enumerate(sizes)]
    return [sum(counts[:end]) for end in BLOCK_ENDS]


def _coefficients(
    data: bytes, stream: container.Codestream, ends: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int16], list[str]]:
    """Places and values of the coefficients that are not zero, from all blocks, and what was forgiven."""
    total = ends[-1]
    at, places, values, notes = 0, [np.zeros(0, np.int64)], [np.zeros(0, np.int16)], []
    for number, block in enumerate(stream.blocks, 1):
        end = ends[min(number, len(ends)) - 1]
        pieces = [bits.unstuff(data[first:last]) for first, last in block.ranges]
        restarts = np.cumsum([len(piece) for piece in pieces[:-1]]).tolist()
        coded = b"".join(pieces)
        ended = stream.ended or number < len(stream.blocks)
        decoded = (huffman.decode if ended else _without_end)(coded, block.table, total - at, restarts)
        if decoded.broken and decoded.left > huffman.MAX_LENGTH:
            raise ImageError("the coded bits hold an impossible Huffman code", offset=block.offset)
        after = np.cumsum(decoded.counts, dtype=np.int64)
        kept = _without_filling(decoded, after, end - at)
        if kept and after[kept - 1] > total - at:
            raise ImageError("the coded bits hold more coefficients than the image has", offset=block.offset)
        sent = np.flatnonzero(decoded.values[:kept])
        places.append(after[sent] - 1 + at)
        values.append(decoded.values[sent])
        at += int(after[kept - 1]) if kept else 0
    if at < total:
        notes.append(f"{total - at} of {total} coefficients are missing")
    return np.concatenate(places), np.concatenate(values), notes


def _without_end(coded: bytes, table: huffman.Table, room: int, restarts: Sequence[int]) -> huffman.Decoded:
    """The symbols of a block that no marker ends, but for those that padding behind it looks like."""
    decoded = huffman.decode(coded, table, room, restarts)
    after = np.cumsum(decoded.counts, dtype=np.int64)
    kept = int(np.searchsorted(after, room, "right"))
    beyond = len(after) - kept
    if kept and after[kept - 1] == room and beyond <= len(decoded.starts):
        end = int(decoded.starts[-beyond]) if beyond else 8 * len(coded) - decoded.left
        if holds_all(coded, end):
            return attrs.evolve(decoded, counts=decoded.counts[:kept], values=decoded.values[:kept], broken=False)
    last = restarts[-1] if restarts else 0
    return huffman.decode(coded[:last] + coded[last:].rstrip(PADDING), table, room, restarts)


def _without_filling(decoded: huffman.Decoded, after: NDArray[np.int64], room: int) -> int:
    """How many symbols to keep: the ones that fill up the last byte may look like codes, one too many."""
    kept = len(after)
    while kept > len(after) - decoded.filling and after[kept - 1] > room:
        kept -= 1
    return kept
