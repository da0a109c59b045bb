"""`nistitl retain` as people call it, and what docs/retain.md shows of it."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path

import pytest

import nistitl
from nistitl.cli import main
from nistitl.exchange.retention.chain import Log
from tests.exchange.retention.files import NAME, transaction
from tests.support.samples import ROOT

PAGE = (ROOT / "docs" / "retain.md").read_text("utf-8")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the page, its policy beside it; the current folder is that of both."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "citizen.eft").write_bytes(transaction("20260227", ctz="US"))
    (folder / "guest.eft").write_bytes(transaction("20260227", ctz="MM"))
    (folder / "old.eft").write_bytes(transaction(None, fcd="20240227"))
    (folder / "torn.eft").write_bytes(transaction("20200101")[:-9])
    (tmp_path / "desk.toml").write_text(re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0], "utf-8")
    return folder


ARGUMENTS = ("retain", "desk", "--by", "desk.toml", "--log", "desk.log", "--now", "2026-03-01T00:00Z")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main([*arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    return status, *capsys.readouterr()


def test_the_example_of_the_page(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.findall(r"^```console\n\$ nistitl (.*?)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(shown) == 1 and shown[0][0] == " ".join((*ARGUMENTS, "--dry-run"))
    status, out, err = told(capsys, *ARGUMENTS, "--dry-run")
    assert (status, out.replace(f"{os.path.realpath(desk.parent)}/", ""), err) == (1, shown[0][1], "")
    assert len(list(desk.iterdir())) == 4 and not Path("desk.log").exists()
    status, out, _ = told(capsys, *ARGUMENTS)
    assert status == 1 and "1 deleted, 1 reduced, 1 reported, 1 kept" in out and NAME not in out
    assert sorted(path.name for path in desk.iterdir()) == ["citizen.eft", "guest.eft", "torn.eft"]
    assert [record.type for record in nistitl.read(desk / "citizen.eft")] == [1, 2]
    last = re.search(r"log: 7 lines, last hash ([0-9a-f]{64}): keep it elsewhere", out)
    assert last is not None
    for _ in range(2):
        told(capsys, *ARGUMENTS)
    status, out, _ = told(
        capsys, "retain", "--check-log", "desk.log", "--expect", last[1], "desk/old.eft", "desk/guest.eft"
    )
    assert status == 0 and re.search(r"^desk/old.eft: deleted: done: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$", out, re.M)
    assert "desk/guest.eft: the log says of no act on it" in out and "desk.log: whole, 11 lines" in out
    assert "line 7 has the hash that was expected, 4 follow it" in out


def test_a_shortened_or_changed_log_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, *ARGUMENTS)
    last = out.split("last hash ")[1][:64]
    log = Path("desk.log")
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-2]))
    assert told(capsys, "retain", "--check-log", "desk.log")[0] == 1  # an act is not ended
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log", "--expect", last)
    assert status == 1 and "no line has the hash that was expected" in out and "what line 5 began was not ended" in out
    status, _, err = told(capsys, *ARGUMENTS, "--expect", last)
    assert status == 2 and "no line has the hash that was expected" in err and log.read_bytes() == b"".join(lines[:-2])
    log.write_bytes(whole.replace(b'"reduced"', b'"deleted"', 1))
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log")
    assert status == 1 and "line 4 does not follow the line before it" in out and "broken" in out
    log.write_bytes(whole[:-9])
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log", "--json")
    assert status == 1 and "the end of the last line is missing" in json.loads(out)["faults"][0]
    assert told(capsys, *ARGUMENTS)[0] == 1
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log")
    assert status == 0 and "before line 7 a run was ended in the middle of a line" in out


def test_what_is_missing_or_does_not_go_together_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (("desk",), "expected files or folders, and --by with a policy"),
        (("--by", "desk.toml"), "expected files or folders, and --by with a policy"),
        (("desk", "--by", "desk.toml"), "expected --log FILE: nothing is deleted without a log"),
        (
            ("desk", "--by", "gate-fotos", "--log", "l"),
            "no retention policy 'gate-fotos' (did you mean 'gate-photos'?)",
        ),
        (("desk", "--by", "desk.toml", "--log", "l", "--now", "2026-03-01"), "'2026-03-01' is no time with its zone"),
        (("desk", "--by", "desk.toml", "--log", "desk/old.eft"), "old.eft is no log of nistitl retain"),
        (("--check-log", "desk.toml"), "desk.toml is no log of nistitl retain"),
        (("--check-log", "none.log"), "none.log: cannot read"),
        (("desk", "--by", "desk.toml", "--log", "none/l"), "l: cannot open the log: there is no folder none; make it"),
        (("desk", "--by", "desk.toml", "--log", "-"), "- is no file: what is kept stands in files"),
        (("-", "--by", "desk.toml", "--log", "l"), "- is no file: what is kept stands in files"),
        (("--check-log", "l", "--by", "desk.toml"), "--check-log looks at a log and does nothing else"),
    ):
        status, out, err = told(capsys, "retain", *arguments)
        assert (status, out) == (2, "") and said in err
    assert len(list(desk.iterdir())) == 4 and not Path("l").exists()


def test_a_wrong_policy_is_refused_before_any_file_is_read(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = Path("desk.toml")
    policy.write_text(policy.read_text("utf-8").replace("CTZ = US", "CTZZ = US"), "utf-8")
    status, out, err = told(capsys, *ARGUMENTS)
    assert (status, out) == (2, "") and len(list(desk.iterdir())) == 4
    said = "line 8: [rules.citizens] when: there is no element 'CTZZ' in [type2] (did you mean 'CTZ'?)"
    assert err == f"nistitl: desk.toml, {said}\n"


def test_another_run_at_the_same_time_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Log(Path("desk.log")):
        status, _, err = told(capsys, *ARGUMENTS)
    assert status == 2 and "another run writes this log" in err and len(list(desk.iterdir())) == 4


def test_a_clock_that_went_back_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *ARGUMENTS)
    status, out, err = told(capsys, *ARGUMENTS[:-1], "2026-02-28T23:59:59Z")
    assert "now is 2026-02-28T23:59:59Z, and an earlier run was at 2026-03-01T00:00:00Z: the clock went back" in err
    assert status == 1 and "1 reported, 2 kept" in out  # the torn one, as before
    assert told(capsys, *ARGUMENTS)[2] == ""
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log")
    assert status == 0 and "desk.log: line 8: the run was at 2026-02-28T23:59:59Z, and one before it at" in out
    assert out.count("one before it") == 1


def test_a_new_log_has_no_clock_to_go_back(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert told(capsys, "retain", "desk", "--by", "desk.toml", "--log", "new.log")[2] == ""


def test_what_is_wrapped_and_what_is_none_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "mail.eft").write_bytes(base64.encodebytes(transaction("20200101")))
    (desk / "notes.txt").write_text("closed on Sundays")
    status, out, err = told(capsys, *ARGUMENTS)
    assert status == 2 and "1 passed over" in out
    assert "mail.eft: it is wrapped (base64, mail, ZIP)" in err and "--unwrap" not in err
    assert (desk / "mail.eft").exists() and (desk / "notes.txt").exists()


def test_the_answer_as_json(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = told(capsys, *ARGUMENTS, "--json")
    answer = json.loads(out)
    assert status == 1 and answer["totals"]["deleted"] == 1 and answer["log"]["lines"] == 7
    assert [(Path(row["file"]).name, row["state"]) for row in answer["files"]] == [
        ("citizen.eft", "reduced"), ("guest.eft", "kept"), ("old.eft", "deleted"), ("torn.eft", "reported"),
    ]  # fmt: skip
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log", "--json", "desk/old.eft")
    checked = json.loads(out)
    assert status == 0 and checked["last"] == answer["log"]["last"] and checked["files"][0]["outcome"] == "done"


def test_what_an_earlier_run_left_in_another_folder_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *ARGUMENTS)
    log = Path("desk.log")
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))  # ended behind the first intent
    Path("other").mkdir()
    status, _, err = told(capsys, "retain", "other", *ARGUMENTS[2:])
    assert status == 1 and "1 acts of earlier runs were not ended" in err
    status, _, err = told(capsys, *ARGUMENTS)
    assert err == ""
    status, out, _ = told(capsys, "retain", "--check-log", "desk.log", "desk/citizen.eft")
    assert status == 0 and out.startswith("desk/citizen.eft: reduced: done: ")
