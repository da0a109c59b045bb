"""How good the fingers of a record are, by a measure that a package offers, finger by finger.

A measure looks at one finger at a time, at the resolution that it was made for. Images of several are measured by
their segments (14.021, 14.025), and what cannot be measured is 255 with its reason, never 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from nistitl.base.errors import MissingDependency, needing
from nistitl.base.plugins import QUALITY, find, offered
from nistitl.codes.fingers import FINGERS
from nistitl.images.algorithms import edition_of_record
from nistitl.images.amputations import SCAR, amputations
from nistitl.images.errors import ImageError
from nistitl.images.labels import positions
from nistitl.images.pictures import open_picture
from nistitl.images.segments import segments_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nistitl.images.amputations import Amputation
    from nistitl.images.arrays import Image
    from nistitl.model.record import Record

FAILED = 255  # the attempt to measure was made, and failed: ANSI/NIST-ITL 1-2011, Table 31
_METRIC = "FQM"
_MEASURED_TYPES = (4, 14)
_OTHERS = {13: "a latent", 15: "a palm"}
_LATENT = frozenset({4, 5, 6, 7, *range(12, 16)})  # impressions
_SINGLE = (*range(13), 16, 17)
_METRIC_POSITIONS = {**{position: position for position in (*range(1, 11), 16, 17)}, 11: 1, 12: 6}  # 14.024 FRMP
_WHITE = 255


class Measure(ABC):
    """What gives the image of one finger a score. Offered through the entry-point group `nistitl.quality`."""

    name: ClassVar[str]
    vendor: ClassVar[str]  # who made the algorithm, four hexadecimal digits registered by IBIA: 14.024 QAV
    product: ClassVar[int]  # which algorithm it is, registered likewise: 14.024 QAP
    ppi: ClassVar[int] = 500

    @abstractmethod
    def score(self, finger: NDArray[np.uint8]) -> int:
        """0 (worst) to 100 (best) for gray pixels of (rows, columns) at `ppi`, ridges dark.

        Raises ImageError, which says why, for what cannot be measured; MissingDependency where a package is missing.
        """


@attrs.frozen(slots=True)
class Score:
    """The score of one finger: its position by FGP, 0 to 100 or 255, and why it is 255."""

    position: int
    value: int
    reason: str = ""


def measure_named(name: str) -> Measure:
    """The measure of a name, in any case. ImageError where nobody offers it."""
    names = offered(QUALITY)
    own = next((one for one in names if one.lower() == name.lower()), None)
    point = None if own is None else find(QUALITY, own)
    if point is None:
        raise ImageError(f"no measure of quality has that name; there are {', '.join(sorted(names))}")
    found: Measure = point.load()
    return found


def unmeasured(record: Record) -> str:
    """Why no measure is asked about a record, empty where one is: latents, palms and other parts are not."""
    if record.type not in _MEASURED_TYPES:
        return _OTHERS.get(record.type, "not an image of fingers")
    if _impression(record) in _LATENT:
        return "a latent"
    if not set(positions(record)) & {*_SINGLE, *FINGERS}:
        return "not a finger"
    return ""


@needing("quality")
def scores_of(record: Record, measure: Measure, said: Mapping[int, Amputation] | None = None) -> list[Score]:
    """A score a finger, in the order of the segments; empty for what `unmeasured` tells.

    Fingers of a slap that are amputated or could not be printed have none: those that the record names (14.018), and
    those that `said` does, what the whole transaction says (`nistitl.images.amputations.amputated`: Type-2, too).
    Pixels of another resolution are resampled (`Picture.resample`); fewer than the measure asks for give 255.
    Raises MissingDependency where a package is missing.
    """
    if unmeasured(record):
        return []
    position = next(one for one in positions(record) if one in _SINGLE or one in FINGERS)
    try:
        array = record.array  # type: ignore[attr-defined]
    except MissingDependency:
        raise
    except ImageError as error:
        return [Score(one, FAILED, str(error)) for one in FINGERS.get(position, (position,))]
    if position not in FINGERS:
        return [_score(position, array, record, measure)]
    said = {**(said or {}), **amputations(record)}
    return list(_scores_of_segments(record, array, FINGERS[position], measure, said))


def _scores_of_segments(
    record: Record, array: Image, fingers: Sequence[int], measure: Measure, said: Mapping[int, Amputation]
) -> Iterator[Score]:
    seen = {finger for finger, one in said.items() if one.code != SCAR}
    for crop in segments_of(record, array):
        if crop.position is None or crop.array is None or crop.position in seen:
            continue  # a polygon says again what a box has said
        seen.add(crop.position)
        pixels = crop.array
        if crop.mask is not None:
            pixels = pixels.copy()
            pixels[~crop.mask] = _WHITE if pixels.itemsize == 1 else (1 << 16) - 1
        yield _score(crop.position, pixels, record, measure)
    for finger in fingers:
        if finger not in seen and finger not in said:
            yield Score(finger, FAILED, "no segment says where this finger is")


def _score(position: int, pixels: Image, record: Any, measure: Measure) -> Score:
    try:
        picture = open_picture(pixels, ppi=record.ppi).gray().eight_bits().resample(measure.ppi)
        value = measure.score(picture.pixels)  # type: ignore[arg-type]
    except MissingDependency:
        raise
    except ImageError as error:
        return Score(position, FAILED, str(error))
    return Score(position, value)


def write_scores(record: Any, scores: Sequence[Score], measure: Measure) -> str:
    """Put the scores into 14.024; what other algorithms say there stays. Why they cannot be there, empty if they are.

    Plain thumbs are 1 and 6 there.
    """
    if _METRIC not in record.mnemonics():
        return f"Type-{record.type} has no field for the quality of a finger"
    element = next(element for element in record.elements.values() if element.mnemonic == _METRIC)
    edition = edition_of_record(record)
    if element.since is not None and edition is not None and edition < element.since:
        return f"the edition of 1.002 VER has no {record.type}.{element.number:03d}"
    held = {_METRIC_POSITIONS[score.position]: score.value for score in scores if score.position in _METRIC_POSITIONS}
    said = getattr(record, _METRIC) or ()
    by = (measure.vendor, measure.product)
    kept = [one for one in said if one.FRMP not in held or by != (one.QAV, one.QAP)]
    if held:
        setattr(record, _METRIC, [*kept, *[(position, value, *by) for position, value in held.items()]])
    return "" if len(held) == len(scores) else "14.024 holds fingers 1 to 10, 16 and 17 only"


def _impression(record: Any) -> int | None:
    impression: int | None = record.IMP if "IMP" in record.mnemonics() else None
    return impression
