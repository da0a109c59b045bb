"""`nistitl validate` and what `nistitl explain` says of its findings, as a user meets them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import nistitl
from nistitl.base.findings import catalogue
from nistitl.validation import installed
from tests.cli.test_commands import run
from tests.support.samples import PACKAGES, ROOT, small_transaction

LONG = "PLANTED COMMENT " * 9  # 144 characters, 14.020 may have 126 or 128


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.an2"
    path.write_bytes((ROOT / "fixtures" / "tenprint-type14.eft").read_bytes())
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A comment that is too long, a date that is none."""
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.020"] = LONG.encode()
    tx[14][0]["14.005"] = b"20200230"
    path = tmp_path / "bad.an2"
    path.write_bytes(bytes(tx))
    return path


def test_a_file_that_is_as_it_should_be(capsys: Any, good: Path) -> None:
    status, out, err = run(capsys, "validate", good)
    assert (status, err) == (0, "")
    assert re.fullmatch(r"\d+ assertions passed, 0 failed, \d+ not applicable, \d+ not checked", out.splitlines()[0])
    assert out.splitlines()[1:] == ["no findings (ANSI/NIST-ITL 1-2011 Update:2015, level 2)"]
    assert run(capsys, "validate", "--quiet", good)[:2] == (0, "")


def test_a_file_with_findings_is_text(capsys: Any, bad: Path) -> None:
    status, out, _ = run(capsys, "validate", bad)
    lines = out.splitlines()
    assert status == 1
    assert lines[0].startswith("error value-date: FCD is no date or time; expected") and "14.005" in lines[0]
    assert lines[1] == "    " + catalogue()["value-date"].hint
    assert lines[-1] == "2 errors, 1 warning (ANSI/NIST-ITL 1-2011 Update:2015, level 2)"
    assert out == nistitl.read(bad).validate().to_text() + "\n"


def test_a_folder_is_a_line_each_and_a_summary(capsys: Any, good: Path, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("not one")
    status, out, err = run(capsys, "validate", tmp_path)
    assert status == 1 and err == ""
    assert f"{bad}: 2 errors, 1 warning\n    error value-date: " in out and f"{good}: no findings\n" in out
    assert "segments-missing: SEG" not in out, "of several files only what fails is told"
    assert f"{tmp_path / 'other.txt'}: no transaction\n" in out
    summary = out.partition("2 files, 1 with errors or worse; passed over: 1 no transaction\n")[2].splitlines()
    assert sorted(" ".join(line.split()) for line in summary) == [
        "segments-missing 1 file", "value-date 1 file", "value-length 1 file",
    ]  # fmt: skip


def test_json(capsys: Any, good: Path, bad: Path) -> None:
    status, out, _ = run(capsys, "validate", "--json", good, bad)
    told = json.loads(out)
    assert status == 1 and [(row["file"], row["ok"]) for row in told] == [(str(good), True), (str(bad), False)]
    assert told[1] == {"file": str(bad), **nistitl.read(bad).validate().to_dict()}
    assert json.loads(run(capsys, "validate", "--format", "json", good)[1])[0]["findings"] == []


def test_html_is_one_page_of_one_file_or_many(capsys: Any, good: Path, bad: Path) -> None:
    status, out, _ = run(capsys, "validate", "--format", "html", bad)
    assert status == 1 and out == nistitl.read(bad).validate().to_html(str(bad))
    status, out, _ = run(capsys, "validate", "--format", "html", good, bad)
    assert status == 1 and f"<h2>{good}</h2>" in out and f"<h2>{bad}</h2>" in out and out.count("<html") == 1


@pytest.mark.parametrize("form", ["text", "json", "html", "junit"])
def test_a_report_goes_to_a_file_as_utf_8(capsys: Any, tmp_path: Path, form: str, monkeypatch: Any) -> None:
    tx = nistitl.read(small_transaction(), charset="utf-8")
    tx[14][0]["14.005"] = "2020\u0663".encode()
    source, target = tmp_path / "m\u00fc.an2", tmp_path / "report"
    source.write_bytes(bytes(tx))
    arguments = ("validate", "--charset", "utf-8", "--values", "--format", form, source)
    status, shown, _ = run(capsys, *arguments)
    monkeypatch.setattr("nistitl.cli.validate.speaks_utf8", lambda: False)
    assert run(capsys, *arguments, "-o", target)[:2] == (status, "") == (1, "")
    assert target.read_bytes().decode("utf-8") == shown and "\u0663" in shown


def test_every_entry_of_a_folder_is_accounted_for(capsys: Any, good: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not one")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    status, out, err = run(capsys, "validate", "--json", tmp_path)
    assert (status, err) == (0, "")
    assert {Path(row["file"]).name: row.get("skipped") for row in json.loads(out)} == {
        "good.an2": None, "note.txt": "no transaction", "gone": "broken link", "pipe": "no file",
    }  # fmt: skip
    suites = ElementTree.fromstring(run(capsys, "validate", "--format", "junit", tmp_path)[1].encode())
    assert sorted(one.get("message", "") for one in suites.iter("skipped")) == [
        "broken link", "no file", "no transaction",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["random.eft", "RANDOM.AN2", "link.nist"])
def test_what_is_named_like_a_transaction_must_be_one(capsys: Any, good: Path, name: str) -> None:
    bad = good.with_name(name)
    if name == "link.nist":
        bad.symlink_to("nowhere")
    else:
        bad.write_bytes(bytes(range(256)))
    status, out, err = run(capsys, "validate", good.parent)
    assert status == 2 and name in err and "1 file, 0 with errors or worse; 1 unreadable" in out
    assert f"{bad}: unreadable\n" in out


def test_nothing_checked_is_no_success(capsys: Any, tmp_path: Path) -> None:
    for form in ("text", "json", "html", "junit"):
        status, _, err = run(capsys, "validate", "--format", form, tmp_path)
        assert status == 2 and "nothing was checked" in err
    (tmp_path / "note.txt").write_text("not one")
    assert run(capsys, "validate", tmp_path)[0] == 2


def test_what_passed_is_listed_when_asked_for(capsys: Any, good: Path) -> None:
    told = json.loads(run(capsys, "validate", "--json", "--passed", good)[1])[0]
    assert len(told["passed"]) == told["assertions"]["passed"] > 100
    assert "14.003 IMP" in run(capsys, "validate", "--format", "html", "--passed", good)[1]


def test_junit(capsys: Any, good: Path, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.an2").write_bytes(b"")
    status, out, _ = run(capsys, "validate", "--format", "junit", good, bad, tmp_path / "empty.an2")
    suites = ElementTree.fromstring(out.encode()).findall("testsuite")
    assert status == 2
    assert [(s.get("failures"), s.get("errors")) for s in suites] == [("0", "0"), ("1", "0"), ("0", "1")]
    assert suites[0].get("tests") == "16" and suites[1].get("tests") == "4"


def test_level(capsys: Any, bad: Path) -> None:
    assert "segments-missing" not in run(capsys, "validate", "--level", "1", bad)[1]
    assert "segments-missing" in run(capsys, "validate", "--level", "2", bad)[1]
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.006"] = 33
    bad.write_bytes(bytes(tx))
    assert "image-data-size" not in run(capsys, "validate", bad)[1]
    status, out, _ = run(capsys, "validate", "--level", "3", bad)
    assert status == 1 and "image-data-size" in out
    with pytest.raises(SystemExit) as ended:
        run(capsys, "validate", "--level", "4", bad)
    assert ended.value.code == 2


def test_what_makes_status_1(capsys: Any, tmp_path: Path) -> None:
    warned, noted = tmp_path / "warned.an2", ROOT / "fixtures" / "records" / "type10-0502.an2"
    warned.write_bytes(small_transaction())
    assert nistitl.read(warned).validate().summary() == "1 warning"
    assert [f.severity.name for f in nistitl.read(noted).validate(level=1)] == ["NOTE", "NOTE"]
    for path, level, statuses in ((warned, "2", (0, 1, 1)), (noted, "1", (0, 0, 1))):
        for fatal, status in zip(("error", "warning", "note"), statuses, strict=True):
            assert run(capsys, "validate", "--level", level, "--fail-on", fatal, path)[0] == status, (path, fatal)


def test_what_cannot_be_read(capsys: Any, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "text.an2").write_text("nothing of the kind")
    status, _, err = run(capsys, "validate", tmp_path / "text.an2", bad)
    assert status == 2 and "input-not-itl" in err
    assert run(capsys, "validate", tmp_path / "absent.an2")[0] == 2
    told = json.loads(run(capsys, "validate", "--json", tmp_path / "text.an2")[1])
    assert told[0]["ok"] is False and told[0]["findings"][0]["code"] == "input-not-itl"


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_text_of_people_is_withheld_unless_asked_for(capsys: Any, bad: Path, form: str) -> None:
    withheld = run(capsys, "validate", "--format", form, bad)[1]
    assert "value-length" in withheld and "PLANTED" not in withheld
    shown = run(capsys, "validate", "--format", form, "--values", bad)[1]
    assert "PLANTED COMMENT" in shown
    assert "20200230" in shown and "20200230" not in withheld, "a date may be somebody's"


NEW = ("field-missing", "value-date", "item-missing", "subfields-many", "segments-missing", "hash-wrong", "code-legacy")


@pytest.mark.parametrize("code", NEW)
def test_explain_a_finding(capsys: Any, code: str) -> None:
    row = catalogue()[code]
    status, out, _ = run(capsys, "explain", code)
    assert status == 0 and row.title in out and f"hint: {row.hint}" in out and code in out


def test_every_code_of_the_catalogue_is_explained() -> None:
    assert [code for code, row in catalogue().items() if not row.title or not row.hint] == []


def test_every_code_that_a_rule_or_level_1_gives_is_in_the_catalogue() -> None:
    given = {rule.code for rule in installed()} - {"codestream"}  # that rule passes on what reading the image found
    for name in ("contents", "level1", "collecting", "running", "structure"):
        source = (PACKAGES / "nistitl" / "validation" / f"{name}.py").read_text("utf-8")
        given |= set(re.findall(r'"([a-z0-9]+-[a-z0-9-]+)"', source))
    assert {"value-length", "field-missing", "hash-wrong", "subfields-many", "value-date"} <= given
    assert given - set(catalogue()) == {"latin-1"}  # a character set


def test_a_form_that_nobody_renders_is_refused_with_those_there_are(capsys: Any, good: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(capsys, "validate", "--format", "morse", good)
    assert ended.value.code == 2 and "'text', 'json', 'html', 'junit'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        run(capsys, "validate", "--help")
    assert ended.value.code == 0 and "one of text, json, html, junit" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(nistitl.MissingDependency, match="as 'morse'; known: text, json, html, junit"):
        nistitl.read(good).validate().rendered("morse")


def test_every_form_is_rendered_for_an_output_that_takes_ascii_only(
    capsys: Any, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tx = nistitl.read(small_transaction(), charset="utf-8")
    tx[14][0]["14.005"] = "2020\u0663\u0660\U0001f600".encode()
    good.write_bytes(bytes(tx))
    shown = {"text": "\\u0663", "json": "\\u0663", "html": "&#1635;", "junit": "&#1635;"}
    for form, escape in shown.items():
        arguments = ("validate", "--charset", "utf-8", "--values", "--format", form, good)
        assert "\u0663" in run(capsys, *arguments)[1], form
        with monkeypatch.context() as narrow:
            narrow.setattr("nistitl.cli.validate.speaks_utf8", lambda: False)
            narrow.setattr("nistitl.cli.command.speaks_utf8", lambda: False)
            out = run(capsys, *arguments)[1]
        assert out.isascii() and escape in out, form
        if form == "json":
            assert "\u0663\u0660\U0001f600" in json.loads(out)[0]["findings"][0]["actual"]
        if form == "junit":
            assert "\u0663" in "".join(ElementTree.fromstring(out).itertext())


def test_quiet_says_nothing_of_files_without_such_findings_and_counts_them(capsys: Any, good: Path, bad: Path) -> None:
    status, out, _ = run(capsys, "validate", "--quiet", good, bad)
    assert status == 1 and str(good) not in out and str(bad) in out
    assert "2 files, 1 with errors or worse" in out
    assert [row["file"] for row in json.loads(run(capsys, "validate", "--quiet", "--json", good, bad)[1])] == [str(bad)]


@pytest.mark.parametrize(("day", "told"), [("2029-12-31", True), ("2030-01-01", False)])
def test_a_report_of_another_day_is_repeated(capsys: Any, good: Path, tmp_path: Path, day: str, told: bool) -> None:
    later = tmp_path / "later.an2"
    assert run(capsys, "set", good, "1.005=20300102", "-o", later)[0] == 0
    assert ("date-future" in run(capsys, "validate", "--today", day, later)[1]) is told
