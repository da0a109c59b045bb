"""Certificates and keys made for tests: a CA of elliptic curves, and whom it has certified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

pytest.importorskip("cryptography", reason="cryptography comes with ebtskit[seal]")
pytest.importorskip("pyhanko", reason="pyHanko comes with ebtskit[seal]")

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from nistitl.exchange.credentials import Credential, certificates, credential

if TYPE_CHECKING:
    from pathlib import Path

DAY = timedelta(days=1)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


class Pair(NamedTuple):
    """A certificate and its key in PEM."""

    certificate: bytes
    key: bytes

    @property
    def credential(self) -> Credential:
        return credential(self.certificate, self.key)

    @property
    def trust(self) -> tuple[x509.Certificate, ...]:
        return certificates(self.certificate, "certificate")

    def save(self, folder: Path, name: str) -> None:
        (folder / f"{name}.pem").write_bytes(self.certificate)
        (folder / f"{name}.key").write_bytes(self.key)


@cache
def made(
    name: str,
    algorithm: str = "ec",
    issuer: str | Pair | None = "CA",
    *,
    usages: tuple[str, ...] = (),
    days: tuple[int, int] = (-2, 30),
    bits: int = 2048,
    extensions: tuple[x509.ExtensionType, ...] = (),
    length: int | None = None,
) -> Pair:
    """Of this name, certified by another one; "CA" and what is called so are authorities.

    `extensions` are critical ones; `length` is how many authorities may stand below.
    """
    authority = "CA" in name
    key: Any = rsa.generate_private_key(65537, bits) if algorithm == "rsa" else ec.generate_private_key(ec.SECP256R1())
    certifier = made(issuer) if isinstance(issuer, str) and name != "CA" else issuer
    by = certifier.credential if isinstance(certifier, Pair) else None
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    builder = builder.issuer_name(by.certificate.subject if by else subject).serial_number(x509.random_serial_number())
    now = datetime.now(UTC)
    builder = builder.not_valid_before(now + days[0] * DAY).not_valid_after(now + days[1] * DAY)
    builder = builder.add_extension(x509.BasicConstraints(authority, length), True)
    for extension in extensions:
        builder = builder.add_extension(extension, True)
    if named := usages or (("key_cert_sign",) if authority else ()):
        builder = builder.add_extension(x509.KeyUsage(**{usage: usage in named for usage in USAGES}), True)
    certificate = builder.sign(by.key if by else key, SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(certificate.public_bytes(Encoding.PEM), private)


def locked(key: bytes, password: bytes) -> bytes:
    """The key with a password."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key

    private = load_pem_private_key(key, None)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
