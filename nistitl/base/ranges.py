"""Ranges of numbers as the standard's tables print them: "1..10, 16, 17"."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True, repr=False)
class Range:
    """A set of numbers given as spans, both ends included; None where a span is open."""

    text: str
    spans: tuple[tuple[float | None, float | None], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "spans", tuple(_span(part) for part in self.text.split(",")))

    def __contains__(self, number: float) -> bool:
        return any((low is None or low <= number) and (high is None or number <= high) for low, high in self.spans)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Range({self.text!r})"


def _span(part: str) -> tuple[float | None, float | None]:
    low, dots, high = part.strip().partition("..")
    if not dots:
        return float(low), float(low)
    return (float(low) if low else None), (float(high) if high else None)
