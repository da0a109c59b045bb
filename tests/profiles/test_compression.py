"""[compression]: how a receiver wants images compressed; what it cannot be is refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

import ebts_profiles
from nistitl.profiles import ProfileError, TableProfile, overlaid
from nistitl.profiles.compression import compression_of

SHIPPED = (
    ebts_profiles.FBI_8_001, ebts_profiles.FBI_9_1, ebts_profiles.FBI_10_0, ebts_profiles.FBI_11_2,
    ebts_profiles.DOD_1_2, ebts_profiles.DOD_4_1, ebts_profiles.ATF_EFORMS, ebts_profiles.INT_I_6_0,
    ebts_profiles.NATO_4715,
)  # fmt: skip


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda one: one.name)
def test_the_rates_are_those_of_nist_each_with_its_source(profile: TableProfile) -> None:
    at_500, at_1000, latent = (compression_of(profile, image) for image in ("500", "1000", "latent"))
    assert at_500 and at_1000 and latent
    assert (at_500.codecs, at_500.bitrate, at_500.least) == (("WSQ20",), 0.75, None) and "cwsq" in at_500.source
    assert (at_1000.codecs, at_1000.bitrate) == (("JP2",), 0.8) and "500-289" in at_1000.source
    assert latent.bitrate is None and "WSQ20" not in latent.codecs


def overlay(folder: Path, rows: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(f'[profile]\nname = "mine"\n[compression]\n{rows}\n', "utf-8")
    return path


def test_a_layer_changes_what_it_says(tmp_path: Path) -> None:
    mine = overlaid(
        ebts_profiles.FBI_10_0, overlay(tmp_path, '500 = { range = "0.5-0.75" }\nlatent = { removed = true }')
    )
    found = compression_of(mine, "500")
    assert found and (found.bitrate, found.least, found.most) == (0.75, 0.5, 0.75) and "cwsq" in found.source
    assert compression_of(mine, "latent") is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('501 = { codec = "PNG" }', "there is no image '501'"), ('500 = { codec = "WSQ21" }', "did you mean 'WSQ20'"),
        ("500 = { bitrate = 0 }", "above 0"), ("500 = { bitrate = 'low' }", "bitrate is text in quotes"),
        ('500 = { range = "1-0.5" }', "no range"), ('500 = { rnage = "0.5-1" }', "did you mean 'range'"),
        ("500 = { }", "expected codec"), ("500 = 7", "attributes in braces"),
    ],
)  # fmt: skip
def test_what_it_cannot_be_is_refused(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(ProfileError) as caught:
        overlaid(ebts_profiles.FBI_10_0, overlay(tmp_path, rows))
    assert told in str(caught.value) and "mine.toml, line 4" in str(caught.value)
