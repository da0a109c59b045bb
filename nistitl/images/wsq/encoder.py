"""Encoding: pixels to a codestream, as NIST's reference encoder does (number 2 in the frame header).

    pixels -> shifted and scaled -> subbands (wavelet) -> variances -> bin widths -> bins (quantizer)
           -> symbols -> Huffman tables and bits (huffman) -> segments (container)

The first block has a Huffman table of its own, the second and third share one.

Source: FBI IAFIS-IC-0110(V3), Parts 1 and 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.images.errors import ImageError
from nistitl.images.wsq import bits, container, huffman, quantizer, wavelet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

BLACK, WHITE, ENCODER = 0, 255, 2
BLOCKS = ((0, 19), (19, 52), (52, 60))  # first subband of each block and of the next
SMALLEST, LARGEST = 81, 65535  # below, the smallest subbands are too small to measure a variance
MIN_KEPT = 0.05  # of the image's energy; less means that the picture is gone

f32 = np.float32


@attrs.frozen(slots=True)
class Settings:
    """What an encoder may choose. `bitrate` is in bits per pixel."""

    bitrate: float
    ppi: int
    comments: tuple[bytes, ...]
    software: int
    nistcom: bool


def encode(pixels: Pixels, settings: Settings) -> bytes:
    """Encode rows and columns of grey values; raises ImageError where WSQ cannot carry them."""
    height, width = pixels.shape
    if not (SMALLEST <= height <= LARGEST and SMALLEST <= width <= LARGEST):
        raise ImageError(f"an image of {width} x {height} pixels: WSQ takes {SMALLEST} to {LARGEST} either way")
    shift, scale, energy = _normalization(pixels)
    if scale:
        widths, blocks = _quantized(pixels, shift, scale, energy, settings.bitrate)
    else:  # one grey value: the shift says it all, and no subband is sent
        nothing = np.zeros(quantizer.CODED, f32)
        none = huffman.symbolize(np.zeros(0, np.intp), np.zeros(0, np.int32), 0)
        widths, blocks = quantizer.Widths(nothing, nothing), [none, none, none]
    frame = container.Frame(BLACK, WHITE, height, width, shift, scale, ENCODER, settings.software)
    return _assemble(frame, widths, blocks, settings)


def _normalization(pixels: Pixels) -> tuple[np.float32, np.float32, float]:
    """Shift and scale that bring pixels to a mean of 0 and within +-128, and their squared sum then."""
    lowest, highest = int(pixels.min()), int(pixels.max())
    if lowest == highest:
        return f32(lowest), f32(0), 0.0
    total = int(pixels.sum(dtype=np.uint64))
    squares = int(np.multiply(pixels, pixels, dtype=np.uint16).sum(dtype=np.uint64))
    shift = f32(total) / f32(pixels.size)
    scale = max(shift - f32(lowest), f32(highest) - shift) / f32(128)
    return shift, scale, (squares - total**2 / pixels.size) / float(scale) ** 2


def _quantized(
    pixels: Pixels, shift: np.float32, scale: np.float32, energy: float, bitrate: float
) -> tuple[quantizer.Widths, list[huffman.Symbols]]:
    """Bin widths, and the symbols of the three blocks."""
    subbands = wavelet.analyze(pixels, shift, scale)
    widths = quantizer.bin_widths(quantizer.variances(subbands), bitrate)
    blocks, kept = [], 0.0
    for first, last in BLOCKS:
        places, numbers, size = [np.zeros(0, np.intp)], [np.zeros(0, np.int32)], 0
        for k in range(first, last):
            if widths.width[k]:
                bins = quantizer.quantize(subbands[k], widths.width[k], widths.zero[k])
                places.append(bins.places + size)
                numbers.append(bins.numbers)
                size += subbands[k].size
                kept += bins.energy
        blocks.append(huffman.symbolize(np.concatenate(places), np.concatenate(numbers), size))
    if kept < MIN_KEPT * energy:
        raise ImageError(
            "WSQ at this bit rate would flatten the image: almost none of its detail is where WSQ keeps it"
        )
    return widths, blocks


def _assemble(
    frame: container.Frame, widths: quantizer.Widths, blocks: Sequence[huffman.Symbols], settings: Settings
) -> bytes:
    """The segments in NIST's order."""
    out = [b"\xff\xa0"]
    if settings.nistcom:
        out.append(container.write_nistcom(frame.width, frame.height, settings.ppi, settings.bitrate))
    out += [container.segment(container.COM, comment) for comment in settings.comments]
    out.append(container.write_filters(wavelet.ANALYSIS_LOW, wavelet.ANALYSIS_HIGH))
    out.append(container.write_quantization(quantizer.CENTER, widths.width, widths.zero))
    out.append(container.write_frame(frame))
    tables = [
        huffman.optimal(blocks[0].frequencies()),
        huffman.optimal(blocks[1].frequencies() + blocks[2].frequencies()),
    ]
    for index, block in enumerate(blocks):
        number = min(index, 1)
        if index < 2:
            out.append(container.write_huffman({number: tables[number]}))
        out.append(container.segment(container.SOB, bytes((number,))))
        out.append(bits.stuff(huffman.encode(block, tables[number])))
    out.append(b"\xff\xa1")
    return b"".join(out)
