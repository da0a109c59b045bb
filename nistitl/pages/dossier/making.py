"""A report written to where it is wanted: its form by the name of the file, its bytes by the input alone."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import load, write_atomically
from nistitl.pages.original import Original

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nistitl.base.files import Source
    from nistitl.model.transaction import Transaction
    from nistitl.pages.dossier.dossier import Dossier
    from nistitl.validation.report import Report

FORMS = ("html", "pdf")
_SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf"}
_NO_DAY = date(9999, 12, 30)  # the last with a tomorrow: what is said of days to come is left open


def day_of(made: datetime | None) -> date:
    """The day by which a transaction may be of a day to come; where none is told, none is."""
    return made.date() if made is not None else _NO_DAY


def form_of(target: object, form: str | None) -> str:
    """The form that was asked for, else by the name of the target. ITLError where neither says one."""
    name = os.fspath(target) if isinstance(target, str | os.PathLike) else ""
    found = form or _SUFFIXES.get(Path(name).suffix.lower())
    if found not in FORMS:
        raise ITLError("the report is a .html or a .pdf: name it so, or say which form")
    return found


def write(
    dossier: Dossier,
    target: str | os.PathLike[str] | IO[bytes],
    form: str | None = None,
    fonts: Sequence[str | os.PathLike[str]] = (),
) -> Report:
    """Write a report, and return what validating gave; see `Transaction.report`."""
    if form_of(target, form) == "html":
        from nistitl.pages.dossier.page import report_page

        write_atomically(target, (piece.encode("utf-8") for piece in report_page(dossier)))
    else:
        from nistitl.pages.dossier.pdf import report_pdf

        write_atomically(target, [report_pdf(dossier, fonts)])
    return dossier.report


def original_of(tx: Transaction, source: Source | None, name: str | None) -> Original:
    """The bytes that a transaction was read from, else its own; their name is that of the file."""
    path = os.fspath(source) if isinstance(source, str | os.PathLike) else None
    called = name or (Path(path).name if path is not None else "transaction")
    return Original.of(tx.pieces() if source is None else [bytes(load(source, None))], called)
