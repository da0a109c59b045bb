"""The report for a supervisor or a court: what it says, what it withholds, and that no text of a file becomes markup.

The page of one fixture stands in `golden/report.html`, compared byte for byte; `NISTITL_GOLDEN=write` writes it anew.
"""

from __future__ import annotations

import io
import json
import os
import re
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.cli import main
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
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
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
        (["-o", str(tmp_path / "x.txt")], "the report is a .html"),
        (["-o", str(out), "--profile", "none-such"], "none-such"),
        (["-o", str(out), "--overlay", "x.toml"], "an overlay lies on a profile"),
    ):
        out.unlink(missing_ok=True)
        assert main(["report", str(good), *line]) == 2 and said in capsys.readouterr().err
        assert not out.exists() and not (tmp_path / "x.txt").exists()
    with pytest.raises(nistitl.ITLError, match="say which form"):
        nistitl.read(good).report(io.BytesIO())
