"""A fingerprint card at true scale as PDF: its front, then pages for what has no box there or is larger than it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.text import printable
from nistitl.images.amputations import Amputation, amputated, gone_of
from nistitl.images.labels import positions
from nistitl.images.positions import PLAIN, ROLLED, THUMBS
from nistitl.images.record import ImageRecord
from nistitl.pages.amputations import named
from nistitl.pages.card.fonts import Fonts
from nistitl.pages.card.front import Front, by_position, fill, has_room
from nistitl.pages.card.further import draw_image_page, draw_text_page, image_pages, text_pages
from nistitl.pages.card.layouts import LAYOUTS, layout_for
from nistitl.pages.card.paper import Paper
from nistitl.pages.card.prints import embedded_images
from nistitl.pages.card.words import check_letters, values_of
from nistitl.pages.demographics import readable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.transaction import Transaction
    from nistitl.pages.card.layouts import Layout
    from nistitl.pages.card.prints import Shown
    from nistitl.pages.demographics import Value

_TITLE = "Fingerprint card"
_RIDGES = (3, 4, 5, 6, 13, 14, 15, 19)  # record types whose images are of no use without their scale
_FINGERS = (3, 4, 5, 6, 14)
_PLAIN_THUMBS = (11, 12)
_WITHOUT_PAPER = (1, 2)  # what has no image and is no loss


def card_pdf(
    tx: Transaction,
    dictionary: Dictionary | None = None,
    *,
    layout: str | None = None,
    fonts: Sequence[str | os.PathLike[str]] = (),
) -> tuple[bytes, tuple[Finding, ...]]:
    """The card as PDF, and what to know of it: what stands on further pages, what could not be shown.

    `dictionary` gives Type-2 its mnemonics, by which boxes are filled; without one all of Type-2 is a table of paths.
    `layout` is "fd-258" or "fd-249", by 1.004 TOT where not given. `fonts` are files of fonts for letters that the
    packaged ones lack. FieldError for letters that none has, ITLError for an unknown layout or a font that cannot be
    read; MissingDependency where the packages of `ebtskit[card]` are missing.
    """
    front = _layout(tx, layout)
    findings: list[Finding] = []
    paper = Paper(_TITLE, tx.DAT, Fonts(fonts))
    values = values_of(tx, dictionary, findings)
    check_letters(values, paper)
    codes = amputated(tx, dictionary)
    images = list(embedded_images(tx, paper, findings))
    filled, crowded, others = fill(paper, front, values)
    prints, unboxed = by_position(images)
    boxes = {box.position: box for box in front.prints}
    larger = {at: one for at, one in prints.items() if one.image is not None and not has_room(boxes[at], one)}
    text = text_pages(paper, [*crowded, *others])
    pictures = image_pages(paper, [*larger.values(), *unboxed])
    pages = {id(tile.shown): 2 + len(text) + at for at, page in enumerate(pictures) for tile, _, _ in page.tiles}
    at_page = {position: pages[id(shown)] for position, shown in larger.items()}
    at_page |= {one: pages[id(both)] for both in unboxed if THUMBS in positions(both.record) for one in _PLAIN_THUMBS}
    Front(paper, front, filled, prints, codes, at_page).draw()
    total = 1 + len(text) + len(pictures)
    for at, lines in enumerate(text):
        draw_text_page(paper, lines, _head(tx, 2 + at, total))
    for at, page in enumerate(pictures):
        draw_image_page(paper, page, _head(tx, 2 + len(text) + at, total))
    findings += _moved(crowded)
    findings += _on_pages(larger, unboxed, pages)
    findings += _absent(prints, unboxed, codes)
    findings += _left_out(tx)
    return paper.bytes(), tuple(findings)


def _layout(tx: Transaction, name: str | None) -> Layout:
    if name is None:
        return layout_for(tx.TOT)
    if name not in LAYOUTS:
        raise ITLError(f"no card is called {printable(name)[:40]!r}; known: {', '.join(LAYOUTS)}")
    return LAYOUTS[name]


def _head(tx: Transaction, number: int, total: int) -> str:
    """What a further page is of, should the sheets be parted."""
    said = [("TCN", "1.009"), ("DAT", "1.005"), ("TOT", "1.004")]
    header = tx.header
    told = [f"{name} {readable(place.text)}" for name, path in said if header and (place := header.get(path))]
    return "   ".join([*told, f"page {number} of {total}"])


def _moved(values: Sequence[Value]) -> Iterator[Finding]:
    for value in values:
        yield Finding("card-further-page", "the text has no room in its box: it is whole on page 2", value.where,
                      Severity.NOTE)  # fmt: skip


def _on_pages(larger: Mapping[int, Shown], unboxed: Sequence[Shown], pages: Mapping[int, int]) -> Iterator[Finding]:
    """Of the images that are not on the front: where they are, and why."""
    for shown in (*larger.values(), *unboxed):
        page = pages[id(shown)]
        if shown.image is None:
            continue  # told as undecodable
        if shown.size is None:
            grave = Severity.WARNING if shown.record.type in _RIDGES else Severity.NOTE
            message = f"{shown.reason}: it is on page {page}, and not to scale"
            yield Finding("card-no-scale", message, shown.where, grave)
        else:
            why = f"of {shown.inches} is larger than its box" if shown in larger.values() else "has no box of its own"
            message = f"the image {why}: it is at true scale on page {page}"
            yield Finding("card-further-page", message, shown.where, Severity.NOTE)


def _absent(
    prints: Mapping[int, Shown], unboxed: Sequence[Shown], codes: Mapping[int, Amputation]
) -> Iterator[Finding]:
    """Positions of a tenprint, or of flats alone, that have neither image nor reason."""
    ridges = [shown.record for shown in (*prints.values(), *unboxed) if shown.record.type in _FINGERS]
    there = {position for record in ridges for position in positions(record)}
    there |= set(_PLAIN_THUMBS) if THUMBS in there else set()
    wanted = range(1, 15) if there & set(ROLLED) else PLAIN  # flats alone are a set, too
    absent = [one for one in wanted if one not in there and not gone_of(one, codes)]
    if there & set(range(1, 16)) and absent:
        message = f"no image, and no reason for that: {', '.join(map(named, absent))}"
        yield Finding("card-no-image", message, Location(), Severity.NOTE)


def _left_out(tx: Transaction) -> Iterator[Finding]:
    """Records that paper does not show."""
    types = [record.type for record in tx if record.type not in _WITHOUT_PAPER and not _has_image(record)]
    if types:
        counts = ", ".join(f"{types.count(kind)} of Type-{kind}" for kind in sorted(set(types)))
        yield Finding(
            "card-records-left-out", f"a card does not show these records: {counts}", Location(), Severity.NOTE
        )


def _has_image(record: object) -> bool:
    return isinstance(record, ImageRecord) and (record.has_image or "AMP" in record.mnemonics())
