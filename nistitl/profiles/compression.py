"""How a receiver wants images compressed: [compression] of its tables, a row for each kind of image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nistitl.profiles.attributes import bitrates

if TYPE_CHECKING:
    from nistitl.profiles.tables import ProfileTables


@attrs.frozen(slots=True)
class Compression:
    """The algorithms for a kind of image, the best first, and the bits a pixel of those that lose something.

    `bitrate` is the nominal one, `least` and `most` how far a transaction may leave it so that it fits into its size;
    None where no source says. `source` is who says so.
    """

    codecs: tuple[str, ...]
    bitrate: float | None = None
    least: float | None = None
    most: float | None = None
    source: str = ""


def compression_of(profile: ProfileTables, image: str) -> Compression | None:
    """What the tables say of a kind of image ("500", "1000", "latent", "face", "iris"); None where they say nothing."""
    row = profile.layer.compression.get(image)
    if row is None or "codec" not in row:
        return None
    least, most = bitrates(row["range"]) if "range" in row else (None, None)
    source = str(row.get("source", ""))
    rate = row.get("bitrate")
    return Compression(
        tuple(row["codec"].split()),
        None if rate is None else float(rate),
        least,
        most,
        profile.layer.sources.get(source, source),
    )
