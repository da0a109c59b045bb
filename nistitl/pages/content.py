"""The readable content of records as HTML: a table a record, every field with an anchor that links can lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.pages import html
from nistitl.pages.readable import lines_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction


def content_page(tx: Transaction, records: Iterable[tuple[int, Record]], findings: Sequence[str]) -> str:
    """A page of whole records, and what reading had to forgive."""
    section = html.section("Findings", html.table([[line] for line in findings])) if findings else ""
    return html.page(f"Transaction {tx.TOT or ''}".strip(), record_sections(records), (section,))


def record_sections(records: Iterable[tuple[int, Record]], *, values: bool = True, prefix: str = "") -> Iterator[str]:
    """The content of these records, each under its heading; without `values` only what is nobody's data.

    `prefix` keeps the anchors of one transaction from those of others in the same page.
    """
    return (_section(at, record, values, prefix) for at, record in records)


def _section(at: int, record: Record, values: bool, prefix: str) -> str:
    places = list(record.fields())
    rows = [(place.path, place.mnemonic, place.name, "\n".join(lines_of(place, values=values))) for place in places]
    anchors = [anchor(at, place.key if isinstance(place.key, int) else None, prefix) for place in places]
    return html.section(
        title_of(at, record), html.table(rows, anchors=anchors, style="fields"), anchor(at, None, prefix)
    )


def anchor(record: int, field: int | None = None, prefix: str = "") -> str:
    """The name of a record, or of a field of it, in a page."""
    return f"{prefix}record-{record}" if field is None else f"{prefix}record-{record}-field-{field}"
