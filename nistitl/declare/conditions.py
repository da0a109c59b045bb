"""Condition codes of the standard's tables, 1-2011, 8."""

from enum import Enum


class Condition(Enum):
    """Whether a field must be present, as the standard prints it; M^ and O^ are of items, within a field that is."""

    M = "M"
    O = "O"  # noqa: E741
    D = "D"
    M_UP = "M^"
    O_UP = "O^"

    def __str__(self) -> str:
        return self.value


M, O, D, M_UP, O_UP = Condition  # noqa: E741
