"""What callers give beside arrays is checked in our own words: each error says what to give instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import MinutiaeError, read_template, read_xyt, xyt
from tests.minutiae.test_ridge_counts import SIZE, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

WRONG: list[Any] = ["x", b"x", [1], {}, object(), float("nan")]
RECORD = Type9.from_minutiae(row_of(3), "m1", **SIZE, IMP=1)
TEMPLATE = RECORD.to_template(quality=50)
CALLS: dict[str, Callable[..., Any]] = {
    "to_template": lambda **given: RECORD.to_template(**{"quality": 50, **given}),
    "from_template": lambda **given: Type9.from_template(**{"template": TEMPLATE, **given}),
    "convert_minutiae": lambda **given: RECORD.copy().convert_minutiae(**{"to": "efs", **given}),
    "minutiae": lambda **given: RECORD.minutiae(**given),
    "ridge_counts": lambda **given: RECORD.ridge_counts(**given),
    "set_minutiae": lambda **given: RECORD.copy().set_minutiae(row_of(3), **given),
    "set_cores": lambda **given: RECORD.copy().set_cores(RECORD.cores[:], **given),
    "from_minutiae": lambda **given: Type9.from_minutiae(row_of(3), **{"block": "m1", **SIZE, **given}),
    "read_template": lambda **given: read_template(**{"source": bytes(TEMPLATE), **given}),
    "vendor_block": lambda **given: RECORD.vendor_block(**given),
    "xyt": lambda **given: xyt(row_of(3), **given),
    "read_xyt": lambda **given: read_xyt("1 2 3\n", **{"height": 9, **given}),
}
KEYWORDS = {
    "to_template": (
        "format", "block", "ppi", "width", "height", "position", "number", "impression", "quality", "product",
        "equipment", "certification",
    ),
    "from_template": ("template", "view", "block"),
    "convert_minutiae": ("to", "of", "ppi", "width", "height"),
    "minutiae": ("block", "units", "ppi", "height"),
    "ridge_counts": ("block",),
    "set_minutiae": ("block", "ridge_counts", "ppi", "height"),
    "set_cores": ("block", "units", "ppi", "height"),
    "from_minutiae": ("block", "ppi", "width", "height"),
    "read_template": ("policy",),
    "vendor_block": ("owner",),
    "xyt": ("convention", "height"),
    "read_xyt": ("convention", "height", "ppi"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "keyword"), [(call, one) for call, names in KEYWORDS.items() for one in names])
def test_a_wrong_type_is_told(call: str, keyword: str) -> None:
    for wrong in WRONG:
        with pytest.raises(nistitl.ITLError) as raised:
            CALLS[call](**{keyword: wrong})
        assert " object at 0x" not in str(raised.value) or keyword in ("units", "policy", "convention")


@pytest.mark.parametrize("keyword", ["position", "number", "impression", "quality", "equipment"])
def test_none_is_no_number(keyword: str) -> None:
    with pytest.raises(
        MinutiaeError, match=f"{keyword} is a whole number from 0, not None: give one, or leave {keyword}="
    ):
        RECORD.to_template(**{"quality": 50, keyword: None})


@pytest.mark.parametrize("call", ["to_template", "from_template"])
def test_an_unknown_keyword_is_told(call: str) -> None:
    with pytest.raises(MinutiaeError, match=f"{call} takes no algorithm="):
        CALLS[call](algorithm=3)


def test_the_nearest_keyword_is_told() -> None:
    with pytest.raises(MinutiaeError, match=r"takes no qualty= .did you mean 'quality'"):
        RECORD.to_template(qualty=50)
    with pytest.raises(MinutiaeError, match=r"takes no FPG= .did you mean 'FGP'"):
        Type9.from_template(TEMPLATE, FPG=2)


def test_numbers_of_numpy_are_numbers() -> None:
    same = RECORD.to_template(quality=np.uint8(50), position=np.int64(3), ppi=np.float32(500), height=np.int16(400))
    assert bytes(same) == bytes(RECORD.to_template(quality=50, position=3, ppi=500, height=400))
    wide = Type9.from_minutiae(row_of(3), "efs", ppi=500, width=np.int64(400), height=400.0, lossy=True)  # type: ignore[arg-type]
    assert wide.convert_minutiae("m1", ppi=500, width=np.int32(400), height=400) == []
    assert wide.HLL == 400


def test_a_source_of_no_kind() -> None:
    for wrong in (None, 3, [1]):
        with pytest.raises(MinutiaeError, match="expected a path or bytes"):
            read_template(wrong)  # type: ignore[arg-type]
        with pytest.raises(MinutiaeError, match=r"expected the path of an \.xyt file or its text"):
            read_xyt(wrong, height=9)  # type: ignore[arg-type]
