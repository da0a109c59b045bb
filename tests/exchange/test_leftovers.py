"""No value that was to go is left in output, log, temporary file or in what is said, however damaged the input is."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.cli import main
from nistitl.exchange.policy import SHIPPED
from tests.support.samples import small_transaction

PLACES = [  # what no shipped policy keeps
    (1, 6), (1, 30), (2, 67), (2, 9000), (2, (14, 20)), (14, 20), (14, 200), (14, 24), (4, None), (1, None), (14, None),
]  # fmt: skip
SECRETS = st.text("ABCDEFGHJKLMNOPQRSTUVWXYZ", min_size=12, max_size=16).map(lambda text: f"QZ{text}")


def planted(secret: str, places: list[tuple[int, object]], encoding: str) -> bytes:
    """The small transaction with the secret in fields, and behind records where no field is named."""
    tx = nistitl.read(small_transaction())
    for kind, number in places:
        if number is not None:
            tx[kind][0].put(number, secret.encode())  # type: ignore[arg-type]
    if encoding == "xml":
        document = bytes(nistitl.read(bytes(tx)).convert("xml").transaction)
        return document.replace(b"?>", b"?><!-- " + secret.encode() + b" -->", 1)
    behind = {kind for kind, number in places if number is None}
    return b"".join(bytes(one) + secret.encode() * (one.type in behind) for one in tx)


@settings(max_examples=60, deadline=None, derandomize=True)  # damage may name a field that is kept
@given(
    SECRETS,
    st.lists(st.sampled_from(PLACES), min_size=1, unique=True),
    st.sampled_from(SHIPPED),
    st.sampled_from(["traditional", "xml"]),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=3),
    st.integers(0, 20),
)
def test_nothing_that_was_to_go_is_left_anywhere(
    secret: str, places: list[tuple[int, object]], by: str, encoding: str, damage: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(planted(secret, places, encoding))
    assert secret.encode() in data
    for at, byte in damage:
        data[at % len(data)] = byte
    if cut > 15:
        del data[len(data) * cut // 21 :]
    with TemporaryDirectory() as name, patch.dict(os.environ, {"TMPDIR": name}):
        folder = Path(name)
        (folder / "in").write_bytes(data)
        line = ["redact", "in", "-o", "out", "--by", by, "--log", "log", "--verify"]
        line = [str(folder / word) if word in ("in", "out", "log") else word for word in line]
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            status = main(line)
        written = {path.name: path.read_bytes() for path in folder.rglob("*") if path.name != "in"}
    assert set(written) <= {"out", "log"}
    assert ("out" in written) == (status != 2)
    for text in (*written.values(), said.getvalue().encode()):
        assert secret[:8].encode() not in text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHIPPED), st.lists(st.sampled_from(PLACES), unique=True), SECRETS)
def test_twice_is_once(by: str, places: list[tuple[int, object]], secret: str) -> None:
    for encoding in ("traditional", "xml"):
        once = bytes(nistitl.read(planted(secret, places, encoding)).redacted(by))
        assert bytes(nistitl.read(once).redacted(by)) == once


def test_the_secret_is_seen_where_it_is_left() -> None:
    """Else the tests above would find none in anything."""
    data = planted("QZSECRETSECRET", [(1, None), (14, 20)], "traditional")
    assert data.count(b"QZSECRET") == 2
    assert nistitl.read(data)[14][0].COM == "QZSECRETSECRET"
    with pytest.raises(nistitl.ITLError):
        nistitl.read(data[:40], policy="strict")
