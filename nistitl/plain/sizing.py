"""A transaction of so many bytes at most: bit rates are chosen within the range of the profile's table."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import ITLError
from nistitl.images.errors import ImageError
from nistitl.images.hints import in_toml
from nistitl.plain.deriving import has_bit_rate, image_fields
from nistitl.plain.description import DescriptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.plain.planning import Order, Planned

_LOWEST = 0.1  # bits a pixel, below which nothing is tried
_STEP = 0.01
_UNSAID = {"WSQ20": 0.75, "JP2": 0.8}  # bits a pixel, as the encoders have it where no rate is given
_ROUNDING = 1e-6  # of a step, for what floats make of it


class TooLarge(ITLError, ValueError):
    """A transaction has more bytes than its receiver takes, and no bit rate that the profile allows makes it fit."""


class Images:
    """The images of planned records, encoded once for each bit rate."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._made: dict[tuple[int, float | None], dict[str, Any]] = {}

    def fields(self, row: Planned) -> dict[str, Any]:
        """The image and what describes it, by mnemonic; DescriptionError, with the place, where it cannot be."""
        key = id(row.picture), row.bitrate
        if key not in self._made:
            try:
                edition = self.order.edition_of(row.kind)
                self._made[key] = image_fields(row.pixels, row.kind, row.codec, row.bitrate, edition=edition)
            except ImageError as error:
                self.order.description.refuse("images", row.picture.key, self._refused(row, error))
        return self._made[key]

    def _refused(self, row: Planned, error: ImageError) -> str:
        """What an encoder refused, and the bit rate that it was asked for where that is not the profile's."""
        text = f"{row.picture.name}: {in_toml(error.message)}"
        if row.usual is None or row.bitrate is None or row.bitrate >= row.usual:
            return text
        usual = f"{self.order.profile.name} has {row.usual:g}"
        return f"{text}; bitrate is {row.bitrate:g} bits a pixel here, and {usual}: leave it out, or write a higher one"

    def size(self, row: Planned) -> int:
        """The bytes of the image."""
        return len(self.fields(row)["DATA"])


def fitting(
    rows: list[Planned], images: Images, limit: int | None, size_of: Callable[[list[Planned]], int], by: str
) -> list[Planned]:
    """The records with the highest bit rates at which they fit; TooLarge with the size of each where none does.

    `size_of` tells how many bytes a transaction of them has, `by` whose limit it is.
    """
    if limit is None or size_of(rows) <= limit:
        return rows
    found = _highest(rows, lambda row: row.least, limit, size_of)
    if found is not None:
        return found
    raise TooLarge(_refusal(rows, images, limit, size_of, by))


def _highest(
    rows: list[Planned], least: Callable[[Planned], float | None], limit: int, size_of: Callable[[list[Planned]], int]
) -> list[Planned] | None:
    """The rows with bit rates between the least and their own, as high as the limit lets them; None where none fits."""

    spans = [row.bitrate - low for row in rows if row.bitrate is not None and (low := least(row)) is not None]
    steps = max((ceil(span / _STEP - _ROUNDING) for span in spans), default=0)

    def lowered(at: int) -> list[Planned]:
        return [attrs.evolve(row, bitrate=_between(row, least(row), at / steps if steps else 0.0)) for row in rows]

    best, low, high = None, -1, steps  # of steps up from the least: what is low enough, and what is too much
    while high - low > 1:
        at = 0 if low < 0 else (low + high) // 2
        tried = lowered(at)
        try:
            fits = size_of(tried) <= limit
        except DescriptionError:  # so low that an encoder has nothing left
            low = at
            continue
        low, high = (at, high) if fits else (low, at)
        best = tried if fits else best
    return best


def _between(row: Planned, least: float | None, part: float) -> float | None:
    """The bit rate of a row at a part of the way from the least to its own, in whole steps."""
    if row.bitrate is None or least is None or least >= row.bitrate:
        return row.bitrate
    steps = floor((least + part * (row.bitrate - least)) / _STEP + _ROUNDING)
    return max(least, round(steps * _STEP, 2))


def _refusal(rows: list[Planned], images: Images, limit: int, size_of: Callable[[list[Planned]], int], by: str) -> str:
    floor = [attrs.evolve(row, bitrate=_between(row, row.least, 0.0)) for row in rows]
    ranged = any(row.least is not None for row in rows)
    at = " at the lowest bit rates of the profile" if ranged else ""
    sizes = sorted(((images.size(row), row) for row in floor), key=lambda one: -one[0])
    lines = [f"the transaction has {size_of(floor)} bytes{at}, {limit} are the most by {by}"]
    lines += [f"  {size:>9} bytes  {row.picture.name}, Type-{row.kind}, {_how(row)}" for size, row in sizes]
    if not ranged:
        stated = "no range of bit rates to choose from: its nominal ones stand"
        if any(has_bit_rate(row.codec) and row.bitrate is None and row.usual is None for row in rows):
            stated = "no bit rate: bitrate = ... in [images] sets one"
        lines.append(f"{images.order.profile.name} states {stated}")
    return "\n".join([*lines, _what_fits(rows, sizes, limit, size_of)])


def _how(row: Planned) -> str:
    return row.codec if row.bitrate is None else f"{row.codec} at {row.bitrate:g} bits a pixel"


def _first(row: Planned) -> float | None:
    """The bit rate from which lower ones are tried: its own, or what its encoder takes where nobody says one."""
    taken = row.pixels.stream is not None and row.codec == row.pixels.codec
    return row.bitrate if row.bitrate is not None or taken else _UNSAID.get(row.codec)


def _what_fits(
    rows: list[Planned], sizes: list[tuple[int, Planned]], limit: int, size_of: Callable[[list[Planned]], int]
) -> str:
    """What would be small enough: a bit rate, or so many images fewer."""
    rows = [attrs.evolve(row, bitrate=_first(row)) for row in rows]
    if any(row.bitrate is not None for row in rows):
        found = _highest(rows, lambda row: _LOWEST, limit, size_of)
        if found is not None:
            rates = sorted({f"{row.codec} {row.bitrate:.2f}" for row in found if row.bitrate is not None})
            lowest = min(row.bitrate for row in found if row.bitrate is not None)
            asked = f"bitrate = {lowest:.2f} in [images]" if len(rates) == 1 else "bitrate = ... beside each file"
            return f"it would fit with {' and '.join(rates)} bits a pixel ({asked}: {size_of(found)} bytes)"
    gone, rest = [], size_of(rows)
    for size, row in sizes:
        if rest <= limit:
            break
        gone.append(row.picture.name)
        rest -= size
    if rest <= limit:
        return f"it would fit without {', '.join(gone)}: about {rest} bytes"
    return f"without any image there are about {rest} bytes: nothing of it fits"
