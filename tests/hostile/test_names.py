"""Names that try to leave the folder, and values that try to be more than text in what is printed and written."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz.commands import check_html, check_json, check_junit, check_plain, run
from tests.support.samples import small_transaction

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes are made as POSIX has them")

# -- names ----------------------------------------------------------------------------------------

OUTSIDE = ("../secret", "a/../../secret", "/etc/passwd", "..", "../out/../secret", "./../secret", "a/b/../../../secret")
NOWHERE = ("", "\0", "secret\0", "CON", "NUL.txt", "C:\\secret", "\\\\host\\share", "x" * 5000, "a\nb", "\u202e", ".")


def manifest(folder: Path, name: str, kind: str = "file") -> Path:
    folder.mkdir(exist_ok=True)
    row = f'[[record]]\ntype = 14\nfield = {{"14.999" = {{{kind} = {json.dumps(name)}}}}}\n'
    (folder / MANIFEST).write_text('format = "nistitl-1"\n[[record]]\ntype = 1\n' + row, "utf-8")
    return folder


@pytest.mark.parametrize("kind", ["file", "png"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_pack_reads_nothing_outside_the_folder(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(nistitl.StructureError, match="outside"):
        pack(manifest(tmp_path / "out", name, kind))


@pytest.mark.parametrize("kind", ["file", "png"])
@pytest.mark.parametrize("name", NOWHERE)
def test_pack_says_what_is_wrong_with_a_name(tmp_path: Path, name: str, kind: str) -> None:
    with pytest.raises(nistitl.StructureError) as raised:
        pack(manifest(tmp_path / "out", name, kind))
    check_plain(str(raised.value))


@posix
def test_pack_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = manifest(tmp_path / "out", "link")
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(nistitl.StructureError, match="outside"):
        pack(folder)
    (folder / "link").unlink()
    (folder / "link").symlink_to(folder / "link")
    with pytest.raises(nistitl.StructureError):
        pack(folder)


@posix
@pytest.mark.parametrize("name", [MANIFEST, "pipe"])
def test_pack_does_not_wait_for_a_pipe(tmp_path: Path, name: str) -> None:
    folder = manifest(tmp_path / "out", "pipe")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(nistitl.StructureError, match="no file"):
        pack(folder)


def hostile_names() -> nistitl.Transaction:
    """A transaction that says the name of a file wherever it can."""
    tx = nistitl.read(small_transaction())
    for path in ("14.004", "14.020", "14.011"):
        tx[14][0][path] = b"../../secret"
    tx[14][0]["14.013"] = b"../9"
    face = nistitl.Type10(IMT="FACE", SRC="S", HLL=10, VLL=10, SLC=0, CSP="GRAY", DATA=bytes(100))
    for name in (b"../../secret", b"CON", b"/etc/passwd", b"C:\\x", b"a\0b", b"x" * 300, b"\x1b[31m"):
        mine = face.copy()
        mine["10.003"] = name
        tx.append(mine)
    return tx


ALLOWED = set("abcdefghijklmnopqrstuvwxyz0123456789-.")


@pytest.mark.parametrize("form", ["png", "original", "raw"])
def test_extract_names_files_itself(tmp_path: Path, form: str) -> None:
    hostile_names().write(tmp_path / "in.an2")
    (tmp_path / "secret").write_bytes(b"secret")
    assert main(["extract", str(tmp_path / "in.an2"), "-o", str(tmp_path / "out"), "--as", form]) in (0, 1)
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len(names) >= 8 and all(set(name) <= ALLOWED and len(name) < 120 for name in names)
    assert all(name[:3].isdigit() for name in names)  # and so no name that Windows keeps for itself
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.an2", "out", "secret"]


def test_unpack_names_files_itself(tmp_path: Path) -> None:
    tx = hostile_names()
    names = unpack(tx, tmp_path / "out")
    assert sorted(names) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert all(set(name) <= ALLOWED and (name == MANIFEST or name[:3].isdigit()) for name in names)
    assert pack(tmp_path / "out") == bytes(tx)


@posix
@pytest.mark.parametrize("command", ["extract", "unpack"])
def test_links_in_the_output_folder_are_replaced_not_followed(tmp_path: Path, command: str) -> None:
    """A stranger's folder may hold links of the names that we will write."""
    source = tmp_path / "in.an2"
    source.write_bytes(small_transaction())
    rehearsal, out = tmp_path / "rehearsal", tmp_path / "out"
    arguments = {
        "extract": ["extract", str(source), "-o"],
        "unpack": ["unpack", str(source)],
    }[command]
    assert main([*arguments, str(rehearsal)]) == 0
    out.mkdir()
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    written = [path.name for path in rehearsal.iterdir() if path.name != MANIFEST]
    for name in written:
        (out / name).symlink_to(precious)
    if written:
        (out / written[0]).unlink()
        os.mkfifo(out / written[0])  # nobody reads from it
    assert main([*arguments, str(out)]) == 0
    assert precious.read_bytes() == b"precious"
    assert all((out / name).is_file() and not (out / name).is_symlink() for name in written)


@posix
def test_new_takes_a_dangling_link_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "card.toml").symlink_to(tmp_path / "elsewhere")
    assert main(["new", "-o", str(tmp_path / "card.toml")]) == 2
    assert not (tmp_path / "elsewhere").exists()


@posix
def test_unpack_takes_a_dangling_link_for_a_manifest(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).symlink_to(tmp_path.parent / "elsewhere")
    with pytest.raises(nistitl.StructureError, match="already holds"):
        unpack(nistitl.read(small_transaction()), tmp_path)
    assert not (tmp_path.parent / "elsewhere").exists()


@pytest.mark.parametrize("folder", ["a\0b", "x" * 300])
def test_folders_that_cannot_be(tmp_path: Path, folder: str) -> None:
    with pytest.raises(nistitl.ITLError):
        unpack(nistitl.read(small_transaction()), tmp_path / folder)
    source = tmp_path / "in.an2"
    source.write_bytes(small_transaction())
    assert main(["extract", str(source), "-o", str(tmp_path / folder)]) == 2
    with pytest.raises(nistitl.ITLError):
        pack(tmp_path / folder)


def test_a_profile_that_is_its_own_parent(tmp_path: Path) -> None:
    for name, parent in (("a", "b.toml"), ("b", "a.toml"), ("c", "./c.toml")):
        (tmp_path / f"{name}.toml").write_text(f'[profile]\nname = "{name}"\nparent = "{parent}"\n')
    tx = nistitl.read(small_transaction())
    for name in "abc":
        with pytest.raises(nistitl.ITLError, match="leads back"):
            tx.validate(str(tmp_path / f"{name}.toml"))


@pytest.mark.parametrize("text", ["\\u001b[31m", "\\u202e", "\\u009b", "\\u0000", "a\\u000d"])
@pytest.mark.parametrize("row", ["title = ", "notice = ", "domains = [", "name = "])
def test_tables_with_terminal_escapes_are_refused(tmp_path: Path, text: str, row: str) -> None:
    """Their words stand in every report."""
    path = tmp_path / "layer.toml"
    path.write_text(f'[profile]\n{row}"{text}"{"]" * row.count("[")}\n', "utf-8")
    for arguments in (("profiles", "show", str(path)), ("validate", "-", "--profile", str(path))):
        done = run(small_transaction(), *arguments)
        assert (done.status, done.out) == (2, "") and "terminal" in done.err
        check_plain(done.err)


# -- values ---------------------------------------------------------------------------------------

EVIL = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "<!-- ", "]]>", "&lt;",
    "javascript:x",
    "\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "\u009d0;x\u009c", "\x7f", "\x08\x08", "a\rb",
    "\u202eabc\u202c", "\u2066x\u2069",
    "\u200b\ufeff", "=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "{{7*7}}",
    "%n%s", "a\nb", "\ue000", "\U000e0041",
)  # fmt: skip


def evil_transaction() -> bytes:
    """Each of the values in Type-1, in Type-2 and in fields of which reports tell."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN", charset="utf-8", DAT="20200101")
    text = nistitl.Type2()
    for at, value in enumerate(EVIL):
        text[f"2.{200 + at}"] = value.encode()
    tx.append(text)
    for at, value in enumerate(EVIL):
        tx.append(_face(value.encode(), at))
    assert tx.header is not None
    for at, path in enumerate(("1.004", "1.007", "1.008", "1.009", "1.010", "1.013")):
        tx.header[path] = EVIL[at * 3].encode()
    return bytes(tx)


def _face(value: bytes, at: int) -> nistitl.Record:
    face = nistitl.Type10(IDC=at, SRC="S", HLL=10, VLL=10, SLC=0, CSP="GRAY", DATA=bytes(100))
    for path in ("10.003", "10.004", "10.011", "10.012", "10.020", "10.023", "10.038", "10.039"):
        face[path] = value
    face["10.040"] = value + b"\x1f" + value
    face["10.200"] = value
    face["10.902"] = b"\x1f".join([value] * 4)
    return face


DATA = evil_transaction()


READINGS = [(), ("--profile", "fbi-ebts-10.0"), ("--policy", "repair"), ("--charset", "latin-1")]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    ("arguments", "safe"),
    [
        (("show", "-"), check_plain),
        (("show", "--json", "-"), check_json),
        (("show", "--html", "-"), check_html),
        (("show", "-", "10.003"), check_plain),
        (("show", "--json", "-", "10.003"), check_json),
        (("info", "-"), check_plain),
        (("info", "--json", "-"), check_json),
        (("validate", "--values", "--level", "3", "-"), check_plain),
        (("validate", "--values", "--level", "3", "--json", "-"), check_json),
        (("validate", "--values", "--level", "3", "--format", "html", "-"), check_html),
        (("validate", "--values", "--level", "3", "--format", "junit", "-"), check_junit),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_values_are_text_in_every_report(arguments: tuple[str, ...], safe: Any, reading: tuple[str, ...]) -> None:
    done = run(DATA, *arguments, *reading)
    assert done.status in (0, 1) and len(done.out) > 100
    safe(done.out)
    check_plain(done.err)


def test_values_are_in_the_reports_at_all() -> None:
    assert "alert(1)" in run(DATA, "show", "-").out and "\\x1b[31mred" in run(DATA, "show", "-").out
    page = run(DATA, "show", "--html", "-").out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "\\u202e" in page
    told = json.loads(run(DATA, "show", "--json", "-").out)
    texts = [field.get("text") for record in told["records"] for field in record["fields"]]
    assert set(EVIL) <= set(texts)
    assert "alert(1)" in run(DATA, "validate", "--values", "-").out


def test_the_sheet_shows_names_as_text(tmp_path: Path) -> None:
    pytest.importorskip("PIL", reason="pillow comes with ebtskit[images]")
    source = tmp_path / "in.an2"
    source.write_bytes(DATA)
    assert main(["sheet", str(source), "-o", str(tmp_path / "sheet.html")]) in (0, 1)
    page = (tmp_path / "sheet.html").read_text("utf-8")
    check_html(page)
    assert "&lt;script&gt;" in page and page.count("<figure") == len(EVIL)
    assert main(["sheet", str(source), "-o", str(tmp_path / "sheet.png")]) in (0, 1)
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_the_manifest_shows_names_as_text(tmp_path: Path) -> None:
    unpack(nistitl.read(DATA), tmp_path / "out")
    check_plain((tmp_path / "out" / MANIFEST).read_text("utf-8"))
    assert pack(tmp_path / "out") == DATA


def test_names_of_files_are_text_too(tmp_path: Path, capsys: Any) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows allows no such names")
    evil = tmp_path / "\x1b[31m\u202e<script>.an2"
    evil.write_bytes(DATA)
    other = tmp_path / "\x1b]0;x.an2"
    other.write_bytes(b"1.001:")
    for command in ("info", "info --json", "validate", "validate --json", "roundtrip -v", "roundtrip --json"):
        main([*command.split(), str(evil), str(other)])
        told = capsys.readouterr()
        check_plain(told.out + told.err)
    main(["validate", "--format", "junit", str(evil), str(other)])
    check_junit(capsys.readouterr().out)


def test_errors_quote_nothing_that_a_terminal_obeys() -> None:
    for value in EVIL:
        for error in (nistitl.ITLError(value), nistitl.PathError(value), nistitl.WriteError(value)):
            check_plain(str(error))
    tx = nistitl.read(small_transaction())
    for action in (lambda: tx[2][0]["2.\x1b[31m"], lambda: nistitl.read(small_transaction(), profile="\x1b[31m")):
        with pytest.raises(nistitl.ITLError) as raised:
            action()
        check_plain(str(raised.value))


def test_no_command_writes_spreadsheets() -> None:
    """Formulas are not defused anywhere, as nothing is written that a spreadsheet opens by itself; a writer must."""
    sources = {path.name: path.read_text("utf-8") for path in Path(nistitl.__file__).parent.rglob("*.py")}
    assert [name for name, source in sources.items() if "import csv" in source or "openpyxl" in source] == []
