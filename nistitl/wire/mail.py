"""The parts of a mail, each decoded to its last byte or not at all. RFC 2045, RFC 2046.

The standard library reads the head of a part, and not its body: it passes over digits of base64 that it does not know,
and takes CR for half a line end where the line ends of the mail are LF.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError
from nistitl.wire import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_FIELD_LINE = rb"(?:[A-Za-z][\w-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)"
_MAIL = re.compile(
    rb"(?i)(?:From [^\r\n]*\r?\n)?(?=(?:[^\r\n]+\r?\n){0,60}?(?:mime-version|content-type|from|received|message-id):)"
    + _FIELD_LINE
)
_PART = re.compile(rb"(?i)(?:\r?\n)?--([^\s-][^\r\n]{0,69})\r?\ncontent-[\w-]+:")
_FIELDS = re.compile(rb"(?:[^\r\n]++(?:\r?\n|\Z))*+(?:\r?\n|\Z)")  # the head of a part, and the empty line behind it
_DELIMITER = re.compile(rb"(\A|\r?\n)--([^\r\n]{1,80})(?=(\r?\n)|\Z)")
_HEAD_OF_PART = re.compile(rb"(?im)^content-[a-z-]{1,40}:")
_DEEPEST = 8  # parts within parts
_HEAD = 4096


def is_mail(head: bytes) -> bool:
    """A mail, or its body alone."""
    return _MAIL.match(head) is not None or _PART.match(head) is not None


def parts_of(raw: bytes) -> Iterator[bytes | list[bytes]]:
    """What the parts hold, or its readings where several things may have been meant; ReadError where one is damaged."""
    alone = _PART.match(raw)  # the boundary is its first line
    return _parts(raw, alone[1].rstrip(), 0) if alone else _entity(raw, 0)


def _entity(raw: bytes, depth: int) -> Iterator[bytes | list[bytes]]:
    from email.parser import BytesHeaderParser

    fields = _FIELDS.match(raw)
    if fields is None or depth > _DEEPEST:
        raise ReadError("the head of a part of the mail cannot be read; save the attachment that is the transaction")
    head, body = BytesHeaderParser().parsebytes(fields[0]), raw[fields.end() :]
    if head.get_content_maintype() == "multipart":
        yield from _parts(body, (head.get_boundary() or "").encode("ascii", "surrogateescape"), depth)
        return
    content = _decoded(head, body)
    if head.get_content_type() == "message/rfc822" and isinstance(content, bytes):
        yield from _entity(content, depth + 1)
    else:
        yield content


def _parts(body: bytes, boundary: bytes, depth: int) -> Iterator[bytes | list[bytes]]:
    """The parts between lines of the boundary, the last of which says that it is the last."""
    begin, inside, around, line_end = 0, False, b"", b"\n"
    for mark in _DELIMITER.finditer(body):
        text = mark[2].rstrip()
        if text not in (boundary, boundary + b"--"):
            continue
        line_end = mark[3] or line_end
        piece = body[begin : mark.start() + (mark[1] == b"\r\n" and line_end == b"\n")]  # CR is content there
        begin = mark.end() + len(mark[3] or b"")
        if inside:
            yield from _entity(piece, depth + 1)
        else:
            around, inside = piece, True
        if text != boundary:
            break
    else:
        raise ReadError("the mail ends before its last part does, or the line between two parts is damaged")
    if _HEAD_OF_PART.search(around) or _HEAD_OF_PART.search(body, begin):
        raise ReadError("the mail has a part outside of the lines that say where its parts begin; save the attachment")


def _decoded(head: Message, body: bytes) -> bytes | list[bytes]:
    """The body as its Content-Transfer-Encoding says; text that is damaged, and is no transaction, holds nothing."""
    encoding = str(head.get("content-transfer-encoding", "")).strip().lower()
    try:
        if encoding == "base64":
            return encoded.from_base64(body)
        if encoding == "quoted-printable":
            return encoded.printable(body)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            return encoded.from_uu(body)
    except ValueError:
        begins = encoded.is_base64(body[:48]) or encoded.is_printable(body[:_HEAD]) or encoded.is_uu(body[:_HEAD])
        if begins or head.get_content_maintype() != "text":
            message = f"a part of the mail is damaged: not all of it is {encoding}; have it sent again"
            raise ReadError(message) from None
        return b""
    return body
