"""Sealing and opening: both ways with openssl, a changed byte anywhere, and what is refused by name."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import subprocess
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cryptography", reason="cryptography comes with ebtskit[seal]")

from asn1crypto.cms import ContentInfo
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import CertificateRevocationListBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nistitl.exchange.credentials import SealError, certificates, credential
from nistitl.exchange.opening import Opened, opened
from nistitl.exchange.sealing import sealed, signature
from tests.support.certificates import Pair, locked, made
from tests.support.samples import ROOT, small_transaction

CONTENT = bytes(range(256)) + b"\r\n\n\r" + small_transaction()
TRUST = made("CA").trust
SIGNERS = [("ec", False), ("rsa", False), ("rsa", True)]
AGENCY = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Agency")])
NARROW = made("narrow CA", extensions=(x509.NameConstraints([x509.DirectoryName(AGENCY)], None),))
FIRST = made("first CA", length=0)
SECOND = made("second CA", issuer=FIRST)
BROKEN = [
    (made("strange", issuer=NARROW), [NARROW], "in the permitted namespace"),
    (made("forged", issuer=made("signer ec", "ec")), [made("signer ec", "ec")], "is not a CA"),
    (made("deep", issuer=SECOND), [SECOND, FIRST], "exceeds the maximum path length"),
    (
        made("odd", extensions=(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"),)),
        [],
        "unsupported critical extension",
    ),
]


def recipient() -> Pair:
    return made("recipient", "rsa")


def signer(algorithm: str = "ec") -> Pair:
    return made(f"signer {algorithm}", algorithm)


def seal(content: bytes = CONTENT, by: Pair | None = None, **more: Any) -> bytes:
    return sealed(content, (by or signer()).credential, recipient().trust[0], **more)


def unseal(data: bytes, **more: Any) -> Opened:
    return opened(data, **{"trust": TRUST, "own": recipient().credential} | more)


def refused(data: bytes, **more: Any) -> str:
    with pytest.raises(SealError) as raised:
        unseal(data, **more)
    return str(raised.value)


class TestOurOwn:
    @pytest.mark.parametrize(("algorithm", "pss"), SIGNERS)
    def test_what_is_sealed_opens_byte_for_byte(self, algorithm: str, pss: bool) -> None:
        found = unseal(seal(by=signer(algorithm), pss=pss))
        assert found.content == CONTENT and found.enveloped
        assert found.signer is not None and f"CN=signer {algorithm}" in found.signer

    @pytest.mark.parametrize(("algorithm", "pss"), SIGNERS)
    def test_a_detached_signature_is_of_its_content_alone(self, algorithm: str, pss: bool) -> None:
        made_ = signature(CONTENT, signer(algorithm).credential, pss=pss)
        assert CONTENT[:64] not in made_ and unseal(made_, content=CONTENT).content == CONTENT
        assert "was changed" in refused(made_, content=CONTENT + b"\n")
        assert "is detached" in refused(made_)
        assert "no detached signature" in refused(seal(), content=CONTENT)

    def test_a_changed_byte_anywhere_in_a_sealed_file_is_refused(self) -> None:
        data = seal(b"1.001:sealed")
        own = recipient().credential
        for at in range(len(data)):
            changed = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            with pytest.raises(SealError):
                opened(changed, trust=TRUST, own=own)
        assert opened(data, trust=TRUST, own=own).content == b"1.001:sealed"

    def test_a_changed_byte_anywhere_in_a_signature_is_refused(self) -> None:
        data = signature(b"1.001:signed", signer().credential)
        for at in range(len(data)):
            changed = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
            with pytest.raises(SealError):
                opened(changed, trust=TRUST, content=b"1.001:signed")

    def test_whatever_else_is_changed_is_refused(self) -> None:
        draw, content = random.Random(21), b"1.001:sealed"
        for data, beside in ((seal(content), None), (signature(content, signer().credential), content)):
            for _ in range(60):
                at, size = draw.randrange(len(data)), draw.choice((1, 1, 2, 16))
                new = draw.choice((b"", draw.randbytes(size), bytes(size), b"\xff" * size, data[at : at + size] * 2))
                changed = data[:at] + new + data[at + size :]
                assert changed == data or refused(changed, content=beside)

    def test_what_no_signature_covers_is_refused_by_name(self) -> None:
        parsed = ContentInfo.load(signature(CONTENT, signer().credential))
        authority = made("CA").credential
        now = datetime.now(UTC)
        builder = CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
        revoked = builder.last_update(now).next_update(now + timedelta(1)).sign(authority.key, SHA256())
        listed = ContentInfo.load(parsed.dump())
        listed["content"]["crls"] = [CertificateList.load(revoked.public_bytes(Encoding.DER))]
        assert "revocation lists, which nothing signs" in refused(listed.dump(force=True), content=CONTENT)
        stamped = ContentInfo.load(parsed.dump())
        (one,) = stamped["content"]["signer_infos"]
        one["unsigned_attrs"] = [one["signed_attrs"][0]]
        assert "unsigned attributes, such as a time stamp" in refused(stamped.dump(force=True), content=CONTENT)

    def test_the_case_of_a_name_is_no_way_past(self) -> None:
        data = signature(CONTENT, signer().credential)
        for at in (at for at in range(len(data)) if data[at : at + 2] == b"CA"):
            changed = data[:at] + b"cA" + data[at + 2 :]
            assert refused(changed, content=CONTENT)
        assert data.count(b"CA") == 2  # issuer in the certificate, and in what names it

    def test_a_file_cut_anywhere_is_refused(self) -> None:
        data, own = seal(b"1.001:sealed"), recipient().credential
        for end in range(0, len(data), 5):
            with pytest.raises(SealError):
                opened(data[:end], trust=TRUST, own=own)
        assert refused(b"") == "the file is empty, and no CMS"

    def test_nothing_may_follow_or_be_cut(self) -> None:
        data = seal()
        for changed in (data + b"\0", data + data, data[:-1], data[1:], b"", b"0", b"\x30\x80"):
            assert refused(changed)

    def test_a_running_loop_is_no_hindrance(self) -> None:
        async def inside() -> bytes:
            return unseal(seal()).content

        assert asyncio.run(inside()) == CONTENT


class TestCertificates:
    def test_issuers_go_with_the_signer(self) -> None:
        middle, end = made("middle CA"), made("end", issuer="middle CA")
        chained = Pair(end.certificate + middle.certificate, end.key)
        assert unseal(seal(by=chained)).content == CONTENT
        assert "no way leads" in refused(seal(by=end))
        stranger = Pair(signer().certificate + made("other CA", issuer=None).certificate, signer().key)
        assert "CN=other CA" in refused(seal(by=stranger))

    def test_a_certificate_may_be_trusted_itself_and_then_byte_for_byte(self) -> None:
        alone = made("alone", issuer=None)
        data = signature(CONTENT, alone.credential)
        assert unseal(data, content=CONTENT, trust=alone.trust).content == CONTENT
        at = data.index(alone.trust[0].signature[-8:])
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert refused(changed, content=CONTENT, trust=alone.trust)

    def test_errors_name_the_certificate(self) -> None:
        other = made("somebody else", "rsa")
        assert "for somebody else, not for certificate CN=somebody else" in refused(seal(), own=other.credential)
        untrusted = refused(seal(), trust=made("other CA", issuer=None).trust)
        assert "signer's certificate CN=signer ec" in untrusted and "no way leads from it" in untrusted
        assert "give the recipient's certificate and key" in refused(seal(), own=None)
        assert "give the certificates that are trusted" in refused(seal(), trust=())

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"days": (-9, -1)}, "was valid until"),
            ({"days": (1, 9)}, "is valid from"),
            ({"usages": ("key_cert_sign",)}, "key usage lacks"),
            ({"algorithm": "rsa", "bits": 1024}, "has a key of 1024 bits"),
        ],
    )
    def test_whoever_may_not_sign_is_refused_and_named(self, more: dict[str, Any], message: str) -> None:
        with pytest.raises(SealError, match=f"signer's certificate CN=odd.*{message}"):
            seal(by=made("odd", **more))

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"algorithm": "ec"}, "EC recipients"),
            ({"algorithm": "rsa", "days": (-9, -1)}, "was valid until"),
            ({"algorithm": "rsa", "usages": ("digital_signature",)}, "key usage lacks key encipherment"),
        ],
    )
    def test_for_whom_nothing_can_be_sealed_is_refused_and_named(self, more: dict[str, Any], message: str) -> None:
        with pytest.raises(SealError, match=f"recipient's certificate CN=odd.*{message}"):
            sealed(CONTENT, signer().credential, made("odd", **more).trust[0])

    def test_one_that_certifies_itself_and_is_not_trusted_is_told_so(self) -> None:
        said = refused(seal(by=made("alone", issuer=None)))
        assert "signer's certificate CN=alone" in said and "no way leads from it" in said
        authority = made("other CA", issuer=None, usages=("key_cert_sign", "digital_signature"))
        assert "no way leads from it" in refused(seal(by=authority))

    @pytest.mark.parametrize(("end", "issuers", "why"), BROKEN)
    def test_a_rule_of_an_issuer_that_is_broken_is_told(self, end: Pair, issuers: list[Pair], why: str) -> None:
        chained = Pair(end.certificate + b"".join(one.certificate for one in issuers), end.key)
        said = refused(seal(by=chained))
        assert "the way from it to the certificates that are trusted is broken: " in said and why in said

    def test_who_is_certified_for_other_purposes_may_neither_sign_nor_receive(self) -> None:
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION])
        any_ = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])
        with pytest.raises(SealError, match=r"signer's .*CN=web.*extended key usage lacks email"):
            seal(by=made("web", extensions=(server,)))
        with pytest.raises(SealError, match=r"recipient's .*CN=web.*extended key usage lacks"):
            sealed(CONTENT, signer().credential, made("web", "rsa", extensions=(server,)).trust[0])
        for purposes in (mail, any_):
            assert unseal(seal(by=made("postman", extensions=(purposes,)))).content == CONTENT

    def test_a_damaged_certificate_raises_nothing_but_our_error(self) -> None:
        draw = random.Random(21)
        data = signature(b"signed", signer().credential)
        for pair in (recipient(), signer()):
            der = pair.trust[0].public_bytes(Encoding.DER)
            for _ in range(200):
                at = draw.randrange(len(der))
                text = b64encode(der[:at] + bytes([der[at] ^ 1 << draw.randrange(8)]) + der[at + 1 :])
                pem = b"-----BEGIN CERTIFICATE-----\n" + text + b"\n-----END CERTIFICATE-----\n"
                with suppress(SealError):
                    credential(pem, pair.key)
                with suppress(SealError):
                    opened(data, trust=certificates(pem, "damaged"), content=b"signed")
                with suppress(SealError):
                    sealed(b"content", signer().credential, certificates(pem, "damaged")[0])

    def test_a_certificate_of_no_version_that_there_is_is_refused(self) -> None:
        der = signer().trust[0].public_bytes(Encoding.DER)
        version = bytes.fromhex("a003020102")
        assert der.count(version) == 1
        text = b64encode(der.replace(version, version[:-1] + b"\x22"))
        with pytest.raises(SealError, match="c: no certificate in PEM that can be read"):
            certificates(b"-----BEGIN CERTIFICATE-----\n" + text + b"\n-----END CERTIFICATE-----\n", "c")

    def test_a_curve_that_nobody_knows_is_told(self) -> None:
        der = signer().trust[0].public_bytes(Encoding.DER)
        named = bytes.fromhex("06082a8648ce3d030107")
        assert der.count(named) == 1
        text = b64encode(der.replace(named, named[:-1] + b"\x63"))
        pem = b"-----BEGIN CERTIFICATE-----\n" + text + b"\n-----END CERTIFICATE-----\n"
        with pytest.raises(SealError, match=r"CN=signer ec.*its key cannot be read, or is of a kind"):
            credential(pem, signer().key)

    def test_usages_are_held_when_opening_too(self) -> None:
        assert unseal(seal(by=made("right", usages=("content_commitment",)))).content == CONTENT
        assert unseal(seal(by=made("right", usages=("digital_signature",)))).content == CONTENT


class TestKeys:
    def test_a_key_is_of_its_certificate(self) -> None:
        with pytest.raises(SealError, match=r"b\.key is not the key of a\.pem, certificate CN=signer ec"):
            credential(signer().certificate, recipient().key, names=("a.pem", "b.key"))

    def test_passwords_and_damage_are_told_and_nothing_of_the_key(self) -> None:
        pair = signer()
        key = locked(pair.key, b"open sesame")
        assert credential(pair.certificate, key, password=b"open sesame").key
        said = []
        tried = [(key, None), (key, b"open says me"), (pair.key, b"open sesame"), (b"x" + key[:99], None)]
        for content, password in tried:
            with pytest.raises(SealError) as raised:
                credential(pair.certificate, content, password=password, names=("c.pem", "k.pem"))
            said.append(str(raised.value))
            assert raised.value.__cause__ is None and raised.value.__suppress_context__
        assert ["k.pem" in one for one in said] == [True] * 4
        assert "none was given" in said[0] and "password is another" in said[1] and "one was given" in said[2]
        secrets = [*pair.key.decode().split("\n")[1:-2], *key.decode().split("\n")[1:-2], "sesame", "says me"]
        assert not [secret for secret in secrets for one in said if secret in one]
        assert repr(pair.credential).startswith("<credential of certificate CN=signer ec")

    def test_what_is_no_PEM_is_told_and_how_it_becomes_that(self) -> None:
        pair = recipient()
        private = load_pem_private_key(pair.key, None)
        der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        both = serialize_key_and_certificates(b"x", private, pair.trust[0], None, NoEncryption())  # type: ignore[arg-type]
        tried = [
            (pair.trust[0].public_bytes(Encoding.DER), pair.key, "c: no certificate .*DER: openssl x509 -inform DER"),
            (both, pair.key, "c: no certificate .*PKCS #12: openssl pkcs12"),
            (pair.key, pair.key, "c: no certificate .*holds a private key, and no certificate"),
            (pair.certificate, der, "k: no private key .*DER: openssl pkey -inform DER"),
            (pair.certificate, both, "k: no private key .*PKCS #12"),
            (pair.certificate, pair.certificate, "k: no private key .*holds certificates, and no key"),
            (b"", pair.key, r"c: no certificate in PEM that can be read \(-----BEGIN CERTIFICATE-----\)$"),
        ]
        for certificate, key, message in tried:
            with pytest.raises(SealError, match=message):
                credential(certificate, key, names=("c", "k"))

    def test_lines_may_end_as_windows_ends_them(self) -> None:
        certificate, key = (text.replace(b"\n", b"\r\n") for text in recipient())
        assert credential(certificate, key).key

    def test_other_keys_are_refused(self) -> None:
        key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(SealError, match="k: expected a key of RSA or of an elliptic curve"):
            credential(signer().certificate, key, names=("c", "k"))

    def test_a_file_without_certificate_is_named(self) -> None:
        with pytest.raises(SealError, match=r"a\.pem: no certificate in PEM"):
            credential(b"nothing", signer().key, names=("a.pem", "b.key"))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")
class TestWithOpenssl:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        made("CA").save(tmp_path, "ca")
        recipient().save(tmp_path, "to")
        made("curve").save(tmp_path, "curve")
        for algorithm in ("ec", "rsa"):
            signer(algorithm).save(tmp_path, algorithm)
        (tmp_path / "content").write_bytes(CONTENT)

    def openssl(self, line: str, data: bytes | None = None) -> bytes:
        command = ["openssl", "cms", "-binary", *line.split()]
        done = subprocess.run(command, input=data, capture_output=True, check=False, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def signed(self, line: str = "-nodetach -outform DER", algorithm: str = "rsa") -> bytes:
        return self.openssl(f"-sign -signer {algorithm}.pem -inkey {algorithm}.key -in content {line}")

    def enveloped(self, line: str = "-aes256 -outform DER to.pem", data: bytes | None = None) -> bytes:
        return self.openssl(f"-encrypt {line}", self.signed() if data is None else data)

    @pytest.mark.parametrize(("algorithm", "pss"), SIGNERS)
    def test_openssl_opens_what_we_seal(self, algorithm: str, pss: bool) -> None:
        inner = self.openssl("-decrypt -inform DER -recip to.pem -inkey to.key", seal(by=signer(algorithm), pss=pss))
        assert self.openssl("-verify -inform DER -CAfile ca.pem", inner) == CONTENT
        detached = signature(CONTENT, signer(algorithm).credential, pss=pss)
        assert self.openssl("-verify -inform DER -CAfile ca.pem -content content", detached) == CONTENT

    @pytest.mark.parametrize("line", ["-nodetach", "-nodetach -stream", "-nodetach -keyopt rsa_padding_mode:pss"])
    @pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
    def test_we_open_what_openssl_signs(self, line: str, form: str) -> None:
        data = self.signed(f"{line} -outform {form}")
        assert unseal(data).content == CONTENT
        assert unseal(self.enveloped(data=data)).content == CONTENT

    @pytest.mark.parametrize("line", ["-nodetach -stream", "-nodetach"])
    def test_a_changed_byte_anywhere_in_what_openssl_signed_is_refused(self, line: str) -> None:
        (self.folder / "content").write_bytes(b"1.001:signed")
        data = self.signed(f"{line} -outform DER", "ec")
        for at in range(0, len(data), 11):
            assert refused(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        unused = (
            data.index(bytes.fromhex("2a8648ce3d040302"), data.index(b"signer ec")) + 10
        )  # bits of the CA's signature
        assert data[unused] == 0
        assert refused(data[:unused] + b"\1" + data[unused + 1 :])
        assert unseal(data).content == b"1.001:signed"

    def test_we_verify_its_detached_signatures(self) -> None:
        for algorithm in ("ec", "rsa"):
            found = unseal(self.signed("-outform DER", algorithm), content=CONTENT)
            assert found.content == CONTENT and not found.enveloped
        parted = self.signed("-outform SMIME")
        assert b"multipart/signed" in parted and unseal(parted).content == CONTENT
        assert unseal(self.enveloped(data=parted)).content == CONTENT
        at = parted.index(b"PLANTED")
        assert "was changed" in refused(parted[:at] + b"X" + parted[at + 1 :])

    @pytest.mark.parametrize("line", ["-aes256", "-aes128"])
    @pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
    def test_we_open_what_openssl_envelops(self, line: str, form: str) -> None:
        assert unseal(self.enveloped(f"{line} -outform {form} to.pem")).content == CONTENT

    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("-des3 to.pem", "3DES"),
            ("-aes256 -stream to.pem", "indefinite length"),
            ("-aes256 -recip to.pem -keyopt rsa_padding_mode:oaep", "RSA-OAEP"),
            ("-aes256 curve.pem", "EC"),
            ("-aes-256-gcm to.pem", "AuthEnveloped"),
            ("-aes256 -pwri_password word", "password"),
            ("-aes256 -secretkey 000102030405060708090A0B0C0D0E0F -secretkeyid 01", "shared key"),
        ],
    )
    def test_what_is_not_supported_is_refused_by_name(self, line: str, name: str) -> None:
        assert name in refused(self.enveloped(f"-outform DER {line}"))

    def test_what_is_for_several_opens_for_each_and_for_nobody_else(self) -> None:
        other, stranger = made("another", "rsa"), made("stranger", "rsa")
        other.save(self.folder, "other")
        data = self.enveloped("-aes256 -outform DER to.pem other.pem")
        assert unseal(data).content == unseal(data, own=other.credential).content == CONTENT
        assert "for somebody else, not for certificate CN=stranger" in refused(data, own=stranger.credential)
        with_curve = self.enveloped("-aes256 -outform DER to.pem curve.pem")
        assert "EC" in refused(with_curve)

    def test_a_key_that_is_for_RSA_PSS_alone_signs_by_that_and_nothing_else(self) -> None:
        for line in (
            "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key",
            "openssl req -x509 -key pss.key -out pss.pem -days 30 -subj /CN=pss",
        ):
            subprocess.run(line.split(), check=True, capture_output=True, cwd=self.folder)
        pair = Pair(*((self.folder / name).read_bytes() for name in ("pss.pem", "pss.key")))
        ours = signature(CONTENT, pair.credential)
        assert unseal(ours, content=CONTENT, trust=pair.trust).content == CONTENT
        assert self.openssl("-verify -inform DER -CAfile pss.pem -content content", ours) == CONTENT
        with pytest.raises(SealError, match=r"recipient's certificate CN=pss.* is for RSA-PSS alone"):
            sealed(CONTENT, signer().credential, pair.trust[0])
        plain = ContentInfo.load(ours)
        (one,) = plain["content"]["signer_infos"]
        one["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15"}
        assert "its key is for RSA-PSS alone" in refused(plain.dump(force=True), content=CONTENT, trust=pair.trust)

    @pytest.mark.parametrize("digest", ["sha384", "sha512"])
    def test_other_digests_of_openssl_verify(self, digest: str) -> None:
        for algorithm in ("ec", "rsa"):
            assert unseal(self.signed(f"-nodetach -outform DER -md {digest}", algorithm)).content == CONTENT

    def test_a_key_with_a_password_as_openssl_wrote_it_once(self) -> None:
        line = "openssl rsa -aes256 -traditional -passout pass:sesame -in rsa.key -out old.key"
        subprocess.run(line.split(), check=True, capture_output=True, cwd=self.folder)
        old = (self.folder / "old.key").read_bytes()
        assert b"Proc-Type: 4,ENCRYPTED" in old
        assert credential(signer("rsa").certificate, old, password=b"sesame").key
        with pytest.raises(SealError, match="k: no private key in PEM that can be read, or its password is another"):
            credential(signer("rsa").certificate, old, password=b"barley", names=("c", "k"))

    def test_a_recipient_is_named_by_its_issuer(self) -> None:
        line = "openssl req -x509 -newkey rsa:2048 -nodes -keyout keyed.key -out keyed.pem -days 30 -subj /CN=keyed"
        subprocess.run(line.split(), check=True, capture_output=True, cwd=self.folder)
        assert "by key identifier: not supported" in refused(self.enveloped("-aes256 -keyid -outform DER keyed.pem"))

    def test_what_is_unsigned_is_refused_unless_told(self) -> None:
        data = self.enveloped(data=CONTENT)
        assert "not signed" in refused(data)
        found = unseal(data, unsigned=True, trust=())
        assert found.content == CONTENT and found.signer is None

    def test_unsigned_does_not_mean_unverified(self) -> None:
        inner = bytearray(self.signed())
        inner[inner.index(b"PLANTED")] ^= 1
        assert "was changed" in refused(self.enveloped(data=bytes(inner)), unsigned=True)

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"usages": ("key_encipherment",)}, "key usage does not allow"),
            ({"days": (-9, -1)}, "is not valid today"),
            ({"days": (1, 9)}, "is not valid until"),
            ({"extensions": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]),)}, "lacks email protection"),
        ],
    )
    def test_who_may_not_sign_is_refused_when_opening(self, more: dict[str, Any], message: str) -> None:
        made("odd", **more).save(self.folder, "odd")
        said = refused(self.signed(algorithm="odd"))
        assert "signer's certificate CN=odd" in said and message in said

    def test_what_no_signature_covers_is_refused(self) -> None:
        both = "-signer rsa.pem -inkey rsa.key -signer ec.pem -inkey ec.key"
        assert "2 signatures" in refused(self.openssl(f"-sign -nodetach -outform DER -in content {both}"))
        assert "signed attributes" in refused(self.signed("-nodetach -outform DER -noattr"))
        assert "cannot be verified" in refused(self.signed("-nodetach -outform DER -nocerts"))
        assert refused(self.signed("-nodetach -outform DER -md sha1"))

    @pytest.mark.parametrize("line", ["-nodetach -outform SMIME", "-outform SMIME", "-nodetach -outform PEM"])
    def test_a_changed_byte_of_the_lines_around_is_refused(self, line: str) -> None:
        data = self.signed(line)
        content = data.find(CONTENT)
        start, end = (content, content + len(CONTENT)) if content > 0 else (data.find(b"\nMII"), len(data) - 30)
        tail = range(end, data.rfind(b"\nMII") if content > 0 else len(data))
        for at in (*range(start), *tail, *range(len(data) - 40, len(data))):
            assert refused(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])


def test_nothing_is_logged_by_what_verifies(capfd: pytest.CaptureFixture[str]) -> None:
    assert logging.getLogger("pyhanko").handlers
    refused(seal(), trust=made("other CA", issuer=None).trust)
    assert capfd.readouterr() == ("", "")


def test_the_page_says_what_is_refused() -> None:
    page = (ROOT / "docs" / "seal.md").read_text("utf-8")
    for name in ("RSA-OAEP", "AuthEnveloped", "3DES", "indefinite length", "EC", "Revocation is not checked"):
        assert name in page
