"""What transactions come wrapped in: base64, hex, mail, gzip, ZIP, tar. Recognised always, opened only when asked.

Strategy: each wrapper is recognised by a look at its first bytes, and opened by the standard library. One file inside
is taken; of several none is chosen. There are four layers at the most, and none gives more than 200 bytes for each byte
of the input, or 16 MB: images hardly shrink, what swells more is meant to do harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from mmap import mmap

MAIL = "a mail"  # the one wrapper in which a transaction may stand as it is
_MOST_A_BYTE, _ALWAYS, _MOST = 200, 1 << 24, 1 << 30  # bytes that a layer may give
_LAYERS = 4
_HEAD = 4096
_TRANSACTION = re.compile(rb"\s*(?:0?1\.0*\d{1,3}:|<|(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)<?)")  # traditional, or XML
_FIELD_LINE = rb"(?:[A-Za-z][\w-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)"
_MAIL = re.compile(
    rb"(?i)(?:From [^\r\n]*\r?\n)?(?=(?:[^\r\n]+\r?\n){0,60}?(?:mime-version|content-type|from|received|message-id):)"
    + _FIELD_LINE
)
_PART = re.compile(rb"(?i)(?:\r?\n)?--([^\s-][^\r\n]{0,69})\r?\ncontent-[\w-]+:")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]{16,}={0,2}\s*")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}\s*){8,}")


class Wrapper(NamedTuple):
    """Something that a transaction may be wrapped in."""

    name: str  # as a sentence names it
    recognises: Callable[[bytes, bytes | mmap], bool]  # the first bytes, and all of them
    opened: Callable[[bytes | mmap, int], bytes]  # all of them, and how many bytes may come out


def wrapper_of(data: bytes | mmap) -> Wrapper | None:
    """What these bytes are wrapped in, by a look at the beginning; None where they are not."""
    head = bytes(data[:_HEAD])
    return next((wrapper for wrapper in WRAPPERS if wrapper.recognises(head, data)), None)


def unwrapped(data: bytes | mmap) -> bytes | mmap:
    """The transaction inside, or the data as they are where nothing is around them.

    ReadError where a wrapper is damaged, holds none or several files, or more than 200 times the input and 16 MB.
    """
    most = min(_MOST, max(_ALWAYS, _MOST_A_BYTE * len(data)))
    for _ in range(_LAYERS):
        wrapper = wrapper_of(data)
        if wrapper is None:
            return data
        try:
            data = wrapper.opened(data, most)
        except ReadError:
            raise
        except Exception as error:  # the standard library's readers raise what they like on damaged input
            raise ReadError(f"this is {wrapper.name} that cannot be opened ({type(error).__name__})") from None
    if wrapper_of(data) is not None:
        raise ReadError(f"the transaction is wrapped more than {_LAYERS} times; unwrap it by hand")
    return data


def _only(names: list[str], what: str) -> None:
    if len(names) != 1:
        raise ReadError(f"{what} holds {len(names) or 'no'} files; extract the one that is the transaction")


def _limited(pieces: Iterable[bytes], what: str, most: int) -> bytes:
    """All pieces as one; ReadError as soon as there are too many."""
    kept, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise ReadError(f"{what} holds more than {most >> 20} MB, far more than its size; extract it by hand")
        kept.append(piece)
    return b"".join(kept)


# -- archives ---------------------------------------------------------------------------------


def _is_gzip(head: bytes, data: bytes | mmap) -> bool:
    return head.startswith(b"\x1f\x8b\x08")


def _from_gzip(data: bytes | mmap, most: int) -> bytes:
    import gzip
    import io

    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        return _limited(iter(lambda: file.read(1 << 20), b""), "the gzip file", most)


def _is_zip(head: bytes, data: bytes | mmap) -> bool:
    return head.startswith((b"PK\3\4", b"PK\5\6"))


def _from_zip(data: bytes | mmap, most: int) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        _only(names, "the ZIP archive")
        with archive.open(names[0]) as file:
            return _limited(iter(lambda: file.read(1 << 20), b""), "the ZIP archive", most)


def _is_tar(head: bytes, data: bytes | mmap) -> bool:
    return head[257:262] == b"ustar"


def _from_tar(data: bytes | mmap, most: int) -> bytes:
    import io
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        members = [member for member in archive if member.isreg()]
        _only([member.name for member in members], "the tar archive")
        file = archive.extractfile(members[0])
        assert file is not None
        return _limited(iter(lambda: file.read(1 << 20), b""), "the tar archive", most)


# -- mail -------------------------------------------------------------------------------------


def _is_mail(head: bytes, data: bytes | mmap) -> bool:
    return _MAIL.match(head) is not None or _PART.match(head) is not None


def _from_mail(data: bytes | mmap, _: int) -> bytes:
    import email

    raw = bytes(data)
    part = _PART.match(raw)
    if part is not None:  # the body alone: its boundary is its first line
        raw = b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n' % part[1].replace(b'"', b"") + raw
    bodies = []
    for one in email.message_from_bytes(raw).walk():
        body = None if one.is_multipart() else one.get_payload(decode=True)
        if isinstance(body, bytes) and (_TRANSACTION.match(body) or wrapper_of(body) is not None):
            bodies.append(body)
    if len(bodies) != 1:
        raise ReadError(f"the mail holds {len(bodies) or 'no'} transactions; save the attachment that is one")
    return bodies[0]


# -- text -------------------------------------------------------------------------------------


def _is_base64(head: bytes, data: bytes | mmap) -> bool:
    if _BASE64.fullmatch(head) is None:
        return False
    text = b"".join(head.split())
    return _is_content(_decoded(text[: len(text) // 4 * 4]))


def _decoded(text: bytes) -> bytes:
    import base64

    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _from_base64(data: bytes | mmap, _: int) -> bytes:
    import base64

    return base64.b64decode(b"".join(bytes(data).split()), validate=True)


def _is_hex(head: bytes, data: bytes | mmap) -> bool:
    if _HEX.match(head) is None:
        return False
    digits = b"".join(head.split())
    try:
        return _is_content(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")))
    except ValueError:
        return False


def _from_hex(data: bytes | mmap, _: int) -> bytes:
    return bytes.fromhex(bytes(data).decode("ascii"))


def _is_content(head: bytes) -> bool:
    """Do the decoded bytes begin as a transaction, or as another wrapper?"""
    return _TRANSACTION.match(head) is not None or head.startswith((b"\x1f\x8b\x08", b"PK\3\4"))


WRAPPERS = (
    Wrapper("a gzip file", _is_gzip, _from_gzip),
    Wrapper("a ZIP archive", _is_zip, _from_zip),
    Wrapper("a tar archive", _is_tar, _from_tar),
    Wrapper("a transaction in hexadecimal digits", _is_hex, _from_hex),
    Wrapper("a transaction in base64", _is_base64, _from_base64),
    Wrapper(MAIL, _is_mail, _from_mail),
)
