"""The marks of a row: the condition codes of the standard's tables (1-2011, 8), and whose data a field or item holds.

Whose data is said once, beside the content: `element(…, holds=TECHNICAL)`. What no row speaks of is taken for a
person's, and findings and reports tell of it only where it stands.
"""

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


class Holding(Enum):
    """What a field or item holds, by whose it is."""

    PERSONAL = "a person's, or nobody has said whose"
    TECHNICAL = "the file's own: sizes, counts, codes and links, and never a text that anyone writes freely"

    @property
    def told(self) -> bool:
        """True for what is nobody's: a finding may print what stands there."""
        return self is Holding.TECHNICAL


M, O, D, M_UP, O_UP = Condition  # noqa: E741
PERSONAL, TECHNICAL = Holding
