"""What a code table answers: which codes it has, what they mean, which editions have them."""

from __future__ import annotations

import pytest

from nistitl import Edition
from nistitl.codes import table

FINGERS = ("thumb", "index finger", "middle finger", "ring finger", "little finger")


def test_reserved_codes_have_a_row_and_are_not_in_the_table() -> None:
    assert table("FCT").get("8") is not None and "8" not in table("FCT") and "7" in table("FCT")
    assert table("CSI").get("100") is not None and "100" not in table("CSI") and "200" in table("CSI")


@pytest.mark.parametrize(
    ("code", "edition", "valid"),
    [
        ("2", Edition.E1993, True), ("2", Edition.E2013, True), ("2", Edition.E2015, False),
        ("10", Edition.E1997, False), ("10", Edition.E2000, True), ("10", Edition.E2015, False),
        ("28", Edition.E2000, False), ("28", Edition.E2015, True),
    ],
)  # fmt: skip
def test_new_data_has_a_code_from_its_edition_on_until_it_is_legacy(code: str, edition: Edition, valid: bool) -> None:
    row = table("IMP").get(code)
    assert row is not None and row.valid_in(edition) is valid


def test_codes_that_are_numbers_compare_as_numbers() -> None:
    fingers = table("FGP")
    assert fingers.get("01") is fingers.get("1") is fingers.get("001") is not None
    assert fingers.get("1.") is None and fingers.get("١") is None and "" not in fingers
    assert "050" not in table("CSI") and "0200" in table("CSI")


def test_positions_mean_the_fingers_as_they_are_counted() -> None:
    """From the right thumb to the right little finger, then from the left thumb on."""
    wanted = [f"{hand} {finger}" for hand in ("Right", "Left") for finger in FINGERS]
    assert [table("FGP").meaning(str(position)) for position in range(1, 11)] == wanted
