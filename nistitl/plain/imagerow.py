"""What is said of an image beside its file: the keys of its table and those for all images, and what each may be.

ValueError, which says what was expected, for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.nearest import meant
from nistitl.images.given import Wishes
from nistitl.images.positions import ROLLED, position_names, position_spelled
from nistitl.images.registry import codec_spelled, codecs

if TYPE_CHECKING:
    from collections.abc import Mapping

    Box = tuple[int, int, int, int]

FOR_ALL = ("folder", "pattern", "ppi", "resample", "impression", "codec", "bitrate")
FLAGS = ("turn", "override_ppi", "upsample", "gray", "eight_bits")
OF_ONE = (
    "file", "ppi", "page", "codec", "bitrate", "resample", *FLAGS, "background", "segments", "position", "minutiae",
    "block",
)  # fmt: skip
_PRINTS_AT = (500, 1000)  # pixels per inch that prints are sent at
_MOST_PPI, _MOST_BITS, _WHITE = 100_000, 8, 255  # a compressed image has less than the 8 bits of a gray pixel
_FRICTION_RIDGES = ("finger", "palm")
_REASONS = ("amputated", "unprintable")


def kind_of(value: Any) -> str:
    """What a value is, in the words of messages."""
    return {"str": "text", "int": "a number", "float": "a number", "list": "a list", "dict": "a table"}.get(
        type(value).__name__, f"a {type(value).__name__}"
    )


def common_said(images: Mapping[str, Any], resample: int | None) -> dict[str, Any]:
    """What holds for every image; `resample` where none is said."""
    common = {key: images[key] for key in FOR_ALL if key in images}
    if resample is not None:
        common.setdefault("resample", resample)
    return common


def other_resample(said: Any, asked: int) -> str:
    """That a description says another resolution than was asked for beside it."""
    return f"is {said} here, and {asked} was asked for beside the description (--resample); leave out one of the two"


def wishes_said(what: str, row: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """What an image is made of beside its file, by the names of `ImageEntry`; `what` is its kind.

    Its own word stands above that for all of them, but for `ppi`, which holds there where the file says none.
    """
    said = {name: row.get(name, common.get(name)) for name in ("bitrate", "resample", "codec")}
    for name, value in {**row, **said}.items():
        check_said(name, value, f"{name}: ")
    if "resample" in row and what not in _FRICTION_RIDGES:
        raise ValueError("resample is said of fingers and palms; others stay as they are")
    wishes = {name: row[name] for name in ("page", "background", *FLAGS) if row.get(name) is not None}
    resample = said["resample"] if what in _FRICTION_RIDGES else None
    return {
        "ppi": row.get("ppi"), "usual_ppi": common.get("ppi"), "bitrate": said["bitrate"], "codec": said["codec"],
        "codec_of_all": row.get("codec") is None,
        "wishes": Wishes(resample=resample, **wishes),
    }  # fmt: skip


def check_keys(row: Mapping[str, Any], mnemonics: Mapping[str, Any]) -> None:
    """A key is one of `OF_ONE`, or a mnemonic."""
    for name in row:
        if name in _REASONS:
            raise ValueError(f'{name} is said of a finger, in place of a file: R1 = "{name}", also beside a slap of it')
        if name not in OF_ONE and name not in mnemonics:
            raise ValueError(f"there is no {name!r}{meant(name, OF_ONE)}; there are {', '.join(OF_ONE)}")


def check_said(name: str, value: Any, before: str = "") -> None:
    """The value of a key is one of its kind; `before` begins the message."""
    if value is None:
        return
    if name == "ppi":
        _check_number(value, before, _MOST_PPI, "pixels per inch such as 500")
    elif name == "bitrate":
        _check_number(value, before, _MOST_BITS, "bits a pixel such as 0.75, which is WSQ at about 15:1")
    elif name == "resample" and (value not in _PRINTS_AT or isinstance(value, bool)):
        raise ValueError(f"{before}expected 500 or 1000, the pixels per inch that prints are sent at{_quoted(value)}")
    elif name == "codec" and (not isinstance(value, str) or not value.strip()):
        raise ValueError(f"{before}expected the name of an algorithm such as WSQ20, not {kind_of(value)}")
    elif name == "codec" and codec_spelled(value) is None:
        names = [codec.name for codec in codecs() if codec.tagged]
        raise ValueError(f"{before}no algorithm is called {value!r}{meant(value, names)}; there are {', '.join(names)}")
    elif name == "page" and (type(value) is not int or value < 1):
        raise ValueError(f"page is no number of a page, counted from 1{_quoted(value)}")
    elif name == "background" and (type(value) is not int or not 0 <= value <= _WHITE):
        raise ValueError(f"background is a gray from 0 (black) to 255 (white){_quoted(value)}")
    elif name in FLAGS and not isinstance(value, bool):
        raise ValueError(f"{name} is true or false{_quoted(value)}")


def _check_number(value: Any, before: str, most: float, such: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise ValueError(f"{before}expected a number above 0 and up to {most:g}: {such}{_quoted(value)}")


def _quoted(value: Any) -> str:
    """What to do about a number or a flag in quotes."""
    return ", without quotes" if isinstance(value, str) else ""


def segments_said(value: Any) -> dict[int, Box]:
    """Boxes by finger: `{ R2 = [left, right, top, bottom], ... }`, in the order of 14.021."""
    if not isinstance(value, dict):
        raise ValueError("segments are a table: segments = { R2 = [left, right, top, bottom], ... }")
    found: dict[int, Box] = {}
    for name, box in value.items():
        finger = position_spelled(name)
        if finger is None or finger not in ROLLED:
            raise ValueError(f"segments: {name!r} is no finger{meant(name, position_names())}")
        whole = isinstance(box, list | tuple) and all(type(one) is int and one >= 0 for one in box)
        if not whole or len(box) != 4 or box[0] >= box[1] or box[2] >= box[3]:
            raise ValueError(f"segments: {name}: expected [left, right, top, bottom] in pixels")
        if finger in found:
            raise ValueError(f"segments: {name} is told of twice")
        left, right, top, bottom = box
        found[finger] = (left, right, top, bottom)
    return found
