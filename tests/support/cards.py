"""Descriptions to build, and their pictures: small prints of the fixtures' ridges, in whatever form is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from nistitl.images.synthetic.ridges import patch

if TYPE_CHECKING:
    from nistitl.images.synthetic.ridges import Pixels

FINGERS = (
    "right-thumb", "right-index", "right-middle", "right-ring", "right-little",
    "left-thumb", "left-index", "left-middle", "left-ring", "left-little",
    "plain-right-thumb", "plain-left-thumb", "right-four", "left-four",
)  # fmt: skip
HEAD = {"type": "FAUF", "profile": "fbi-ebts-9.1", "DAI": "WVIAFIS0Z", "ORI": "WVATF0800", "TCN": "SELF-20261129-1"}
PERSON = {
    "RET": "N", "NAM": "SYNTHETIC,PERSON", "POB": "NY", "DOB": "19700101", "SEX": "X", "RAC": "U", "HGT": "507",
    "WGT": "160", "EYE": "BRO", "HAI": "BLK", "RFP": "FIREARMS", "DPR": "20240315", "CRI": "WVATF0800",
}  # fmt: skip


def picture(side: int = 96, *, wide: int = 1) -> Pixels:
    """A print of nobody, that many pixels high, and as many times as wide."""
    return patch(side * wide, side)


def saved(path: Path, pixels: Pixels | None = None, ppi: float | None = 500) -> str:
    """A picture in a file of the form that its name says; the name."""
    density = {} if ppi is None else {"dpi": (ppi, ppi)}
    Image.fromarray(picture() if pixels is None else pixels).save(path, **density)
    return path.name


def tenprint(folder: Path, form: str = "png", ppi: float | None = 500, **changes: Any) -> dict[str, Any]:
    """A description of fourteen pictures, which are written into a folder; sections with these changes, None: gone."""
    images = {name: saved(folder / f"{name}.{form}", picture(96), ppi) for name in FINGERS}
    made: dict[str, dict[str, Any]] = {"transaction": dict(HEAD), "demographics": dict(PERSON), "images": images}
    for section, rows in changes.items():
        made[section] = {key: value for key, value in {**made[section], **rows}.items() if value is not None}
    return made
