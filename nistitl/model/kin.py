"""Records that outlive their transaction: what they are explained by stays with them.

A transaction is not kept by its records, as each would then wait for the collector. When it goes, those that somebody
still holds are given the records that they need; these hold none of them, so that all go as soon as nobody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nistitl.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kin:
    """Records of a transaction that is gone, found as `Transaction.with_idc` does."""

    __slots__ = ("_by_idc", "_records")

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._by_idc: dict[tuple[int, int | None], list[Record]] | None = None

    def with_idc(self, kind: int, idc: int | None) -> Sequence[Record]:
        """The records of a type with this IDC, as they were when they were first looked for."""
        if self._by_idc is None:
            self._by_idc = {}
            for record in self._records:
                self._by_idc.setdefault((record.type, record.idc), []).append(record)
        return self._by_idc.get((kind, idc), ())


class ExplainedRecord(Record):
    """A record that others of its transaction explain: those of the types in `explained_by`."""

    __slots__ = ("_kin",)

    @classmethod
    def leave_kin(cls, records: Sequence[Any]) -> None:
        mine = [record for record in records if type(record) is cls]
        if mine:
            kin = Kin([record for record in records if record.type in cls.explained_by])
            for record in mine:
                object.__setattr__(record, "_kin", kin)

    def with_idc(self, kind: int) -> Sequence[Record]:
        """The records of a type with its IDC, of its transaction as it is or was; none where it is in none."""
        reference = self.context.owner
        owner = None if reference is None else reference()
        if owner is None:
            try:
                owner = object.__getattribute__(self, "_kin")
            except AttributeError:
                return ()
        return cast("Sequence[Record]", owner.with_idc(kind, self.idc))

    def __reduce__(self) -> tuple[object, ...]:
        """A record that is pickled alone takes along what explains it."""
        kin = [record for kind in sorted(self.explained_by) for record in self.with_idc(kind)]
        return (*super().__reduce__(), kin) if kin else super().__reduce__()

    def __setstate__(self, kin: Sequence[Record]) -> None:
        object.__setattr__(self, "_kin", Kin(kin))
