"""The page on editions: its tables are those by which transactions are converted.

Written anew by NISTITL_GOLDEN=write.
"""

from __future__ import annotations

import os
import re

from nistitl.exchange.editions.tables import rows_of
from tests.support.samples import ROOT

PAGE = ROOT / "docs" / "editions.md"
TABLES = ("elements", "records", "given", "impressions", "codes")


def table(name: str) -> str:
    """The rows of a table as the page has them."""
    return "".join(f"| {' | '.join(row)} |\n" for row in rows_of(name))


def test_the_page_has_the_rows_of_the_tables() -> None:
    page = PAGE.read_text("utf-8")
    wanted = page
    for name in TABLES:
        ruled = re.compile(rf"(\|[-|]+\|\n)(?:\|[^\n]*\n)*<!-- {name} -->")
        wanted = ruled.sub(lambda found, name=name: f"{found[1]}{table(name)}<!-- {name} -->", wanted)  # type: ignore[misc]
    if os.environ.get("NISTITL_GOLDEN") == "write":
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted
    assert all(f"<!-- {name} -->" in page for name in TABLES)
