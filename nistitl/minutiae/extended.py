"""The record of the extended feature set: its paths, lines, points and maps as arrays.

As in `record`, every method imports what does the work when it is called, so that a record type needs no numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from nistitl.base.errors import needing
from nistitl.minutiae.items import MinutiaeFields

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.minutiae.arrays import Units

FEATURES = "work with minutiae and features"  # what needs the extra


class ExtendedFeatures(MinutiaeFields):
    """A record with fields of 9.300 to 9.399, beside its minutiae."""

    __slots__ = ()

    @needing(FEATURES)
    def polygon(
        self, name: str = "ROI", *, units: Units = "pixels", ppi: float | None = None, height: int | None = None
    ) -> list[NDArray[np.float64]]:
        """The paths of an EFS field (ROI, FPP, DIS, LQI, AOC, RPS) in pixels, arrays of (points, 2).

        Resolution from the image of the same IDC unless given; `units="own"`: hundredths of a millimetre in the region.
        """
        from nistitl.minutiae.shapes import paths_of

        return paths_of(self, name, units, ppi, height)

    @needing(FEATURES)
    def set_polygon(
        self,
        name: str,
        paths: Sequence[NDArray[Any] | None],
        *,
        units: Units = "pixels",
        ppi: float | None = None,
        height: int | None = None,
    ) -> None:
        """Write the paths of an EFS field, arrays as `polygon` gives them: one for each subfield, None for none.

        RPS takes any number; ROI that is not there is made around its path, from the top left of the image where other
        features are there, which count from it. MinutiaeError for what is no path, and
        where it lies outside of the region that places count from.
        """
        from nistitl.minutiae.shapes import set_paths

        set_paths(self, name, paths, units, ppi, height)

    @needing(FEATURES)
    def segments(
        self, name: str, *, units: Units = "pixels", ppi: float | None = None, height: int | None = None
    ) -> NDArray[np.float64]:
        """The lines of an EFS field (INR, CLD, RCC, TPL) in pixels: (lines, 2, 2)."""
        from nistitl.minutiae.shapes import lines_of

        return lines_of(self, name, units, ppi, height)

    @needing(FEATURES)
    def points(
        self, name: str, *, units: Units = "pixels", ppi: float | None = None, height: int | None = None
    ) -> NDArray[np.float64]:
        """The points of an EFS field (DOT, POR, REF, CPR) in pixels: (points, 2)."""
        from nistitl.minutiae.shapes import points_of

        return points_of(self, name, units, ppi, height)

    @property
    @needing(FEATURES)
    def quality_map(self) -> NDArray[np.int16]:
        """9.308 as (rows, columns) of 0 to 5, plain or run-length; MinutiaeError where there is none."""
        from nistitl.minutiae.maps import quality_map

        return quality_map(self)

    @property
    @needing(FEATURES)
    def flow_map(self) -> NDArray[np.int16]:
        """9.310 as (rows, columns) of degrees 0 to 179, -1 where the flow is not known."""
        from nistitl.minutiae.maps import flow_map

        return flow_map(self)

    @property
    @needing(FEATURES)
    def wavelength_map(self) -> NDArray[np.int16]:
        """9.312 as (rows, columns) of hundredths of a millimetre, -1 where it is not known."""
        from nistitl.minutiae.maps import wavelength_map

        return wavelength_map(self)

    @needing(FEATURES)
    def set_map(self, name: Literal["quality", "flow", "wavelength"], cells: NDArray[Any]) -> None:
        """Write an array like that of `quality_map`, `flow_map`, `wavelength_map`, in the form that its format names.

        The formats are 9.309, 9.311 and 9.313; plain where they are not there. MinutiaeError for what is no such map.
        """
        from nistitl.minutiae.maps import set_map

        set_map(self, name, cells)
