"""A transaction in another edition: record types first, then each record by the tables, then what binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nistitl.base.editions import E2011, Edition, edition_of
from nistitl.base.errors import ConversionRefused, ITLError
from nistitl.exchange.editions.change import EditionChange
from nistitl.exchange.editions.ledger import LOST, UNSETTLED
from nistitl.exchange.editions.profiles import ProfileChange, edition_for, source_names
from nistitl.model.conversion import Conversion, convert
from nistitl.model.opening import TRADITIONAL, encoding_named
from nistitl.profiles.choice import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.base.findings import Finding
    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.model.transaction import Transaction

_T = TypeVar("_T", bound="Transaction")

_TOLD = 5  # findings that the error of a refusal tells


def to_edition(tx: _T, edition: Edition | str, *, lossy: bool = False, prints: int | None = None) -> Conversion[_T]:
    """The transaction in an edition; see `Transaction.to_edition`."""
    target, source = _named(edition), _edition_of(tx)
    if tx.encoding != TRADITIONAL.name:
        return _through_traditional(
            tx, target, lossy, lambda tagged: to_edition(tagged, target, lossy=lossy, prints=prints)
        )
    change = EditionChange(tx, source, target, prints)
    change.make()
    return _allowed(change.tx, change.ledger, f"the edition of {target.year} ({target.ver})", lossy)


def to_profile(
    tx: _T, name: str, edition: Edition | str | None = None, *, lossy: bool = False, prints: int | None = None
) -> Conversion[_T]:
    """The transaction for the receiver of a profile; see `Transaction.to_profile`."""
    profile, source = named(name), _edition_of(tx)
    target = edition_for(profile, source, None if edition is None else _named(edition))
    if tx.encoding != TRADITIONAL.name:
        return _through_traditional(
            tx, target, lossy, lambda tagged: to_profile(tagged, name, target, lossy=lossy, prints=prints)
        )
    names = source_names(tx)
    change = EditionChange(tx, source, target, prints)
    change.make()
    change.tx.profile = name
    ProfileChange(change.tx, names, profile, change.ledger).make()
    return _allowed(change.tx, change.ledger, f"{profile.title} ({target.ver})", lossy)


def _edition_of(tx: Transaction) -> Edition:
    if tx.edition is None:
        raise ITLError("1.002 VER names no edition that is known, so nothing can be told of the way to another one")
    return tx.edition


def _allowed(tx: _T, ledger: Ledger, target: str, lossy: bool) -> Conversion[_T]:
    """What became of a transaction, or ConversionRefused."""
    refusing = [one for one in ledger.findings if one.code == UNSETTLED or (one.code == LOST and not lossy)]
    if refusing:
        raise _refusal(refusing, target)
    return Conversion(tx, tuple(ledger.findings))


def _named(edition: Edition | str) -> Edition:
    found = edition if isinstance(edition, Edition) else edition_of(str(edition))
    if found is None:
        known = ", ".join(one.ver for one in Edition)
        raise ITLError(f"no edition has VER {edition}; known: {known}")
    return found


def _through_traditional(
    tx: _T, target: Edition, lossy: bool, change: Callable[[_T], Conversion[_T]]
) -> Conversion[_T]:
    """Of XML: the records in tags, in the other edition, and in elements again."""
    if target < E2011:
        raise ITLError(f"the edition of {target.year} has no XML of this kind; --to traditional has it")
    tagged = convert(tx, encoding_named(TRADITIONAL.name))
    changed = change(tagged.transaction)
    back = convert(changed.transaction, encoding_named(tx.encoding), tx.vocabulary)
    lost = [*tagged.lost, *back.lost]
    if lost and not lossy:
        raise _refusal(lost, f"XML of {target.year}")
    return Conversion(back.transaction, (*tagged.lost, *changed.losses, *back.lost))


def _refusal(findings: list[Finding], target: str) -> ConversionRefused:
    told = "\n".join(f"  {one.to_text()}" for one in findings[:_TOLD])
    more = f"\n  and {len(findings) - _TOLD} more" if len(findings) > _TOLD else ""
    hopeless = any(one.code == UNSETTLED for one in findings)
    advice = "mend this first" if hopeless else "--lossy (lossy=True) goes without it"
    message = f"{target} cannot say all of it; {advice}:\n{told}{more}"
    return ConversionRefused(message, findings[0], tuple(findings), by_choice=not hopeless)
