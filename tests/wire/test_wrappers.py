"""Wrapped transactions are named for what they are, and opened when asked, never by guess."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import tracemalloc
import zipfile
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.wire import unwrapping
from nistitl.wire.unwrapping import unwrapped
from nistitl.wire.wrappers import wrapper_of
from tests.support.samples import ROOT, small_transaction

DATA = small_transaction()


def zipped(*contents: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("folder/", b"")
        for at, content in enumerate(contents):
            archive.writestr(f"folder/{at}.an2", content)
    return file.getvalue()


class Pipe(io.RawIOBase):
    """A file that cannot be gone back in: sizes are told behind the members."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += bytes(data)
        return len(data)


def piped(content: bytes, method: int, *, long: bool) -> bytes:
    file = Pipe()
    with zipfile.ZipFile(file, "w", method) as archive, archive.open("0.an2", "w", force_zip64=long) as member:
        member.write(content)
    return file.content


def with_unlisted(hidden: bytes, *, at_end: bool) -> bytes:
    """An archive of two members, of which the directory lists one; the other is padding or another file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.an2" if at_end else "folder/", DATA if at_end else b"")
        file.write(hidden)
        archive.start_dir = file.tell()
        if not at_end:
            archive.writestr("b.an2", DATA)
    return file.getvalue()


def tarred(*contents: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for at, content in enumerate(contents):
            member = tarfile.TarInfo(f"{at}.an2")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def mail(*contents: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "a submission"
    message.set_content("As attached.\n")
    for content in contents:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename="a.eft")
    return message.as_bytes()


WRAPPED = {
    "a gzip file": gzip.compress(DATA),
    "a ZIP archive": zipped(DATA),
    "a tar archive": tarred(DATA),
    "a transaction in base64": base64.encodebytes(DATA),
    "a transaction in hexadecimal digits": DATA.hex(" ", 16).encode(),
    "a mail": mail(DATA),
}
TAR_END = len(tarred(DATA)) - 512 - -(-len(DATA) // 512) * 512
OTHERS = [
    gzip.compress(DATA) + bytes(512),
    gzip.compress(DATA[:100]) + gzip.compress(DATA[100:]),
    zipped(DATA) + bytes(512),
    zipped(DATA, method=zipfile.ZIP_DEFLATED),
    with_unlisted(bytes(100), at_end=False),
    with_unlisted(bytes(100), at_end=True),
    piped(DATA, zipfile.ZIP_STORED, long=False),
    piped(DATA, zipfile.ZIP_DEFLATED, long=True),
    base64.b64encode(DATA),
    base64.b64encode(gzip.compress(DATA)),
    gzip.compress(tarred(DATA)),
    DATA.hex().upper().encode(),
    mail(DATA).replace(b"\n", b"\r\n"),
    mail(DATA).partition(b"\n\n")[2],  # the body alone
    b"From somebody Mon Nov 30\n" + mail(zipped(DATA)),
]


@pytest.mark.parametrize("name", WRAPPED)
def test_a_wrapped_transaction_is_refused_by_name(name: str) -> None:
    with pytest.raises(nistitl.ReadError, match="unwrapped it may be read") as raised:
        nistitl.read(WRAPPED[name])
    assert raised.value.finding is not None
    assert raised.value.finding.code == "input-wrapped" and name in str(raised.value)


@pytest.mark.parametrize("wrapped", [*WRAPPED.values(), *OTHERS], ids=count())
def test_what_is_inside_is_had_byte_for_byte(wrapped: bytes) -> None:
    assert unwrapped(wrapped) == DATA
    assert bytes(nistitl.read(wrapped, unwrap=True)) == DATA
    assert [bytes(tx) for tx in nistitl.read_many(wrapped, unwrap=True)] == [DATA]


def test_a_command_opens_what_it_is_told_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(WRAPPED["a mail"])
    assert main(["show", str(path), "14.003"]) == 2 and "--unwrap" in capsys.readouterr().err
    assert main(["show", str(path), "14.003", "--unwrap"]) == 0 and "0" in capsys.readouterr().out


def test_xml_in_a_multipart_document() -> None:
    document = bytes(nistitl.read(DATA).convert("xml").transaction)
    wrapped = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"; type="text/xml"\r\n\r\n'
        b"--b\r\nContent-Type: text/xml\r\n\r\n" + document + b"\r\n--b--\r\n"
    )
    assert unwrapped(wrapped) == document


def test_a_transaction_as_it_stands_behind_the_head_of_a_mail_is_read() -> None:
    tx = nistitl.read(b"Content-Type: application/octet-stream\r\n\r\n" + DATA)
    assert [finding.code for finding in tx.framing_findings][:1] == ["bytes-before"] and len(tx) == 4


@pytest.mark.parametrize(
    ("wrapped", "reason"),
    [
        (zipped(DATA, DATA), "holds 2 files"),
        (zipped(), "holds no files"),
        (tarred(DATA, DATA, DATA), "holds 3 files"),
        (mail(DATA, DATA), "holds 2 transactions"),
        (mail(b"no transaction"), "holds no transactions"),
        (gzip.compress(DATA)[:-20], "cannot be opened"),
        (gzip.compress(DATA)[:-8] + b"\0" + gzip.compress(DATA)[-7:], "cannot be opened"),  # its checksum
        (gzip.compress(DATA) + DATA, f"{len(DATA)} bytes that are no part of it follow the gzip file"),
        (gzip.compress(DATA) + b"\0\0junk", "4 bytes that are no part of it follow the gzip file"),
        (zipped(DATA) + DATA, f"{len(DATA)} bytes that are no part of it follow the ZIP archive"),
        (zipped(DATA) + zipped(DATA), "a file that it does not list"),
        (with_unlisted(zipped(DATA), at_end=False), "a file that it does not list"),
        (with_unlisted(zipped(DATA), at_end=True), "a file that it does not list"),
        (with_unlisted(b"x", at_end=True), "a file that it does not list"),
        (zipped(DATA).replace(b"DAI", b"DAJ"), "cannot be opened"),
        (tarred(DATA) + DATA, f"{len(DATA) + TAR_END} bytes that are no part of it follow the tar archive"),
        (tarred(DATA, DATA).replace(b"1.an2", b"2.an2"), "bytes that are no part of it follow the tar archive"),
        (tarred(DATA)[: 512 + len(DATA) - 1], "cannot be opened"),
        (zipped(DATA)[:60], "cannot be opened"),
        (base64.b64encode(DATA)[:-3], "cannot be opened"),
        (DATA.hex().encode() + b"0", "cannot be opened"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(DATA))))), "more than 4 times"),
    ],
    ids=count(),  # archives hold the time of day, which is no name of a test
)
def test_what_cannot_be_opened_says_why(wrapped: bytes, reason: str) -> None:
    with pytest.raises(nistitl.ReadError, match=reason):
        unwrapped(wrapped)


@pytest.mark.parametrize("make", [gzip.compress, lambda data: zipped(data, method=zipfile.ZIP_DEFLATED)])
def test_a_bomb_is_given_up_in_time(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwrapping, "_MOST", 1 << 21)
    with pytest.raises(nistitl.ReadError, match="extract it by hand"):
        unwrapped(make(bytes(1 << 24)))  # type: ignore[operator]


def test_what_swells_beyond_reason_is_given_up_early() -> None:
    """Ten members of ten million bytes in 12 kB: no layer may give more than 16 MB of so little."""
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)) * 10)
    tracemalloc.start()
    try:
        with pytest.raises(nistitl.ReadError, match="more than 16 MB, far more than its size"):
            unwrapped(bomb)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert unwrapped(gzip.compress(DATA + bytes(10_000_000))) == DATA + bytes(10_000_000)


def test_nothing_is_taken_for_a_wrapper_that_is_a_transaction() -> None:
    fixtures = [path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".an2", ".eft", ".xml")]
    assert len(fixtures) > 50
    assert [path.name for path in fixtures if wrapper_of(path.read_bytes()) is not None] == []


def test_no_sample_file_is_taken_for_a_wrapper(corpus: object) -> None:
    files = [path for path in corpus.rglob("*") if path.is_file()]  # type: ignore[attr-defined]
    assert [path.name for path in files if wrapper_of(path.read_bytes()) is not None] == []
