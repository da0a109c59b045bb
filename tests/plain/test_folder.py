"""unpack and pack: edit with an editor in between, or write the manifest by hand."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.images.densities import densities_of
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.support.samples import IMAGE, ROOT, small_transaction

FIXTURES = ROOT / "fixtures"
HEADER = '[[record]]\ntype = 1\nfield = {"1.002" = "0502", "1.004" = "CAR"}\n'


def write(folder: Path, manifest: str, **files: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text('format = "nistitl-1"\n' + manifest, "utf-8")
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def test_an_editor_in_between(tmp_path: Path) -> None:
    unpack(nistitl.read(small_transaction()), tmp_path)
    manifest = tmp_path / MANIFEST
    text = manifest.read_text("utf-8")
    assert '"2.018" = "PLANTED,NAME"' in text and '"14.021" = [["2", "0", "10", "0", "20"]' in text
    assert "LEN" not in text.split("[[record]]", 1)[1] and "1.003" not in text
    manifest.write_text(text.replace("PLANTED,NAME", "A MUCH LONGER NAME"), "utf-8")
    tx = nistitl.read(pack(tmp_path), policy="strict")
    assert tx[2][0]["2.018"].text == "A MUCH LONGER NAME" and tx.findings == ()
    assert bytes(tx[14][0]) == bytes(nistitl.read(small_transaction())[14][0])


def test_a_manifest_written_by_hand(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "hand",
        """
        [[record]]
        type = 1
        field = {"1.002" = "0502", "1.004" = "CAR", "1.005" = "20200101", "1.007" = "D", "1.008" = "O", "1.009" = "C"}
        [[record]]
        type = 2
        field = {"2.018" = "DOE,JANE", "2.067" = [["MAKE", "MODEL", "SERIAL"]], "2.019" = [["A"], ["B"]]}
        [[record]]
        type = 4
        [record.field]
        "4.003" = 1
        "4.004" = [2]
        "4.005" = 0
        "4.006" = 32
        "4.007" = 32
        "4.008" = 0
        "4.009" = {file = "a.raw"}
        """,
        a_raw=IMAGE,
    )
    tx = nistitl.read(pack(folder), policy="strict")
    assert [(r.type, r.idc) for r in tx] == [(1, None), (2, 0), (4, 1)]
    assert bytes(tx[2][0]["2.067"].raw) == b"MAKE\x1fMODEL\x1fSERIAL" and bytes(tx[2][0]["2.019"].raw) == b"A\x1eB"
    assert tx[4][0].FGP == (2,) and bytes(tx[4][0]["DATA"].raw) == IMAGE


@pytest.mark.parametrize(("kind", "number"), [(4, 9), (14, 999)])
def test_a_png_as_image(tmp_path: Path, kind: int, number: int) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    image.frombytes("L", (24, 16), bytes(range(128)) * 3).save(tmp_path / "a.png")
    rest = '"4.003" = 1, "4.004" = [2], "4.005" = 0,' if kind == 4 else f'"14.004" = "X", {SCALE[14]},'
    write(
        tmp_path,
        f"""
        [[record]]
        type = 1
        field = {{"1.002" = "0502"}}
        [[record]]
        type = {kind}
        field = {{ {rest} "{kind}.{number:03d}" = {{png = "a.png"}} }}
        """,
    )
    record = nistitl.read(pack(tmp_path), policy="strict").records[1]
    assert (record["HLL"].value, record["VLL"].value) == (24, 16)
    assert record["CGA"].value == (0 if kind == 4 else "NONE")
    assert bytes(record["DATA"].raw) == bytes(range(128)) * 3


SCALE = {
    kind: ", ".join(f'"{kind}.{number:03d}" = "{value}"' for number, value in zip(numbers, (1, 500, 500), strict=True))
    for kind, numbers in {10: (8, 9, 10), 14: (8, 9, 10), 20: (8, 9, 10)}.items()
}


def packed_png(folder: Path, kind: int, array: Any) -> Any:
    """The record that a manifest with this array as PNG becomes; an RGBA or palette image may be given too."""
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    (array if hasattr(array, "save") else image.fromarray(array)).save(folder / "a.png")
    rest = ', "4.003" = 1, "4.004" = [2], "4.005" = 0' if kind == 4 else f", {SCALE[kind]}" if kind in SCALE else ""
    number = {4: "4.009"}.get(kind, f"{kind}.999")
    write(folder, HEADER + f'[[record]]\ntype = {kind}\nfield = {{"{number}" = {{png = "a.png"}}{rest}}}')
    return nistitl.read(pack(folder), policy="strict").records[1]


def test_a_png_keeps_its_depth_and_colour(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
    deep = (np.arange(384, dtype=np.uint16) * 100).reshape(16, 24)
    record = packed_png(tmp_path, 14, deep)
    assert record.BPX == 16 and bytes(record["DATA"].raw) == deep.astype(">u2").tobytes()
    colour = np.arange(16 * 24 * 3, dtype=np.uint16).astype(np.uint8).reshape(16, 24, 3)
    for kind, told in ((10, {"CSP": "RGB"}), (14, {"BPX": 24}), (20, {"BPX": 24, "CSP": "RGB"})):
        record = packed_png(tmp_path, kind, colour)
        assert bytes(record["DATA"].raw) == colour.tobytes()
        there = {"BPX", "CSP"} & record.mnemonics()
        assert {name: value for name in there if (value := getattr(record, name)) is not None} == told
    for kind, array in ((4, colour), (4, deep), (10, deep), (2, colour)):
        with pytest.raises(nistitl.StructureError, match=f"Type-{kind}"):
            packed_png(tmp_path, kind, array)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_png_with_transparency_is_refused(tmp_path: Path, mode: str) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    with pytest.raises(nistitl.StructureError, match="transparency"):
        packed_png(tmp_path, 14, image.new(mode, (24, 16)))
    (tmp_path / "a.png").write_bytes(b"no PNG at all")
    with pytest.raises(nistitl.StructureError, match="is no PNG"):
        pack(tmp_path)


def test_what_the_manifest_says_of_a_png_stands_once(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "hand").mkdir()
    manifest = '[[record]]\ntype = 14\n[record.field]\n"14.006" = "05"\n"14.999" = { png = "a.png" }\n'
    image.new("L", (5, 3), 7).save(tmp_path / "hand" / "a.png", dpi=(500, 500))
    (record,) = nistitl.read(pack(write(tmp_path / "hand", HEADER + manifest)))[14]
    assert bytes(record).count(b"14.006:05\x1d") == 1
    assert (record.HLL, record.VLL, record.BPX, bytes(record.DATA)) == (5, 3, 8, b"\x07" * 15)


def picture(folder: Path, dpi: int | None = None, size: tuple[int, int] = (160, 200)) -> Any:
    """A smooth picture, gray, and `a.png` of it in a folder; the array."""
    np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    waves = 127 + 100 * np.sin(np.arange(size[1])[:, None] / 3) * np.cos(np.arange(size[0]) / 4)
    array = waves.astype(np.uint8)
    folder.mkdir(exist_ok=True)
    image.fromarray(array).save(folder / "a.png", **({} if dpi is None else {"dpi": (dpi, dpi)}))
    return array


def packed_with(folder: Path, kind: int, field: str, first: str = "") -> Any:
    """The record of a manifest with these fields and `a.png`."""
    number = f"{kind}.009" if kind < 9 else f"{kind}.999"
    head = f'[[record]]\ntype = 1\nfield = {{"1.002" = "0502", "1.004" = "CAR"{first}}}\n'
    write(folder, head + f'[[record]]\ntype = {kind}\n[record.field]\n{field}\n"{number}" = {{ png = "a.png" }}\n')
    return nistitl.read(pack(folder)).records[1]


@pytest.mark.parametrize("cga", ["NONE", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG"])
def test_a_png_is_encoded_by_the_algorithm_that_the_manifest_names(tmp_path: Path, cga: str) -> None:
    array = picture(tmp_path, 500)
    record = packed_with(tmp_path, 14, f'"14.011" = "{cga}"')
    assert (record.CGA, record.codec, record.ppi, record.SLC, record.TVPS) == (cga, cga, 500, 1, 500)
    assert [f.code for f in record.image_findings() if f.severity > nistitl.Severity.NOTE] == []
    assert abs(record.array.astype(int) - array).mean() < (3 if cga in ("WSQ20", "JPEGB", "JP2") else 1e-9)


@pytest.mark.parametrize(("number", "name"), [(0, "NONE"), (1, "WSQ20"), (2, "JPEGB"), (6, "PNG")])
def test_a_png_in_a_binary_record_is_encoded_as_its_number_says(tmp_path: Path, number: int, name: str) -> None:
    picture(tmp_path)
    rest = f'"4.003" = 1\n"4.004" = [2]\n"4.005" = 1\n"4.008" = {number}'
    record = packed_with(tmp_path, 4, rest, ', "1.011" = "39.37", "1.012" = "39.37"')
    assert (record.CGA, record.codec, record.HLL, record.VLL) == (number, name, 160, 200)
    assert round(record.ppi) == 1000 and record.array.shape == (200, 160)
    assert "image-resolution" not in [finding.code for finding in record.image_findings()]


@pytest.mark.parametrize(
    ("field", "said", "there"),
    [
        ('"14.006" = "100"', "100", "160"), ('"14.007" = "199"', "199", "200"), ('"14.012" = "16"', "16", "8"),
        ('"14.006" = "100"\n"14.011" = "WSQ20"', "100", "160"), ('"14.011" = "XYZ"', "14.011", "algorithm"),
        ('"14.010" = "1000"', "1000", "500"), ('"14.011" = "FAX"', "14.011", "algorithm"),
    ],
)  # fmt: skip
def test_a_manifest_that_contradicts_its_png_is_refused(tmp_path: Path, field: str, said: str, there: str) -> None:
    picture(tmp_path, 500)
    with pytest.raises(nistitl.StructureError, match="record 1") as error:
        packed_with(tmp_path, 14, field)
    assert said in str(error.value) and there in str(error.value)


def test_the_resolution_of_a_png_is_that_of_its_record(tmp_path: Path) -> None:
    picture(tmp_path, 1000)
    record = packed_with(tmp_path, 14, '"14.011" = "PNG"')
    assert (record.SLC, record.THPS, record.TVPS, record.ppi) == (1, 1000, 1000, 1000)
    with pytest.raises(nistitl.StructureError, match="1000 ppi"):
        packed_with(tmp_path, 14, '"14.008" = "1"\n"14.009" = "500"\n"14.010" = "500"')
    assert packed_with(tmp_path, 4, '"4.003" = 1\n"4.004" = [2]', ', "1.011" = "39.37"').ISR == 1
    with pytest.raises(nistitl.StructureError, match="1000 ppi"):
        packed_with(tmp_path, 4, '"4.003" = 1\n"4.004" = [2]', ', "1.011" = "19.69"')
    picture(tmp_path)
    with pytest.raises(nistitl.StructureError, match=r"resolution.*14.008 SLC, 14.009 THPS, 14.010 TVPS"):
        packed_with(tmp_path, 14, "")
    with pytest.raises(nistitl.StructureError, match=r"4.005 ISR"):
        packed_with(tmp_path, 4, '"4.003" = 1\n"4.004" = [2]')


def test_a_png_is_the_image_of_its_record_and_nothing_else(tmp_path: Path) -> None:
    picture(tmp_path, 500)
    with pytest.raises(nistitl.StructureError, match=r"14.020.*14.999"):
        write(tmp_path, HEADER + '[[record]]\ntype = 14\nfield = {"14.020" = {png = "a.png"}}')
        pack(tmp_path)


@pytest.mark.parametrize(("kind", "number"), [(7, 3), (21, 999), (22, 999), (99, 999)])
def test_pixels_are_not_put_where_nothing_describes_them(tmp_path: Path, kind: int, number: int) -> None:
    picture(tmp_path, 500)
    row = HEADER + f'[[record]]\ntype = {kind}\nfield = {{"{kind}.{number:03d}" = {{KEY = "a.png"}}}}'
    write(tmp_path, row.replace("KEY", "png"))
    with pytest.raises(nistitl.StructureError, match=rf'Type-{kind} .*{{ file = "a.png" }}'):
        pack(tmp_path)
    write(tmp_path, row.replace("KEY", "file"))
    assert bytes(nistitl.read(pack(tmp_path)).records[1].raw(number)) == (tmp_path / "a.png").read_bytes()


def test_pixels_of_another_format_are_refused(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    image.new("L", (160, 200)).save(tmp_path / "a.png", "JPEG", dpi=(500, 500))
    with pytest.raises(nistitl.StructureError, match=r"a\.png is no PNG"):
        packed_with(tmp_path, 14, "")


def test_a_palette_counts_as_the_colour_that_it_becomes(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow comes with ebtskit[images]")
    image.new("P", (160, 200)).save(tmp_path / "a.png", dpi=(500, 500))
    with pytest.raises(nistitl.StructureError, match=r"14\.012.*24 in a\.png, 8 in the manifest"):
        packed_with(tmp_path, 14, '"14.012" = "8"')


def test_a_field_of_another_record_type_says_nothing_of_the_picture(tmp_path: Path) -> None:
    picture(tmp_path, 500)
    assert packed_with(tmp_path, 14, '"15.006" = "9"')["14.006"].raw == b"160"


def test_the_resolution_of_type_1_is_written_into_the_codestream(tmp_path: Path) -> None:
    picture(tmp_path, 1000)
    field = '"4.003" = 1\n"4.004" = [2]\n"4.005" = 1\n"4.008" = 2'
    record = packed_with(tmp_path, 4, field, ', "1.011" = "39.37"')
    assert [round(one.across) for one in densities_of(record.DATA)] == [1000]


def test_idcs_that_are_given_are_not_given_again(tmp_path: Path) -> None:
    records = "".join(
        f'[[record]]\ntype = 2\nfield = {{{field}"2.003" = "A"}}\n'
        for field in ("", '"2.002" = "0", ', "", '"2.002" = "02", ')
    )
    tx = nistitl.read(pack(write(tmp_path / "hand", HEADER + records)), policy="strict")
    assert [record.idc for record in tx[2]] == [1, 0, 3, 2]


def test_suffixes_say_what_a_file_holds(tmp_path: Path) -> None:
    starts = {"wsq": b"\xff\xa0\xff\xa4", "jpg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "raw": b"pixels"}
    tx = nistitl.read(small_transaction())
    for suffix, start in starts.items():
        tx[14][0].DATA = start + b"\0" * 60
        names = unpack(tx, tmp_path / suffix)
        assert [Path(name).suffix for name in names if name.startswith("003-plain-right-four")] == [f".{suffix}"]
        assert pack(tmp_path / suffix) == bytes(tx)


def test_files_keep_to_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    for name in ("../secret", str(tmp_path / "secret"), "a/../../secret"):
        folder = write(tmp_path / "inner", f'[[record]]\ntype = 14\nfield = {{"14.999" = {{file = "{name}"}}}}')
        with pytest.raises(nistitl.StructureError, match="outside"):
            pack(folder)


def test_names_of_files_never_come_from_the_transaction(tmp_path: Path) -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0].SRC = "../../../escape"
    tx[14][0]["14.020"] = "/etc/passwd"
    written = unpack(tx, tmp_path / "folder")
    assert sorted(written) == sorted(path.name for path in (tmp_path / "folder").iterdir())
    assert all("/" not in name and ".." not in name for name in written)


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        ("record = 5", "record"),
        ("[[record]]\ntype = 100", "record type"),
        ('[[record]]\ntype = 2\nfield = {"name" = "X"}', "no tag"),
        ('[[record]]\ntype = 2\nfield = {"2.003" = 1.5}', "2.003"),
        ('[[record]]\ntype = 2\nfield = {"2.003" = {hex = "xy"}}', "hex"),
        ('[[record]]\ntype = 14\nfield = {"14.999" = {file = "missing"}}', "missing"),
        ("[[record]]\ntype = 4", "needs IDC"),
        ("[[record]]\ntype = 2\nlen_digits = 99", "len_digits"),
        ("not toml", MANIFEST),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, manifest: str, complaint: str) -> None:
    with pytest.raises(nistitl.ITLError, match=complaint):
        pack(write(tmp_path, manifest))


def test_odd_bytes_go_through(tmp_path: Path) -> None:
    raw = small_transaction().replace(b"PLANTED,NAME", b"\xff\x7f\x02\x03\\\"\n\t'#~ ")
    tx = nistitl.read(raw)
    assert bytes(tx) == raw
    unpack(tx, tmp_path)
    assert '"2.018" = { hex = "' in (tmp_path / MANIFEST).read_text("utf-8")
    assert pack(tmp_path) == raw


def test_a_list_of_numbers_is_one_subfield(tmp_path: Path) -> None:
    segment = b"14.021:2\x1f10\x1f20\x1f30\x1f40"
    folder = write(tmp_path, HEADER + '[[record]]\ntype = 14\nfield = {"14.021" = [2, 10, 20, 30, 40]}')
    assert segment in pack(folder)
    field = {"tag": "14.021", "numbers": [2, 10, 20, 30, 40]}
    told = {"format": "nistitl-1", "records": [{"type": 1, "fields": []}, {"type": 14, "fields": [field]}]}
    assert segment in bytes(nistitl.Transaction.from_dict(told))


def again(tx: nistitl.Transaction, folder: Path) -> tuple[bytes, bytes]:
    """The bytes of a transaction that went through JSON, and of one that went through a folder."""
    unpack(tx, folder)
    return bytes(nistitl.Transaction.from_dict(json.loads(json.dumps(tx.to_dict())))), pack(folder)


def with_text(number: str, raw: bytes, **fields: Any) -> nistitl.Transaction:
    """A transaction with a Type-2 that holds this text."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type2(**fields))
    tx[2][0][number] = raw
    return tx


def test_cnt_of_a_record_that_is_carried_whole(tmp_path: Path) -> None:
    data = bytes(with_text("2.018", b"A", IDC=5)).replace(b"2.001:25", b"2.00125")
    tx = nistitl.read(data)
    assert "bytes" in tx.to_dict()["records"][1]
    assert again(tx, tmp_path) == (data, data)


@pytest.mark.parametrize("text", ["A\x1d1.013:EVIL", "A\x1cB", "A\x1eB", "A\x1fB"])
def test_text_cannot_hold_separators(tmp_path: Path, text: str) -> None:
    rows = HEADER + f'[[record]]\ntype = 2\nfield = {{"2.018" = {json.dumps(text)}}}'
    with pytest.raises(nistitl.StructureError, match="separators"):
        pack(write(tmp_path, rows))
    field = {"tag": "2.018", "text": text}
    told = {"format": "nistitl-1", "records": [{"type": 1, "fields": []}, {"type": 2, "fields": [field]}]}
    with pytest.raises(nistitl.StructureError, match="separators"):
        nistitl.Transaction.from_dict(told)


def test_a_charset_of_the_callers(tmp_path: Path) -> None:
    data = bytes(with_text("2.018", b"\xf9\xec"))
    tx = nistitl.read(data, charset="cp1255")
    assert again(tx, tmp_path) == (data, data)
    told = tx.to_dict()
    assert told["charset"] == "cp1255" and told["records"][1]["fields"][-1]["text"] == "\u05e9\u05dc"
    assert nistitl.Transaction.from_dict(told)[2][0]["2.018"].text == "\u05e9\u05dc"
    assert b"\xf9\xec" in data and (tmp_path / MANIFEST).read_text("utf-8").count('charset = "cp1255"') == 1
    assert "charset" not in nistitl.read(data).to_dict()
    for wrong in ("rot13", 5):
        with pytest.raises(nistitl.ITLError):
            nistitl.Transaction.from_dict({**told, "charset": wrong})


@pytest.mark.parametrize("name", ["fs-wrong-type1", "fs-wrong-type2", "fs-wrong-type14", "fs-wrong-last-type14"])
def test_an_edit_of_a_record_with_a_wrong_terminator(tmp_path: Path, name: str) -> None:
    tx = nistitl.read(FIXTURES / "damaged" / f"{name}.an2")
    for record in tx:
        record.respell()
    assert again(tx, tmp_path) == (bytes(tx), bytes(tx))


def test_every_fixture_comes_back(tmp_path: Path) -> None:
    files = sorted([*FIXTURES.glob("*/*.an2"), *FIXTURES.glob("*.eft")])
    for at, path in enumerate(files):
        try:
            tx = nistitl.read(path)
        except nistitl.ReadError:
            continue
        data = path.read_bytes()
        assert again(tx, tmp_path / str(at)) == (data, data), path.name


@pytest.mark.parametrize("tag", [b"2.O18:", b"2.#18:", b"2.18#:", b"#2018:", b'!3"\x7f\xff:', b":2.018"])
def test_a_tag_that_is_none_comes_back(tmp_path: Path, tag: bytes) -> None:
    data = bytes(with_text("2.018", b"A\x1fB")).replace(b"2.018:", tag)
    assert again(nistitl.read(data), tmp_path) == (data, data)


def test_a_record_without_idc_comes_back(tmp_path: Path) -> None:
    tx = with_text("2.018", b"A")
    del tx[2][0]["2.002"]
    assert again(tx, tmp_path) == (bytes(tx), bytes(tx))
    assert "idc = false" in (tmp_path / MANIFEST).read_text("utf-8")


def test_references_are_checked() -> None:
    tx = nistitl.read(small_transaction())
    told = tx.to_dict(images="reference")
    digest = told["records"][2]["fields"][-1]["reference"]["sha256"]
    with pytest.raises(nistitl.StructureError, match="SHA-256"):
        nistitl.Transaction.from_dict(told, images={digest: b"other"})


FIELDS: list[Any] = [
    {}, {"tag": "2.018"}, {"tag": "2.018", "base64": "\u00e9"}, {"tag": "2.018", "text": {}},
    {"tag": "2.018", "text": "\ud800"}, {"tag": 2.018, "text": "A"}, {"tag": "2.\u20ac", "text": "A"},
    {"tag": "2.018", "numbers": "abc"}, {"tag": "2.018", "numbers": [True]}, {"tag": "2.018", "number": 10**5000},
    {"tag": "2.018", "number": 1.5}, {"tag": "2.018", "subfields": ["AB"]}, {"tag": "2.018", "subfields": [[None]]},
    {"tag": "2.018", "reference": 5}, {"tag": "2.018", "reference": {"sha256": []}}, "2.018", None,
    {"tag": "2.018\x1d2.019", "text": "A"}, {"tag": "2.018", "text": "A", "untagged": 5},
]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_json_fields_that_are_none(field: Any) -> None:
    told = {"format": "nistitl-1", "records": [{"type": 1, "fields": []}, {"type": 2, "fields": [field]}]}
    with pytest.raises(nistitl.StructureError):
        nistitl.Transaction.from_dict(told)


@pytest.mark.parametrize(
    "extra",
    [{"len_digits": "x"}, {"len_digits": 10**9}, {"idc_digits": -1}, {"type": True}, {"terminated": 1}, {"after": 5}],
)
def test_json_records_that_are_none(extra: dict[str, Any]) -> None:
    told = {"format": "nistitl-1", "records": [{"type": 1, "fields": [], **extra}]}
    with pytest.raises(nistitl.StructureError):
        nistitl.Transaction.from_dict(told)


def test_an_idc_outside_latin_1_is_text_like_other() -> None:
    idc = {"tag": "2.002", "text": "\u20ac"}
    utf8 = {"tag": "1.015", "subfields": [["3", "UTF-8"]]}
    told = {"format": "nistitl-1", "records": [{"type": 1, "fields": [utf8]}, {"type": 2, "fields": [idc]}]}
    assert "2\x1f\u20ac".encode() in bytes(nistitl.Transaction.from_dict(told))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def places(told: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value with each of its keys."""
    rows = list(told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else [])
    return [(told, key) for key, _ in rows] + [place for _, value in rows for place in places(value)]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_json_of_any_kind_is_taken_or_refused(data: st.DataObject) -> None:
    told = nistitl.read(small_transaction()).to_dict()
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(told)))
        container[key] = data.draw(JSON)
    with suppress(nistitl.ITLError):
        nistitl.Transaction.from_dict(told)


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        (['"14.003" = { image = "gone.png" }'], 6, "14.003: "),
        (['"14.003" = "1"', '"14.999" = { image = "gone.png" }'], 7, "record 1 (Type-14): 14.999: "),
        (['"14.003" = true'], 6, "record 1 (Type-14): 14.003: expected text"),
        (['"14.020" = [["A\\u001CB"]]'], 6, "record 1 (Type-14): 14.020: "),
        (['"14.020" = ["A", "B"]'], 6, "record 1 (Type-14): 14.020"),
        (['"14.003" = "1"', '"x" = "1"'], 7, "record 1 (Type-14): 'x' is no tag"),
    ],
)
def test_a_refusal_says_the_manifest_and_the_line(tmp_path: Path, lines: list[str], line: int, told: str) -> None:
    record = "\n".join(["[[record]]", "type = 14", "[record.field]", *lines, ""])
    folder = write(tmp_path / "m", f"[[record]]\ntype = 1\n{record}")
    with pytest.raises(nistitl.StructureError) as caught:
        pack(folder)
    assert str(caught.value).startswith(f"{MANIFEST}, line {line + 1}: record 1 (Type-14): "), str(caught.value)
    assert told in str(caught.value)


def test_what_an_image_contradicts_is_told_with_the_line_of_its_record(tmp_path: Path) -> None:
    unpack(nistitl.read(FIXTURES / "tenprint-type14.eft"), tmp_path)
    manifest = tmp_path / MANIFEST
    text = manifest.read_text("utf-8")
    manifest.write_text(
        text.replace('"14.009" = "500"', '"14.009" = "1000"').replace('"14.010" = "500"', '"14.010" = "1000"')
    )
    lines = text.splitlines()
    third = [at for at, one in enumerate(lines, 1) if one == "[[record]]"][2]
    with pytest.raises(nistitl.StructureError) as caught:
        pack(tmp_path)
    assert str(caught.value).startswith(f"{MANIFEST}, line {third}: record 2 (Type-14): "), str(caught.value)
