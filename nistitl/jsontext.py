"""JSON as it may go to a terminal: what is no printable character is escaped, wherever it came from."""

from __future__ import annotations

import json


def json_text(value: object, *, ascii_only: bool = False) -> str:
    """A value as indented JSON; control characters, changes of direction and lone surrogates as escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=ascii_only)
    return "\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n"))


def _escaped(line: str) -> str:
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)
