"""`nistitl seal` and `nistitl open`: files, passwords, status; their page of the documentation."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import nistitl
from nistitl.cli import main
from tests.support.certificates import locked, made
from tests.support.samples import ROOT, small_transaction

PAGE = (ROOT / "docs" / "seal.md").read_text("utf-8")
CONTENT = small_transaction()
SIGNING = ["--signer", "signer.pem", "--key", "signer.key"]
SEAL = ["--recipient", "to.pem", *SIGNING]
OPEN = ["--cert", "to.pem", "--key", "to.key", "--trust", "ca.pem"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NISTITL_KEY_PASSWORD", raising=False)
    made("CA").save(tmp_path, "ca")
    made("recipient", "rsa").save(tmp_path, "to")
    made("signer ec").save(tmp_path, "signer")
    Path("in.eft").write_bytes(CONTENT)
    return tmp_path


def names() -> set[str]:
    return {path.name for path in Path().iterdir()}


def test_there_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seal", "in.eft", "-o", "out.p7m", *SEAL]) == 0
    assert "for certificate CN=recipient" in capsys.readouterr().out
    assert CONTENT[:40] not in Path("out.p7m").read_bytes()
    assert main(["open", "out.p7m", "-o", "back.eft", *OPEN, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == len(CONTENT) and told["signer"].startswith("certificate CN=signer ec")
    assert Path("back.eft").read_bytes() == CONTENT


def test_the_output_may_be_the_input() -> None:
    assert main(["seal", "in.eft", "-o", "in.eft", *SEAL]) == 0
    assert Path("in.eft").read_bytes()[:1] == b"0"
    assert main(["open", "in.eft", "-o", "in.eft", *OPEN]) == 0
    assert Path("in.eft").read_bytes() == CONTENT


def test_what_is_refused_leaves_all_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seal", "in.eft", "-o", "out.p7m", *SEAL]) == 0
    sealed = bytearray(Path("out.p7m").read_bytes())
    sealed[-1] ^= 1
    Path("out.p7m").write_bytes(sealed)
    Path("back.eft").write_bytes(b"before")
    before = names()
    assert main(["open", "out.p7m", "-o", "back.eft", *OPEN]) == 2
    assert Path("back.eft").read_bytes() == b"before" and names() == before
    assert main(["seal", "in.eft", "-o", "new.p7m", "--recipient", "signer.pem", *SIGNING]) == 2
    assert "CN=signer ec" in capsys.readouterr().err and names() == before


def test_a_detached_signature(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seal", "in.eft", "-o", "out.p7s", "--detached", *SIGNING]) == 0
    assert main(["open", "out.p7s", "--content", "in.eft", "--trust", "ca.pem"]) == 0
    assert "in.eft: " in capsys.readouterr().out
    tx = nistitl.read("in.eft")
    tx[2][0]["2.018"] = "OTHER,NAME"
    tx.write("in.eft")
    assert main(["open", "out.p7s", "--content", "in.eft", "--trust", "ca.pem", "-o", "x"]) == 2
    assert "was changed" in capsys.readouterr().err and not Path("x").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("seal in.eft -o x --signer signer.pem --key signer.key", "either --recipient"),
        ("seal in.eft -o x --detached --recipient to.pem --signer signer.pem --key signer.key", "either --recipient"),
        ("seal in.eft -o x --detached --signer signer.pem --key to.key", "to.key is not the key of signer.pem"),
        ("seal in.eft -o x --detached --signer signer.key --key signer.key", "signer.key: no certificate"),
        ("seal in.eft -o x --detached --signer none.pem --key signer.key", "none.pem: cannot read"),
        ("open in.eft -o x", "--trust CA.pem"),
        ("open in.eft -o x --trust ca.pem --cert to.pem", "--cert and --key go together"),
        ("open in.eft --trust ca.pem", "-o OUT"),
        ("open in.eft -o x --trust ca.pem", "in.eft: this is no CMS"),
        ("open in.eft -o x --trust to.key", "to.key: no certificate"),
        (
            "seal in.eft -o no/x --detached --signer signer.pem --key signer.key",
            "cannot write x: there is no folder no",
        ),
    ],
)
def test_errors_say_what_is_wrong(line: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    assert message in capsys.readouterr().err and not Path("x").exists()


@pytest.mark.parametrize("output", ["signer.key", "./signer.pem", "to.pem", "link", "password"])
def test_no_output_takes_the_place_of_a_key_or_a_certificate(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("link").symlink_to("signer.key")
    Path("password").write_bytes(b"open sesame")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    words = ["--password-file", "password"]
    assert main(["seal", "in.eft", "-o", output, *SEAL, *words]) == 2
    assert f"are one file, {Path(output).resolve().name}: it would be lost" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


@pytest.mark.parametrize(("output", "option"), [("to.pem", "--cert"), ("to.key", "--key"), ("ca.pem", "--trust")])
def test_what_is_opened_takes_no_place_of_a_key_either(
    output: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seal", "in.eft", "-o", "out.p7m", *SEAL]) == 0
    before = Path(output).read_bytes()
    assert main(["open", "out.p7m", "-o", output, *OPEN]) == 2
    assert f"-o OUT and {option} are one file" in capsys.readouterr().err and Path(output).read_bytes() == before


def test_passwords_come_from_a_file_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Path("signer.key")
    key.write_bytes(locked(key.read_bytes(), b"open sesame"))
    Path("password").write_bytes(b"open sesame\r\nand a comment\n")
    line = ["seal", "in.eft", "-o", "out.p7s", "--detached", *SIGNING]
    assert main(line) == 2 and main([*line, "--password-file", "in.eft"]) == 2
    said = capsys.readouterr().err
    assert "signer.key: the key has a password" in said and "its password is another" in said
    assert main([*line, "--password-file", "password"]) == 0
    monkeypatch.setenv("NISTITL_KEY_PASSWORD", "open sesame")
    assert main(line) == 0
    monkeypatch.setenv("NISTITL_KEY_PASSWORD", "another")
    assert main(line) == 2 and "another\n" not in capsys.readouterr().err.replace("is another\n", "")


def test_standard_output_gets_the_bytes_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["seal", "in.eft", "-o", "-", *SEAL]) == 0
    Path("out.p7m").write_bytes(capfdbinary.readouterr().out)
    assert main(["open", "out.p7m", "-o", "-", *OPEN]) == 0
    out, err = capfdbinary.readouterr()
    assert out == CONTENT and b"CN=signer ec" in err


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")
def test_what_nobody_signed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    command = "openssl cms -encrypt -binary -aes256 -in in.eft -outform DER -out out.p7m to.pem"
    subprocess.run(command.split(), check=True)
    assert main(["open", "out.p7m", "-o", "x", *OPEN]) == 2 and not Path("x").exists()
    assert main(["open", "out.p7m", "-o", "x", *OPEN, "--unsigned"]) == 1
    assert "NOT SIGNED" in capsys.readouterr().out and Path("x").read_bytes() == CONTENT


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")
def test_the_page_works_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    Path("print.eft").write_bytes(CONTENT)
    for line in re.findall(r"^    \$ (.+)$", PAGE, re.MULTILINE):
        program, *words = line.split()
        if program == "openssl":
            subprocess.run([program, *words], check=True, capture_output=True)
        else:
            assert main(words) == 0
    assert Path("received.eft").read_bytes() == CONTENT
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    capsys.readouterr()
    exec(compile(code, "docs/seal.md", "exec"), {})
    assert capsys.readouterr().out.startswith("certificate CN=Bureau, serial ")
