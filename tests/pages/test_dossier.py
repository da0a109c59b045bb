"""The report for a supervisor or a court: what it says, what it withholds, and that no text of a file becomes markup.

The page of one fixture stands in `golden/report.html`, compared byte for byte; `NISTITL_GOLDEN=write` writes it anew.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import nistitl
from nistitl.cli import main
from nistitl.pages.card.fonts import Fonts
from nistitl.pages.card.paper import Paper
from nistitl.pages.readable import title_of
from tests.support.paper import Pdf, finger, one_letter_font, transaction
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = ROOT / "tests" / "pages" / "golden" / "report.html"
FIXTURES = ROOT / "fixtures"
TENPRINT = FIXTURES / "tenprint-type14.eft"
LATENT = FIXTURES / "latent.eft"
HOSTILE = ["<script>alert(1)</script>", "]]>", '"><img src=x onerror=y>', "\u202eabc", "a\0b", "\u2028", "&lt;", "'"]


class Page(HTMLParser):
    """A page as a reader has it: tags with their attributes, and the text of cells."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._styled = "", False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._styled = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._styled:
            self.text += data + "\n"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def page(tx: nistitl.Transaction, **options: Any) -> str:
    target = io.BytesIO()
    tx.report(target, form="html", **options)
    return target.getvalue().decode("utf-8")


def test_golden_page(tmp_path: Path) -> None:
    main(["report", str(LATENT), "-o", str(tmp_path / "report.html"), "--profile", "fbi-ebts-11.2"])
    made = (tmp_path / "report.html").read_bytes()
    if os.environ.get("NISTITL_GOLDEN") == "write":
        GOLDEN.write_bytes(made)
    assert made == GOLDEN.read_bytes(), "see the head of this file"


def test_what_it_is_who_sent_it_when_and_by_which_rules(tmp_path: Path) -> None:
    data = TENPRINT.read_bytes()
    overlay = tmp_path / "mine.toml"
    overlay.write_text('[profile]\nname = "my-state"\nversions = ["2.1"]\n')
    text = Page(page(nistitl.read(data), source=TENPRINT, profile="fbi-ebts-11.2", overlays=[overlay])).text
    for said in (
        "Report on tenprint-type14.eft", f"{len(data):,} bytes", sha256(data).hexdigest().upper(),
        "CAR: Criminal Tenprint Submission (Answer Required), by fbi-ebts-11.2",
        "0502, ANSI/NIST-ITL 1-2011 Update:2015",
        "2024-03-15", "2024-03-15 12:30:45+00:00", "XX0000000", "YY0000000", "SYNTHETIC-0502-0001",
        "FBI EBTS 11.2", sha256(overlay.read_bytes()).hexdigest().upper(), "mine.toml: my-state (versions 2.1)",
        f"nistitl {nistitl.__version__}", "1 of Type-1, 1 of Type-2, 14 of Type-14",
    ):  # fmt: skip
        assert said in text, said


def test_every_image_with_its_own_hash_size_resolution_codec_and_quality() -> None:
    tx = nistitl.read(TENPRINT)
    for values in (False, True):
        made = Page(page(tx, values=values))
        for at, record in enumerate(tx):
            if record.type == 14:
                digest = sha256(record["14.999"].raw).hexdigest().upper()
                told = f"{len(record['14.999'].raw):,} bytes, SHA-256 {digest} (the same as HAS says)"
                facts = f"{record.HLL} x {record.VLL} pixels, 500 ppi, PNG"
                assert (
                    told in made.text and facts in made.text and f"record {at}, Type-14, IDC {record.idc}" in made.text
                )
        assert "NFIQ 1: 2" in made.text and "quality 80, 79, 78, 77" in made.text
        shown = made.all("img")
        assert len(shown) == (14 if values else 0)
        assert all(str(one["src"]).startswith("data:image/png;base64,") and one["alt"] for one in shown)
        outlines = [one for one in made.all("div") if one.get("class") == "outline"]
        assert len(outlines) == (0 if values else 14)
        assert values or outlines[0]["style"] == "aspect-ratio: 400 / 400"


def test_features_are_drawn_beside_the_image_with_values_only() -> None:
    tx = nistitl.read(LATENT)
    assert [one["alt"] for one in Page(page(tx, values=True)).all("img")] == [
        "2 Right index finger",
        "2 Right index finger, with features",
    ]
    plain = Page(page(tx))
    assert not plain.all("img") and "features in record 3, Type-9" in plain.text


@pytest.mark.parametrize("ppi", [500, 1000])
def test_features_stand_where_the_record_says_at_any_resolution(ppi: int) -> None:
    """One minutia at (5, 7) mm: the middle of what is drawn, on the page and on paper, its line to the right aside."""
    image = nistitl.Type13.from_image(
        np.full((600, 500), 255, np.uint8), codec="PNG", ppi=ppi, FGP=(2,), IMP=4, SRC="A", LCD="20240315"
    )
    tx = transaction(image, tot="LFFS")
    features = nistitl.Type9(IDC=image.IDC, IMP=4, FMT="S")
    features["9.331"] = b"500\x1f700\x1f0\x1fE\x1f10\x1f15"
    tx.append(features)
    tx = nistitl.read(bytes(tx))
    source = str(Page(page(tx, values=True)).all("img")[1]["src"]).partition(",")[2]
    drawn = [np.asarray(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB"))]
    made = pdf(tx, values=True)
    drawn += [pixels for at in range(len(made.pages)) for _, pixels in made.images(at) if pixels.ndim == 3]
    assert [one.shape for one in drawn] == [(600, 500, 3)] * 2
    for one in drawn:
        down, across = np.nonzero(np.ptp(one.astype(int), axis=2) > 60)
        radius = (down.max() - down.min()) / 2
        assert 3 < radius < 15 and (down.max() + down.min()) / 2 == pytest.approx(7 / 25.4 * ppi, abs=1.5)
        assert across.min() + radius == pytest.approx(5 / 25.4 * ppi, abs=1.5)


def test_a_picture_that_was_made_smaller_says_so() -> None:
    text = Page(page(transaction(finger(2), finger(13, 1300, 500)), values=True)).text
    assert text.count("made smaller for this page: ") == 1
    assert "made smaller for this page: 640 x 246 of its 1300 x 500 pixels" in text


def test_a_persons_data_only_with_values() -> None:
    """Every field of Type-2 and every free text is planted."""
    tx = nistitl.read(TENPRINT)
    for key in [place.key for place in tx[2][0].fields()][2:]:
        tx[2][0][key] = b"PLANTED one"
    tx[1][0].TCN, tx[1][0].ORI, tx[1][0].DAI = "PLANTED one", "PLANTED two", "PLANTED three"
    tx[1][0]["1.017"] = b"PLANTED\x1fPLANTED"
    tx[14][0].COM = "PLANTED"
    tx = nistitl.read(bytes(tx))
    plain, told = page(tx), page(tx, values=True)
    assert "PLANTED" not in plain and "<11 bytes>" in Page(plain).text and told.count("PLANTED one") > 20
    assert "Made without personal data" in plain and "Made without personal data" not in told
    tx[1][0]["1.013"] = b"NORAM\x1f"
    assert re.search(r"1\.013 DOM\)\s+NORAM\n", Page(page(tx)).text), "no separator behind which nothing stands"
    count = len(list(tx[2][0].fields())) - 2
    assert f"{count} fields of Type-2, withheld" in plain


def test_findings_lead_to_their_fields_and_what_passed_and_was_not_checked_is_told() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.005"] = b"20200230"
    made = page(tx)
    read = Page(made)
    report = tx.validate(level=3)
    links = [str(one["href"]) for one in read.all("a") if str(one.get("href")).startswith("#record")]
    assert links and {link[1:] for link in links} <= {one["id"] for _, one in read.tags if "id" in one}
    for finding in report:
        assert finding.message in read.text and finding.code in read.text and finding.hint in read.text
    parts = dict(re.findall(r'<details id="([a-z-]+)">(.*?)</details>', made, re.DOTALL))
    assert list(parts) == ["not-checked", "passed", "records"] and "open" not in {
        key for one in read.all("details") for key in one
    }
    assert "date-future" in parts["not-checked"] and "date-future" not in parts["passed"]
    assert "1 not checked" in read.text and "none was asked for" in read.text
    dated = page(tx, made=datetime(2026, 11, 30, 9, 15, tzinfo=UTC))
    parts = dict(re.findall(r'<details id="([a-z-]+)">(.*?)</details>', dated, re.DOTALL))
    assert "date-future" in parts["passed"] and "2026-11-30 09:15:00+00:00" in dated and "left open" not in dated
    low = page(tx, level=1)
    parts = dict(re.findall(r'<details id="([a-z-]+)">(.*?)</details>', low, re.DOTALL))
    assert "date-before-capture" in parts["not-checked"]


def test_the_same_input_gives_the_same_bytes_on_any_day() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].DAT = "99991231"
    data = bytes(tx)
    first = page(nistitl.read(data), values=True)
    assert first == page(nistitl.read(data), values=True) and "up to tomorrow" not in first
    assert "up to tomorrow" in page(nistitl.read(data), made=datetime(2026, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize("text", HOSTILE, ids=[str(at) for at in range(len(HOSTILE))])
def test_no_text_becomes_markup(text: str) -> None:
    plain = Page(page(nistitl.read(small_transaction()), values=True))
    tx = nistitl.Transaction.new(TOT="CAR", DAI="A", ORI="B", TCN="C", DAT="20240315", charset="utf-8")
    source = nistitl.read(small_transaction())
    for record in list(source)[1:]:
        tx.append(record)
    raw = text.encode() + b"\xed\xa0\x80\xff"
    tx[2][0]["2.018"] = raw
    tx[14][0]["14.020"] = raw
    tx[1][0]["1.008"] = raw
    made = page(nistitl.read(bytes(tx)), values=True, name=text)
    read = Page(made)
    assert {tag for tag, _ in read.tags} <= {tag for tag, _ in plain.tags} | {"nav"}
    assert not read.all("script") and all("onerror" not in attrs for _, attrs in read.tags)
    assert all(letter.isprintable() or letter == "\n" for letter in made)
    assert "\\xff" in made or "\\udcff" in made, "undecodable bytes are seen"


def test_nothing_is_fetched_and_nothing_runs() -> None:
    made = Page(page(nistitl.read(LATENT), values=True))
    policy = next(one for one in made.all("meta") if one.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not made.all("script") and not made.all("link")
    for tag, attrs in made.tags:
        for key in ("src", "href"):
            assert str(attrs.get(key, "#")).startswith(("#", "data:")), (tag, attrs)


def test_the_bytes_of_the_file_and_those_of_the_transaction(tmp_path: Path, capsys: Any) -> None:
    import gzip

    data = small_transaction()
    packed = gzip.compress(data, mtime=0)
    (tmp_path / "x.gz").write_bytes(packed)
    assert main(["report", str(tmp_path / "x.gz"), "--unwrap", "-o", str(tmp_path / "x.html")]) == 0
    text = (tmp_path / "x.html").read_text("utf-8")
    assert sha256(packed).hexdigest().upper() in text and sha256(data).hexdigest().upper() in text
    assert "what is reported on, as it was unwrapped" in text
    edited = nistitl.read(data)
    edited[1][0].TCN = "OTHER-1"
    assert sha256(bytes(edited)).hexdigest().upper() in page(edited, source=data)


def test_the_command(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.html"
    good = tmp_path / "good.eft"
    good.write_bytes(small_transaction())
    assert main(["report", str(good), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(out) and told["images"] == 2 and told["ok"] and told["level"] == 3
    wrong = nistitl.read(small_transaction())
    wrong[14][0]["14.005"] = b"20200230"
    wrong.write(tmp_path / "wrong.eft")
    assert main(["report", str(tmp_path / "wrong.eft"), "-o", str(out)]) == 1
    for line, said in (
        (["-o", str(tmp_path / "x.txt")], "the report is a .html or a .pdf"),
        (["-o", str(out), "--font", "x.ttf"], "--font is for a .pdf"),
        (["-o", str(out), "--profile", "none-such"], "none-such"),
        (["-o", str(out), "--overlay", "x.toml"], "an overlay lies on a profile"),
    ):
        out.unlink(missing_ok=True)
        assert main(["report", str(good), *line]) == 2 and said in capsys.readouterr().err
        assert not out.exists() and not (tmp_path / "x.txt").exists()
    for moment in ("yesterday", "2026-11-30", "2026-11-30T09:15"):
        with pytest.raises(SystemExit):
            main(["report", str(good), "-o", str(out), "--made", moment])
        assert "such as 2026-11-30T09:15+00:00" in capsys.readouterr().err
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"no transaction")
    for other in (bad, tmp_path / "none.eft"):
        assert main(["report", str(good), "-o", str(out), "--against", str(other)]) == 2
        assert capsys.readouterr().err.startswith(f"{other}: "), "which of the two"
    assert not out.exists()
    with pytest.raises(nistitl.ITLError, match="say which form"):
        nistitl.read(good).report(io.BytesIO())


# -- on paper -------------------------------------------------------------------------------------


def pdf(tx: nistitl.Transaction, **options: Any) -> Pdf:
    target = io.BytesIO()
    tx.report(target, form="pdf", **options)
    return Pdf(target.getvalue())


def words(made: Pdf) -> list[str]:
    """The text of each page, blanks and lines made one."""
    return [" ".join(made.text(at).split()) for at in range(len(made.pages))]


def squeezed(text: str) -> str:
    """Without any blank: lines break where there is room."""
    return "".join(text.split())


@pytest.mark.parametrize("values", [False, True], ids=["plain", "values"])
def test_the_pdf_says_what_the_page_says(values: bool) -> None:
    tx = nistitl.read(TENPRINT)
    options: dict[str, Any] = {"source": TENPRINT, "profile": "fbi-ebts-11.2", "values": values}
    made = pdf(tx, **options)
    digest = sha256(TENPRINT.read_bytes()).hexdigest().upper()
    pages, whole = words(made), squeezed("".join(words(made)))
    for at, said in enumerate(pages, 1):
        assert f"tenprint-type14.eft SHA-256 {digest} page {at} of {len(pages)}" in said
    for line in map(str.strip, Page(page(tx, **options)).text.split("\n")):
        if line and line not in ONLY_ON_THE_PAGE and not line.startswith("made smaller for this page"):
            assert squeezed(line) in whole or all(word in whole for word in line.split()), line
    assert made.size(0) == pytest.approx((8.27, 11.0), abs=0.01)


ONLY_ON_THE_PAGE = {"expected", "found", "what to do", "·"}  # what is laid out otherwise


def test_images_on_paper_have_their_own_pixels_and_true_scale() -> None:
    tx = transaction(finger(2), finger(13, 3000, 1000, ppi=250), finger(3, ppi=1000))
    made = pdf(tx, values=True)
    found = [one for at in range(len(made.pages)) for one in made.images(at)]
    assert [pixels.shape[:2] for _, pixels in found] == [(400, 400), (1000, 3000), (400, 400)]
    sizes = [box[2:] for box, _ in found]
    assert sizes[0] == pytest.approx((0.8, 0.8), abs=0.01) and sizes[2] == pytest.approx((0.4, 0.4), abs=0.01)
    assert sizes[1] == pytest.approx((7.07, 7.07 / 3), abs=0.01)
    text = " ".join(words(made))
    assert text.count("at true scale") == 2 and "at 59% of its true scale" in text
    assert all(box[0] >= 0.5 and box[0] + box[2] <= 7.77 and box[1] + box[3] <= 10.3 for box, _ in found)
    plain = pdf(tx)
    assert not any(plain.images(at) for at in range(len(plain.pages))) and "not shown" in " ".join(words(plain))


def test_the_outline_names_every_part_and_the_document_its_language() -> None:
    tx = nistitl.read(LATENT)
    made = pdf(tx, against=nistitl.read(small_transaction()))
    found = [(one.level, one.get_title(), one.get_dest().get_index()) for one in made.pages.get_toc()]
    top = [title for level, title, _ in found if level == 0]
    assert [title.split(":")[0] for title in top] == [
        "File", "Transaction", "Rules", "Findings", "Images", "Subject", "Difference", "Not checked", "Passed",
        "Records, field by field",
    ]  # fmt: skip
    assert [title for level, title, _ in found if level][-4:] == [title_of(at, record) for at, record in enumerate(tx)]
    for _, title, at in found:
        assert squeezed(title) in squeezed(made.text(at)), "it leads to the page where that stands"
    assert b"/Lang (en)" in made.data


def test_headings_stand_with_what_they_head_and_no_row_is_cut() -> None:
    tx = nistitl.read(LATENT)
    pages = words(pdf(tx, values=True))
    assert [at for at, said in enumerate(pages) if "Latents" in said] == [
        at for at, said in enumerate(pages) if "at true scale" in said
    ]
    many = nistitl.read(small_transaction())
    for number in range(300, 400):
        many[2][0][f"2.{number}"] = b"value"
    many[14][0]["14.005"] = b"20200230"
    many = nistitl.read(bytes(many))
    made, report = pdf(many, profile="fbi-ebts-11.2"), many.validate("fbi-ebts-11.2", level=3)
    pages = list(map(squeezed, words(made)))
    assert len(report.findings) > 60
    for finding in report:
        whole = squeezed(f"{finding.message} {finding.code}")
        told = squeezed(f"clause {finding.clause} {finding.hint}") if finding.clause else squeezed(finding.hint)
        assert any(whole in said and told in said.split(whole, 1)[1] for said in pages), finding.code


def test_a_long_word_is_measured_in_linear_time() -> None:
    """Of a word of 100,000 letters every letter is measured a few times, not once for each line."""

    class Counting(Paper):
        measured = 0

        def width(self, text: str, size: float) -> float:
            self.measured += len(text)
            return super().width(text, size)

    paper = Counting("", None, Fonts())
    word = "WORD0" * 20_000
    lines = paper.wrapped(f"a {word} b", 8, 2.0)
    assert lines is not None and "".join(lines) == f"a{word} b" and len(lines) > 1000
    assert all(paper.width(line, 8) <= 2.0 for line in lines)
    assert paper.measured < 40 * len(word)
    assert paper.wrapped(word, 8, 2.0, cut=False) is None
    combining = "e" + "\u0301" * 1000
    assert paper.wrapped(combining, 8, 2.0) == [combining], "letters that take no room"


def test_long_tables_go_on_over_pages_with_their_header_and_nothing_is_lost() -> None:
    tx = nistitl.read(small_transaction())
    tx[2][0]["2.300"] = "\x1e".join(f"line {at} " + "word " * 30 for at in range(400)).encode()
    tx[14][0].COM = "W" * 126
    tx = nistitl.read(bytes(tx))
    made = pdf(tx, values=True)
    pages = words(made)
    whole = " ".join(pages)
    assert all(f"line {at} word" in whole for at in range(400)) and whole.count("word") >= 2 * 400 * 30
    going = [said for said in pages[2:] if "word word" in said and "Record " not in said]
    assert len(going) > 20 and all(said.startswith(("field name value", "path name content")) for said in going)
    for at in range(len(pages)):
        dark = made.pixels(at) < 128
        assert not dark[:, :250].any() and not dark[:, -250:].any(), "nothing stands beyond the margins"


def test_letters_that_no_font_has_are_refused_or_come_from_a_font(tmp_path: Path) -> None:
    tx = transaction(finger(2), F18="王小明𐎠")
    with pytest.raises(nistitl.FieldError, match=r"Subject.*CJK") as refused:
        pdf(tx, values=True)
    assert not set("王小明") & set(str(refused.value))
    assert "withheld" in " ".join(words(pdf(tx)))
    font = one_letter_font(tmp_path / "squares.ttf", "王小明𐎠")
    assert "王小明" in " ".join(words(pdf(tx, values=True, fonts=[font])))


def test_the_same_input_gives_the_same_pdf() -> None:
    tx = nistitl.read(small_transaction())
    for day in ("20240315", None):
        if day is None:
            del tx[1][0].DAT
        assert pdf(tx).data == pdf(nistitl.read(bytes(tx))).data
    assert b"D:19700101" in pdf(tx).data


@pytest.mark.parametrize("text", HOSTILE, ids=[str(at) for at in range(len(HOSTILE))])
def test_hostile_text_on_paper(text: str) -> None:
    tx = transaction(finger(2))
    tx[2][0]["2.018"] = text.encode() + b"\xff{nb}"
    said = squeezed(" ".join(words(pdf(tx, values=True, name=text))))
    assert "{nb}" in said and "\\udcff" in said


# -- against another ------------------------------------------------------------------------------


def test_the_images_that_differ_stand_beside_each_other(tmp_path: Path) -> None:
    tx, other = (transaction(finger(2), finger(3, 900, 500)) for _ in range(2))
    array = other[14][1].array.copy()
    array[100:200, 300:400] = 0
    other.records[3].DATA = array.tobytes()
    for values in (False, True):
        made = pdf(tx, values=values, against=other)
        at = next(at for at, said in enumerate(words(made)) if "before: Record 3: Type-14" in said) if values else 0
        told = " ".join(words(made))
        assert "image changed: 10000 pixels differ, by 200 at the most" in told
        assert ("before: Record 3: Type-14" in told) == values
        mine = [(box, pixels) for box, pixels in made.images(at) if pixels.shape[:2] == (500, 900)]
        if values:
            (first, before), (second, after) = mine[-2:]
            assert (
                first[:2] != second[:2] and first[1] == second[1] and first[2:] == pytest.approx((1.8, 1.0), abs=0.01)
            )
            assert (before == tx[14][1].array).all() and (after == array).all()
    made = Page(page(tx, values=True, against=other))
    assert "made smaller for this page: 480 x 267 of its 900 x 500 pixels" in made.text
    other.records[3].DATA = b"cut"
    assert "does not decode: " in " ".join(words(pdf(tx, values=True, against=other)))


def planted(tx: nistitl.Transaction) -> nistitl.Transaction:
    """With words of ours in every item of every field that has text, but what tells the structure and the type."""
    for record in tx:
        for place in list(record.fields()):
            if (
                not record.binary
                and place.key not in (1, 2, 999)
                and (record.type != 1 or place.key not in (3, 4, 5, 15))
            ):
                sets = [b"\x1f".join([b"PLANTED word"] * max(1, len(list(one.items)))) for one in place.subfields]
                record[f"{record.type}.{place.key:03}"] = b"\x1e".join(sets)
    return nistitl.read(bytes(tx))


@pytest.mark.parametrize(
    "path", [*sorted((FIXTURES / "records").glob("*-0502.an2")), LATENT, TENPRINT], ids=lambda p: p.name
)
def test_nothing_of_any_field_is_told_without_values(path: Path) -> None:
    plain, tx = nistitl.read(path), planted(nistitl.read(path))
    for one, other in ((tx, None), (tx, plain), (plain, tx)):
        made = page(one, against=other)
        assert "PLANTED" not in made and "data:image" not in made
    assert "PLANTED" in page(tx, values=True)
    assert "PLANTED" not in "".join(words(pdf(tx, against=plain)))


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_against_another_file(form: str, tmp_path: Path, capsys: Any) -> None:
    tx = nistitl.read(small_transaction())
    (tmp_path / "one.eft").write_bytes(bytes(tx))
    tx[2][0]["2.018"] = b"ANOTHER,NAME"
    data = bytes(tx)
    (tmp_path / "two.eft").write_bytes(data)
    out = tmp_path / f"out.{form}"
    line = ["report", str(tmp_path / "one.eft"), "--against", str(tmp_path / "two.eft"), "-o", str(out)]
    for more in ([], ["--values"]):
        assert main([*line, *more]) == 0, "a difference is no finding"
        whole = Page(out.read_text("utf-8")).text if form == "html" else " ".join(words(Pdf(out.read_bytes())))
        assert "Difference: 1 field" in whole and "two.eft" in whole
        assert squeezed(sha256(data).hexdigest().upper()) in squeezed(whole)
        assert ("ANOTHER,NAME" in whole) == bool(more)
    assert main(["report", "-", "--against", "-", "-o", str(out)]) == 2
    assert "one of two files" in capsys.readouterr().err
    plain = page(nistitl.read(small_transaction()), against=nistitl.read(small_transaction()))
    assert "no difference" in plain and "Difference" not in page(nistitl.read(small_transaction()))
