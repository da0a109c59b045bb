"""WSQ at its limits: what is just refused and just taken, which subbands are sent, and how they are measured."""

from __future__ import annotations

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")

from nistitl.images import wsq  # noqa: E402
from nistitl.images.wsq import container, quantizer  # noqa: E402

ROUGH = 100.0  # a variance that every bit rate has bits for


def mixed(share: float) -> Any:
    """Ridges that hold a share of the energy; the rest is a chequered pattern, which WSQ never sends."""
    down, across = np.mgrid[:160, :160]
    ridges, pattern = np.sin(down / 2.2 + across / 3.1), np.where((down + across) % 2, 1.0, -1.0)
    parts = np.sqrt(share * 2), np.sqrt(1 - share)
    return np.rint(128 + 80 * (parts[0] * ridges + parts[1] * pattern) / sum(parts)).astype(np.uint8)


@pytest.mark.parametrize("share", [0.01, 0.04])
def test_less_than_a_twentieth_of_the_energy_is_too_little(share: float) -> None:
    with pytest.raises(wsq.ImageError, match="would flatten the image"):
        wsq.encode(mixed(share))


@pytest.mark.parametrize("share", [0.06, 0.2])
def test_a_twentieth_of_the_energy_is_enough(share: float) -> None:
    assert wsq.decode(wsq.encode(mixed(share)), strict=True).shape == (160, 160)


def variances(**others: float) -> Any:
    """Variances of the subbands that are sent, rough but for those named: `at5=1.0`."""
    values = np.full(quantizer.CODED, ROUGH, np.float32)
    for name, value in others.items():
        values[int(name.removeprefix("at"))] = value
    return values


@pytest.mark.parametrize(
    ("variance", "sent"), [(0.5, False), (1.009, False), (1.0101, True), (1.015, True), (1.03, True)]
)
def test_subbands_of_hardly_any_variance_are_not_sent(variance: float, sent: bool) -> None:
    widths = quantizer.bin_widths(variances(at5=variance), 0.75)
    assert bool(widths.width[5]) is bool(widths.zero[5]) is sent
    assert np.count_nonzero(widths.width) == quantizer.CODED - (not sent)


@pytest.mark.parametrize("variance", [1.0923999547958374, 3.8420000076293945, 7.505300045013428])
def test_a_subband_that_would_get_no_bits_leaves_the_others_theirs(variance: float) -> None:
    """At no bits at all, one subband alone has bins of exactly five spreads: it counts as starved."""
    alone = np.zeros(quantizer.CODED, np.float32)
    alone[0] = variance
    with pytest.raises(wsq.ImageError, match="too little detail"):
        quantizer.bin_widths(alone, 0.0)
    assert quantizer.bin_widths(alone, 0.0001).width[0] > 0


def subbands(energy: float) -> list[Any]:
    """Subbands, rough in the middle and still outside; the four smallest have that variance there, put together."""
    still = np.zeros((32, 32), np.float32)
    still[9:23, 4:28] = np.where(np.indices((14, 24)).sum(0) % 2, 1, -1)
    return [still * np.sqrt(energy / 4 * 335 / 336)] * 4 + [still * 100.0] * 60


@pytest.mark.parametrize("energy", [19_000.0, 19_990.0, 20_010.0, 21_000.0])
def test_images_of_little_energy_are_measured_as_a_whole(energy: float) -> None:
    bands = [band.astype(np.float32) for band in subbands(energy)]
    whole = energy < 20_000
    measured = quantizer.variances(bands)
    expected = [(band if whole else band[9:23, 4:28]).var(ddof=1) for band in bands]
    assert measured == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("gain", "taken"), [(30.0, True), (99.0, True), (101.0, False), (10_000.0, False)])
@pytest.mark.parametrize("which", ["low", "high"])
def test_filters_that_amplify_beyond_measure_are_refused(which: str, gain: float, taken: bool) -> None:
    tame = {"low": np.full(9, 0.1, np.float32), "high": np.full(7, 0.1, np.float32)}
    tame[which] = np.full(len(tame[which]), gain / len(tame[which]), np.float32)
    body = container.write_filters(tame["low"], tame["high"])[4:]
    if taken:
        filters = container.read_filters(body, 0)
        assert max(np.abs(taps).sum() for taps in (filters.low, filters.high)) == pytest.approx(gain, rel=1e-3)
    else:
        with pytest.raises(wsq.ImageError, match="amplify beyond all measure"):
            container.read_filters(body, 0)
