"""What `tx[14]` gives, for type checkers; never imported when a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from nistitl.model.transaction import Transaction

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.records.type01 import Type1
    from nistitl.records.type02 import Type2
    from nistitl.records.type03 import Type3
    from nistitl.records.type04 import Type4
    from nistitl.records.type05 import Type5
    from nistitl.records.type06 import Type6
    from nistitl.records.type07 import Type7
    from nistitl.records.type08 import Type8
    from nistitl.records.type09 import Type9
    from nistitl.records.type10 import Type10
    from nistitl.records.type11 import Type11
    from nistitl.records.type12 import Type12
    from nistitl.records.type13 import Type13
    from nistitl.records.type14 import Type14
    from nistitl.records.type15 import Type15
    from nistitl.records.type16 import Type16
    from nistitl.records.type17 import Type17
    from nistitl.records.type18 import Type18
    from nistitl.records.type19 import Type19
    from nistitl.records.type20 import Type20
    from nistitl.records.type21 import Type21
    from nistitl.records.type22 import Type22
    from nistitl.records.type98 import Type98
    from nistitl.records.type99 import Type99


class TypedTransaction(Transaction):
    """A transaction whose records come in the types of their numbers."""

    __slots__ = ()

    @property
    def header(self) -> Type1 | None:
        """The Type-1 record; None where the input had none."""
        return super().header  # type: ignore[no-any-return]

    @overload
    def __getitem__(self, number: Literal[1]) -> tuple[Type1, ...]: ...
    @overload
    def __getitem__(self, number: Literal[2]) -> tuple[Type2, ...]: ...
    @overload
    def __getitem__(self, number: Literal[3]) -> tuple[Type3, ...]: ...
    @overload
    def __getitem__(self, number: Literal[4]) -> tuple[Type4, ...]: ...
    @overload
    def __getitem__(self, number: Literal[5]) -> tuple[Type5, ...]: ...
    @overload
    def __getitem__(self, number: Literal[6]) -> tuple[Type6, ...]: ...
    @overload
    def __getitem__(self, number: Literal[7]) -> tuple[Type7, ...]: ...
    @overload
    def __getitem__(self, number: Literal[8]) -> tuple[Type8, ...]: ...
    @overload
    def __getitem__(self, number: Literal[9]) -> tuple[Type9, ...]: ...
    @overload
    def __getitem__(self, number: Literal[10]) -> tuple[Type10, ...]: ...
    @overload
    def __getitem__(self, number: Literal[11]) -> tuple[Type11, ...]: ...
    @overload
    def __getitem__(self, number: Literal[12]) -> tuple[Type12, ...]: ...
    @overload
    def __getitem__(self, number: Literal[13]) -> tuple[Type13, ...]: ...
    @overload
    def __getitem__(self, number: Literal[14]) -> tuple[Type14, ...]: ...
    @overload
    def __getitem__(self, number: Literal[15]) -> tuple[Type15, ...]: ...
    @overload
    def __getitem__(self, number: Literal[16]) -> tuple[Type16, ...]: ...
    @overload
    def __getitem__(self, number: Literal[17]) -> tuple[Type17, ...]: ...
    @overload
    def __getitem__(self, number: Literal[18]) -> tuple[Type18, ...]: ...
    @overload
    def __getitem__(self, number: Literal[19]) -> tuple[Type19, ...]: ...
    @overload
    def __getitem__(self, number: Literal[20]) -> tuple[Type20, ...]: ...
    @overload
    def __getitem__(self, number: Literal[21]) -> tuple[Type21, ...]: ...
    @overload
    def __getitem__(self, number: Literal[22]) -> tuple[Type22, ...]: ...
    @overload
    def __getitem__(self, number: Literal[98]) -> tuple[Type98, ...]: ...
    @overload
    def __getitem__(self, number: Literal[99]) -> tuple[Type99, ...]: ...
    @overload
    def __getitem__(self, number: int) -> tuple[Record, ...]: ...
    def __getitem__(self, number: int) -> tuple[Any, ...]:
        return super().__getitem__(number)
