"""The part of `nistitl convert` that goes to another edition, and to another encoding with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E2011, edition_of
from nistitl.base.errors import ITLError
from nistitl.model.conversion import Conversion
from nistitl.model.opening import TRADITIONAL

if TYPE_CHECKING:
    import argparse

    from nistitl.api import Transaction


def in_edition(tx: Transaction, encoding: str, options: argparse.Namespace) -> Conversion[Transaction]:
    """The transaction in the edition and the encoding that were asked for; what the edition cannot say refuses.

    XML is left before the edition changes, where it is to be left, and comes last, where it is to come.
    """
    edition = edition_of(options.edition) if options.edition is not None else None
    if edition is not None and edition < E2011 and encoding != TRADITIONAL.name:
        raise ITLError(f"the edition of {edition.year} has no XML of this kind; --to traditional has it")
    first = tx.convert(encoding) if encoding == TRADITIONAL.name != tx.encoding else Conversion(tx, ())
    changed = _changed(first.transaction, options)
    losses = (*first.losses, *changed.losses)
    made = changed.transaction
    if (made.encoding, made.vocabulary) == (encoding, options.vocabulary or made.vocabulary):
        return Conversion(made, losses)
    last = made.convert(encoding, options.vocabulary)
    return Conversion(last.transaction, (*losses, *last.losses))


def _changed(tx: Transaction, options: argparse.Namespace) -> Conversion[Transaction]:
    wishes = {"lossy": options.lossy, "prints": options.prints}
    if options.to_profile is not None:
        return tx.to_profile(options.to_profile, options.edition, **wishes)
    return tx.to_edition(options.edition, **wishes)
