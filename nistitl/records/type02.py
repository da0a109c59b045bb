"""Type-2: user-defined descriptive text. Its mnemonics come from the dictionary of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E1993
from nistitl.declare.element import Element, FieldRange
from nistitl.model.decoding import UnknownMnemonic
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared


@record(2, "User-defined descriptive text", clause="ANSI/NIST-ITL 1-2011, 8.2", since=E1993, ranges=(
    FieldRange(3, None, "UDF", "User-defined fields"),
))
class Type2(Record):
    """User-defined descriptive text. ANSI/NIST-ITL 1-2011, 8.2.

    Fields from 2.003 on belong to a domain: by number they always work, by mnemonic when the
    transaction has a Type-2 dictionary (`read(profile=...)`, `tx.profile = ...`, or 1.013 DOM).
    """

    LEN: int | None = shared.UNBOUNDED_LEN(1)
    IDC: int | None = shared.IDC(2)

    if TYPE_CHECKING:

        def __getattr__(self, mnemonic: str) -> object: ...

        def __setattr__(self, mnemonic: str, value: object) -> None: ...

    def element(self, number: int) -> Element | None:
        """The declaration of a field, from the standard or from the dictionary of the transaction."""
        dictionary = self.context.dictionary
        return self.elements.get(number) or (dictionary.by_number(number) if dictionary else None)

    def mnemonics(self) -> frozenset[str]:
        """The names its fields have in this transaction."""
        dictionary = self.context.dictionary
        return super().mnemonics() | (dictionary.mnemonics() if dictionary else frozenset())

    def named(self, name: str) -> Element:
        dictionary = self.context.dictionary
        if dictionary is None:
            raise UnknownMnemonic(
                f"Type-2 has no field {name} of its own: its mnemonics belong to a profile. Name one with"
                f" read(profile=...), tx.profile = ... or --profile, or use the number: rec['2.018']"
            )
        element = dictionary.by_mnemonic(name)
        if element is None:
            raise UnknownMnemonic(f"the Type-2 dictionary of {dictionary.name} has no field {name}")
        return element
