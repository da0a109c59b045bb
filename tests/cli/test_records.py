"""`nistitl records`, `split`, `join`, and files as the content of fields: what they write, and what they refuse."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl.cli import main
from tests.support.cards import picture as picture_of
from tests.support.cards import saved
from tests.support.samples import IMAGE, ROOT, small_transaction

TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"
BINARY = ROOT / "fixtures" / "tenprint-type4.eft"
LATENT = ROOT / "fixtures" / "latent.eft"


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.an2"
    path.write_bytes(small_transaction())
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.an2"


def others(before: Path, after: Path) -> list[bytes]:
    """The bytes of all records but Type-1 that are in both, as they are now; they must be as they were."""
    was = [bytes(record) for record in nistitl.read(before)][1:]
    return [content for record in nistitl.read(after, policy="strict") if (content := bytes(record)) in was]


# -- remove, move ---------------------------------------------------------------------------------


def test_a_record_is_removed_and_all_others_stay(capsys: Any, out: Path) -> None:
    status, told, _ = run(capsys, "records", "remove", TENPRINT, 14, "--idc", 3, "-o", out)
    assert (status, told) == (0, "record 4, Type-14, IDC 3: removed\n")
    assert [record.idc for record in nistitl.read(out)[14]] == [1, 2, *range(4, 15)]
    assert len(others(TENPRINT, out)) == 14


def test_which_record_must_be_said(capsys: Any, out: Path) -> None:
    for words, said in (
        (["14"], "14 records could be meant; say --idc N"), (["14", "--idc", 77], "no such record by --idc 77"),
        ([], "say which"), (["SEG"], "expected a record type"), (["14.021"], "expected a record type"),
        (["1"], "Type-1 cannot be removed"), (["--record", 0], "no such record"), (["100"], "no record type"),
    ):  # fmt: skip
        status, _, err = run(capsys, "records", "remove", TENPRINT, *words, "-o", out)
        assert status == 2 and said in err and not out.exists(), (words, err)


def test_records_of_one_idc_go_together_where_no_type_is_said(capsys: Any, out: Path) -> None:
    assert run(capsys, "records", "remove", LATENT, "--idc", 1, "--all", "-o", out)[0] == 0
    assert [record.type for record in nistitl.read(out, policy="strict")] == [1, 2]


def test_what_is_left_of_a_removed_image_is_told(capsys: Any, tmp_path: Path, out: Path) -> None:
    status, _, err = run(capsys, "records", "remove", LATENT, 13, "-o", out)
    assert status == 0 and "record 2, Type-9, has IDC 1, too, and was kept" in err
    efs = ROOT / "fixtures" / "records" / "type09-0502.an2"
    _, _, err = run(capsys, "records", "remove", efs, 14, "-o", out)
    assert "9.360.1.1 of record 6 names IDC 7, which is gone" in err


def test_records_are_moved_and_keep_their_order(capsys: Any, out: Path) -> None:
    assert run(capsys, "records", "move", LATENT, 9, "--to", 2, "-o", out)[0] == 0
    tx = nistitl.read(out, policy="strict")
    assert [record.type for record in tx] == [1, 2, 9, 13] and tx[9][0].image_record is tx[13][0]
    assert len(others(LATENT, out)) == 3
    assert run(capsys, "records", "move", TENPRINT, 14, "--all", "--to", 1, "-o", out)[0] == 0
    assert [record.idc for record in nistitl.read(out, policy="strict")][1:] == [*range(1, 15), 0]


@pytest.mark.parametrize("to", [0, 4, -1])
def test_a_place_that_is_none_is_refused(capsys: Any, file: Path, out: Path, to: int) -> None:
    status, _, err = run(capsys, "records", "move", file, 14, f"--to={to}", "-o", out)
    assert status == 2 and "from 1 to 3" in err and not out.exists()


# -- add ------------------------------------------------------------------------------------------


def test_a_record_of_another_file_gets_an_idc_that_is_free(capsys: Any, tmp_path: Path, out: Path) -> None:
    two = tmp_path / "two.an2"
    assert run(capsys, "records", "add", LATENT, 9, "--from", LATENT, "-o", two)[0] == 0
    assert [(record.type, record.idc) for record in nistitl.read(two)][1:] == [(2, 0), (13, 1), (9, 1), (9, 2)]
    status, told, _ = run(capsys, "records", "add", two, 9, "--from", two, "--all", "--at", 1, "-o", out)
    assert status == 0 and told.count("added") == 2
    assert [(record.type, record.idc) for record in nistitl.read(out)][1:4] == [(9, 3), (9, 4), (2, 0)]
    status, _, _ = run(capsys, "records", "add", TENPRINT, 9, "--from", LATENT, "IDC=3", "-o", out)
    tx = nistitl.read(out, policy="strict")
    assert status == 0 and tx[9][0].image_record is tx[14][2] and len(others(TENPRINT, out)) == 15


def test_a_record_that_goes_comes_back_the_same(capsys: Any, tmp_path: Path, out: Path) -> None:
    less = tmp_path / "less.an2"
    run(capsys, "records", "remove", TENPRINT, 14, "--idc", 3, "-o", less)
    run(capsys, "records", "add", less, 14, "--from", TENPRINT, "--idc", 3, "--at", 4, "-o", out)
    assert [bytes(one) for one in nistitl.read(out)][1:] == [bytes(one) for one in nistitl.read(TENPRINT)][1:]
    assert nistitl.read(out)[1][0].CNT == nistitl.read(TENPRINT)[1][0].CNT


def test_a_record_of_fields_alone(capsys: Any, file: Path, out: Path) -> None:
    fields = ["FGP=2", "14.IMP=1", "14.020=a comment, and more", 'SEG=[["2","1","2","3","4"]]']
    assert run(capsys, "records", "add", "-o", out, file, 14, *fields)[0] == 0
    added = nistitl.read(out, policy="strict")[14][-1]
    assert (added.idc, added.FGP, added.IMP, added.COM) == (3, (2,), 1, "a comment, and more")
    assert added.SEG[0].BVC == 4 and len(others(file, out)) == 3
    status, _, err = run(capsys, "records", "add", file, 14, "13.020=x", "-o", out)
    assert status == 2 and "the record is a Type-14" in err


def test_a_type_2_by_the_names_of_a_profile(capsys: Any, file: Path, out: Path) -> None:
    assert run(capsys, "records", "add", file, 2, "NAM=DOE,JANE", "-o", out)[0] == 2
    words = ["NAM=DOE,JANE", "2.SEX=F", "--profile", "fbi-ebts-10.0"]
    assert run(capsys, "records", "add", file, 2, *words, "-o", out)[0] == 0
    assert nistitl.read(out)[2][1]["2.018"].text == "DOE,JANE" and nistitl.read(out)[2][1]["2.024"].text == "F"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pytest.importorskip("imagecodecs")
    record = nistitl.read(TENPRINT)[14][1]
    path = tmp_path / "print.png"
    path.write_bytes(record.DATA)
    return path


def test_a_record_of_a_picture(capsys: Any, file: Path, out: Path, picture: Path) -> None:
    assert run(capsys, "records", "add", file, 14, "--image", picture, "FGP=2", "IMP=1", "-o", out)[0] == 0
    added = nistitl.read(out, policy="strict")[14][-1]
    assert (added.HLL, added.VLL, added.CGA, added.THPS, added.FGP) == (400, 400, "PNG", 500, (2,))
    assert bytes(added.DATA) == picture.read_bytes() and not added.image_findings()


def test_a_picture_of_another_form_is_encoded(capsys: Any, file: Path, out: Path, picture: Path) -> None:
    from PIL import Image

    scan = picture.with_name("scan.bmp")
    Image.open(picture).save(scan, dpi=(500, 500))
    words = ["--image", scan, "FGP=2", "IMP=1"]
    assert run(capsys, "records", "add", file, 4, *words, "-o", out)[0] == 2 and not out.exists()
    assert run(capsys, "records", "add", file, 4, *words, "--codec", "WSQ20", "-o", out)[0] == 0
    added = nistitl.read(out, policy="strict")[4][-1]
    assert (added.HLL, added.codec, added.FGP) == (400, "WSQ20", (2,)) and not added.image_findings()


@pytest.mark.parametrize(
    ("ppi", "given", "advice", "more"),
    [
        (500, ["--codec", "WSQ20"], "--gray makes it gray", ["--gray"]),
        (300, ["--codec", "WSQ20", "--gray", "--resample", 500], "--upsample invents pixels", ["--upsample"]),
        (500, ["--ppi", 600], "--override-ppi keeps ppi", ["--override-ppi"]),
        (None, [], "give --ppi", ["--ppi", 500]),
    ],
)
def test_what_a_refusal_advises_is_an_option(
    capsys: Any, tmp_path: Path, file: Path, out: Path, ppi: int | None, given: list[object], advice: str,
    more: list[object],
) -> None:  # fmt: skip
    shown = tmp_path / "colour.png"
    saved(shown, np.dstack([picture_of(96), picture_of(96), picture_of(96) // 2]), ppi)
    asked = ["records", "add", file, 14, "FGP=2", "--image", shown, "-o", out, *given]
    status, _, told = run(capsys, *asked)
    assert status == 2 and advice in told and "=True" not in told and not out.exists()
    assert run(capsys, *asked, *more)[0] == 0 and len(nistitl.read(out)[14]) == 2


def test_commands_of_the_readme_work(capsys: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Each `nistitl records ...` that README.md prints, as it stands."""
    monkeypatch.chdir(tmp_path)
    for name in ("FILE", "OTHER"):
        Path(name).write_bytes(TENPRINT.read_bytes())
    commands = re.findall(r"`nistitl (records [^`]*)`", (ROOT / "README.md").read_text("utf-8"))
    assert {line.split()[1] for line in commands} == {"add", "remove", "move", "renumber"} and len(commands) == 5
    for line in commands:
        assert run(capsys, *line.split())[0] == 0, line


def test_a_picture_that_its_fields_contradict(capsys: Any, file: Path, out: Path, picture: Path) -> None:
    for words, said in (
        (["14", "--image", picture, "HLL=300"], "image-size"), (["14", "--image", picture, "CGA=WSQ20"], "image-cga"),
        (["2", "--image", picture], "Type-2 holds no image"), (["14", "--ppi", 500], "are for --image"),
        (["14", "--image", picture.with_name("none.png")], "none.png: cannot be read"),
        (["14", "--from", file, "--image", picture], "--from gives whole records"), (["14", "--idc", 3], "IDC=N"),
    ):  # fmt: skip
        status, _, err = run(capsys, "records", "add", file, *words, "-o", out)
        assert status == 2 and said in err and not out.exists(), (words, err)


# -- renumber -------------------------------------------------------------------------------------


def test_idcs_are_renumbered(capsys: Any, tmp_path: Path, out: Path) -> None:
    moved = tmp_path / "moved.an2"
    run(capsys, "records", "move", TENPRINT, 14, "--idc", 5, "--to", 2, "-o", moved)
    status, told, err = run(capsys, "records", "renumber", moved, "--json", "-o", out)
    assert status == 0 and {"was": 5, "idc": 1} in json.loads(told) and "--profile" in err
    tx = nistitl.read(out, policy="strict")
    assert [record.idc for record in tx][1:] == list(range(15)) and tx[14][0].FGP == (5,)
    _, told, err = run(capsys, "records", "renumber", TENPRINT, "1=2", "2=1", "--profile", "auto", "-o", out)
    assert told == "IDC 1 is now 2\nIDC 2 is now 1\n" and err == ""
    for words in (["1=2"], ["1=2", "1=3"], ["x=1"], ["1"], ["=", "1=2"], ["1=" + "9" * 5000]):
        assert run(capsys, "records", "renumber", TENPRINT, *words, "-o", tmp_path / "no.an2")[0] == 2, words
    assert not (tmp_path / "no.an2").exists()


# -- split, join ----------------------------------------------------------------------------------


def test_parts_joined_are_the_file(capsys: Any, tmp_path: Path, out: Path) -> None:
    whole = tmp_path / "all.eft"
    content = BINARY.read_bytes() + small_transaction() + b"\0\0\r\n" + LATENT.read_bytes() + TENPRINT.read_bytes()
    whole.write_bytes(content)
    status, told, err = run(capsys, "split", whole, "-o", tmp_path / "parts")
    names = sorted(path.name for path in (tmp_path / "parts").iterdir())
    assert names == ["001.eft", "002.eft", "003.eft", "004.eft"] and told.count("records") == 4
    assert status == 1 and "002.eft: " in err and "bytes-after" in err
    assert (tmp_path / "parts" / names[1]).read_bytes() == small_transaction() + b"\0\0\r\n"
    status, told, err = run(capsys, "join", "-o", out, *[tmp_path / "parts" / name for name in names])
    assert out.read_bytes() == content and "4 transactions" in told and "bytes-after" in err and status == 1


def test_hundreds_of_parts_are_named_in_their_order(capsys: Any, tmp_path: Path) -> None:
    whole = tmp_path / "all"
    whole.write_bytes(small_transaction() * 1001)
    status, told, _ = run(capsys, "split", whole, "-o", tmp_path / "parts", "--json")
    rows = json.loads(told)
    assert status == 0 and len(rows) == 1001 and rows[0]["file"] == "0001.an2" and rows[-1]["file"] == "1001.an2"
    assert sorted(row["file"] for row in rows) == [row["file"] for row in rows]


def test_split_writes_over_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same file again is the same parts; another one's would be lost."""
    one = small_transaction()
    other = one.replace(b"TCN1", b"TCN2")
    (tmp_path / "one.an2").write_bytes(one + one)
    (tmp_path / "other.an2").write_bytes(one + other)
    for _ in range(2):
        assert run(capsys, "split", tmp_path / "one.an2", "-o", tmp_path / "parts")[0] == 0
    status, _, err = run(capsys, "split", tmp_path / "other.an2", "-o", tmp_path / "parts")
    assert status == 2 and "002.an2 is there already, with other content" in err
    assert [path.read_bytes() for path in sorted((tmp_path / "parts").iterdir())] == [one, one]


def test_parts_of_another_file_are_not_mixed_in(capsys: Any, tmp_path: Path, file: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "002.an2").write_bytes(b"of another file")
    status, _, err = run(capsys, "split", file, "-o", parts)
    assert status == 2 and "002.an2" in err and [path.name for path in parts.iterdir()] == ["002.an2"]


def test_packages_of_xml_are_split_and_it_is_told_that_they_do_not_join(capsys: Any, tmp_path: Path, out: Path) -> None:
    one = bytes(nistitl.read(small_transaction()).convert("xml").transaction)
    body = one[one.index(b"?>") + 2 :]
    (tmp_path / "two.xml").write_bytes(b"<all>" + body + body + b"</all>")
    status, _, err = run(capsys, "split", tmp_path / "two.xml", "-o", tmp_path / "parts")
    assert status == 1 and "joined they are not the file" in err
    parts = sorted((tmp_path / "parts").iterdir())
    assert [path.name for path in parts] == ["001.xml", "002.xml"] and len(nistitl.read(parts[0])) == 4
    status, _, err = run(capsys, "join", *parts, "-o", out)
    assert status == 2 and "xml documents cannot stand one after another" in err and not out.exists()


@pytest.mark.parametrize("cut", [1, 200, 1500])
def test_what_would_be_read_otherwise_is_not_joined(
    capsys: Any, tmp_path: Path, file: Path, out: Path, cut: int
) -> None:
    short = tmp_path / "short.an2"
    short.write_bytes(small_transaction()[:-cut])
    status, _, err = run(capsys, "join", short, file, "-o", out)
    assert status == 2 and "short.an2 cannot stand before another" in err and not out.exists()
    assert run(capsys, "join", "--damaged", short, file, "-o", out)[0] == 1
    assert out.read_bytes() == short.read_bytes() + small_transaction()
    assert run(capsys, "join", file, short, "-o", out)[0] == 1  # at the end it is cut as it was
    assert out.read_bytes() == small_transaction() + short.read_bytes()


def test_what_lacks_records_is_not_joined(capsys: Any, tmp_path: Path, file: Path, out: Path) -> None:
    short = tmp_path / "short.an2"
    short.write_bytes(b"".join(bytes(record) for record in nistitl.read(file).records[:-1]))
    status, _, err = run(capsys, "join", short, file, "-o", out)
    assert status == 2 and "cnt-missing-record" in err and not out.exists()


def test_what_would_become_a_part_of_the_one_before_is_not_joined(capsys: Any, tmp_path: Path, out: Path) -> None:
    first, second = tmp_path / "first.an2", tmp_path / "second.an2"
    tx = nistitl.read(small_transaction())
    first.write_bytes(small_transaction())
    second.write_bytes(b"\n" + bytes(tx))
    status, _, err = run(capsys, "join", first, second, "-o", out)
    assert status == 2 and "bytes before its first record" in err and not out.exists()


def test_what_is_no_transaction_is_not_joined(capsys: Any, tmp_path: Path, file: Path, out: Path) -> None:
    (tmp_path / "text.txt").write_text("not one")
    (tmp_path / "empty").write_bytes(b"")
    for name in ("text.txt", "empty", "missing"):
        status, _, err = run(capsys, "join", file, tmp_path / name, "-o", out)
        assert status == 2 and name in err and not out.exists(), name


# -- files as the content of fields ---------------------------------------------------------------


def test_an_image_of_a_file_and_what_follows_it(capsys: Any, tmp_path: Path, out: Path) -> None:
    pytest.importorskip("imagecodecs")
    print_ = tmp_path / "print.wsq"
    print_.write_bytes(nistitl.Type14.from_image(nistitl.read(TENPRINT)[14][12].array, codec="WSQ20", ppi=500).DATA)
    status, _, err = run(capsys, "set", TENPRINT, f"14.999=@{print_}", "--idc", 2, "-o", out)
    assert status == 0
    before, after = nistitl.read(TENPRINT)[14][1], nistitl.read(out, policy="strict")[14][1]
    assert (after.HLL, after.VLL, after.CGA) == (1160, 448, "WSQ20") and bytes(after.DATA) == print_.read_bytes()
    same = [key for key in after.keys() if bytes(before[key].raw) == bytes(after[key].raw)]
    assert set(after.keys()) - set(same) == {1, 6, 7, 11, 996, 999}
    assert set(before.keys()) - set(after.keys()) == {16, 17, 22, 24} and "14.022 NQM" in err  # measured on the old one
    assert run(capsys, "set", TENPRINT, f"14.999=@{print_}", "--keep", "NQM", "--idc", 2, "-o", out)[0] == 0
    assert nistitl.read(out)[14][1].NQM == before.NQM
    assert after.HAS != before.HAS and not after.image_findings() and len(others(TENPRINT, out)) == 14


def test_a_binary_record_takes_one_too(capsys: Any, out: Path, picture: Path) -> None:
    assert run(capsys, "set", BINARY, f"4.DATA=@{picture}", "--idc", 13, "-o", out)[0] == 0
    after = nistitl.read(out, policy="strict")[4][12]
    assert (after.HLL, after.VLL, after.codec) == (400, 400, "PNG") and not after.image_findings()


def test_uncompressed_pixels_have_the_size_that_the_record_says(
    capsys: Any, tmp_path: Path, file: Path, out: Path
) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(bytes(reversed(IMAGE)))
    assert run(capsys, "set", file, f"14.999=@{raw}", "-o", out)[0] == 0
    assert bytes(nistitl.read(out)[14][0].DATA) == raw.read_bytes()
    raw.write_bytes(IMAGE[:-1])
    status, _, err = run(capsys, "set", file, f"14.999=@{raw}", "-o", tmp_path / "no")
    assert status == 2 and "image-data-size" in err and not (tmp_path / "no").exists()


def test_a_picture_becomes_what_the_options_say(capsys: Any, tmp_path: Path, out: Path) -> None:
    """Each hint of `set` is an option of it, and does what it says."""
    saved(tmp_path / "scan.tif", picture_of(192), 1000)
    saved(tmp_path / "colour.bmp", np.dstack([picture_of(96)] * 3))
    put = ["set", TENPRINT, "--idc", 2, "-o", out, f"14.999=@{tmp_path / 'scan.tif'}"]
    status, _, err = run(capsys, *put)
    assert status == 2 and "--codec names the one" in err and "Python" not in err and not out.exists()
    sizes = []
    for rate in (0.75, 2.25):
        assert run(capsys, *put, "--codec", "WSQ20", "--resample", 500, "--bitrate", rate)[0] == 0
        after = nistitl.read(out, policy="strict")[14][1]
        assert (after.HLL, after.THPS, after.codec, after.FGP) == (
            96,
            500,
            "WSQ20",
            (2,),
        ) and not after.image_findings()
        sizes.append(len(after.DATA))
    assert sizes[0] < sizes[1] and len(others(TENPRINT, out)) == 14
    put[-1] = f"14.999=@{tmp_path / 'colour.bmp'}"
    status, _, err = run(capsys, *put, "--codec", "WSQ20")
    assert status == 2 and "--gray makes it gray" in err
    assert run(capsys, *put, "--codec", "WSQ20", "--gray")[0] == 0
    for words in ["2.018=DOE,JANE"], [f"14.200=@{tmp_path / 'scan.tif'}"]:
        status, _, err = run(capsys, "set", TENPRINT, *words, "--all", "--codec", "WSQ20", "-o", tmp_path / "no")
        assert status == 2 and "--codec" in err and not (tmp_path / "no").exists(), words


@pytest.mark.parametrize(("option", "size"), [("--turn", (60, 96)), ("--no-turn", (96, 60))])
def test_a_picture_that_lies_on_its_side(
    capsys: Any, tmp_path: Path, out: Path, option: str, size: tuple[int, int]
) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x112] = 6
    Image.fromarray(picture_of(96)[:60]).save(tmp_path / "side.jpg", dpi=(500, 500), exif=exif)
    put = ["set", TENPRINT, "--idc", 2, "-o", out, f"14.999=@{tmp_path / 'side.jpg'}"]
    status, _, err = run(capsys, *put)
    assert status == 2 and option in err and "Python" not in err and not out.exists()
    assert run(capsys, *put, option)[0] == 0
    after = nistitl.read(out, policy="strict")[14][1]
    assert (after.HLL, after.VLL) == size


def test_a_record_of_a_picture_at_a_bit_rate(capsys: Any, tmp_path: Path, file: Path, out: Path) -> None:
    saved(tmp_path / "print.png", picture_of(96))
    add = ["records", "add", file, 14, "FGP=2", "IMP=1", "--image", tmp_path / "print.png", "-o", out]
    status, _, err = run(capsys, *add, "--bitrate", 2.25)
    assert status == 2 and "--codec names what to encode it by" in err and not out.exists()
    assert run(capsys, *add, "--codec", "WSQ20", "--bitrate", 2.25)[0] == 0
    from nistitl.images import wsq

    assert bytes(nistitl.read(out)[14][-1].DATA) == wsq.encode(picture_of(96), bitrate=2.25, ppi=500)


def test_contradictions_are_refused(capsys: Any, tmp_path: Path, out: Path, picture: Path) -> None:
    from PIL import Image

    fine = tmp_path / "fine.png"
    Image.open(picture).save(fine, dpi=(1000, 1000))
    Image.open(picture).save(tmp_path / "print.bmp")
    for changes, said in (
        ([f"14.999=@{picture}", "14.006=100"], "image-size"), ([f"14.999=@{picture}", "14.011=WSQ20"], "image-cga"),
        ([f"14.999=@{tmp_path / 'print.bmp'}"], "not BMP"),
        ([f"14.999=@{ROOT / 'README.md'}"], "no codestream that is known"), (["14.999=@none"], "none: cannot read"),
    ):  # fmt: skip
        status, _, err = run(capsys, "set", TENPRINT, *changes, "--idc", 2, "-o", out)
        assert status == 2 and said in err and not out.exists(), (changes, err)
    for words, ppi in ([], 1000), (["--override-ppi"], 500):
        assert run(capsys, "set", TENPRINT, f"14.999=@{fine}", *words, "--idc", 2, "-o", out)[0] == 0
        assert nistitl.read(out)[14][1].THPS == ppi
    status, _, err = run(capsys, "set", BINARY, f"4.009=@{fine}", "--idc", 2, "-o", out)
    assert status == 2 and "1.011 NSR" in err  # of which all other records are


def test_an_at_sign_in_text_is_text(capsys: Any, file: Path, out: Path) -> None:
    assert run(capsys, "set", file, "2.018=@x", "14.020=@y", "-o", out)[0] == 0
    tx = nistitl.read(out)
    assert (tx[2][0]["2.018"].text, tx[14][0].COM) == ("@x", "@y")


def test_any_bytes_are_the_content_of_what_is_no_image(capsys: Any, tmp_path: Path, out: Path) -> None:
    source = ROOT / "fixtures" / "records" / "type21-0502.an2"
    at = next(at for at, record in enumerate(nistitl.read(source)) if record.type == 21 and record.DATA)
    (tmp_path / "any").write_bytes(b"\x1c\x1d anything")
    assert run(capsys, "set", source, f"21.999=@{tmp_path / 'any'}", "--record", at, "-o", out)[0] == 0
    assert bytes(nistitl.read(out, policy="strict").records[at].DATA) == b"\x1c\x1d anything"


def test_standard_input_is_such_a_file(capsys: Any, file: Path, out: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(IMAGE[::-1])))
    assert run(capsys, "set", file, "14.999=@-", "-o", out)[0] == 0
    assert bytes(nistitl.read(out)[14][0].DATA) == IMAGE[::-1]


# -- selection and paths --------------------------------------------------------------------------


def test_mnemonics_stand_in_paths(capsys: Any, out: Path) -> None:
    assert run(capsys, "show", TENPRINT, "14.SEG.2.RHC", "--idc", 13)[:2] == (0, "567\n")
    assert run(capsys, "show", TENPRINT, "14.SEG.2.RHC", "--record", 14)[:2] == (0, "567\n")
    assert run(capsys, "show", TENPRINT, "2.NAM", "--profile", "fbi-ebts-10.0")[1] == "SYNTHETIC,PERSON A\n"
    status, _, err = run(capsys, "show", TENPRINT, "2.NAM")
    assert status == 2 and "--profile" in err
    changes = ["2.NAM=DOE,J", "--delete", "14.SEG", "--all", "--profile", "fbi-ebts-10.0"]
    assert run(capsys, "set", TENPRINT, *changes, "-o", out)[0] == 0
    tx = nistitl.read(out, policy="strict")
    assert tx[2][0]["2.018"].text == "DOE,J" and not any(record.SEG for record in tx[14])
    with pytest.raises(nistitl.PathError, match="numbers only"):
        tx[2][0]["14.SEG"]
    assert tx[14][0]["14.FGP"].path == "14.013" and "14.SEG" not in tx[14][0]


def test_delete_all_passes_over_those_that_lack_it(capsys: Any, tmp_path: Path, out: Path) -> None:
    had = [record.idc for record in nistitl.read(TENPRINT)[14] if "14.021" in record]
    status, told, _ = run(capsys, "set", TENPRINT, "--delete", "14.021", "--all", "--json", "-o", out)
    assert status == 0 and [row["idc"] for row in json.loads(told)] == had and 0 < len(had) < 14
    status, _, err = run(capsys, "set", out, "--delete", "14.021", "--all", "-o", tmp_path / "no")
    assert status == 2 and "none of the 14 records has it" in err and not (tmp_path / "no").exists()


def test_records_of_one_idc_are_told_apart_by_their_place(capsys: Any, tmp_path: Path, out: Path) -> None:
    tx = nistitl.read(small_transaction())
    tx.append(tx[14][0].copy())
    tx.write(tmp_path / "same.an2")
    status, _, err = run(capsys, "set", tmp_path / "same.an2", "14.020=X", "-o", out)
    assert status == 2 and "--record N (3, 4)" in err
    assert run(capsys, "set", tmp_path / "same.an2", "14.020=X", "--record", 4, "-o", out)[0] == 0
    assert [record.COM for record in nistitl.read(out)[14]] == ["a comment", "X"]


def test_options_and_arguments_come_in_any_order(capsys: Any, file: Path, out: Path) -> None:
    assert run(capsys, "set", "-o", out, file, "2.018=ONE")[0] == 0
    assert run(capsys, "set", file, "--delete", "2.019", "2.018=TWO", "-o", out)[0] == 0
    assert nistitl.read(out)[2][0]["2.018"].text == "TWO"
    assert run(capsys, "show", file, "--json", "2.018")[0] == 0


def test_one_is_no_plural(capsys: Any, tmp_path: Path, file: Path, out: Path) -> None:
    assert run(capsys, "join", file, "-o", out)[1].endswith(" bytes, 1 transaction\n")
    assert run(capsys, "join", file, file, "-o", out)[1].endswith(" bytes, 2 transactions\n")
    head = nistitl.read(file)
    for record in head.records[1:]:
        head.remove(record)
    head.write(out)
    assert ", 1 record: " in repr(nistitl.read(out))
