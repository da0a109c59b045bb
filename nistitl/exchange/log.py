"""What a redaction did, as JSON lines: where, what and by which row; never a value."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.exchange.redaction import Redaction


class Named(NamedTuple):
    """A file that a log may name: its name and its bytes."""

    name: str
    data: bytes


def log_lines(redaction: Redaction[Any], files: Iterable[Named] = ()) -> Iterator[bytes]:
    """The lines of the log: the policy, the files where they are to be named, and a line for each place."""
    yield _line({"policy": redaction.policy.name, "title": redaction.policy.title})
    for file in files:
        yield _line({"file": file.name, "sha256": hashlib.sha256(file.data).hexdigest()})
    for step in redaction.steps:
        yield _line(step.to_dict())


def _line(content: dict[str, object]) -> bytes:
    return (json.dumps(content) + "\n").encode()
