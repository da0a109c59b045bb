"""Validation by the edition and by every profile, images decoded; its reports as text, JSON, HTML and JUnit."""

from __future__ import annotations

import zlib

from nistitl.base.findings import Severity
from nistitl.model.dictionaries import profile_names
from nistitl.pages.renderer import Batch, Outcome
from nistitl.pages.report_junit import RENDERER
from tests.fuzz import pictures
from tests.fuzz.commands import check_html, check_json, check_junit, check_plain
from tests.fuzz.targets.read import opened


def check(data: bytes) -> None:
    """Every report on these bytes ends, and can be printed in every form; which profiles are asked, chance says."""
    tx = opened(data)
    if tx is None:
        return
    deepest = 2 if pictures.large(tx) else 3
    told = tx.validate(level=deepest, values=True)
    check_plain(told.to_text())
    check_json(told.to_json())
    check_junit("".join(RENDERER.render_files(Batch([Outcome("fuzzed", told)], Severity.ERROR))))
    check_html(told.to_html())
    names = (*profile_names(), "auto")
    first = zlib.crc32(data) % len(names)
    for name in (names[first], names[first - 1], names[first - 4]):
        check_plain(tx.validate(name).to_text())
    assert bytes(tx) == data, "validating changed what is written"
