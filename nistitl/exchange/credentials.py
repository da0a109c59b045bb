"""Certificates and private keys, read from PEM; errors name the file, and nothing of what is in a key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import ITLError, needing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    Key = EllipticCurvePrivateKey | RSAPrivateKey

_EXTRA = "seal"
_LEAST_BITS = 2048  # of RSA
_PFX = b"\x02\x01\x03"  # its version, which PKCS #12 begins with


class SealError(ITLError):
    """What is to be sealed or opened cannot be, or may not: the message says which file, certificate or key is wrong.

    `ITLError` is its root; nothing of key material, password or content is in it.
    """


@attrs.frozen(slots=True, repr=False)
class Credential:
    """A certificate, those that stand behind it in its file (its issuers), and its private key."""

    certificate: Certificate
    issuers: tuple[Certificate, ...]
    key: Key

    def __repr__(self) -> str:
        return f"<credential of {told(self.certificate)}>"


def told(certificate: Certificate) -> str:
    """How a certificate is called in messages: subject and serial number."""
    return f"certificate {certificate.subject.rfc4514_string() or '(no subject)'}, serial {certificate.serial_number:x}"


@needing("reading certificates", _EXTRA)
def certificates(data: bytes, name: str) -> tuple[Certificate, ...]:
    """Every certificate in a PEM file, which errors call `name`. SealError where there is none that can be read."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(data))
    except ValueError:
        more = _held(data, "x509", "a private key, and no certificate", b"PRIVATE KEY-----")
        message = "no certificate in PEM that can be read (-----BEGIN CERTIFICATE-----)"
        raise SealError(f"{name}: {message}{more}") from None


@needing("reading a private key", _EXTRA)
def credential(
    certificate: bytes, key: bytes, *, password: bytes | None = None, names: tuple[str, str] = ("certificate", "key")
) -> Credential:
    """The first certificate of a PEM file with its private key, RSA or EC.

    SealError, by these names, where either cannot be read, the password is missing or wrong, or they do not belong
    together.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    first, *issuers = certificates(certificate, names[0])
    try:
        private = load_pem_private_key(key, password)
    except TypeError:
        if password is None:
            how = "--password-file FILE, or NISTITL_KEY_PASSWORD in the environment"
            raise SealError(f"{names[1]}: the key has a password, and none was given: {how}") from None
        raise SealError(f"{names[1]}: the key has no password, and one was given") from None
    except (ValueError, UnsupportedAlgorithm):
        more = _held(key, "pkey", "certificates, and no key", b"BEGIN CERTIFICATE-----")
        more = more or ("" if password is None else ", or its password is another")
        raise SealError(f"{names[1]}: no private key in PEM that can be read{more}") from None
    if not _is_rsa(private) and not _is_ec(private):
        raise SealError(f"{names[1]}: expected a key of RSA or of an elliptic curve")
    if private.public_key() != first.public_key():
        raise SealError(f"{names[1]} is not the key of {names[0]}, {told(first)}")
    return Credential(first, tuple(issuers), private)  # type: ignore[arg-type]


def _held(data: bytes, command: str, instead: str, mark: bytes) -> str:
    """What a file holds in place of what was wanted in PEM, and how openssl makes that of it."""
    if mark in data:
        return f"; it holds {instead}"
    if not data.startswith(b"\x30"):
        return ""
    if _PFX in data[:8]:
        return "; it is PKCS #12: openssl pkcs12 -in FILE -nodes -out BOTH.pem takes both out"
    return f"; it is DER: openssl {command} -inform DER -in FILE -out FILE.pem writes it as PEM"


def check_recipient(certificate: Certificate) -> None:
    """SealError for a certificate that nothing can be enveloped for: not RSA, too short, not for it, out of date."""
    if not _is_rsa(certificate.public_key()):
        raise SealError(f"the recipient's {told(certificate)} is not of RSA: EC recipients are not supported")
    _check_usage(certificate, "recipient", "key_encipherment")


def check_signer(certificate: Certificate) -> None:
    """SealError for a certificate that nothing may be signed with: too short, not for it, out of date."""
    _check_usage(certificate, "signer", "digital_signature", "content_commitment")


def _check_usage(certificate: Certificate, role: str, *usages: str) -> None:
    from cryptography.x509 import ExtensionNotFound, KeyUsage

    called = f"the {role}'s {told(certificate)}"
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise SealError(f"{called} was valid until {certificate.not_valid_after_utc:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        raise SealError(f"{called} is valid from {certificate.not_valid_before_utc:%Y-%m-%d} on")
    bits = getattr(certificate.public_key(), "key_size", 0)
    if _is_rsa(certificate.public_key()) and bits < _LEAST_BITS:
        raise SealError(f"{called} has a key of {bits} bits; RSA has {_LEAST_BITS} at the least")
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return
    if not any(getattr(usage, one) for one in usages):
        raise SealError(f"{called} is not for this: its key usage lacks {' and '.join(usages).replace('_', ' ')}")


def _is_rsa(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    return isinstance(key, RSAPrivateKey | RSAPublicKey)


def _is_ec(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    return isinstance(key, EllipticCurvePrivateKey)
