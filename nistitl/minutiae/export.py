"""The features of a record in the forms that other programs read: plain values, CSV, `.xyt`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.minutiae.arrays import DTYPE, MinutiaeError
from nistitl.minutiae.image import geometry_of
from nistitl.minutiae.reading import cores_of, counts_of, deltas_of, minutiae_of
from nistitl.minutiae.selection import block_or_richest
from nistitl.minutiae.tables import COLUMNS, csv_text, plain_rows, xyt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nistitl.minutiae.items import MinutiaeFields
    from nistitl.minutiae.names import Convention

_BESIDE = ("ridge_counts", "cores", "deltas")  # what is beside minutiae


def features(
    record: MinutiaeFields,
    block: str | None = None,
    *,
    units: str = "pixels",
    ppi: float | None = None,
    height: int | None = None,
) -> dict[str, Any]:
    """Minutiae, ridge counts, cores and deltas as plain values, as JSON has them; None for what is not known."""
    chosen = block_or_richest(record, block)
    minutiae = minutiae_of(record, chosen.name, units, ppi, height)
    return {
        "idc": record.idc, "block": chosen.name, "units": units, "ppi": minutiae.ppi,
        "minutiae": plain_rows(minutiae),
        "ridge_counts": plain_rows(counts_of(record, chosen.name)),
        "cores": plain_rows(cores_of(record, ppi, height, units)),
        "deltas": plain_rows(deltas_of(record, ppi, height, units)),
    }  # fmt: skip


def as_csv(values: Iterable[Mapping[str, Any]]) -> str:
    """What `features` gives of records as CSV: a line a minutia, of which IDC and block it is in front."""
    rows = [
        {"idc": one["idc"], "block": one["block"], **minutia} for one in values for minutia in one["minutiae"]
    ]  # fmt: skip
    return csv_text(rows, ("idc", "block", *COLUMNS))


def lost_of(values: Iterable[Mapping[str, Any]]) -> list[str]:
    """What CSV leaves out of it."""
    many = {name: sum(len(one[name]) for one in values) for name in _BESIDE}
    return [f"{count} {name.replace('_', ' ')}" for name, count in many.items() if count]


def as_xyt(
    record: MinutiaeFields,
    convention: Convention = "xyt",
    block: str | None = None,
    *,
    ppi: float | None = None,
    height: int | None = None,
) -> tuple[str, list[str]]:
    """The minutiae of a block as `.xyt`, and what that cannot hold."""
    chosen = block_or_richest(record, block)
    array = np.array(minutiae_of(record, chosen.name, "pixels", ppi, height), DTYPE)
    array["quality"] = chosen.percent(array["quality"])
    image = geometry_of(record, ppi, height)
    tall = round(image.height) if image is not None and image.height is not None else height
    if not len(array):
        raise MinutiaeError("there are no minutiae to write")
    return xyt(array, convention, height=tall), _lost_of_xyt(record, chosen.name, array)


def _lost_of_xyt(record: MinutiaeFields, block: str, array: Any) -> list[str]:
    known, rated = np.isin(array["type"], ("E", "B", "C", "O")), array["quality"] >= 0
    lost = [f"the type of {int(known.sum())} minutiae"] if known.any() else []
    lost += [f"which {int((~rated).sum())} minutiae have no quality"] if rated.any() and not rated.all() else []
    for name, what in (("radius", "position"), ("spread", "direction")):
        if (told := int(np.isfinite(array[name]).sum())) > 0:
            lost.append(f"the {what} uncertainty of {told} minutiae")
    lost += [f"{len(counts)} ridge counts"] if len(counts := counts_of(record, block)) else []
    lost += [f"{len(cores)} cores"] if len(cores := cores_of(record, units="own")) else []
    lost += [f"{len(deltas)} deltas"] if len(deltas := deltas_of(record, units="own")) else []
    return lost
