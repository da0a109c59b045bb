"""What a list of values means, the same through every door; text that was given keeps its spelling."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.plain.folder import pack, unpack
from tests.support.samples import small_transaction

REFUSED = "flat list"


def text_record(profile: str | None = None) -> Any:
    return nistitl.read(small_transaction(), profile=profile)[2][0]


@pytest.mark.parametrize("profile", [None, "fbi-ebts-10.0"])
def test_a_list_of_lists_is_subfields_of_items(profile: str | None) -> None:
    record = text_record(profile)
    record["2.084"] = [["5", "XX"], ["6", "UP"]]
    record["2.019"] = [["ONE,A"], ["TWO,B"]]
    assert record.raw(84) == b"5\x1fXX\x1e6\x1fUP" and record.raw(19) == b"ONE,A\x1eTWO,B"


def test_a_flat_list_follows_the_declaration() -> None:
    record = text_record("fbi-ebts-10.0")
    record["2.084"] = ["5", "XX"]
    record["2.019"] = ["ONE,A", "TWO,B"]
    image = nistitl.Type14(IDC=1, IMP=1)
    image["14.021"] = [2, 0, 20, 0, 30]
    image["14.013"] = [1, 2]
    assert record.raw(84) == b"5\x1fXX" and record.raw(19) == b"ONE,A\x1eTWO,B"
    assert image.raw(21) == b"2\x1f0\x1f20\x1f0\x1f30" and image.raw(13) == b"1\x1e2"


@pytest.mark.parametrize("flat", [["5", "XX"], ("5", "XX"), [5, None]])
def test_a_flat_list_for_a_field_that_nobody_declared_is_refused(flat: Any) -> None:
    record = text_record()
    for path in ("2.084", "2.900"):
        before = bytes(record)
        with pytest.raises(nistitl.FieldError, match=rf"{REFUSED}.*\[\[a, b\]\].*\[\[a\], \[b\]\]"):
            record[path] = flat
        assert bytes(record) == before
    record["2.900"] = ["alone"]  # one entry is the same either way
    record["2.901.1"] = ["5", "XX"]  # and so are the items of a subfield
    assert record.raw(900) == b"alone" and record.raw(901) == b"5\x1fXX"


def test_the_command_and_the_manifest_mean_the_same(tmp_path: Any, capsys: Any) -> None:
    source, out = tmp_path / "a.an2", tmp_path / "b.an2"
    source.write_bytes(small_transaction())
    assert main(["set", str(source), '2.084=["5","XX"]', "-o", str(out)]) == 2
    assert REFUSED in capsys.readouterr().err and not out.exists()
    assert main(["set", str(source), '2.084=[["5","XX"]]', "-o", str(out)]) == 0
    plain = nistitl.read(out).to_dict()
    fields = plain["records"][1]["fields"]
    assert nistitl.read(out)[2][0].raw(84) == b"5\x1fXX"
    row = next(field for field in fields if field["tag"] == "2.084")
    assert row["subfields"] == [["5", "XX"]]
    row["subfields"] = ["5", "XX"]
    with pytest.raises(nistitl.StructureError, match="holds lists of items"):
        nistitl.Transaction.from_dict(plain)
    unpack(nistitl.read(out), tmp_path / "folder")
    manifest = tmp_path / "folder" / "transaction.toml"
    text = manifest.read_text("utf-8")
    assert '"2.084" = [["5", "XX"]]' in text
    manifest.write_text(text.replace('[["5", "XX"]]', '["5", "XX"]'), "utf-8")
    with pytest.raises(nistitl.StructureError, match=f"2.084: .*{REFUSED}"):
        pack(tmp_path / "folder")
    manifest.write_text(text.replace('"2.084" = [["5", "XX"]]', '"2.084" = "5"\n"2.901" = ["alone"]'), "utf-8")
    assert nistitl.read(pack(tmp_path / "folder"))[2][0].raw(901) == b"alone"
    manifest.write_text(text.replace('"1.004"', '"1.015" = ["3", "UTF-8"]\n"1.004"'), "utf-8")
    assert nistitl.read(pack(tmp_path / "folder")).header.raw(15) == b"3\x1fUTF-8"


def test_a_refusal_names_the_item_class() -> None:
    image = nistitl.Type14(IDC=1, IMP=1)
    with pytest.raises(nistitl.FieldError, match="expected Segment or a list of its items, not str"):
        image["14.021"] = "x"
    with pytest.raises(nistitl.FieldError, match="6 items, expected 5 at the most, those of Segment"):
        image["14.021"] = [1, 2, 3, 4, 5, 6]


def test_no_separator_stands_behind_the_last_item() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0502")
    tx.header["1.015"] = ["3", "UTF-8"]
    assert tx.header.raw(15) == b"3\x1fUTF-8"
    tx.header["1.015"] = [["3", "UTF-8", "2.0"]]
    del tx.header["1.015.1.3"]
    assert tx.header.raw(15) == b"3\x1fUTF-8"
    tx.header["1.015"] = b"3\x1fUTF-8\x1f"  # as another system may have written it
    again = nistitl.read(bytes(tx))
    again.header["1.015.1.2"] = "UTF-8"
    assert again.header.raw(15) == b"3\x1fUTF-8\x1f"


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("14.006", "0512", 512),
        ("14.003", "01", 1),
        ("14.013", "02", (2,)),
        ("14.031", "000", 0),
        ("14.002", "07", 7),
    ],
)
def test_text_that_was_given_keeps_its_spelling(path: str, text: str, value: Any) -> None:
    image = nistitl.Type14(IDC=1, IMP=1)
    image[path] = text
    assert bytes(image[path].raw).decode() == text and image[path].value == value
    mnemonic = image.element(int(path[3:])).mnemonic
    assert bytes(nistitl.Type14(**({"IDC": 1, "IMP": 1} | {mnemonic: text})).raw(int(path[3:]))).decode() == text
    setattr(image, mnemonic, value)
    assert bytes(image[path].raw) != text.encode() or mnemonic == "IDC"


def test_text_within_subfields_keeps_its_spelling() -> None:
    image = nistitl.Type14(IDC=1, IMP=1)
    image["14.021"] = [["02", "010", 20, "007", 30]]
    image["14.021.1.3"] = "0020"
    assert image.raw(21) == b"02\x1f010\x1f0020\x1f007\x1f30" and image.SEG[0].LHC == 10


def test_text_that_is_no_such_value_is_refused_and_a_text_too_long_written_short() -> None:
    image = nistitl.Type14(IDC=1, IMP=1)
    for text in ("x", "5.0", "-1", "٣", "1\x1f2"):
        with pytest.raises(nistitl.FieldError):
            image["14.006"] = text
    image["14.006"] = "0000000512"  # more digits than the field has
    assert image.raw(6) == b"512"


@pytest.mark.parametrize(
    ("path", "given", "refused"),
    [
        ("14.013", [3] * 7, "7 subfields, expected 1 to 6"),
        ("14.013", ["x", "x"], "whole number"),
        ("10.024", [["S", 0, "0"]] * 10, "10 subfields, expected 1 to 9"),
        ("14.021", [[2, 0, 20, 0, 30]] * 6, "6 subfields, expected 1 to 5"),
    ],
)
def test_a_refusal_of_so_many_names_how_many_any_edition_allows(path: str, given: Any, refused: str) -> None:
    record = (nistitl.Type10 if path.startswith("10") else nistitl.Type14)()
    with pytest.raises(nistitl.FieldError, match=refused):
        record[path] = given


def test_no_subfield_is_put_behind_the_last_that_any_edition_allows() -> None:
    image = nistitl.Type14(IDC=1, IMP=1)
    image["14.013"] = [3] * 6
    with pytest.raises(nistitl.FieldError, match="7 subfields, expected 6 at the most"):
        image["14.013.7"] = 3
    assert image.raw(13) == b"3\x1e3\x1e3\x1e3\x1e3\x1e3"


def test_a_member_of_an_enumeration_is_its_number_in_a_field_that_nobody_declared() -> None:
    image = nistitl.Type14(IDC=1)
    image["14.200"] = Enum("Named", {"THIRTEEN": 13}, type=int).THIRTEEN
    assert image.raw(200) == b"13"
