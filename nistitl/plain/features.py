"""The minutiae of a latent, or of a finger, from an `.xyt` or a template, as the Type-9 of its image."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nistitl.base.editions import E2007, E2011
from nistitl.base.errors import ITLError
from nistitl.images.labels import positions
from nistitl.images.streams.exif import UPRIGHT
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.record import Record
    from nistitl.plain.planning import Order, Planned

_XYT = ".xyt"


def features_of(order: Order, row: Planned, image: Record) -> tuple[Record, str]:
    """The Type-9 of an image that stands in the transaction (its IDC, size, resolution, positions), and what is to be
    told of it: what was left out, and minutiae whose type is not known.

    The block is the one that was asked for; else the extended feature set from 2011, that of INCITS 378 for templates
    from 2007, the standard one before. MinutiaeError for what it cannot hold; ITLError, for no minutiae too.
    """
    from nistitl.minutiae import MinutiaeError
    from nistitl.minutiae.writing import tell_positions

    if not order.takes(9):
        raise ITLError(f"{order.called()} takes no minutiae (Type-9)")
    if row.pixels.picture.scanned is not None or row.pixels.picture.orientation != UPRIGHT:
        raise ITLError("minutiae lie in the pixels of the file, which is resampled or turned: give new ones")
    told = []
    try:
        made = _record(order, row, image, lossy=False)
    except MinutiaeError as error:
        made = _record(order, row, image, lossy=True)
        told.append(str(error).partition(";")[0])
    if not made.minutiae_blocks:
        raise ITLError(
            "there are no minutiae in what minutiae names: leave minutiae out, so that the receiver encodes the image "
            "itself, or give some"
        )
    tell_positions(made, positions(image))
    return made, "; ".join([*told, *_uncertain(made)])


def _uncertain(made: Any) -> Iterator[str]:
    """That the extended feature set asks for more of minutiae whose type is not told, as `.xyt` tells none."""
    bare = [one for one in made.MIN if one.MTY == "X" and (one.MRU is None or one.MDU is None)]
    if bare:
        yield (
            f"the type of {len(bare)} minutiae is not told (X in 9.331), for which MRU and MDU are asked: the report "
            "warns of them"
        )


def _record(order: Order, row: Planned, image: Record, *, lossy: bool) -> Any:
    from nistitl.minutiae import read_template, read_xyt

    source: Any = row.picture.minutiae
    kind: Any = record_class(9)
    told: dict[str, Any] = {"IDC": image.idc, "IMP": getattr(image, "IMP"), "lossy": lossy}  # noqa: B009
    ppi, width, height = row.pixels.density.across, row.pixels.picture.width, row.pixels.picture.height
    scale: dict[str, Any] = {"ppi": ppi, "width": width, "height": height}
    template = not hasattr(source, "dtype")
    if isinstance(source, str | os.PathLike) and Path(source).suffix.lower() == _XYT:
        source, template = read_xyt(Path(source), height=height, ppi=ppi), False
    older = "m1" if template and order.edition >= E2007 else "standard"
    block = row.picture.block or ("efs" if order.edition >= E2011 else older)
    if template:
        return kind.from_template(read_template(source), block=block, **told)
    return kind.from_minutiae(source, block, **scale, **told)
