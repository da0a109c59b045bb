"""Cores and deltas as a record gives them: an array by itself, or asked for in other units or at another resolution."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.minutiae.arrays import Units

    Read = Callable[[float | None, int | None, str], NDArray[np.void]]  # by ppi, height and units


class PlacedPoints:
    """Points of a record: an array in pixels of its image; called, they are placed as is asked.

    `record.cores["x"]`, `len(record.cores)`, `np.asarray(record.cores)` need the image of the same IDC;
    `record.cores(ppi=500)` and `record.cores(units="own")` do not.
    """

    def __init__(self, read: Read) -> None:
        self._read = read

    def __call__(
        self, *, units: Units = "pixels", ppi: float | None = None, height: int | None = None
    ) -> NDArray[np.void]:
        """The points in pixels at a resolution, in an image of this height, or in the block's own numbers.

        MinutiaeError where they cannot be placed.
        """
        return self._read(ppi, height, units)

    @cached_property
    def _array(self) -> NDArray[np.void]:
        return self()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        array = self._array if dtype is None else self._array.astype(dtype)
        return array.copy() if copy else array

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._array)

    def __getitem__(self, key: Any) -> Any:
        return self._array[key]

    def __setitem__(self, key: Any, value: object) -> None:
        self._array[key] = value

    def __eq__(self, other: object) -> Any:
        return self._array == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._array)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._array, name)
