"""`nistitl redact`: exit statuses, the log, verification, keys, and a file in its own place."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.cli import main
from tests.support.samples import small_transaction

if TYPE_CHECKING:
    from pathlib import Path

NAME = b"ZUCKMAYER,ROSWITHA"
KEYED = """[policy]
identity = "NAM"
[records]
"1 2" = "keep"
[fields]
"@technical @charset @domain 1.@code 1.@agency 1.@date 1.@control" = "keep"
"2.@name" = "pseudonym"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    tx = nistitl.read(small_transaction())
    tx[1][0].put(13, b"NORAM\x1f11.2")
    tx[2][0].put(18, NAME)
    path = tmp_path / "in.eft"
    path.write_bytes(bytes(tx))
    return path


def redacted(source: Path, *words: str, by: str = "identifiers-only") -> int:
    return main(["redact", str(source), "-o", str(source.with_name("out.eft")), "--by", by, *words])


def test_clean_ends_with_zero(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert redacted(source) == 0
    assert "by identifiers-only, 2 records" in capsys.readouterr().out
    assert NAME not in source.with_name("out.eft").read_bytes()


def test_an_image_that_cannot_be_treated_ends_with_one(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tx = nistitl.read(source)
    tx[14][0].put(11, b"WSQ20")
    tx[14][0].put(999, b"\xff\xa0\xff\xa4\0")  # and no more
    source.write_bytes(bytes(tx))
    assert redacted(source, by="biometrics-only") == 1
    assert "record dropped: keep cannot be done" in capsys.readouterr().err
    assert not nistitl.read(source.with_name("out.eft"))[14]


@pytest.mark.parametrize("encoding", ["traditional", "xml"])
def test_verification_in_text_and_json(source: Path, encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_bytes(bytes(nistitl.read(source).convert(encoding).transaction))
    assert redacted(source, "--verify") == 0
    assert "0 places still hold one" in capsys.readouterr().out
    assert redacted(source, "--verify", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["policy"] == "identifiers-only" and told["verification"]["left"] == []
    assert told["verification"]["values"] > 0 and not any(word in repr(told) for word in ("ZUCKMAYER", "ROSWITHA"))


def test_log_names_files_only_where_told(source: Path) -> None:
    log = source.with_name("log.jsonl")
    assert redacted(source, "--log", str(log)) == 0
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert rows[0]["policy"] == "identifiers-only" and "in.eft" not in log.read_text()
    assert all({"record", "path", "action", "rule"} == row.keys() for row in rows[1:])
    assert "ZUCKMAYER" not in log.read_text()
    assert redacted(source, "--log", str(log), "--log-names") == 0
    files = [json.loads(line) for line in log.read_text().splitlines() if "sha256" in line]
    out = source.with_name("out.eft")
    assert [row["sha256"] for row in files] == [sha256(path.read_bytes()).hexdigest() for path in (source, out)]


def test_in_place_and_again(source: Path) -> None:
    words = ["redact", str(source), "-o", str(source), "--by", "identifiers-only"]
    assert main(words) == 0
    once = source.read_bytes()
    assert NAME not in once and main(words) == 0 and source.read_bytes() == once
    assert [path.name for path in source.parent.iterdir()] == ["in.eft"]


def test_log_in_place_tells_the_hash_of_what_was_there(source: Path) -> None:
    before, log = source.read_bytes(), source.with_name("log.jsonl")
    assert (
        main(["redact", str(source), "-o", str(source), "--by", "no-biometrics", "--log", str(log), "--log-names"]) == 0
    )
    assert sha256(before).hexdigest() in log.read_text() and sha256(source.read_bytes()).hexdigest() in log.read_text()


def test_the_log_tells_the_hash_of_what_came_from_standard_input(
    source: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    log = source.with_name("log.jsonl")
    with source.open("rb") as file:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        assert main(["redact", "-", "-o", "-", "--by", "sample", "--log", str(log), "--log-names"]) == 0
    said = [json.loads(line)["sha256"] for line in log.read_text().splitlines() if "sha256" in line]
    assert said == [sha256(one).hexdigest() for one in (source.read_bytes(), capfdbinary.readouterr().out)]


def test_who_redacts_has_a_name_and_a_policy_is_no_key(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert redacted(source, "--audit", "") == 2
    assert "who redacts is named in 1 to 200 characters" in capsys.readouterr().err
    by = source.with_name("mine.toml")
    by.write_text(KEYED)
    assert redacted(source, "--key-file", str(by), by=str(by)) == 2
    assert "--key-file is the policy itself" in capsys.readouterr().err and not source.with_name("out.eft").exists()


KEY_FAULTS = {
    "none": (None, "there is no key: give --key-file"),
    "short": (b"too short", "at least 16 random bytes"),
    "one byte": (bytes(16), "one byte repeated"),
}


@pytest.mark.parametrize("fault", KEY_FAULTS)
def test_keys_that_are_none_are_refused(
    source: Path, fault: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NISTITL_KEY", raising=False)
    by, key = source.with_name("mine.toml"), source.with_name("key")
    by.write_text(KEYED)
    content, message = KEY_FAULTS[fault]
    words = []
    if content is not None:
        key.write_bytes(content)
        words = ["--key-file", str(key)]
    assert redacted(source, *words, by=str(by)) == 2
    assert message in capsys.readouterr().err and not source.with_name("out.eft").exists()
    assert redacted(source, "--key-file", str(source.with_name("nowhere")), by=str(by)) == 2
    assert "cannot read the key file" in capsys.readouterr().err


def test_key_of_a_file_and_of_the_environment(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by, key, out = source.with_name("mine.toml"), source.with_name("key"), source.with_name("out.eft")
    by.write_text(KEYED)
    key.write_bytes(bytes(range(16)))
    assert redacted(source, "--key-file", str(key), by=str(by)) == 0
    made = out.read_bytes()
    assert NAME not in made and "2.018" in nistitl.read(made)[2][0]
    monkeypatch.setenv("NISTITL_KEY", bytes(range(16)).hex())
    assert redacted(source, by=str(by)) == 0 and out.read_bytes() == made
    monkeypatch.setenv("NISTITL_KEY", "no hex")
    assert redacted(source, by=str(by)) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--log", "OUT"], "--log and -o OUT are one file, out.eft: it would be lost"),
        (["--log", "IN"], "--log and IN are one file, in.eft"),
        (["--log", "BY"], "--log and --by are one file, mine.toml"),
        (["--log", "KEY"], "--log and --key-file are one file, key"),
        (["-o", "BY"], "-o OUT and --by are one file, mine.toml"),
        (["-o", "KEY"], "-o OUT and --key-file are one file, key"),
        (["--log", "LINK"], "--log and IN are one file"),
        (["--log", "-"], "--log wants a file"),
        (["-o", "FAR"], "cannot write out.eft: there is no folder none; make it first"),
        (["--log", "FAR"], "cannot write out.eft: there is no folder none; make it first"),
    ],
)
def test_no_output_takes_the_place_of_another_file(
    source: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = source.parent
    names = {"IN": "in.eft", "OUT": "out.eft", "BY": "mine.toml", "KEY": "key", "LINK": "link", "FAR": "none/out.eft"}
    (folder / "mine.toml").write_text(KEYED)
    (folder / "key").write_bytes(bytes(range(16)))
    (folder / "link").symlink_to(source)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    option, name = words
    wanted = [option, str(folder / names[name]) if name in names else name]
    line = ["redact", str(source), "-o", str(folder / "out.eft"), "--by", str(folder / "mine.toml")]
    assert main([*line, "--key-file", str(folder / "key"), *wanted]) == 2
    assert said in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_permitted_value_in_place_of_a_pseudonym_reads_alike_by_chance(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tx = nistitl.read(source)
    tx[2][0].put(18, b"ZUCKMAYER,PERSON")  # what is permitted in its place is SAMPLE,PERSON
    source.write_bytes(bytes(tx))
    by, key = source.with_name("mine.toml"), source.with_name("key")
    by.write_text(KEYED.replace('"NAM"', '"FBI"'))
    key.write_bytes(bytes(range(16)))
    assert redacted(source, "--key-file", str(key), "--verify", by=str(by)) == 0
    assert b"SAMPLE,PERSON" in source.with_name("out.eft").read_bytes()
    out = capsys.readouterr().out
    assert "2.018" not in out and "0 places still hold one" in out and "1 read like one by chance" in out


def test_that_nobody_is_named_is_told(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by, key = source.with_name("mine.toml"), source.with_name("key")
    by.write_text(KEYED.replace('"NAM"', '"FBI"'))
    key.write_bytes(bytes(range(16)))
    assert redacted(source, "--key-file", str(key), by=str(by)) == 0
    assert "nobody is named by what the policy calls identity" in capsys.readouterr().err
    by.write_text(KEYED)
    assert redacted(source, "--key-file", str(key), by=str(by)) == 0
    assert capsys.readouterr().err == ""


POLICIES = {
    "nothing": ("", "line 1", "a transaction has a Type-1"),
    "an action": ('[records]\n"1 2" = "keep"\n[fields]\n"2.NAM" = "kep"\n', "line 4", "did you mean 'keep'"),
    "a kind": ('[records]\n"1 2" = "keep"\n[fields]\n"@nmae" = "keep"\n', "line 4", "did you mean 'name'"),
    "a field": ('[records]\n"1 2" = "keep"\n[fields]\n"2.NAMM" = "keep"\n', "line 4", "did you mean 'NAM'"),
    "a section": ('[records]\n"1 2" = "keep"\n[feilds]\n"2.NAM" = "keep"\n', "line", "did you mean 'fields'"),
    "no Type-1": ('[records]\n"2" = "keep"\n', "line 1", "a transaction has a Type-1"),
    "twice": ('[records]\n"1 2" = "keep"\n[fields]\n"*" = "keep"\n"2.NAM" = "drop"\n', "line 5", "never takes effect"),
}


@pytest.mark.parametrize("wrong", POLICIES)
def test_wrong_policies_are_told_by_file_and_line(source: Path, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    by = source.with_name("mine.toml")
    text, line, message = POLICIES[wrong]
    by.write_text(text)
    assert redacted(source, by=str(by)) == 2
    said = capsys.readouterr().err
    assert "mine.toml" in said and line in said and message in said, said
    assert not source.with_name("out.eft").exists()


def test_an_unreadable_file_leaves_neither_output_nor_log(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_bytes(b"no transaction")
    assert redacted(source, "--log", str(source.with_name("log.jsonl"))) == 2
    assert capsys.readouterr().err and [path.name for path in source.parent.iterdir()] == ["in.eft"]
    assert redacted(source.with_name("nowhere.eft")) == 2
