"""Verifying SignedData (RFC 5652): by pyHanko, once what no signature covers was held to the one form that it has.

Strategy: a signature covers the content and its signed attributes, the issuers cover certificates. What is left of the
structure (versions, algorithms, sets of what nobody checks) has to be what it must be for this signature, byte for
byte, or a changed byte would go unseen.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import needing
from nistitl.exchange.credentials import SealError, is_for_mail, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asn1crypto.cms import SignedData, SignerInfo
    from asn1crypto.x509 import Certificate as Parsed
    from cryptography.x509 import Certificate

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what they log is told by our errors

_PSS = "rsassa_pss"
_USAGE = {"digital_signature", "non_repudiation"}
_WHY = {  # by pyHanko's names of what is wrong with the trust in a certificate
    "NO_CERTIFICATE_CHAIN_FOUND": "no way leads from it to the certificates that are trusted",
    "OUT_OF_BOUNDS_NO_POE": "it, or one of its issuers, is not valid today",
    "OUT_OF_BOUNDS_NOT_REVOKED": "it, or one of its issuers, is not valid today",
    "CHAIN_CONSTRAINTS_FAILURE": "its key usage does not allow signatures of data, or an issuer's none of certificates",
    "CRYPTO_CONSTRAINTS_FAILURE": "it, or the signature, uses an algorithm that is not trusted",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "it, or the signature, uses an algorithm that is not trusted",
}


@needing("verifying a signature", "seal")
def verified(signed: SignedData, trust: Sequence[Certificate], content: bytes | None = None) -> tuple[bytes, str]:
    """The content of signed data, or the given one of a detached signature, and who signed it.

    The signer's certificate, and every other one that goes with it, must lead to `trust`; revocation is not looked at,
    nothing is fetched. SealError where anything is not as it must be.
    """
    signer = _checked(signed)
    embedded: bytes | None = signed["encap_content_info"]["content"].native
    data = embedded if content is None else content
    if data is None:
        raise SealError("the signature is detached: the content that it is of must be given (--content)")
    if embedded is not None and content is not None:
        raise SealError("the signature holds its content: none must be given")
    status = _status(signed, signer, trust, content)
    called = _called(status.signing_cert)
    if not status.intact:
        raise SealError(f"the content is not what {called} signed: it was changed")
    if not status.valid:
        raise SealError(f"the signature is not that of {called}: it was changed, or made with another key")
    if status.trust_problem_indic is not None:
        raise SealError(f"the signer's {called} is not trusted: {_why(status, signed, trust)}")
    if not _names(signer, status.signing_cert):
        raise SealError(f"the signature does not name {called} as that does itself")
    if not _for_mail(status.signing_cert):
        raise SealError(f"the signer's {called} is not for this: its extended key usage lacks email protection")
    _check_certificates(signed, trust)
    return data, called


def _for_mail(certificate: Parsed) -> bool:
    from cryptography.x509 import load_der_x509_certificate

    return is_for_mail(load_der_x509_certificate(certificate.dump()))


def _why(status: Any, signed: SignedData, trust: Sequence[Certificate]) -> str:
    """Why the signer is not trusted; of one that certifies itself pyHanko says no more than that it is invalid."""
    certificate = status.signing_cert
    alone = certificate.self_issued and certificate.dump() not in {one.dump() for one in _parsed(trust)}
    name = "NO_CERTIFICATE_CHAIN_FOUND" if alone else status.trust_problem_indic.name
    return _WHY.get(name) or _fault_of_path(certificate, [one.chosen for one in signed["certificates"]], trust)


def _fault_of_path(certificate: Parsed, carried: Sequence[Parsed], trust: Sequence[Certificate]) -> str:
    """Which rule of an issuer the way to the trusted ones breaks, in pyHanko's words."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathValidationError

    check = CertificateValidator(certificate, carried, validation_context=_context(trust))
    try:
        _waited(check.async_validate_path())
    except PathValidationError as error:
        said = str(error).removeprefix("The path could not be validated because ").rstrip(".")
        return f"the way from it to the certificates that are trusted is broken: {said}"
    except Exception:  # whatever its parser makes of a certificate that was changed
        pass
    return "the way from it to the certificates that are trusted is broken"


def _checked(signed: SignedData) -> SignerInfo:
    """The one signer; SealError for what a signature neither covers nor needs, and for any form but the plain one."""
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise SealError(f"the file has {len(signers)} signatures; one is supported")
    (signer,) = signers
    by_issuer = signer["sid"].name == "issuer_and_serial_number"
    plain = {
        "signed attributes": bool(len(signer["signed_attrs"])),
        "version of the signer": signer["version"].native == ("v1" if by_issuer else "v3"),
        "version of the signed data": signed["version"].native == ("v1" if by_issuer else "v3"),
        "content type": signed["encap_content_info"]["content_type"].native == "data",
        "digest algorithms": signed["digest_algorithms"].contents == signer["digest_algorithm"].dump(),
        "parameters of the signature": _plain_parameters(signer),
        "certificates": all(one.name == "certificate" and _in_der(one.chosen) for one in signed["certificates"]),
        "spelling of the signer": _in_der(signer),
    }
    for what, right in plain.items():
        if not right:
            raise SealError(f"the signed data are not of the one form that is supported: {what}")
    if signed["crls"].native:
        raise SealError("the signed data carry revocation lists, which nothing signs and nothing checks")
    if signer["unsigned_attrs"].native:
        raise SealError("the signature has unsigned attributes, such as a time stamp, which are not supported")
    return signer


def _in_der(part: Any) -> bool:
    """True for what is spelled as DER wants it, whatever the file around it is."""
    spelled = part.dump()
    return bool(type(part).load(spelled).dump(force=True) == spelled)


def _names(signer: SignerInfo, certificate: Parsed) -> bool:
    """True where the issuer is spelled as in the certificate: names are compared without case elsewhere."""
    named = signer["sid"].chosen
    return signer["sid"].name != "issuer_and_serial_number" or bool(named["issuer"].dump() == certificate.issuer.dump())


def _plain_parameters(signer: SignerInfo) -> bool:
    """True where algorithms have the parameters that they must have: none, NULL, or those of RSA-PSS."""
    algorithm, parameters = signer["signature_algorithm"]["algorithm"].native, signer["signature_algorithm"]
    if algorithm != _PSS and parameters["parameters"].dump() not in (b"", b"\x05\x00"):
        return False
    return signer["digest_algorithm"]["parameters"].dump() in (b"", b"\x05\x00")


def _status(signed: SignedData, signer: SignerInfo, trust: Sequence[Certificate], content: bytes | None) -> Any:
    """What pyHanko finds."""
    from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator.util import get_pyca_cryptography_hash

    digest = None
    try:
        if content is not None:
            from cryptography.hazmat.primitives.hashes import Hash

            made = Hash(get_pyca_cryptography_hash(signer["digest_algorithm"]["algorithm"].native))
            made.update(content)
            digest = made.finalize()
        named = extract_certificate_info(signed).signer_cert
        if named.public_key.algorithm == _PSS and signer["signature_algorithm"]["algorithm"].native != _PSS:
            message = "its key is for RSA-PSS alone, and the signature is of another kind"
            raise SealError(f"the signature is not one of {_called(named)}: {message}")
        listed = named.key_usage_value is not None
        usage = KeyUsageConstraints(key_usage=_USAGE if listed else set())  # without it, for anything
        check = async_validate_cms_signature(
            signed, raw_digest=digest, validation_context=_context(trust), key_usage_settings=usage
        )
        return _waited(check)
    except SealError:
        raise
    except (SignatureValidationError, CMSExtractionError) as error:
        raise SealError(f"the signature cannot be verified: {error.failure_message}") from None
    except Exception as error:  # of a structure that was changed: whatever pyHanko and what it uses make of it
        raise SealError(f"the signature cannot be verified: {type(error).__name__}") from None


def _context(trust: Sequence[Certificate]) -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=list(_parsed(trust)), allow_fetching=False)


def _parsed(trust: Sequence[Certificate]) -> tuple[Parsed, ...]:
    from asn1crypto.x509 import Certificate as Parsed
    from cryptography.hazmat.primitives.serialization import Encoding

    return tuple(Parsed.load(one.public_bytes(Encoding.DER)) for one in trust)


def _check_certificates(signed: SignedData, trust: Sequence[Certificate]) -> None:
    """SealError for a certificate in the file that is neither trusted itself nor leads to one that is."""
    from pyhanko_certvalidator import CertificateValidator

    trusted = {one.dump() for one in _parsed(trust)}
    carried = [one.chosen for one in signed["certificates"]]
    for one in carried:
        if one.dump() in trusted:
            continue
        try:
            check = CertificateValidator(one, carried, validation_context=_context(trust))
            path = _waited(check.async_validate_path())
            leads = path.pkix_len > 0
        except Exception:  # whatever its parser makes of a certificate that was changed
            leads = False
        if not leads:
            raise SealError(f"the file carries a certificate that does not lead to those trusted: {_called(one)}")


def _waited(check: Any) -> Any:
    """The result of a coroutine; in a thread of its own, for a notebook has a loop that runs."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, check).result()


def _called(certificate: Parsed) -> str:
    from cryptography.x509 import load_der_x509_certificate

    try:
        return told(load_der_x509_certificate(certificate.dump()))
    except Exception:  # it was changed
        return "certificate (cannot be read)"
