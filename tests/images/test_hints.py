"""What errors of images advise, by the spelling of each door."""

from __future__ import annotations

import pytest

from nistitl.images.hints import as_options, in_toml

SAID = "give ppi and override_ppi=True; turn=False keeps it, background=255 lies under, resample=500; codec= names one"


def test_keys_of_toml() -> None:
    assert in_toml(SAID) == (
        "give ppi and override_ppi = true; turn = false keeps it, background = 255 lies under, resample = 500; "
        "codec= names one"
    )


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (
            {"ppi", "codec", "override_ppi", "turn", "background", "resample"},
            "give --ppi and --override-ppi; --no-turn keeps it, --background 255 lies under, --resample 500; "
            "--codec names one",
        ),
        (
            {"override_ppi"},
            "give ppi and --override-ppi; turn=False (in Python) keeps it, background=255 (in Python) lies under, "
            "resample=500 (in Python); codec= (in Python) names one",
        ),
    ],
)
def test_options_that_a_command_has(known: set[str], told: str) -> None:
    assert as_options(SAID, known) == told
