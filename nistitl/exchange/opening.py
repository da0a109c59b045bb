"""Opening what was sealed: out of its envelope, its signature verified; what is unsigned is refused unless told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.errors import needing
from nistitl.exchange.credentials import SealError, told
from nistitl.exchange.signatures import verified
from nistitl.exchange.smime import entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asn1crypto.cms import ContentInfo, EnvelopedData
    from cryptography.x509 import Certificate

    from nistitl.exchange.credentials import Credential
    from nistitl.exchange.smime import Entity

_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier: rsaEncryption, NULL
_CIPHERS = ("aes128_cbc", "aes256_cbc")
_NAMES = {  # of what is refused
    "authenticated_enveloped_data": "AuthEnvelopedData (AES-GCM and the like)",
    "rsaes_oaep": "RSA-OAEP",
    "tripledes_3key": "3DES",
    "kari": "a recipient by key agreement, as with EC certificates",
    "kekri": "a recipient by a shared key",
    "pwri": "a recipient by a password",
    "ori": "a recipient of another kind",
}


@attrs.frozen(slots=True, repr=False)
class Opened:
    """What was sealed, and the certificate that signed it, by subject and serial number; None where nobody did."""

    content: bytes
    signer: str | None
    enveloped: bool

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes, signed by {self.signer}>"


@needing("opening", "seal")
def opened(
    data: bytes,
    *,
    trust: Sequence[Certificate] = (),
    own: Credential | None = None,
    content: bytes | None = None,
    unsigned: bool = False,
) -> Opened:
    """Open CMS: enveloped for `own` or not, signed by somebody whose certificate leads to `trust`.

    DER, PEM, or S/MIME as openssl writes it. `content` is what a detached signature is of. `unsigned` lets an envelope
    pass with nothing signed in it, which anybody may have made or changed. SealError for all else that is not as it
    must be; revocation is not looked at, nothing is fetched.
    """
    parsed, detached = _cms(data)
    enveloped = parsed["content_type"].native == "enveloped_data"
    if enveloped:
        if content is not None:
            raise SealError("the file is enveloped, and no detached signature")
        inner = _taken_out(parsed, own)
        try:
            parsed, detached = _cms(inner)
        except SealError:
            return Opened(_told_unsigned(inner, unsigned), None, True)
    if parsed["content_type"].native != "signed_data":
        raise SealError(f"{_name(parsed['content_type'].native)}: not supported")
    if not trust:
        raise SealError("the file is signed: give the certificates that are trusted to check by whom (--trust)")
    if detached is not None and content is not None:
        raise SealError("the signature holds its content: none must be given")
    result, signer = verified(parsed["content"], trust, content if detached is None else detached)
    return Opened(result, signer, enveloped)


def _told_unsigned(inner: bytes, unsigned: bool) -> bytes:
    if not unsigned:
        raise SealError(
            "what is in the envelope is not signed, or its signature was changed beyond recognition: anybody may have "
            "made or changed it. Refused unless you say that unsigned content is wanted"
        )
    return inner


def _cms(data: bytes) -> tuple[ContentInfo, bytes | None]:
    """CMS in any form, and the content that stands beside a signature in S/MIME. SealError for what is none."""
    from asn1crypto.cms import ContentInfo

    found = entity(data)
    der, indefinite = found.der, found.der[1:2] == b"\x80"
    try:
        parsed = ContentInfo.load(der, strict=True)
        kind = parsed["content_type"].native
        whole = parsed.native is not None
        canonical = indefinite or ContentInfo.load(der).dump(force=True) == der
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SealError("this is no CMS: its structure cannot be read") from None
    if indefinite and kind != "signed_data":
        raise SealError(f"{_name(kind)} of indefinite length (as streamed): not supported; write it as DER")
    if not canonical or not whole:
        raise SealError("this is no CMS in DER: a length or a tag is spelled otherwise than it must be")
    if not _is_as_said(found, parsed):
        raise SealError("what S/MIME says in its first lines is not what is in it")
    return parsed, found.content


def _is_as_said(found: Entity, parsed: ContentInfo) -> bool:
    """True where what S/MIME says of kind and digest, if it does, is so."""
    if found.kind and found.kind.replace("-", "_") != parsed["content_type"].native:
        return False
    used = [one["algorithm"].native for one in parsed["content"]["digest_algorithms"]] if found.digest else []
    return not found.digest or used == [found.digest.replace("-", "")]


def _taken_out(parsed: ContentInfo, own: Credential | None) -> bytes:
    """What is in an envelope for `own`."""
    from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der

    envelope: EnvelopedData = parsed["content"]
    _check_envelope(envelope)
    if own is None:
        raise SealError("the file is enveloped: give the recipient's certificate and key (--cert, --key)")
    if not any(_is_for(one.chosen, own) for one in envelope["recipient_infos"]):
        raise SealError(f"the file is enveloped for somebody else, not for {told(own.certificate)}")
    try:
        return bytes(pkcs7_decrypt_der(parsed.dump(), own.certificate, own.key, []))  # type: ignore[arg-type]
    except Exception:  # nothing of what is wrong inside may be told: it would help who tries changes
        raise SealError(
            f"the envelope cannot be opened with the key of {told(own.certificate)}: it was changed, or made otherwise"
        ) from None


def _is_for(recipient: Any, own: Credential) -> bool:
    from asn1crypto.x509 import Name

    named = recipient["rid"].chosen
    subject = Name.load(own.certificate.issuer.public_bytes())
    return bool(
        named["serial_number"].native == own.certificate.serial_number and named["issuer"].dump() == subject.dump()
    )


def _check_envelope(envelope: EnvelopedData) -> None:
    """SealError, by name, for what is not supported; and for any form but the plain one."""
    for one in envelope["recipient_infos"]:
        if one.name != "ktri":
            raise SealError(f"{_name(one.name)}: not supported")
        algorithm = one.chosen["key_encryption_algorithm"]
        if algorithm.dump() != _RSA:
            raise SealError(f"{_name(algorithm['algorithm'].native)} for the recipient: not supported")
        if one.chosen["rid"].name != "issuer_and_serial_number":
            raise SealError("a recipient by key identifier: not supported")
    encrypted = envelope["encrypted_content_info"]
    cipher = encrypted["content_encryption_algorithm"]["algorithm"].native
    if cipher not in _CIPHERS:
        raise SealError(f"{_name(cipher)} for the content: not supported")
    plain = {
        "version": envelope["version"].native == "v0",
        "version of a recipient": all(one.chosen["version"].native == "v0" for one in envelope["recipient_infos"]),
        "content type": encrypted["content_type"].native == "data",
        "originator": not envelope["originator_info"].native,
        "unprotected attributes": not envelope["unprotected_attrs"].native,
        "content": bool(encrypted["encrypted_content"].native),
    }
    for what, right in plain.items():
        if not right:
            raise SealError(f"the envelope is not of the one form that is supported: {what}")


def _name(what: str) -> str:
    return _NAMES.get(what, what.replace("_", " "))
