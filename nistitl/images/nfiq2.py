"""NFIQ 2.3, the quality of a fingerprint by NIST, ISO/IEC 29794-4: the wheel `nbis-py` (extra `nfiq2`) holds it.

The wheel has the model inside and asks no network. Only its score is used.
"""

from __future__ import annotations

import atexit
from functools import cache
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import needing
from nistitl.images.errors import ImageError
from nistitl.images.quality import Measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST, _MOST = 32, 2000  # pixels of a side: what a finger at 500 ppi can have; the detector prints below 8


class Nfiq2(Measure):
    """NIST Fingerprint Image Quality 2, revision 2.3."""

    name = "NFIQ 2"
    vendor = "0101"
    product = 57  # of revision 2.3.0

    def score(self, finger: NDArray[np.uint8]) -> int:
        with needing("NFIQ 2", "nfiq2"):
            extractor, errors = _extractor()
        height, width = finger.shape
        if not (_LEAST <= height <= _MOST and _LEAST <= width <= _MOST):
            most = f"{_LEAST} to {_MOST} of either can be measured"
            raise ImageError(f"{width} x {height} pixels are no finger at {self.ppi} ppi: {most}")
        try:
            found = extractor.extract_minutiae(b"P5 %d %d 255\n" % (width, height) + finger.tobytes()).quality()
        except errors as error:
            raise ImageError(f"NFIQ 2 finds no fingerprint that it can measure ({type(error).__name__})") from None
        return int(found.score)


@cache
def _extractor() -> tuple[Any, tuple[type[Exception], ...]]:
    import nbis

    atexit.register(_extractor.cache_clear)  # while what frees it is still there
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=float(Nfiq2.ppi)
    )
    return nbis.new_nbis_extractor(settings), (nbis.NbisError, nbis.InternalError)


NFIQ2 = Nfiq2()
