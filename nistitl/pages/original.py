"""What bytes a page is of: their name, how many there are, and their SHA-256."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.wire.fields import Raw


@attrs.frozen(slots=True)
class Original:
    """Bytes by their size and SHA-256, in upper-case hex; `name` is that of their file."""

    size: int
    sha256: str
    name: str = ""

    @classmethod
    def of(cls, pieces: Iterable[Raw], name: str = "") -> Original:
        """That of bytes in pieces."""
        digest, size = sha256(), 0
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
        return cls(size, digest.hexdigest().upper(), name)
