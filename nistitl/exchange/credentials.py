"""Certificates and private keys, read from PEM; errors name the file, and nothing of what is in a key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import attrs

from nistitl.base.errors import ITLError, needing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate, ExtensionType

    Key = EllipticCurvePrivateKey | RSAPrivateKey

Extension = TypeVar("Extension", bound="ExtensionType")
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
    try:
        subject = certificate.subject.rfc4514_string() or "(no subject)"
    except ValueError:
        subject = "(its subject cannot be read)"
    return f"certificate {subject}, serial {certificate.serial_number:x}"


@needing("reading certificates", _EXTRA)
def certificates(data: bytes, name: str) -> tuple[Certificate, ...]:
    """Every certificate in a PEM file, which errors call `name`. SealError where there is none that can be read."""
    from cryptography.x509 import InvalidVersion, load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(data))
    except (ValueError, InvalidVersion):
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
    if private.public_key() != _public_key(first):
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
    if not _is_rsa(_public_key(certificate)):
        raise SealError(f"the recipient's {told(certificate)} is not of RSA: EC recipients are not supported")
    if is_for_pss(certificate):
        raise SealError(f"the recipient's {told(certificate)} is for RSA-PSS alone: nothing can be enveloped for it")
    _check_usage(certificate, "recipient", "key_encipherment")


def check_signer(certificate: Certificate) -> None:
    """SealError for a certificate that nothing may be signed with: too short, not for it, out of date."""
    _check_usage(certificate, "signer", "digital_signature", "content_commitment")


def is_for_pss(certificate: Certificate) -> bool:
    """True for a certificate whose key may sign by RSA-PSS and do nothing else."""
    from cryptography.x509.oid import PublicKeyAlgorithmOID

    return certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS


def is_for_mail(certificate: Certificate) -> bool:
    """True where the purposes of a certificate are not listed, or S/MIME is among them (RFC 8550, 4.4.4)."""
    from cryptography.x509 import ExtendedKeyUsage
    from cryptography.x509.oid import ExtendedKeyUsageOID

    purposes = _extension(certificate, ExtendedKeyUsage)
    mail = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return purposes is None or not mail.isdisjoint(purposes)


def _check_usage(certificate: Certificate, role: str, *usages: str) -> None:
    from cryptography.x509 import KeyUsage

    called = f"the {role}'s {told(certificate)}"
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise SealError(f"{called} was valid until {certificate.not_valid_after_utc:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        raise SealError(f"{called} is valid from {certificate.not_valid_before_utc:%Y-%m-%d} on")
    public = _public_key(certificate)
    bits = getattr(public, "key_size", 0)
    if _is_rsa(public) and bits < _LEAST_BITS:
        raise SealError(f"{called} has a key of {bits} bits; RSA has {_LEAST_BITS} at the least")
    if not is_for_mail(certificate):
        raise SealError(f"{called} is not for this: its extended key usage lacks email protection, as S/MIME wants it")
    usage = _extension(certificate, KeyUsage)
    if usage is not None and not any(getattr(usage, one) for one in usages):
        raise SealError(f"{called} is not for this: its key usage lacks {' and '.join(usages).replace('_', ' ')}")


def _public_key(certificate: Certificate) -> object:
    """The public key; SealError where it cannot be read, or is of a kind that nobody here knows."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        message = "its key cannot be read, or is of a kind that is not supported: neither RSA nor a usual curve"
        raise SealError(f"{told(certificate)}: {message}") from None


def _extension(certificate: Certificate, kind: type[Extension]) -> Extension | None:
    """What a certificate says by an extension, None where it has none; SealError where they cannot be read."""
    from cryptography.x509 import DuplicateExtension, ExtensionNotFound, UnsupportedGeneralNameType

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except ExtensionNotFound:
        return None
    except (ValueError, DuplicateExtension, UnsupportedGeneralNameType):
        raise SealError(f"{told(certificate)}: its extensions cannot be read") from None


def _is_rsa(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    return isinstance(key, RSAPrivateKey | RSAPublicKey)


def _is_ec(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    return isinstance(key, EllipticCurvePrivateKey)
