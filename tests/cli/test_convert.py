"""The command line on XML: conversion, schemas, and every other command on both flavours."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.records.type14 import Type14
from nistitl.xml.schemas import Schemas
from nistitl.xml.vocabularies import VOCABULARIES
from tests.support.samples import ROOT, small_transaction
from tests.xml.test_corpus import SCHEMAS

FLAVOURS = ("niem2", "niem4")
TITLES = {name: vocabulary.title for name, vocabulary in VOCABULARIES.items()}
STRANGER = b"<nc:StrangeText xmlns:nc='http://niem.gov/niem/niem-core/2.0'>x</nc:StrangeText>"


def xml(vocabulary: Any = "niem2") -> bytes:
    return bytes(nistitl.read(small_transaction()).convert("xml", vocabulary).transaction)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.an2"
    path.write_bytes(small_transaction())
    return path


@pytest.fixture(params=FLAVOURS)
def flavour(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def document(tmp_path: Path, flavour: str) -> Path:
    path = tmp_path / "small.xml"
    path.write_bytes(xml(flavour))
    return path


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


# -- convert ----------------------------------------------------------------------------------


def test_convert_there_and_back(capsys: Any, file: Path, tmp_path: Path, flavour: str) -> None:
    there, back = tmp_path / "there.xml", tmp_path / "back.an2"
    status, out, err = run(capsys, "convert", file, there, "--vocabulary", flavour)
    assert (status, err) == (0, "") and f"there.xml: XML ({TITLES[flavour]}), 4 records, " in out
    assert there.read_bytes() == xml(flavour)
    status, out, err = run(capsys, "convert", there, back)
    assert (status, err) == (0, "") and out.startswith(f"{back}: traditional, 4 records, ")
    assert back.read_bytes() == small_transaction()


def test_convert_goes_by_what_was_said_then_by_the_name(capsys: Any, file: Path, tmp_path: Path) -> None:
    def encoding(*arguments: object) -> tuple[str, str | None]:
        out = tmp_path / str(arguments[0])
        assert run(capsys, "convert", file, out, *arguments[1:])[0] == 0
        tx = nistitl.read(out)
        return tx.encoding, tx.vocabulary

    assert encoding("a") == encoding("a.XML") == encoding("b.an2", "--to", "xml") == ("xml", "niem2")
    assert encoding("c.xml", "--to", "traditional") == ("traditional", None)
    assert encoding("d", "--vocabulary", "niem4") == ("xml", "niem4")


def test_convert_between_flavours(capsys: Any, tmp_path: Path, document: Path, flavour: str) -> None:
    other = next(name for name in FLAVOURS if name != flavour)
    assert run(capsys, "convert", document, tmp_path / "o.xml", "--vocabulary", other)[::2] == (0, "")
    assert (tmp_path / "o.xml").read_bytes() == xml(other)


def test_convert_writes_what_is_so_already_as_it_is(capsys: Any, file: Path, tmp_path: Path) -> None:
    odd = xml().replace(b"\n", b"\r\n")
    (tmp_path / "in.xml").write_bytes(odd)
    for source, arguments in ((tmp_path / "in.xml", ["--to", "xml"]), (file, ["--to", "traditional"])):
        status, _, err = run(capsys, "convert", source, tmp_path / "out", *arguments)
        assert status == 0 and "written as it is" in err
        assert (tmp_path / "out").read_bytes() == source.read_bytes()


def test_convert_tells_losses_and_ends_with_1(capsys: Any, tmp_path: Path) -> None:
    old = ROOT / "fixtures" / "records" / "type03-0300.an2"
    status, out, err = run(capsys, "convert", old, tmp_path / "o.xml")
    assert status == 1 and "xml-record-unsayable" in err and "loss" in out
    assert all(record.type != 3 for record in nistitl.read(tmp_path / "o.xml"))
    status, out, err = run(capsys, "convert", "--json", old, tmp_path / "o.xml")
    told = json.loads(out)
    assert status == 1 and err == "" and (told["encoding"], told["vocabulary"]) == ("xml", "niem2")
    assert "xml-record-unsayable" in {row["code"] for row in told["losses"]}
    assert told["bytes"] == (tmp_path / "o.xml").stat().st_size


def test_notes_of_spelling_are_no_losses(capsys: Any, tmp_path: Path) -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type14-0502.an2")
    tx[14][0]["14.018"] = b"1\x1f"  # a separator behind the last item, which XML has not
    path = tmp_path / "spelled.an2"
    tx.write(path)
    status, out, err = run(capsys, "convert", "--json", path, tmp_path / "o.xml")
    assert {row["severity"] for row in json.loads(out)["losses"]} == {"note"} and (status, err) == (0, "")
    status, out, err = run(capsys, "convert", path, tmp_path / "o.xml")
    assert (status, err) == (0, "") and "loss" not in out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            b"</itl:PackageFingerprintImageRecord>",
            STRANGER + b"</itl:PackageFingerprintImageRecord>",
            "element-unknown",
        ),
        (b"</itl:NISTB", b"<itl:PackageOther/></itl:NISTB", "record-unknown"),
    ],
)
def test_what_only_xml_can_hold_is_told_as_lost(capsys: Any, tmp_path: Path, old: bytes, new: bytes, code: str) -> None:
    path = tmp_path / "in.xml"
    path.write_bytes(xml().replace(old, new))
    for arguments in ([tmp_path / "o"], [tmp_path / "o.xml", "--vocabulary", "niem4"]):
        status, _, err = run(capsys, "convert", path, *arguments)
        assert status == 1 and f"xml-{code}" in err and ", line " in err


def test_what_stands_around_the_package_is_told_as_lost(capsys: Any, tmp_path: Path) -> None:
    head, rest = xml().split(b"?>", 1)
    path = tmp_path / "in.xml"
    path.write_bytes(head + b"?>\n<e><h><x/></h><b>" + rest + b"</b></e>")
    status, _, err = run(capsys, "convert", path, tmp_path / "o")
    assert status == 1 and "xml-around: 2 elements" in err
    assert (tmp_path / "o").read_bytes() == small_transaction()
    path.write_bytes(head + b"?>\n<e><b>" + rest + b"</b></e>")
    assert run(capsys, "convert", path, tmp_path / "o")[0] == 0


def test_convert_through_pipes(capsysbinary: Any, monkeypatch: Any) -> None:
    def piped(data: bytes, *arguments: str) -> tuple[int, bytes]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        status = main(["convert", "-", "-", *arguments])
        return status, capsysbinary.readouterr().out

    assert piped(small_transaction()) == (0, xml())
    assert piped(xml()) == (0, small_transaction())
    assert piped(xml(), "--vocabulary", "niem4", "--json") == (0, xml("niem4"))


@pytest.mark.parametrize("content", [b"", b"text", b"<a/>", b"<itl:a", xml()[:-20]])
def test_convert_harms_nothing_when_it_fails(capsys: Any, tmp_path: Path, content: bytes) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(content)
    target.write_bytes(b"kept")
    status, out, err = run(capsys, "convert", source, target)
    assert status == 2 and out == "" and err.startswith("nistitl: ")
    assert target.read_bytes() == b"kept" and sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]
    assert run(capsys, "convert", tmp_path / "none", target)[0] == 2
    assert run(capsys, "convert", "--to", "traditional", "--vocabulary", "niem2", source, target)[0] == 2


def test_convert_into_a_folder_that_is_not_there(capsys: Any, file: Path, tmp_path: Path) -> None:
    status, _, err = run(capsys, "convert", file, tmp_path / "no" / "o.xml")
    assert status == 2 and "cannot write" in err


def test_a_profile_says_type_2_in_the_elements_of_its_domain(capsys: Any, file: Path, tmp_path: Path) -> None:
    run(capsys, "convert", file, tmp_path / "o.xml", "--profile", "fbi-ebts-10.0")
    assert b"<ebts:" in (tmp_path / "o.xml").read_bytes()
    run(capsys, "convert", tmp_path / "o.xml", tmp_path / "o.an2")
    assert nistitl.read(tmp_path / "o.an2")[2][0]["2.018"].text == "PLANTED,NAME"


# -- validate ---------------------------------------------------------------------------------

ITL_XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://biometrics.nist.gov/standard/2011">
  <xs:element name="NISTBiometricInformationExchangePackage"><xs:complexType><xs:sequence>
    <xs:any maxOccurs="{most}" processContents="lax"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
NC_XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="http://niem.gov/niem/niem-core/2.0">
  <xs:element name="IdentificationID"><xs:simpleType><xs:restriction base="xs:string">
    <xs:enumeration value="ORI"/><xs:pattern value="[A-Z0-9]+"/>
  </xs:restriction></xs:simpleType></xs:element>
  <xs:element name="Date" type="xs:date"/>
</xs:schema>"""


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    pytest.importorskip("lxml", reason="lxml comes with ebtskit[xml]")
    folder = tmp_path / "schemas"
    folder.mkdir()
    (folder / "itl.xsd").write_text(ITL_XSD.format(most=4))
    return folder


def test_schemas_are_checked_after_the_rest(capsys: Any, schemas: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.xml"
    path.write_bytes(xml())
    before = json.loads(run(capsys, "validate", "--json", path)[1])[0]["findings"]
    assert json.loads(run(capsys, "validate", "--json", "--schemas", schemas, path)[1])[0]["findings"] == before
    (schemas / "itl.xsd").write_text(ITL_XSD.format(most=3))
    status, out, _ = run(capsys, "validate", "--json", "--schemas", schemas, path)
    *others, last = json.loads(out)[0]["findings"]
    assert status == 1 and others == before
    line = xml()[: xml().index(b"<itl:PackageFingerprintImageRecord")].count(b"\n") + 1
    assert (last["code"], last["severity"], last["line"]) == ("xml-schema", "error", line)
    assert "PackageFingerprintImageRecord" in last["message"] and last["xpath"].startswith("/itl:NIST")
    for form in ("text", "html", "junit"):
        out = run(capsys, "validate", "--format", form, "--schemas", schemas, path)[1]
        assert "xml-schema" in out and f"line {line}" in out


def test_schema_findings_keep_values_to_themselves(schemas: Path) -> None:
    (schemas / "nc.xsd").write_text(NC_XSD)
    data = xml().replace(b">ORI<", b">PLANTED o'is a'b<").replace(b">2020-02-29<", b">PLANTED 'x' is<")
    tx = nistitl.read(data)
    told = [finding.to_text() for finding in Schemas(schemas).findings(tx)]
    assert len(told) > 3 and any("Date" in text for text in told)
    assert [text for text in told if "PLANTED" in text or "is a'b" in text or "o'is" in text] == []


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_schemas_are_for_xml(capsys: Any, file: Path, schemas: Path, form: str) -> None:
    status, _, err = run(capsys, "validate", "--format", form, "--schemas", schemas, file)
    assert status == 2 and "convert" in err
    with pytest.raises(nistitl.ITLError, match="convert it first"):
        nistitl.read(file).validate(schemas=schemas)


def test_a_folder_without_schemas_is_told_before_files_are_read(capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "folder.xsd").mkdir()
    for folder in (tmp_path / "none", tmp_path):
        status, out, err = run(capsys, "validate", "--schemas", folder, tmp_path / "not-there")
        assert (status, out) == (2, "") and "not-there" not in err and err.startswith("nistitl: ")


def test_the_schemas_of_the_standard_take_what_is_converted(capsys: Any, document: Path, flavour: str) -> None:
    folder = SCHEMAS / f"itl2015-{flavour}"
    if not folder.is_dir():
        pytest.skip("the schemas are not here (set NISTITL_SCHEMAS)")
    out = run(capsys, "validate", "--json", "--schemas", folder, document)[1]
    assert [row for row in json.loads(out)[0]["findings"] if row["code"] == "xml-schema"] == []
    document.write_bytes(document.read_bytes().replace(b"CategoryCode>14<", b"CategoryCode>xiv<"))
    out = run(capsys, "validate", "--json", "--schemas", folder, document)[1]
    assert {row["code"] for row in json.loads(out)[0]["findings"]} >= {"xml-schema"}


def test_places_in_xml_are_told_by_line_and_xpath(capsys: Any, document: Path) -> None:
    data = document.read_bytes().replace(b"LineLengthPixelQuantity>32<", b"LineLengthPixelQuantity>3x<")
    document.write_bytes(data)
    status, out, _ = run(capsys, "validate", "--json", document)
    placed = [row for row in json.loads(out)[0]["findings"] if row.get("path") == "14.006"]
    assert status == 1 and len(placed) == 1
    (row,) = placed
    assert data[row["offset"] :][: row["length"]] == b"3x"
    assert row["line"] == data[: row["offset"]].count(b"\n") + 1
    assert re.fullmatch(r"itl:\w+Record/biom:\w+/biom:(Image)?HorizontalLineLengthPixelQuantity", row["xpath"])
    for form in ("text", "html", "junit"):
        assert f"line {row['line']}, {row['xpath']}" in run(capsys, "validate", "--format", form, document)[1]


def test_places_in_traditional_files_have_no_line(capsys: Any, file: Path) -> None:
    file.write_bytes(small_transaction().replace(b"14.006:32", b"14.006:3x"))
    rows = json.loads(run(capsys, "validate", "--json", file)[1])[0]["findings"]
    assert rows and not any("line" in row or "xpath" in row for row in rows)


# -- the other commands -----------------------------------------------------------------------


def test_info_names_encoding_and_flavour(capsys: Any, document: Path, flavour: str, file: Path) -> None:
    status, out, err = run(capsys, "info", document)
    assert (status, err) == (0, "") and f" of XML ({TITLES[flavour]}), VER 0502" in out.splitlines()[0]
    assert out.splitlines()[5].endswith("13 Plain right four fingers")
    lines = run(capsys, "info", document, file)[1].splitlines()
    assert lines[0].endswith(f"XML ({TITLES[flavour]}), VER 0502, TOT CAR, 4 records: 1 2 4 14")
    assert "XML" not in lines[1]
    told = json.loads(run(capsys, "info", "--json", document, file)[1])
    assert [(row["encoding"], row["vocabulary"]) for row in told] == [("xml", flavour), ("traditional", None)]


def test_a_walked_folder_may_hold_other_xml(capsys: Any, document: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!DOCTYPE html><html><br></html>")
    (tmp_path / "pom.xml").write_text("<project/>")
    status, out, err = run(capsys, "info", tmp_path)
    assert (status, err) == (0, "") and out.count("\n") == 1
    status, out, _ = run(capsys, "roundtrip", tmp_path)
    assert status == 0 and out.startswith("3 files: 1 byte-exact (0 of them with findings), 0 different, 0 unreadable")
    assert out.endswith(", 2 no transactions\n")
    status, _, err = run(capsys, "info", tmp_path / "pom.xml", tmp_path / "page.html")
    assert status == 2 and err.count("input-not-itl") == 2
    document.write_bytes(document.read_bytes()[:-5])
    status, _, err = run(capsys, "roundtrip", tmp_path)
    assert status == 2


def _idc_7(record: nistitl.Record) -> None:
    if record.type == 2:
        record.put(2, b"7")


def test_roundtrip_of_xml_is_exact_or_different(capsys: Any, document: Path, monkeypatch: Any) -> None:
    assert run(capsys, "roundtrip", document)[1].startswith("1 file: 1 byte-exact")
    document.write_bytes(document.read_bytes().replace(b"\n", b"\r\n"))
    assert run(capsys, "roundtrip", document)[1].startswith("1 file: 1 byte-exact")
    monkeypatch.setattr("nistitl.model.record.Record.respell", lambda record: record.type == 2 and record.put(2, b"7"))
    status, out, _ = run(capsys, "roundtrip", document)
    assert status == 1 and out.startswith("different: ")


def test_show_says_the_same_as_of_the_traditional_file(capsys: Any, document: Path, file: Path) -> None:
    assert run(capsys, "show", document) == run(capsys, "show", file)
    assert run(capsys, "show", document, "14.021.2.3") == run(capsys, "show", file, "14.021.2.3")
    fields = [json.loads(run(capsys, "show", "--json", path)[1]) for path in (document, file)]
    assert fields[0].pop("encoding") == "xml" and fields[0] == fields[1]
    assert run(capsys, "show", "--html", document)[1] == run(capsys, "show", "--html", file)[1]


def test_plain_values_of_xml_make_the_traditional_transaction(document: Path) -> None:
    plain = json.loads(json.dumps(nistitl.read(document).to_dict()))
    assert bytes(nistitl.Transaction.from_dict(plain)) == small_transaction()
    tx = nistitl.read(document)
    tx[2][0]["2.018"] = "ÉTÉ,ANNE"
    made = nistitl.Transaction.from_dict(tx.to_dict())
    assert made[2][0]["2.018"].text == "ÉTÉ,ANNE" and made.charset == "utf-8"


def test_set_changes_one_element(capsys: Any, document: Path, tmp_path: Path) -> None:
    data, out = document.read_bytes(), tmp_path / "out.xml"
    assert run(capsys, "set", document, "14.020=another comment", "-o", out)[::2] == (0, "")
    assert data.count(b">a comment<") == 1
    assert out.read_bytes() == data.replace(b">a comment<", b">another comment<")
    assert run(capsys, "set", document, "--delete", "14.020", "-o", out)[0] == 0
    assert out.read_bytes() == re.sub(rb"\s*<biom:ImageCommentText>a comment</biom:ImageCommentText>", b"", data)
    assert run(capsys, "set", document, "1.010=ref", "-o", out)[0] == 0
    assert nistitl.read(out).findings == () and nistitl.read(out).vocabulary == nistitl.read(data).vocabulary


def test_extract_and_sheet(capsys: Any, tmp_path: Path) -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(Type14(IMP=0, FGP=2, HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500, CGA="NONE", BPX=8, DATA=bytes(1024)))
    made = {}
    for name, done in (("a.an2", tx), ("a.xml", tx.convert("xml").transaction)):
        done.write(tmp_path / name)
        assert run(capsys, "extract", tmp_path / name, "-o", tmp_path / f"{name}.d")[0] == 0
        assert run(capsys, "sheet", tmp_path / name, "-o", tmp_path / f"{name}.png")[0] == 0
        files = [*sorted((tmp_path / f"{name}.d").iterdir()), tmp_path / f"{name}.png"]
        made[name] = [path.read_bytes() for path in files]
    assert len(made["a.an2"]) == 2 and made["a.an2"] == made["a.xml"]


def test_unpack_takes_the_conversion_and_says_so(capsys: Any, document: Path, tmp_path: Path) -> None:
    status, out, err = run(capsys, "unpack", document, tmp_path / "folder")
    assert status == 0 and "conversion to the traditional encoding" in err
    assert run(capsys, "pack", tmp_path / "folder", tmp_path / "packed")[0] == 0
    assert (tmp_path / "packed").read_bytes() == small_transaction()
    document.write_bytes(document.read_bytes().replace(b"</itl:NISTB", b"<itl:PackageOther/></itl:NISTB"))
    status, out, err = run(capsys, "unpack", "--json", document, tmp_path / "other")
    assert status == 1 and "xml-record-unknown" in err and json.loads(out)["losses"][0]["code"] == "xml-record-unknown"
    with pytest.raises(nistitl.ITLError, match="convert it first"):
        nistitl.plain.folder.unpack(nistitl.read(document), tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_policies(capsys: Any, document: Path) -> None:
    data = document.read_bytes()
    wrong = data.replace(b"RecordQuantity>3<", b"RecordQuantity>4<")
    assert wrong != data
    document.write_bytes(wrong)
    status, _, err = run(capsys, "info", "--policy", "strict", document)
    assert status == 2 and "cnt-count" in err and ", line " in err
    status, out, _ = run(capsys, "info", document)
    assert status == 1 and "cnt-count" in out
    assert bytes(nistitl.read(wrong, policy="repair")) == data


@pytest.mark.parametrize("code", ["xml-schema", "xml-malformed", "xml-around", "conversion-lost", "base64-malformed"])
def test_codes_are_explained(capsys: Any, code: str) -> None:
    status, out, _ = run(capsys, "explain", code)
    assert status == 0 and code in out


def test_every_command_on_every_sample(capsys: Any, corpus: Path, tmp_path: Path) -> None:
    """Nothing but statuses of ours: no traceback, and what is converted is there."""
    for at, path in enumerate(sorted(corpus.rglob("*.xml"))):
        try:
            nistitl.read(path)
        except nistitl.ITLError:
            assert run(capsys, "info", path)[0] == 2
            continue
        out = tmp_path / str(at)
        for command in (["info"], ["show"], ["show", "--json"], ["validate"], ["roundtrip"]):
            assert run(capsys, *command, path)[0] in (0, 1), (path, command)
        assert run(capsys, "convert", path, out)[0] in (0, 1), path
        assert nistitl.read(out).TOT == nistitl.read(path).TOT
        assert run(capsys, "unpack", path, tmp_path / f"{at}.d")[0] in (0, 1), path
        assert run(capsys, "extract", path, "-o", tmp_path / f"{at}.i", "--as", "original")[0] in (0, 1), path


# -- editions -----------------------------------------------------------------------------------


def test_an_edition_is_written_in_the_encoding_of_the_input(capsys: Any, file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.an2"
    status, out, err = run(capsys, "convert", file, made, "--edition", "0500")
    assert status == 0 and "made.an2: traditional, 4 records, " in out and "edition-changed: VER is 0500" in err
    assert (nistitl.read(made).VER, nistitl.read(made).encoding) == ("0500", "traditional")


def test_a_loss_of_an_edition_refuses_and_writes_nothing(capsys: Any, file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.an2"
    status, out, err = run(capsys, "convert", file, made, "--edition", "0200")
    assert (status, out) == (1, "") and not made.exists()
    assert "SEG has no place in a Type-4" in err and "made.an2 is not written; --lossy goes without" in err
    status, out, err = run(capsys, "convert", file, made, "--edition", "0200", "--lossy", "--json")
    listed = {one["path"] for one in json.loads(out)["losses"] if one["code"] == "edition-lost"}
    assert status == 1 and listed == {"14.004", "14.005", "14.020", "14.021"}
    assert [record.type for record in nistitl.read(made)] == [1, 2, 4, 4]


def test_a_refusal_is_json_too(capsys: Any, file: Path, tmp_path: Path) -> None:
    status, out, _ = run(capsys, "convert", file, tmp_path / "made.an2", "--edition", "0200", "--json")
    told = json.loads(out)
    assert status == 1 and told["output"] is None and {one["code"] for one in told["losses"]} == {"edition-lost"}


def test_edition_and_encoding_change_together(capsys: Any, file: Path, tmp_path: Path, flavour: str) -> None:
    there, back = tmp_path / "there.xml", tmp_path / "back.an2"
    status, out, _ = run(capsys, "convert", file, there, "--edition", "0501", "--vocabulary", flavour)
    assert status == 0 and TITLES[flavour] in out
    assert (nistitl.read(there).encoding, nistitl.read(there).VER) == ("xml", "0501")
    status, _, _ = run(capsys, "convert", there, back, "--edition", "0300", "--to", "traditional", "--lossy")
    assert status == 1 and (nistitl.read(back).encoding, nistitl.read(back).VER) == ("traditional", "0300")
    status, _, err = run(capsys, "convert", file, there, "--edition", "0300", "--to", "xml")
    assert status == 2 and "no XML" in err


def test_prints_become_of_the_type_that_is_asked_for(capsys: Any, file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.an2"
    assert run(capsys, "convert", file, made, "--edition", "0502", "--prints", "14")[0] == 1  # SRC and FCD are given
    first, second = nistitl.read(made)[14]
    assert (first.IMP, first.FGP, first.THPS, first.BPX, str(first.FCD)) == (1, (2,), 500, 8, "2020-02-29")
    assert bytes(first.DATA or b"") == bytes(second.DATA or b"")
    assert nistitl.read(made)[1][0].NTR == 0


def test_a_file_is_made_for_another_receiver(capsys: Any, tmp_path: Path) -> None:
    made, file = tmp_path / "made.eft", ROOT / "fixtures" / "tenprint-type14.eft"
    status, out, err = run(capsys, "convert", file, made, "--to-profile", "fbi-ebts-11.2")
    assert status == 0 and "16 records" in out and "edition-changed: DOM names FBI EBTS 11.2" in err
    assert run(capsys, "validate", made, "--profile", "fbi-ebts-11.2")[0] == 0
    status, _, err = run(capsys, "convert", file, tmp_path / "no.eft", "--to-profile", "int-i-6.0", "--lossy")
    assert status == 1 and "has to be mended first" in err and not (tmp_path / "no.eft").exists()


@pytest.mark.parametrize("option", [("--lossy",), ("--prints", "14")])
def test_options_of_editions_need_one(capsys: Any, file: Path, tmp_path: Path, option: tuple[str, ...]) -> None:
    status, _, err = run(capsys, "convert", file, tmp_path / "made.xml", *option)
    assert status == 2 and "--edition or --to-profile" in err and not (tmp_path / "made.xml").exists()
