"""What transactions come wrapped in: mail, gzip, ZIP, tar, spellings as text. Recognised always, opened when asked.

Strategy: each wrapper is recognised by a look at its first bytes, and opened by the standard library. One file inside
is taken; of several none is chosen.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ReadError
from nistitl.wire import encoded, mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from mmap import mmap
    from zipfile import ZipFile, ZipInfo

MAIL = "a mail"  # the one wrapper in which a transaction may stand as it is
_HEAD = 4096
_MOST_PARTS = 1000
_ZIP_HEAD = Struct("<26xHH")  # of a member; how long its name and its extra fields are
_SIZE_BEHIND = 8  # flag of a member


class Wrapper(NamedTuple):
    """Something that a transaction may be wrapped in."""

    name: str  # as a sentence names it
    recognises: Callable[[bytes], bool]  # the first bytes
    opened: Callable[[bytes | mmap, int], bytes | list[bytes]]  # all, and how many may come out; several readings


def wrapper_of(data: bytes | mmap) -> Wrapper | None:
    """What these bytes are wrapped in, by a look at the beginning; None where they are not."""
    head = bytes(data[:_HEAD])
    return next((wrapper for wrapper in WRAPPERS if wrapper.recognises(head)), None)


def _followed(size: int, what: str) -> ReadError:
    return ReadError(f"{size} bytes that are no part of it follow {what}; look at them, cut them off, or extract it")


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


def _is_gzip(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b\x08")


def _from_gzip(data: bytes | mmap, most: int) -> bytes:
    return _limited(_members(data), "the gzip file", most)


def _members(data: bytes | mmap) -> Iterator[bytes]:
    """What one member after the other holds; NUL may fill the end, anything else is a ReadError."""
    import zlib

    at = 0
    while at < len(data):
        if not _is_gzip(data[at : at + 3]):
            raise _followed(len(data) - at, "the gzip file")
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)  # with its head, size and checksum
        while not member.eof:
            piece = member.unconsumed_tail
            if not piece:
                piece = data[at : at + _HEAD]
                at += len(piece)
            if not piece:
                raise EOFError("the data end within a member")
            yield member.decompress(piece, 1 << 20)
        at -= len(member.unused_data)
        while data[at : at + 1] == b"\0":
            filled = data[at : at + _HEAD]
            at += len(filled) - len(filled.lstrip(b"\0"))


def _is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\3\4", b"PK\5\6"))


def _from_zip(data: bytes | mmap, most: int) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        _only(names, "the ZIP archive")
        if _holds_unlisted(data, archive):
            raise ReadError("the ZIP archive has a file that it does not list; extract what is needed by hand")
        end = data.rfind(b"PK\5\6") + 22 + len(archive.comment)
        if bytes(data[end:]).strip(b"\0"):
            raise _followed(len(data) - end, "the ZIP archive")
        with archive.open(names[0]) as file:
            return _limited(iter(lambda: file.read(1 << 20), b""), "the ZIP archive", most)


def _holds_unlisted(data: bytes | mmap, archive: ZipFile) -> bool:
    """Does anything stand before the directory, but for NUL, that no entry of it leads to?"""
    at = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if data[at : entry.header_offset].strip(b"\0"):
            return True
        at = _member_end(data, entry)
    return bool(data[at : archive.start_dir].strip(b"\0"))


def _member_end(data: bytes | mmap, entry: ZipInfo) -> int:
    """Where a member ends: its head, its content and, where that was written in one go, what tells its size."""
    name, extra = _ZIP_HEAD.unpack_from(data, entry.header_offset)
    end: int = entry.header_offset + _ZIP_HEAD.size + name + extra + entry.compress_size
    told = data[end : end + 24]
    behind = told.removeprefix(b"PK\7\10")
    if not entry.flag_bits & _SIZE_BEHIND or behind[:4] != entry.CRC.to_bytes(4, "little"):
        return end
    long = b"".join(size.to_bytes(8, "little") for size in (entry.compress_size, entry.file_size))
    return end + len(told) - len(behind) + (20 if behind[4:20] == long else 12)


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _from_tar(data: bytes | mmap, most: int) -> bytes:
    import io
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        members = [member for member in archive if member.isreg()]
        _only([member.name for member in members], "the tar archive")
        file = archive.extractfile(members[0])
        assert file is not None
        end = archive.offset
        if bytes(data[end:]).strip(b"\0"):  # where the library sees an end, at a damaged head too
            raise _followed(len(data) - end, "the tar archive")
        return _limited(iter(lambda: file.read(1 << 20), b""), "the tar archive", most)


# -- mail -------------------------------------------------------------------------------------


def _from_mail(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    """The one part that is a transaction, or a wrapper of its own; several readings of it."""
    bodies = []
    for count, body in enumerate(mail.parts_of(bytes(data))):
        if count == _MOST_PARTS:
            raise ReadError(f"the mail has more than {_MOST_PARTS} parts; save the attachment that is a transaction")
        first = body if isinstance(body, bytes) else body[0]
        if encoded.CONTENT.match(first) or wrapper_of(first) is not None:
            bodies.append(body)
    if len(bodies) != 1:
        raise ReadError(f"the mail holds {len(bodies) or 'no'} transactions; save the attachment that is one")
    return bodies[0]


WRAPPERS = (
    Wrapper("a gzip file", _is_gzip, _from_gzip),
    Wrapper("a ZIP archive", _is_zip, _from_zip),
    Wrapper("a tar archive", _is_tar, _from_tar),
    Wrapper("a transaction in hexadecimal digits", encoded.is_hex, encoded.from_hex),
    Wrapper("a dump of a transaction in hexadecimal digits", encoded.is_dump, encoded.from_dump),
    Wrapper("a transaction in base64", encoded.is_base64, encoded.from_base64),
    Wrapper("a transaction in a PEM block", encoded.is_pem, encoded.from_pem),
    Wrapper("a transaction in a data URL", encoded.is_data_url, encoded.from_data_url),
    Wrapper("a transaction in uuencode", encoded.is_uu, encoded.from_uu),
    Wrapper("a transaction in yEnc", encoded.is_yenc, encoded.from_yenc),
    Wrapper("a transaction in quoted-printable", encoded.is_printable, encoded.from_printable),
    Wrapper(
        "a transaction that was taken for text and written anew as UTF-16 or UTF-32", encoded.is_wide, encoded.from_wide
    ),
    Wrapper(MAIL, mail.is_mail, _from_mail),
)
