"""open: signed, enveloped, detached, in each form: refused, or byte for byte what was signed."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime
from functools import cache
from math import gcd, prod
from random import Random

from nistitl.base.errors import MissingDependency, needing
from nistitl.exchange.credentials import Credential, SealError
from nistitl.exchange.opening import opened
from nistitl.exchange.sealing import sealed, signature

CONTENT = b"1.001:what was signed\r\n\n\x1c"
_BITS, _EXPONENT, _WITNESSES = 1024, 65537, 24
_SMALL = prod(range(3, 2000, 2))


def check(data: bytes) -> None:
    """What opens is what was signed, by who signed it."""
    for content in (None, CONTENT):
        try:
            own = somebody()
            found = opened(data, trust=[own.certificate], own=own, content=content)
        except MissingDependency:
            return
        except SealError as error:
            assert str(error), "refused without a reason"
            continue
        assert found.content == CONTENT and found.signer is not None, "what opened is not what was signed"


@cache
@needing("sealing", "seal")
def somebody() -> Credential:
    """Who signs and receives, always the same: an input is looked at again by another process."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import BasicConstraints, CertificateBuilder, Name, NameAttribute
    from cryptography.x509.oid import NameOID

    random = Random(21)
    p, q = _prime(random), _prime(random)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    key = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public).private_key()
    name = Name([NameAttribute(NameOID.COMMON_NAME, "somebody")])
    builder = CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(21)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    certificate = builder.add_extension(BasicConstraints(True, None), True).sign(key, SHA256())
    return Credential(certificate, (), key)


def _prime(random: Random) -> int:
    """A prime of half the bits of a key, by Miller and Rabin: no secret."""
    while True:
        number = random.getrandbits(_BITS) | 3 << (_BITS - 2) | 3  # 3 modulo 4: one round is one power
        if (
            gcd(number, _SMALL) == 1
            and (number - 1) % _EXPONENT
            and all(pow(random.randrange(2, number), number >> 1, number) in (1, number - 1) for _ in range(_WITNESSES))
        ):
            return number


@cache
def seeds() -> list[bytes]:
    """What we seal and sign, as DER, as PEM and as S/MIME; nothing where the extra is missing."""
    try:
        own = somebody()
    except MissingDependency:
        return [b"0"]
    made = [sealed(CONTENT, own, own.certificate), signature(CONTENT, own), signature(CONTENT, own, pss=True)]
    lines = [encodebytes(der) for der in made]
    head = (
        b'MIME-Version: 1.0\nContent-Disposition: attachment; filename="smime.p7m"\n'
        b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\n'
        b"Content-Transfer-Encoding: base64\n\n"
    )
    pem = [b"-----BEGIN CMS-----\n" + one + b"-----END CMS-----\n" for one in lines]
    return [*made, *pem, head + lines[0] + b"\n"]


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Bits, tags and lengths changed; elements left out, doubled, or of another seed."""
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(data) or 1)
        size = random.choice((1, 2, 4, 20, 100))
        other = random.choice(seeds)
        there = random.randrange(len(other))
        new = random.choice(
            (
                bytes(byte ^ 1 << random.randrange(8) for byte in data[at : at + 1]),
                random.randbytes(1),
                random.choice((b"\x30\x80", b"\0\0", b"\x84\xff\xff\xff\xff", b"\xa0\x00", b"\x05\x00", b"\x81\x01")),
                other[there : there + size],
                data[at : at + size] * 2,
                b"",
            )
        )
        data = data[:at] + new + data[at + random.choice((0, len(new), len(new), size)) :]
    return data
