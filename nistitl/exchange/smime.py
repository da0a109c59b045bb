"""CMS as it comes: DER, PEM, or S/MIME as openssl writes it; of PEM and S/MIME every byte is held to its one form."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import NamedTuple

from nistitl.exchange.credentials import SealError

_PEM = re.compile(rb"-----BEGIN (CMS|PKCS7)-----(\r?\n)(.+)\2-----END \1-----\2", re.DOTALL)
_WHOLE = re.compile(
    rb"MIME-Version: 1\.0(\r?\n)"
    rb'Content-Disposition: attachment; filename="smime\.p7m"\1'
    rb'Content-Type: application/(?:x-)?pkcs7-mime; smime-type=([A-Za-z-]+); name="smime\.p7m"\1'
    rb"Content-Transfer-Encoding: base64\1\1(.+?)\1\1?",
    re.DOTALL,
)
_PARTED = re.compile(
    rb"MIME-Version: 1\.0(\r?\n)"
    rb'Content-Type: multipart/signed; protocol="application/(x-)?pkcs7-signature"; micalg="([a-z0-9-]+)"; '
    rb'boundary="(----[0-9A-F]{32})"\1\1'
    rb"This is an S/MIME signed message\1\1--\4\1"
)
_SIGNATURE = re.compile(
    rb'Content-Type: application/(x-)?pkcs7-signature; name="smime\.p7s"(\r?\n)'
    rb"Content-Transfer-Encoding: base64\2"
    rb'Content-Disposition: attachment; filename="smime\.p7s"\2\2(.+?)\2\2',
    re.DOTALL,
)


class Entity(NamedTuple):
    """The DER of CMS; the content that stands beside a signature; what S/MIME says of kind and digest."""

    der: bytes
    content: bytes | None = None
    kind: str = ""  # signed-data
    digest: str = ""  # sha-256


def entity(data: bytes) -> Entity:
    """What there is in any of the forms. SealError for what is of none."""
    if not data:
        raise SealError("the file is empty, and no CMS")
    if data[:1] == b"\x30":
        return Entity(data)
    if (pem := _PEM.fullmatch(data)) is not None:
        return Entity(_decoded(pem[3], pem[2]))
    if (whole := _WHOLE.fullmatch(data)) is not None:
        return Entity(_decoded(whole[3], whole[1]), kind=whole[2].decode())
    if (parted := _PARTED.match(data)) is not None:
        return _parts(data, parted)
    raise SealError("this is no CMS: expected DER, PEM (-----BEGIN CMS-----), or S/MIME as openssl writes it")


def _parts(data: bytes, head: re.Match[bytes]) -> Entity:
    """Content and signature of multipart/signed; the content may hold any bytes, so that its end is looked for last."""
    newline, boundary = head[1], b"--" + head[4]
    end = data.rfind(newline + boundary + newline)
    closing = newline + boundary + b"--" + newline
    rest = data[end + len(newline + boundary + newline) :]
    stop = rest.find(closing[len(newline) :])
    part = _SIGNATURE.fullmatch(rest[:stop])
    if end < head.end() or stop < 0 or part is None or part[1] != head[2] or part[2] != newline:
        raise SealError("this is no S/MIME as openssl writes it: its parts do not stand as they must")
    if rest[stop:] not in (closing[len(newline) :], closing[len(newline) :] + newline):
        raise SealError("this is no S/MIME as openssl writes it: something follows its last part")
    return Entity(_decoded(part[3], newline), data[head.end() : end], "signed-data", head[3].decode())


def _decoded(text: bytes, newline: bytes) -> bytes:
    """Base64 in lines of one length, the last one aside, in its one spelling."""
    lines = text.split(newline)
    joined = b"".join(lines)
    whole = all(len(line) == len(lines[0]) for line in lines[:-1]) and 0 < len(lines[-1]) <= len(lines[0])
    try:
        decoded = b64decode(joined, validate=True)
    except ValueError:
        decoded = b""
    if not whole or not decoded or b64encode(decoded) != joined:
        raise SealError("this is no CMS: its base64 is damaged")
    return decoded
