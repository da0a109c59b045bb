"""VER as a number: the four digits of an edition, in ASCII, with or without zeros before them."""

from __future__ import annotations

import pytest

from nistitl.base.editions import Edition, edition_of
from nistitl.base.findings import Location


@pytest.mark.parametrize("edition", Edition)
def test_a_version_is_compared_as_a_number(edition: Edition) -> None:
    assert edition_of(f"{int(edition):04d}") is edition
    assert edition_of(f"{int(edition)}") is edition


@pytest.mark.parametrize("ver", [None, "", "05O2", "0502 ", "+502", "٠٥٠٢", "０５０２", "²", "000000502", "0001"])
def test_what_is_no_version_names_no_edition(ver: str | None) -> None:
    assert edition_of(ver) is None


@pytest.mark.parametrize(("offset", "covered"), [(9, False), (10, True), (14, True), (15, True), (16, False)])
def test_a_location_reaches_to_where_its_bytes_end(offset: int, covered: bool) -> None:
    """The end counts, so that a place without bytes is covered by the tag before it."""
    assert Location(10, 5).covers(offset) is covered
    assert Location(offset, 0).covers(10) is (offset == 10)
    assert not Location().covers(offset)
