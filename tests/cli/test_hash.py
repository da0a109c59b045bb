"""`nistitl hash`: what it prints, what it writes, and its status; its page of the documentation."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import nistitl
from nistitl.cli import main
from tests.support.samples import IMAGE, ROOT, small_transaction

PAGE = (ROOT / "docs" / "hash.md").read_text("utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.eft"
    path.write_bytes(small_transaction())
    return path


def wrong(path: Path) -> bytes:
    """Give the file a HAS that is wrong; its bytes."""
    tx = nistitl.read(path)
    tx[14][0].HAS = "0" * 64
    tx.write(path)
    return path.read_bytes()


def test_the_page_shows_what_the_command_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "fixtures" / "records", tmp_path / "fixtures" / "records")
    monkeypatch.chdir(tmp_path)
    block = PAGE.partition("\n\n    $ ")[2].partition("\n\n")[0]
    for example in block.replace("\n    ", "\n").split("$ "):
        command, _, expected = example.partition("\n")
        assert main(command.split()[1:]) == 0
        assert capsys.readouterr().out.strip() == expected.strip()
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    exec(compile(code, "docs/hash.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == ["[('20.999', 'verified'), ('21.999', 'none')]", "[]"]


def test_status_and_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hash", str(small)]) == 0
    wrong(small)
    capsys.readouterr()
    assert main(["hash", "--json", str(small), str(small.with_name("none"))]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert [(field["path"], field["state"]) for field in first["fields"]] == [("4.009", "none"), ("14.999", "wrong")]
    assert [finding["code"] for finding in first["findings"]] == ["hash-wrong"] and "error" in second
    assert main(["hash", str(small)]) == 1


def test_the_log_makes_the_status(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tx = nistitl.read(small)
    tx.append(nistitl.Type98(DFO="CB20", SRC="ORI", DFT="0001", DCD="20240315123045Z"))
    for iid, status in (("2,14.020,NA,NA", 0), ("2,-14.020,NA,NA", 1), ("2,14.022,NA,NA", 1), ("2,14.021,-1,NA", 0)):
        tx[98][0]["98.900"] = [["Modified", "", iid, "AGENT", "PLANTED"]]
        tx.write(small)
        assert main(["hash", str(small)]) == status
        out = capsys.readouterr().out
        assert "audit log of 1 entry" in out and "PLANTED" not in out


def test_a_wrong_hash_is_replaced_and_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong(small)
    assert main(["hash", str(small), "-o", str(small)]) == 1
    assert "hash-wrong" in capsys.readouterr().out
    assert main(["hash", str(small)]) == 0 and "1 verified" in capsys.readouterr().out


def test_standard_output_gets_the_transaction_alone(small: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["hash", str(small), "-o", "-"]) == 0
    tx = nistitl.read(capfdbinary.readouterr().out, policy="strict")
    assert tx[14][0].HAS is not None and bytes(tx[14][0].DATA or b"") == IMAGE


def test_several_files_go_into_a_folder_by_their_places(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = small.parent / "in", small.parent / "out"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.eft", "deep/a.eft"):
        shutil.copy(small, folder / name)
    (folder / "notes.txt").write_text("no transaction")
    assert main(["hash", str(folder), str(small), "-o", str(out)]) == 0
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert written == ["a.eft", "deep/a.eft", "small.eft"]
    assert all(nistitl.read(out / name)[14][0].HAS for name in written)
    assert main(["hash", str(folder), "-o", str(folder)]) == 0  # in place
    assert nistitl.read(folder / "deep" / "a.eft")[14][0].HAS
    assert sorted(path.name for path in folder.iterdir()) == ["a.eft", "deep", "notes.txt"]


def test_two_inputs_of_one_name_are_refused_before_anything_is_written(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.parent / "b").mkdir()
    shutil.copy(small, small.parent / "b" / small.name)
    out = small.parent / "out"
    assert main(["hash", str(small), str(small.parent / "b" / small.name), "-o", str(out)]) == 2
    assert "would both become small.eft" in capsys.readouterr().err and not out.exists()
    assert main(["hash", str(small), "-", "-o", str(out)]) == 2 and not out.exists()
    assert "standard input" in capsys.readouterr().err


def test_of_what_cannot_be_read_nothing_is_written(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_bytes(b"nonsense")
    assert main(["hash", str(small), "-o", str(small.parent / "out")]) == 2
    assert [path.name for path in small.parent.iterdir()] == ["small.eft"]
