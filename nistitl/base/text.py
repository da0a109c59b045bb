"""Text as it may go to a terminal or a page: what is no printable character is escaped, wherever it came from."""

from __future__ import annotations

import re

_QUOTATION = r"b?'[^']*'|b?\"[^\"]*\"|\b0x[0-9A-Fa-f]+"


def json_text(value: object, *, ascii_only: bool = False) -> str:
    """A value as indented JSON; control characters, changes of direction and lone surrogates as escapes."""
    import json  # not needed to read

    text = json.dumps(value, indent=2, ensure_ascii=ascii_only)
    return "\n".join(map(_json_line, text.split("\n")))


def _json_line(line: str) -> str:
    import json

    return line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def without_quotations(text: str) -> str:
    """What another library says, without what it quotes of its input: text in quotes, bytes in hexadecimal."""
    return re.sub(_QUOTATION, "...", text)


def many(count: int, noun: str) -> str:
    """A number of things as people read it: `1 record`, `2 records`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def printable(text: str) -> str:
    """Text as it may go to a terminal or a page: control characters and undecodable bytes as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def printable_lines(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return text if text.isprintable() else "\n".join(map(printable, text.split("\n")))
