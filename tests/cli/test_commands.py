"""The command line as a user meets it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base.plugins import Point
from nistitl.cli import main
from tests.support.samples import IMAGE, ROOT, small_transaction

DAMAGED = ROOT / "fixtures" / "damaged"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.an2"
    path.write_bytes(small_transaction())
    return path


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_info_of_one_file_is_a_table(capsys: Any, file: Path) -> None:
    status, out, _ = run(capsys, "info", file)
    lines = out.splitlines()
    assert status == 0 and len(lines) == 6
    assert "VER 0502" in lines[0] and "TOT CAR" in lines[0]
    assert lines[4].split()[:5] == ["2", "4", "1", "1042", "32x32"] and lines[4].endswith("2 Right index finger")
    assert lines[5].endswith("13 Plain right four fingers")


def test_info_never_says_whose_it_is(capsys: Any, file: Path) -> None:
    for arguments in (["info", file], ["info", "--json", file], ["info", file, file]):
        assert "PLANTED" not in run(capsys, *arguments)[1]


def test_info_of_several_files_is_a_line_each(capsys: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.an2").write_bytes(small_transaction()[:-1])
    (tmp_path / "other.txt").write_text("not one")
    status, out, err = run(capsys, "info", tmp_path)
    assert status == 1 and err == ""
    assert [line.rpartition("/")[2] for line in out.splitlines()] == [
        "cut.an2: VER 0502, TOT CAR, 4 records: 1 2 4 14, 1 finding",
        "small.an2: VER 0502, TOT CAR, 4 records: 1 2 4 14",
    ]
    status, _, err = run(capsys, "info", tmp_path / "other.txt", file)
    assert status == 2 and "input-not-itl" in err


def test_info_as_json(capsys: Any, file: Path) -> None:
    status, out, _ = run(capsys, "info", "--json", file)
    told = json.loads(out)[0]
    assert status == 0 and told["TOT"] == "CAR" and [r["type"] for r in told["records"]] == [1, 2, 4, 14]
    assert told["records"][2] == {
        "type": 4, "idc": 1, "bytes": 1042, "width": 32, "height": 32,
        "codec": "NONE", "what": "2 Right index finger",
    }  # fmt: skip


def test_info_of_a_folder_tells_of_every_file_that_fails(capsys: Any, tmp_path: Path) -> None:
    for name in ("cnt-idc.an2", "empty.an2", "text.txt"):
        shutil.copy(DAMAGED / name, tmp_path)
    status, out, err = run(capsys, "info", "--policy", "strict", tmp_path)
    assert (status, out) == (2, "") and "cnt-idc:" in err and "input-empty:" in err and "text.txt" not in err
    status, out, err = run(capsys, "info", "--policy", "strict", "--json", tmp_path)
    assert status == 2 and [Path(row["file"]).name for row in json.loads(out)] == ["cnt-idc.an2", "empty.an2"]
    assert [row["findings"][0]["code"] for row in json.loads(out)] == ["cnt-idc", "input-empty"]


def test_info_of_a_folder_goes_on_after_a_field_that_strict_reading_refuses(capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "a.an2").write_bytes(small_transaction().replace(b"14.006:32", b"14.006:3X"))
    (tmp_path / "b.an2").write_bytes(small_transaction())
    status, out, err = run(capsys, "info", "--policy", "strict", "--json", tmp_path)
    assert status == 2 and "value-undecodable" in err and [len(row) for row in json.loads(out)] == [3, 9]


@pytest.mark.parametrize("option", ["--charset", "--profile"])
def test_info_knows_its_options_before_it_walks(capsys: Any, tmp_path: Path, option: str) -> None:
    status, out, err = run(capsys, "info", option, "nope", tmp_path)
    assert (status, out) == (2, "") and "'nope'" in err


def test_info_tells_what_was_mended_and_what_was_not(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.an2"
    path.write_bytes((DAMAGED / "len-far-type2.an2").read_bytes().replace(b"1.005:20", b"1.005:2X"))
    out = run(capsys, "info", "--policy", "repair", path)[1]
    mended, left = "(repaired: LEN written anew)", "value-undecodable: DAT"
    assert out.count(mended) == 1 and out.count(left) == 1 and out.count("len-wrong") == 1


def test_show_is_what_people_read(capsys: Any, file: Path) -> None:
    status, out, _ = run(capsys, "show", file)
    assert status == 0
    assert "  2.018: PLANTED,NAME\n" in out.replace("  2.018           :", "  2.018:")
    assert "14.003     IMP   Impression type: 0 (Plain contact fingerprint (formerly livescan plain))" in out
    assert "      FRSP 3 (Right middle finger), LHC 11, RHC 20, TVC 0, BVC 20\n" in out
    digest = hashlib.sha256(IMAGE).hexdigest().upper()
    assert f"14.999     DATA  Fingerprint image: <1024 bytes, SHA-256 {digest}>\n" in out
    assert run(capsys, "show", file, "14.999")[:2] == (0, f"<1024 bytes, SHA-256 {digest}>\n")
    assert len(re.findall(r"4\.009 .*: <\d+ bytes, SHA-256 [0-9A-F]{64}>\n", out)) == 1


def test_show_one_place(capsys: Any, file: Path) -> None:
    assert run(capsys, "show", file, "2.018")[:2] == (0, "PLANTED,NAME\n")
    assert run(capsys, "show", file, "14.021.2.3")[:2] == (0, "20\n")
    assert run(capsys, "show", file, "SEG.1.FRSP")[:2] == (0, "2 (Right index finger)\n")
    assert json.loads(run(capsys, "show", "--json", file, "4.004")[1])[0]["numbers"] == [2]
    status, out, err = run(capsys, "show", file, "14.022")
    assert (status, out) == (1, "") and "14.022 is not there" in err


def test_show_the_bytes_of_an_image(file: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "nistitl.cli", "show", file, "14.999", "--raw"], capture_output=True)
    assert done.returncode == 0 and done.stdout == IMAGE


def test_show_escapes_what_could_drive_a_terminal(capsys: Any, tmp_path: Path) -> None:
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.003"] = b"\x1b[31mred\x07 <script>alert(1)</script>"
    tx.write(tmp_path / "evil.an2")
    out = run(capsys, "show", tmp_path / "evil.an2")[1]
    assert "\x1b" not in out and "\\x1b[31mred\\x07" in out
    page = run(capsys, "show", "--html", tmp_path / "evil.an2")[1]
    assert "<script>" not in page and "&lt;script&gt;" in page and "\x1b" not in page
    assert page.startswith("<!DOCTYPE html>") and "http" not in page.replace("http-equiv", "")


def test_show_as_json_can_be_read_back(capsys: Any, file: Path) -> None:
    told = json.loads(run(capsys, "show", "--json", "--images", "base64", file)[1])
    assert bytes(nistitl.Transaction.from_dict(told)) == small_transaction()


def test_show_one_place_as_json_is_its_content(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.an2"
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.018"].raw = rb"a\x1eb"
    tx[2][0]["2.019"].raw = b"A\x1eB\x1fC\xe9"
    tx.write(path)

    def told(*arguments: object) -> Any:
        return json.loads(run(capsys, "show", "--json", path, *arguments)[1])[0]

    assert told("2.018")["text"] == r"a\x1eb"
    assert told("2.019")["subfields"] == [["A"], ["B", {"base64": "Q+k="}]]
    assert told("2.019.2.1")["text"] == "B"
    assert told("14.021.2")["subfields"] == [["3", "11", "20", "0", "20"]]
    assert told("4.009")["reference"]["bytes"] == told("14.999")["reference"]["bytes"] == len(IMAGE)
    assert base64.b64decode(told("14.999", "--images", "base64")["base64"]) == IMAGE
    assert told("4.006")["number"] == 32 and told("14.003")["meaning"].startswith("Plain contact")


def test_show_passes_no_option_over(capsys: Any, file: Path) -> None:
    told = json.loads(run(capsys, "show", "--json", "--idc", 2, file)[1])
    assert [record["type"] for record in told["records"]] == [14]
    assert run(capsys, "show", "--html", "--idc", 2, file)[1].count("<h2") == 1
    assert run(capsys, "show", "--idc", 77, file)[:2] == (1, "")
    assert run(capsys, "show", file, "MMS")[0] == 1
    for options in (
        ["--raw"], ["2.018", "--html"], ["2.018", "--raw", "--json"], ["--html", "--json"], ["--images", "base64"],
        ["NONSENSE"], ["14.021.1.NONSENSE"], ["SEG.1.NONSENSE"],
    ):  # fmt: skip
        status, out, err = run(capsys, "show", file, *options)
        assert (status, out) == (2, "") and err, options


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (
            "14.021",
            ["SEG Finger segment position", "subfields: 1 to 5", ".3 RHC", "0400 (2007) to 0502 (2015)", "8.14"],
        ),
        ("14.SEG.FRSP", ["14.021 item 1 FRSP", "values: 1..10, 16, 17", "Right index finger"]),
        ("1.004", ["to 2007  A 1..4", "characters: A 1..16"]),
        ("9.138", ["items of the first subfield", ".1 REM", "items of the others", ".1 CMI"]),
        ("14", ["Type-14 Fingerprint image", "14.999  DATA"]),
        ("2.018", ["User-defined fields"]),
        ("1.004", ["clause: ANSI/NIST-ITL 1-2011, 8.1\n"]),
        ("14.03", ["14.003 IMP Impression type"]),
        ("14.21.2.03", ["14.021 item 3 RHC"]),
        ("9.138.2.CMI", ["9.138 item 1 CMI"]),
        ("23", ["Type-23 Reserved record type", "23.999  DATA"]),
        ("57.200", ["57.200 User-defined fields"]),
        ("FGP", ["Friction ridge", "Right thumb"]),
        ("len-wrong", ["LEN does not lead", "hint: LEN counts every byte"]),
    ],
)
def test_explain(capsys: Any, what: str, expected: list[str]) -> None:
    status, out, _ = run(capsys, "explain", what)
    assert status == 0 and [text for text in expected if text not in out] == []


def test_explain_what_nobody_knows(capsys: Any) -> None:
    for what in ("14.9999999999", "0.1", "100", "nonsense", "14.021.99", "../../etc/passwd"):
        assert run(capsys, "explain", what)[:2] == (2, "")
    for what in ("14.021.99.3", "14.021.0.3", "14.021.1.1.3", "14.021.x.3", "9.138.1.CMI", "00"):
        assert run(capsys, "explain", what)[:2] == (2, ""), what


def test_explain_claims_no_edition_for_a_type_that_none_declares(capsys: Any) -> None:
    assert "editions:" in run(capsys, "explain", "14", "14.999")[1]
    assert "editions:" not in run(capsys, "explain", "23", "23.999")[1]


def test_set_changes_what_it_is_told(capsys: Any, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.an2"
    changes = ["2.018=DOE,JANE", 'MMS=["ACME","ONE","42"]', "--delete", "2.019", "--insert", "2.067.1.1=NEW"]
    status, _, _ = run(capsys, "set", file, *changes, "-o", out)
    tx = nistitl.read(out, policy="strict")
    assert status == 0 and tx[2][0]["2.018"].text == "DOE,JANE" and "2.019" not in tx[2][0]
    assert bytes(tx[2][0]["2.067"].raw) == b"NEW\x1fMAKE\x1fMODEL\x1fSERIAL"
    assert tx[14][0].MMS is not None and tx[14][0].MMS.MOD == "ONE"
    assert bytes(tx[4][0]) == bytes(nistitl.read(file)[4][0])


def test_set_refuses_and_writes_nothing(capsys: Any, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.an2"
    for change in ("14.006=wide", "13.006=12", "2.018", "14.001=12", "99=1", "14.021.9.1=1"):
        status, _, err = run(capsys, "set", file, change, "-o", out)
        assert status == 2 and err and not out.exists(), change


def test_set_asks_which_record(capsys: Any, tmp_path: Path) -> None:
    tx = nistitl.read(small_transaction())
    tx.append(tx[14][0].copy(IDC=9))
    tx.write(tmp_path / "two.an2")
    out = tmp_path / "out.an2"
    status, _, err = run(capsys, "set", tmp_path / "two.an2", "14.020=X", "-o", out)
    assert status == 2 and "--idc" in err and not out.exists()
    assert run(capsys, "set", tmp_path / "two.an2", "14.020=X", "--idc", 9, "-o", out)[0] == 0
    assert [record.COM for record in nistitl.read(out)[14]] == ["a comment", "X"]
    assert run(capsys, "set", tmp_path / "two.an2", "14.020=Y", "--all", "-o", out)[0] == 0
    assert [record.COM for record in nistitl.read(out)[14]] == ["Y", "Y"]


@pytest.mark.parametrize("policy", ["tolerant", "repair"])
@pytest.mark.parametrize("command", ["set", "unpack"])
def test_what_is_wrong_with_the_input_is_told(capsys: Any, tmp_path: Path, command: str, policy: str) -> None:
    path, out = DAMAGED / "len-far-type2.an2", tmp_path / "out"
    rest = ["2.018=X", "-o", out] if command == "set" else [out]
    status, _, err = run(capsys, command, "--policy", policy, path, *rest)
    assert status == 1 and out.exists() and err.count("len-wrong") == 1
    assert ("(repaired: LEN written anew)" in err) == (policy == "repair")


def test_no_argument_makes_a_traceback(capsys: Any, file: Path, tmp_path: Path) -> None:
    for arguments in (["show", file, "1" * 5000], ["show", file, "0.1"], ["show", file, "²"], ["show", file, "٢.018"]):
        status, out, err = run(capsys, *arguments)
        assert (status, out) == (2, "") and len(err) < 200
    out = tmp_path / "out.an2"
    deep = "[" * 100_000
    for change in ("1" * 5000 + ".2=3", f"2.018={deep}", f"2.018={deep}{']' * 100_000}", "2.018=[[[[1]]]]"):
        status, _, err = run(capsys, "set", file, change, "-o", out)
        assert status == 2 and len(err) < 200 and not out.exists()
    status, _, err = run(capsys, "set", file, "PLANTED", "-o", out)
    assert status == 2 and "PLANTED" not in err


def test_a_command_that_does_not_load_is_named(capsys: Any, monkeypatch: Any) -> None:
    points = {"broken": Point("broken", "no_such_module:COMMAND"), "info": Point("info", "nistitl.cli.info:COMMAND")}
    monkeypatch.setattr("nistitl.cli.offered", lambda group: points)
    monkeypatch.setattr("nistitl.cli.find", lambda group, name: points.get(name))
    status, out, _ = run(capsys, "--help")
    assert (
        status == 0
        and "no_such_module:COMMAND, which cannot be loaded: ModuleNotFoundError" in out
        and "  info       what files" in out
    )
    status, _, err = run(capsys, "broken")
    assert status == 2 and "cannot be loaded" in err


def test_roundtrip_unreadable_outranks_different(capsys: Any, file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "empty.an2").write_bytes(b"")
    monkeypatch.setattr("nistitl.model.record.Record.respell", lambda record: record.put(2, b"7"))
    assert run(capsys, "roundtrip", file)[0] == 1
    assert run(capsys, "roundtrip", file, tmp_path / "empty.an2")[0] == 2


def test_roundtrip_counts(capsys: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "other.xml").write_text("<?xml version='1.0'?><a/>")
    (tmp_path / "damaged.an2").write_bytes(small_transaction() + b"\n")
    status, out, _ = run(capsys, "roundtrip", tmp_path)
    assert status == 0 and out == (
        "3 files: 2 byte-exact (1 of them with findings), 0 different, 0 unreadable, 1 no transactions\n"
    )
    (tmp_path / "empty.an2").write_bytes(b"")
    status, out, _ = run(capsys, "roundtrip", tmp_path)
    assert status == 2 and out.splitlines()[0].startswith("unreadable: ") and "1 unreadable" in out
    totals = json.loads(run(capsys, "roundtrip", "--json", tmp_path)[1])["totals"]
    assert totals == {"exact": 2, "different": 0, "unreadable": 1, "other": 1, "forgiven": 1}


def test_unpack_and_pack(capsys: Any, file: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "folder", tmp_path / "out.an2"
    assert run(capsys, "unpack", file, folder)[0] == 0
    assert run(capsys, "pack", folder, out)[0] == 0
    assert out.read_bytes() == small_transaction()
    assert run(capsys, "unpack", file, folder)[0] == 2, "a folder that holds one is not overwritten"


def test_standard_input_and_output(file: Path) -> None:
    command = [sys.executable, "-m", "nistitl.cli"]
    data = small_transaction()
    done = subprocess.run([*command, "set", "-", "2.018=X", "-o", "-"], input=data, capture_output=True, check=True)
    assert nistitl.read(done.stdout)[2][0]["2.018"].text == "X"
    done = subprocess.run([*command, "info", "-"], input=data, capture_output=True, check=True)
    assert b"VER 0502" in done.stdout


def test_usage(capsys: Any, monkeypatch: Any) -> None:
    assert run(capsys)[0] == 2
    status, out, _ = run(capsys, "--help")
    assert status == 0 and all(
        name in out for name in ("info", "show", "explain", "set", "roundtrip", "unpack", "pack")
    )
    assert run(capsys, "--version")[1] == f"nistitl {nistitl.__version__}\n"
    assert run(capsys, "nonsense")[0] == 2
    with pytest.raises(SystemExit) as ended:
        main(["info", "--nonsense"])
    assert ended.value.code == 2
    capsys.readouterr()
    for arguments in (["info", "/no/such/file"], ["show", "/no/such/file"], ["pack", "/no/such", "x"]):
        status, _, err = run(capsys, *arguments)
        assert status == 2 and "Traceback" not in err


def test_a_reader_that_has_seen_enough(file: Path) -> None:
    shell = f"{sys.executable} -m nistitl.cli show {file} | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", shell], capture_output=True, text=True)
    assert "Traceback" not in done.stderr and done.stdout.startswith("Record 0")


def test_plain_output_where_the_terminal_speaks_no_unicode(file: Path, tmp_path: Path) -> None:
    tx = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C", charset="utf-8")
    record = tx.append(nistitl.Type2())
    record["2.018"] = "Жук"
    tx.write(tmp_path / "u.an2")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "nistitl.cli", "show", str(tmp_path / "u.an2")]
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    done = subprocess.run([*command, "--json"], capture_output=True, env=environment, check=True)
    assert json.load(io.BytesIO(done.stdout))["records"][1]["fields"][1]["text"] == "Жук"


def test_the_package_runs_as_the_command_does() -> None:
    for arguments in (["--version"], ["show", str(ROOT / "fixtures" / "tenprint-type14.eft"), "1.004"], ["nothing"]):
        done = [
            subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, cwd=ROOT)
            for module in ("nistitl", "nistitl.cli")
        ]
        assert (
            done[0].stdout == done[1].stdout
            and done[0].returncode == done[1].returncode == (arguments == ["nothing"]) * 2
        )
