"""Why there is no print of a finger, in the words of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.images.amputations import gone_of
from nistitl.images.labels import position_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.images.amputations import Amputation


def reasons(position: int, said: Mapping[int, Amputation]) -> list[str]:
    """Why there is no image of a position, a line a finger; empty where nobody says."""
    return [
        str(one) if finger == position else f"{named(finger)}: {one}" for finger, one in gone_of(position, said).items()
    ]


def named(finger: int) -> str:
    """A finger by number and name."""
    return f"{finger} {position_name(finger)}"
