"""`nistitl quality`: what it prints, what it writes, and its status."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base.plugins import provide
from nistitl.cli import main
from nistitl.images.quality import Measure
from tests.support.samples import ROOT

FIXTURES = ROOT / "fixtures"


class TestWithNfiq2:
    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        pytest.importorskip("nbis", reason="nbis-py has no wheel for this machine")

    @pytest.fixture
    def small(self, tmp_path: Path) -> Path:
        """A thumb, a slap without segments, and a latent."""
        tx = nistitl.read(FIXTURES / "tenprint-type14.eft")
        for record in list(tx[14]):
            if record.FGP not in ((1,), (14,)):
                tx.remove(record)
        del tx[14][1].SEG
        tx.append(tx[14][0].copy(IDC=9, IMP=4))
        return Path(tx.write(tmp_path / "small.eft") or tmp_path / "small.eft")

    def test_lines_and_the_field(self, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        out = tmp_path / "out.eft"
        assert main(["quality", str(small), "-o", str(out)]) == 1
        said, told = capsys.readouterr()
        lines = said.splitlines()
        assert lines[0].startswith("record 2, Type-14, IDC 1, Right thumb: NFIQ 2 ")
        score = int(lines[0].rpartition(" ")[2])
        assert 0 < score <= 100
        reason = ": no score (255), no segment says where this finger is"
        assert lines[1:] == [
            f"record 3, Type-14, IDC 14, Left {name} finger{reason}" for name in ("index", "middle", "ring", "little")
        ]
        assert "record 4, Type-14, IDC 9: not measured: a latent" in told
        thumb, slap, latent = nistitl.read(out)[14]
        assert [(one.FRMP, one.QVU, one.QAV, one.QAP) for one in thumb.FQM][-1] == (1, score, "0101", 57)
        assert [(one.FRMP, one.QVU) for one in slap.FQM if one.QAV == "0101"] == [(at, 255) for at in range(7, 11)]
        before = nistitl.read(small)[14]
        assert latent.raw(24) == before[2].raw(24)
        assert [one.raw(999) for one in (thumb, slap, latent)] == [one.raw(999) for one in before]

    def test_fingers_that_type_2_says_are_gone_are_not_asked_for(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tx = nistitl.read(small, profile="fbi-ebts-9.1")
        tx[2][0]["2.084"] = [["07", "XX"], ["10", "UP"]]
        tx.write(small)
        main(["quality", str(small), "--json", "--profile", "fbi-ebts-9.1"])
        assert [row["position"] for row in json.loads(capsys.readouterr().out)["scores"]] == [1, 8, 9]

    def test_json(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["quality", str(small), "--json"]) == 1
        said = json.loads(capsys.readouterr().out)
        assert said["measure"] == "NFIQ 2"
        assert [row["position"] for row in said["scores"]] == [1, 7, 8, 9, 10]
        assert ["reason" in row for row in said["scores"]] == [False, *[True] * 4]


def test_without_its_package_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from nistitl.images import nfiq2

    nfiq2._extractor.cache_clear()
    found = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "nbis":
            raise ModuleNotFoundError("No module named 'nbis'", name="nbis")
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert main(["quality", str(FIXTURES / "tenprint-type14.eft")]) == 2
    assert "NFIQ 2 needs nbis-py: pip install 'ebtskit[nfiq2]'" in capsys.readouterr().err


def test_a_measure_that_nobody_offers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", str(FIXTURES / "tenprint-type14.eft"), "--measure", "NFIQ9"]) == 2
    assert "there are NFIQ2" in capsys.readouterr().err


class Always(Measure):
    """A measure that gives every finger 7."""

    name, vendor, product = "Seven", "0000", 1

    def score(self, finger: Any) -> int:
        return 7


def test_a_score_that_no_field_holds_is_told_in_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    provide("nistitl.quality", {"seven": f"{__name__}:SEVEN"})
    file, out = FIXTURES / "tenprint-type4.eft", tmp_path / "out.eft"
    arguments = ["quality", str(file), "-o", str(out), "--measure", "seven"]
    assert main(arguments) == 1
    said, told = capsys.readouterr()
    thumb = next(line for line in said.splitlines() if "Right thumb" in line)
    assert thumb.endswith("Right thumb: Seven 7; not written: Type-4 has no field for the quality of a finger")
    assert told == "" and len(set(said.splitlines())) == len(said.splitlines())
    assert main([*arguments, "--json"]) == 1
    said, told = capsys.readouterr()
    row = json.loads(said)["scores"][0]
    assert row["unwritten"] == "Type-4 has no field for the quality of a finger" and told == ""


def test_several_files_and_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    provide("nistitl.quality", {"seven": f"{__name__}:SEVEN"})
    file = tmp_path / "a.eft"
    tx = nistitl.read(FIXTURES / "tenprint-type4.eft")
    tx[4][0].IMP = 4  # a latent is not measured
    tx.write(file)
    (tmp_path / "b.eft").write_bytes(file.read_bytes())
    (tmp_path / "note.txt").write_text("words")
    assert main(["quality", str(file), "--measure", "seven"]) == 1
    alone, left = (text.splitlines() for text in capsys.readouterr())
    assert len(left) == 1 and "not measured: a latent" in left[0]
    for jobs in ([], ["--jobs", "2"]):
        assert main(["quality", str(tmp_path), "--measure", "seven", *jobs]) == 1
        said, told = capsys.readouterr()
        both = [tmp_path / "a.eft", tmp_path / "b.eft"]
        assert sorted(said.splitlines()) == sorted(f"{name}: {line}" for name in both for line in alone)
        assert sorted(told.splitlines()) == sorted(f"{name}: {line}" for name in both for line in left)
    (tmp_path / "cut.eft").write_bytes(bytes(range(256)))
    assert main(["quality", str(tmp_path), "--measure", "seven", "--json"]) == 2
    said, told = capsys.readouterr()
    assert [Path(row["file"]).name for row in json.loads(said)] == ["a.eft", "b.eft"] and "cut.eft" in told
    target = tmp_path / "scores.jsonl"
    arguments = [
        "quality",
        str(tmp_path),
        "--only",
        "*.eft",
        "--measure",
        "seven",
        "--format",
        "jsonl",
        "-o",
        str(target),
    ]
    assert main(arguments) == main([*arguments, "--resume"]) == 2
    assert sum(json.loads(line)["state"] == "done" for line in target.read_text().splitlines()) == 2
    assert main(["quality", str(tmp_path), "--measure", "seven", "-o", str(tmp_path / "out.eft")]) == 2
    assert not (tmp_path / "out.eft").exists()


def test_a_folder_without_a_transaction_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    provide("nistitl.quality", {"seven": f"{__name__}:SEVEN"})
    (tmp_path / "note.txt").write_text("words")
    assert main(["quality", str(tmp_path), "--measure", "seven"]) == 2


SEVEN = Always()
