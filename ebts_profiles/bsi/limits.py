"""Sizes of a whole file with fingerprints, in kB of 1,000 bytes; a row a receiver."""

from __future__ import annotations

from nistitl.profiles.limits import Limit

_SOURCE = "BSI TR-03122-3 v6.0, TC-COM-FP-BCL-001 and TC-COM-FP-IMA-001; for files of German terminals"

SIS = Limit("SIS (Schengen Information System)", 3_000 * 1_000, _SOURCE)
EES = Limit("EES (Entry/Exit System)", 5_332 * 1_000, _SOURCE)
