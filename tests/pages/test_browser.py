"""Pages as a browser shows them: at every width, light, dark and printed, by keyboard alone, with nothing fetched.

They need playwright, a Chromium (`chromium` in the path, or NISTITL_CHROMIUM) and, for accessibility, axe-core
(NISTITL_AXE: its axe.min.js); `.ci/run` brings all three where it can.
"""

from __future__ import annotations

import io
import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.pages.difference import difference_page
from nistitl.pages.sheet import sheet_html
from tests.support.paper import Pdf
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHROMIUM = os.environ.get("NISTITL_CHROMIUM") or shutil.which("chromium")
AXE = os.environ.get("NISTITL_AXE")
TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"
LATENT = ROOT / "fixtures" / "latent.eft"
IMAGE = '"><img src=http://127.0.0.1:1/x onerror="document.title=\'run\'">'
HOSTILE = f"<script>document.title='run'</script>{IMAGE}\u202e]]>\u2028"
WIDTHS = (390, 1024, 1600)


def report(tx: nistitl.Transaction, **options: Any) -> str:
    tx.report(target := io.BytesIO(), form="html", **options)
    return target.getvalue().decode("utf-8")


def hostile() -> nistitl.Transaction:
    """Hostile text, and words without a blank, wherever text may stand."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D" * 300, ORI="ORI", TCN="T" * 300, DAT="20240315", charset="utf-8")
    for record in list(nistitl.read(small_transaction()))[1:]:
        tx.append(record)
    tx[2][0]["2.018"] = HOSTILE
    tx[2][0]["2.019"] = "W" * 3000
    tx[14][0]["14.020"] = HOSTILE
    tx[14][0]["14.005"] = b"20200230"
    return nistitl.read(bytes(tx))


def changed() -> nistitl.Transaction:
    """The same with another image and other text."""
    tx = hostile()
    tx[14][0].DATA = bytes(reversed(bytes(tx[14][0].DATA or b"")))
    tx[2][0]["2.019"] = HOSTILE
    tx.remove(tx[4][0])
    return nistitl.read(bytes(tx))


PAGES: dict[str, Callable[[], str]] = {
    "report": lambda: report(nistitl.read(TENPRINT), profile="fbi-ebts-11.2"),
    "report-values": lambda: report(nistitl.read(TENPRINT), values=True, profile="fbi-ebts-11.2"),
    "latent": lambda: report(nistitl.read(LATENT), values=True),
    "hostile": lambda: report(hostile(), values=True, name=HOSTILE),
    "compared": lambda: report(nistitl.read(LATENT), values=True, against=nistitl.read(TENPRINT)),
    "difference": lambda: difference_page(hostile().diff(changed()), HOSTILE, "other", values=True),
    "validation": lambda: hostile().validate("fbi-ebts-11.2").to_html(HOSTILE, passed=True),
    "sheet": lambda: sheet_html(nistitl.read(TENPRINT), values=True),
}


@cache
def made(name: str) -> str:
    return PAGES[name]()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium (set NISTITL_CHROMIUM)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Shown:
    """A page as the browser shows it, and what it asked for meanwhile."""

    def __init__(self, browser: Any, path: Path, width: int = 1024, scheme: str = "light", script: bool = True) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        self.page = context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.goto(path.as_uri())
        self.close = context.close

    def run(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    @property
    def fetched(self) -> list[str]:
        """What was asked for besides the page itself and what stands in it."""
        return [url for url in self.asked[1:] if not url.startswith("data:")]


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    opened: list[Shown] = []

    def show(name: str, **options: Any) -> Shown:
        (tmp_path / "page.html").write_text(made(name), "utf-8")
        opened.append(Shown(browser, tmp_path / "page.html", **options))
        return opened[-1]

    yield show
    for one in opened:
        one.close()


OVERFLOW = """() => [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > document.documentElement.clientWidth + 1;
}).map(one => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 40))"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_beyond_the_window(name: str, width: int, shown: Callable[..., Shown]) -> None:
    page = shown(name, width=width)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.run(OVERFLOW) == []
    assert page.run("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_and_nothing_runs(name: str, shown: Callable[..., Shown]) -> None:
    page = shown(name)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.page.wait_for_load_state("networkidle")
    assert page.fetched == [] and page.run("document.title") != "run"
    assert page.run("document.scripts.length") == 0 and page.said == []
    page.run("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:1/x.png'}))")
    page.page.wait_for_timeout(200)
    assert any("Content Security Policy" in said for said in page.said), "even what gets in is not fetched"


def test_hostile_text_is_text(shown: Callable[..., Shown]) -> None:
    page = shown("hostile")
    text = page.run("document.body.textContent")
    assert "<script>document.title='run'</script>\">" in text and "\\u202e" in text and "\\u2028" in text
    assert "onerror" not in page.run("[...document.querySelectorAll('*')].flatMap(x => x.getAttributeNames()).join()")


def test_without_script_it_reads_the_same(shown: Callable[..., Shown]) -> None:
    with_, without = shown("latent"), shown("latent", script=False)
    assert with_.page.inner_text("main") == without.page.inner_text("main")


LIGHTNESS = "getComputedStyle(document.body).{}.match(/[0-9]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"


@pytest.mark.parametrize("name", PAGES)
def test_light_dark_and_print(name: str, shown: Callable[..., Shown]) -> None:
    light, dark = shown(name), shown(name, scheme="dark")
    paper, ink = LIGHTNESS.format("backgroundColor"), LIGHTNESS.format("color")
    assert light.run(paper) > 240 > 60 > light.run(ink)
    assert dark.run(paper) < 40 < 200 < dark.run(ink)
    dark.page.emulate_media(media="print")
    assert dark.run(paper) > 240 > 60 > dark.run(ink), "on paper black on white"
    if name in ("report", "latent"):
        assert not dark.page.is_visible("nav") and light.page.is_visible("nav")


def test_by_keyboard_every_link_and_fold_is_reached_and_opens(shown: Callable[..., Shown]) -> None:
    page = shown("report")
    here = "(document.activeElement.href || document.activeElement.textContent.trim()).replace(/.*#/, '#')"
    wanted = page.run("[...document.querySelectorAll('a, summary')].length")
    reached = []
    for _ in range(wanted):
        page.page.keyboard.press("Tab")
        reached.append(page.run(here))
        assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid", "focus is seen"
    assert {"#file", "#findings", "#images", "Passed", "Not checked", "Records, field by field"} <= set(reached)
    assert any(one.startswith("#record-") for one in reached)
    assert page.run("[...document.querySelectorAll('details[open]')].length") == 0
    page.page.keyboard.press("Enter")  # the last fold
    assert page.page.is_visible("#record-1")


def test_the_link_of_a_finding_opens_the_fold_with_its_field(shown: Callable[..., Shown]) -> None:
    page = shown("hostile")
    assert not page.page.is_visible("#record-3-field-5")
    page.page.click("a[href='#record-3-field-5']")
    assert page.page.is_visible("#record-3-field-5") and page.run("location.hash") == "#record-3-field-5"
    box = page.page.locator("#record-3-field-5").bounding_box()
    assert 0 <= box["y"] < 900, "it is on the screen"


def test_no_column_is_squeezed_by_words_without_a_blank(shown: Callable[..., Shown]) -> None:
    narrow = "[...document.querySelectorAll('{}')].filter(x => x.getBoundingClientRect().width < {}).length"
    for name, cells in (("hostile", ".fields td:nth-child(2)"), ("difference", ".compared td")):
        page = shown(name)
        page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.run(f"document.querySelectorAll('{cells}').length") > 3
        assert page.run(narrow.format(cells, 45)) == 0
        assert page.run(narrow.format(".compared td:nth-child(n+2)", 200)) == 0


def test_print_has_margins_tells_what_it_leaves_out_and_keeps_headings(shown: Callable[..., Shown]) -> None:
    made = Pdf(shown("report-values").page.pdf(format="A4"))
    texts = [made.text(at) for at in range(len(made.pages))]
    assert sum("folded away: not printed" in said for said in texts) and "Records, field by field" in texts[-1]
    at = next(at for at, said in enumerate(texts) if "Tenprint card" in said)
    assert "Right thumb" in texts[at], "the heading stands with the images"
    for number in range(len(texts)):
        dark = made.pixels(number) < 128
        assert not any(side.any() for side in (dark[:250], dark[-250:], dark[:, :250], dark[:, -250:]))


@pytest.mark.skipif(AXE is None, reason="axe-core is not here (set NISTITL_AXE to its axe.min.js)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(name: str, width: int, scheme: str, shown: Callable[..., Shown]) -> None:
    page = shown(name, width=width, scheme=scheme)
    page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.run(Path(str(AXE)).read_text("utf-8") + "; undefined")
    found = page.run("axe.run()")
    assert len(found["passes"]) > 10
    grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in grave] == []
