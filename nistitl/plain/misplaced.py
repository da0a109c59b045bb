"""Where a key of a description belongs that stands in another section, or beside all images in place of one."""

from __future__ import annotations

import re

from nistitl.base.nearest import meant
from nistitl.images.positions import position_names, position_spelled
from nistitl.plain.imagerow import FOR_ALL, OF_ONE
from nistitl.records import record_class

HEAD = ("type", "profile", "overlays", "prints", "fingers", "SRC", "FCD")
OTHERS = {
    "face": "face", "latent": "latent", "right-iris": "iris", "left-iris": "iris", "iris-right": "iris",
    "iris-left": "iris",
}  # fmt: skip
_POSITIONS = (
    f"R1 to R5 and L1 to L5 (thumb to little finger), right-thumb, plain-right-thumb, right-four, thumbs, right-palm, "
    f"the numbers of the standard, and {', '.join(OTHERS)}"
)
_REASONS = ("amputated", "unprintable")
_MNEMONIC_SHAPE = re.compile(r"[A-Z][A-Z0-9_]+")


def name_of_key(key: str) -> str:
    """A key of [images] as it is compared: `Right_Iris` is `right-iris`."""
    return re.sub(r"[\s_]+", "-", key.strip().lower())


def header_names() -> set[str]:
    """The mnemonics of Type-1 that a description may say."""
    return {element.mnemonic for element in record_class(1).elements.values()} - {"LEN", "CNT", "TOT", "RES"}


def section_of(key: str) -> str | None:
    """The section that a key is of; None where it is of none, or may be an element of Type-2."""
    if key in HEAD or key in header_names():
        return "transaction"
    shown = position_spelled(key) is not None or name_of_key(key) in OTHERS
    return "images" if shown or key in FOR_ALL or key in OF_ONE else None


def no_position(key: str) -> str:
    """That a key of [images] is no position, and where it belongs, which one is meant, or what positions are."""
    name = name_of_key(key).replace("-", "_")
    if name in _REASONS:
        return f'is no position; it is said of one, in place of a file: R1 = "{name}"'
    if name in OF_ONE:
        return f'is no position; it stands beside a file: R1 = {{ file = "x.tif", {name} = ... }}'
    if section_of(key) == "transaction":
        return "is no position; it belongs into [transaction]"
    close = meant(key, [*position_names(), *OTHERS, *FOR_ALL, *OF_ONE])
    element = "; elements of Type-2 stand in [demographics]" if _MNEMONIC_SHAPE.fullmatch(key) and not close else ""
    return f"is no position{close}{element}; positions are {_POSITIONS}; for all images there are {', '.join(FOR_ALL)}"


def no_key(key: str, section: str) -> str:
    """That there is no such key in [transaction] or [demographics], and where it belongs, or which one is meant."""
    place = section_of(key)
    if place is not None and place != section:
        return f"belongs into [{place}]"
    close = meant(key, {*header_names(), *HEAD})
    element = "; elements of Type-2 stand in [demographics]" if _MNEMONIC_SHAPE.fullmatch(key) and not close else ""
    return f"there is no key of this name{close}{element}"
