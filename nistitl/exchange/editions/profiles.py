"""A transaction for another receiver: its edition, its DOM, and the elements of Type-2 by its dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E2000, Edition
from nistitl.base.errors import ITLError
from nistitl.exchange.editions.ledger import CHANGED, LOST, UNSETTLED
from nistitl.exchange.editions.settling import RecordGone, Settler
from nistitl.exchange.editions.tables import element_columns
from nistitl.model.dictionaries import Dictionary, claimed_domains
from nistitl.profiles.choice import names_for
from nistitl.validation.plans import record_check

if TYPE_CHECKING:
    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.profiles import TableProfile

_TOT, _DOM, _IDC, _TYPE_2 = 4, 13, 2, 2


def edition_for(profile: TableProfile, source: Edition, asked: Edition | None) -> Edition:
    """The edition that a profile takes: the one that was asked for, else that of the source, else the next, or last."""
    taken = profile.editions
    if asked is not None:
        if taken and asked not in (*taken, *profile.doubtful_editions):
            raise ITLError(f"{profile.name} takes VER {', '.join(one.ver for one in taken)}, not {asked.ver}")
        return asked
    if not taken or source in taken:
        return source
    return next((one for one in sorted(taken) if one > source), max(taken))


def source_names(tx: Transaction) -> Dictionary | None:
    """The dictionary of the Type-2 elements that are there; ITLError where there are some and nobody knows whose."""
    dictionary = names_for(tx)[0]
    if dictionary is None and any(_elements(record) for record in tx if record.type == _TYPE_2):
        raise ITLError("nobody knows what the Type-2 elements mean: name the profile to read them by (--profile)")
    return dictionary


class ProfileChange:
    """The part of a conversion that is for one receiver, done to a transaction that is of its edition already."""

    def __init__(self, tx: Transaction, names: Dictionary | None, profile: TableProfile, ledger: Ledger) -> None:
        self.tx = tx
        self.names = names
        self.profile = profile
        self.ledger = ledger

    def make(self) -> None:
        """Settle TOT, DOM and the elements of each Type-2."""
        header = self.tx.records[0]
        if self.profile.tots and not self.profile.knows_type(self.tx.TOT):
            self.ledger.tell(UNSETTLED, header, f"TOT is no transaction type of {self.profile.title}", _TOT)
        self._announce(header)
        for record in self.tx.records:
            if record.type == _TYPE_2:
                self.make_elements(record)
                self._settle(record)

    def _announce(self, header: Record) -> None:
        """Have 1.013 name the profile, where it stands for one."""
        domains, versions = self.profile.domains, self.profile.versions
        if not domains or self.tx.edition is None or self.tx.edition < E2000:
            return
        said = bytes(header.raw(_DOM) or b"").decode("latin-1").split("\x1f")
        if said[0] in domains and (said[1:] == [] if not versions else said[1:2] and said[1] in versions):
            return
        header.put(_DOM, "\x1f".join([domains[0], *versions[:1]]).encode())
        self.ledger.tell(CHANGED, header, f"DOM names {self.profile.title}", _DOM)

    def make_elements(self, record: Record) -> None:
        """Give each element the number that the profile has for it; what has none goes."""
        moved: dict[int, bytes] = {}
        for number in _elements(record):
            target = self._target(number)
            if target == number:
                continue
            known = self.names.by_number(number) if self.names is not None else None
            name = known.mnemonic if known is not None else f"2.{number:03d}"
            raw = bytes(record.raw(number) or b"")
            record.put(number, None)
            if target is None:
                self.ledger.tell(LOST, record, f"{name} is no element of {self.profile.title}; it goes", number)
            else:
                moved[target] = raw
                self.ledger.tell(CHANGED, record, f"{name} is 2.{target:03d}", number)
        for target, raw in moved.items():
            record.put(target, raw)
            self.ledger.tell(CHANGED, record, f"2.{target:03d} holds what had another number", target)

    def _target(self, number: int) -> int | None:
        """The number of an element in the profile; None where it has no element of that meaning."""
        old = self.names.by_number(number) if self.names is not None else None
        new = self.profile.dictionary.by_number(number)
        if old is not None and new is not None and old.mnemonic == new.mnemonic:
            return number
        columns, rows = element_columns()
        there, here = _column(columns, self._source()), _column(columns, (self.profile.name, *self.profile.domains))
        if there is None or here is None or there == here:
            return None
        return next((row[here] for row in rows if row[there] == number), None)

    def _source(self) -> tuple[str, ...]:
        """What the dictionary of the source may be called in the table."""
        from nistitl.model.dictionaries import profile, profile_names

        if self.names is None:
            return ()
        name = self.names.name
        return (name, *(claimed_domains(profile(name)) if name in profile_names() else ()))

    def _settle(self, record: Record) -> None:
        """Let go of the contents that the profile does not take; refuse where it asks for them."""
        edition = self.tx.edition
        assert edition is not None
        before = record_check(type(record), edition)  # type: ignore[arg-type]  # a class is hashable
        now = self.profile.type2_check(self.tx.TOT, edition)
        try:
            Settler(record, before, now, self.ledger, self.tx.records[0]).settle()
        except RecordGone as gone:
            self.ledger.tell(UNSETTLED, record, str(gone), gone.number)


def _elements(record: Record) -> list[int]:
    keys = record.keys()
    return [number for number in keys if isinstance(number, int) and number > _IDC]


def _column(columns: tuple[str, ...], names: tuple[str, ...]) -> int | None:
    return next((at for at, column in enumerate(columns) if column in names), None)
