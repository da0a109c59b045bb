"""From wavelet coefficients to small integers and back.

Each subband k has bins of width Q[k] with a wider one, Z[k], about zero:

    bin p = floor((a - Z/2) / Q) + 1   for a > Z/2,    0 within +-Z/2,    mirrored below
    value = (p - C) * Q + Z/2          for p > 0,      0 for p = 0,      mirrored below

with C = 0.44. A decoder takes any widths; the encoder makes Z = 1.2 Q and derives Q from the variance of
each subband so that the bit rate comes out near r:

    Q[k] = (1/q) * 10 / (A[k] ln variance[k])      (1/q for the four smallest subbands)

Subbands of variance below 1.01 are not sent. q spreads the bits over the set K of the others: with m
the share of the image's samples that a subband holds, S = sum of m over K, and sigma the spread,

    q = 2^(r/S - 1) / 2.5 / (product over K of (sigma/Q')^m)^(1/S),      Q' being Q for q = 1

and whoever would get no bits at all at that q (Q'/q >= 5 sigma) leaves K, until nobody does.

Arithmetic is float32 in the reference encoder's order; its logarithms, powers and roots are taken in
double. Both decide the last bit of the result.

Source: FBI IAFIS-IC-0110(V3), Part 1, and Part 3 (FBI parameter settings); order of operations as in NBIS.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from nistitl.images.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nistitl.images.wsq.container import Quantization

    Floats = NDArray[np.float32]

CODED = 60  # subbands 60 to 63, the highest frequencies both ways, are never sent
CENTER = (2, 44)  # C = 0.44, scaled
THRESHOLD = 1.01
FLAT = 20000.0  # summed variance of the four smallest subbands below which whole subbands are measured
WEIGHTS = (1.0,) * 52 + (1.32, 1.08, 1.42, 1.08, 1.32, 1.42, 1.08, 1.08)
SHARES = (1 / 1024,) * 4 + (1 / 256,) * 47 + (1 / 16,) * 9
MAX_BIN = 32767  # bins are 16 bits signed

f32 = np.float32


# Decoding ---------------------------------------------------------------------------------------------


def dequantize(
    places: NDArray[Any], bins: NDArray[Any], table: Quantization, sizes: Sequence[tuple[int, int]]
) -> list[Floats | None]:
    """The subbands' coefficients from the bins that are not zero.

    `places` ascend and count coefficients in the order of the stream: subband after subband, row by row.
    `sizes` are rows and columns per subband. Returns float32 arrays; None for a subband that was not sent.
    """
    sent = [height * width if table.width[k] != 0 else 0 for k, (height, width) in enumerate(sizes)]
    ends = np.cumsum(sent)
    per_band = np.diff(np.searchsorted(places, ends), prepend=0)
    size = np.abs(bins.astype(f32))
    size -= table.center
    size *= np.repeat(table.width, per_band)
    size += np.repeat((table.zero / 2.0).astype(f32), per_band)
    stream = np.zeros(int(ends[-1]), f32)
    stream[places] = np.where(bins < 0, -size, size)
    return [
        stream[end - count : end].reshape(shape) if count else None
        for end, count, shape in zip(ends.tolist(), sent, sizes, strict=True)
    ]


# Encoding ---------------------------------------------------------------------------------------------


@attrs.frozen(slots=True, eq=False)
class Widths:
    """Bin widths of the 60 subbands, float32; 0 where a subband is not sent."""

    width: Floats
    zero: Floats


def variances(subbands: Sequence[Floats]) -> Floats:
    """The variance of each subband, over its middle: three quarters of its columns, 7/16 of its rows.

    Where the four smallest together show little energy, over the whole of each.
    """
    values = np.array([_variance(_middle(band)) for band in subbands[:4]], f32)
    total = f32(0)
    for value in values:
        total += value
    if total < FLAT:
        return np.array([_variance(band) for band in subbands], f32)
    return np.concatenate((values, np.array([_variance(_middle(band)) for band in subbands[4:]], f32)))


def _middle(band: Floats) -> Floats:
    """The part of a subband where a finger is likely to be."""
    rows, columns = band.shape
    top, left = 9 * rows // 32, columns // 8
    return band[top : top + 7 * rows // 16, left : left + 3 * columns // 4]


def _variance(area: Floats) -> np.float32:
    """Mean square less squared mean, both summed one after another in float32."""
    flat = np.ascontiguousarray(area).ravel()
    if len(flat) < 2:
        return f32(np.nan)
    total = np.add.accumulate(flat)[-1]
    squares = np.add.accumulate(flat * flat)[-1]
    mean_square = f32(total * total) / f32(len(flat))
    return f32(float(squares - mean_square) / (len(flat) - 1.0))


def bin_widths(variance: Floats, bitrate: float) -> Widths:
    """The widths for a target of `bitrate` bits per pixel.

    Raises ImageError where they come out as nothing: the image has too little in it to be spread over.
    """
    sent = [k for k in range(CODED) if variance[k] >= THRESHOLD]
    unit = {k: f32(1) if k < 4 else _unit_width(k, variance[k]) for k in sent}
    q = _rate_factor(sent, unit, variance, f32(bitrate))
    width = np.zeros(CODED, f32)
    for k in sent:
        width[k] = unit[k] / q
    zero = (1.2 * width.astype(np.float64)).astype(f32)
    if not sent or not (np.isfinite(width).all() and (width[sent] > 0).all() and (zero < 65535).all()):
        raise ImageError(
            "the image has too little detail for WSQ: its quantization would flatten it; use another compression"
        )
    return Widths(width, zero)


def _unit_width(k: int, variance: np.float32) -> np.float32:
    """Q[k] for q = 1."""
    return f32(10.0 / float(f32(WEIGHTS[k]) * f32(math.log(variance))))


def _rate_factor(sent: Sequence[int], unit: dict[int, np.float32], variance: Floats, bitrate: np.float32) -> np.float32:
    """q, over those subbands that get bits at it."""
    sigma = {k: f32(math.sqrt(variance[k])) for k in sent}
    share = {k: f32(SHARES[k]) for k in sent}
    while True:
        total, product = f32(0), f32(1)
        for k in sent:
            total += share[k]
        for k in sent:
            product = f32(float(product) * _power(float(sigma[k] / unit[k]), float(share[k])))
        if total == 0 or product == 0:
            return f32(np.inf)
        exponent = float(f32(bitrate / total)) - 1.0
        q = f32(_power(2.0, exponent) / 2.5 / _power(float(product), 1.0 / float(total)))
        starved = {k for k in sent if unit[k] / q >= 5.0 * float(sigma[k])}
        if not starved:
            return q
        sent = [k for k in sent if k not in starved]


def _power(base: float, exponent: float) -> float:
    """base ** exponent, infinite where that is too much."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


@attrs.frozen(slots=True, eq=False)
class Bins:
    """The bins of one subband that are not zero: their place, row by row, and their number.

    `energy` is the sum of the squares of the coefficients in them.
    """

    places: NDArray[np.intp]
    numbers: NDArray[np.int32]
    energy: float


def quantize(band: Floats, width: np.float32, zero: np.float32) -> Bins:
    """The bins of a subband. Raises ImageError beyond 16 bits."""
    flat = band.ravel()
    size = np.abs(flat)
    edge = f32(zero / f32(2))
    places = np.flatnonzero(size > edge)
    over = size[places]
    energy = float(np.dot(over, over))
    over -= edge
    over /= width
    if over.max(initial=0) >= MAX_BIN:
        raise ImageError(
            "the image has too little detail for the bit rate: its coefficients would take more than 16 bits"
        )
    numbers = over.astype(np.int32)
    numbers += 1
    return Bins(places, np.where(flat[places] < 0, -numbers, numbers), energy)
