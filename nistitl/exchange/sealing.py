"""Sealing: signed, then enveloped for one recipient, as CMS (RFC 5652). An envelope alone has no integrity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import needing
from nistitl.exchange.credentials import SealError, check_recipient, check_signer, is_for_pss, told

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from nistitl.exchange.credentials import Credential


@needing("sealing", "seal")
def sealed(data: bytes, signer: Credential, recipient: Certificate, *, pss: bool = False) -> bytes:
    """These bytes signed by the one and enveloped for the other: DER of EnvelopedData around SignedData.

    SHA-256, AES-256-CBC, RSA (PKCS #1 v1.5) for the recipient; `pss` signs by RSA-PSS, as a key that is for nothing
    else does anyhow. The certificates behind the signer's in its file go with it. SealError for a certificate that is
    not for this, or not valid today.
    """
    from cryptography.hazmat.primitives.ciphers.algorithms import AES256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

    check_recipient(recipient)
    content = _signed(data, signer, pss, detached=False)
    envelope = PKCS7EnvelopeBuilder().set_data(content).set_content_encryption_algorithm(AES256)
    try:
        return envelope.add_recipient(recipient).encrypt(Encoding.DER, [PKCS7Options.Binary])
    except ValueError:
        raise SealError(f"nothing can be enveloped with the key of the recipient's {told(recipient)}") from None


@needing("signing", "seal")
def signature(data: bytes, signer: Credential, *, pss: bool = False) -> bytes:
    """The detached signature of these bytes: DER of SignedData without content. SealError as for `sealed`."""
    return _signed(data, signer, pss, detached=True)


def _signed(data: bytes, signer: Credential, pss: bool, *, detached: bool) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

    check_signer(signer.certificate)
    rsa = isinstance(signer.key, RSAPrivateKey)
    pss = pss or is_for_pss(signer.certificate)
    padding = (PSS(MGF1(SHA256()), PSS.DIGEST_LENGTH) if pss else PKCS1v15()) if rsa else None
    builder = PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(signer.certificate, signer.key, SHA256(), rsa_padding=padding)
    for issuer in signer.issuers:
        builder = builder.add_certificate(issuer)
    options = [PKCS7Options.Binary, PKCS7Options.NoCapabilities]
    return builder.sign(Encoding.DER, [*options, PKCS7Options.DetachedSignature] if detached else options)
