"""Layers of one's own on a shipped profile, and what a clean tenprint gets by them."""

from __future__ import annotations

from pathlib import Path

import nistitl
from nistitl.profiles.choice import named
from nistitl.profiles.profile import TableProfile
from tests.support.samples import ROOT

TENPRINT = ROOT / "fixtures" / "tenprint-type14.eft"  # a CAR without findings by fbi-ebts-10.0
FBI = "fbi-ebts-10.0"


def layer(folder: Path, text: str, name: str = "mine", parent: str | None = FBI) -> Path:
    """A layer in a file; `text` are its rows, or begins with more of its head."""
    head = f'[profile]\nname = "{name}"\n' + (f'parent = "{parent}"\n' if parent else "")
    path = folder / f"{name}.toml"
    path.write_text(head + text, "utf-8")
    return path


def profile(folder: Path, text: str, name: str = "mine", parent: str | None = FBI) -> TableProfile:
    """The profile that a layer makes."""
    return named(str(layer(folder, text, name, parent)))


def tenprint(tot: str = "CAR", **changes: object) -> nistitl.Transaction:
    """The tenprint with another transaction type, and fields changed: t2_031="VIO" sets 2.031, None removes it."""
    tx = nistitl.read(TENPRINT)
    if tot != "CAR":
        tx[1][0].TOT = tot
    for name, value in changes.items():
        kind, number = (int(part) for part in name.removeprefix("t").split("_"))
        record = tx[kind][0]
        if value is None:
            del record[number]
        else:
            record[number] = value
    return tx


def found(tx: nistitl.Transaction, by: TableProfile | str | Path, *overlays: Path) -> list[tuple[str, str]]:
    """Code and path of every error and warning."""
    report = tx.validate(by if isinstance(by, TableProfile) else str(by), overlays=overlays)
    return [(one.code, one.location.path) for one in (*report.errors, *report.warnings)]
