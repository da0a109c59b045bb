"""The rules of the base standard, levels 2 and 3. They come in through the entry-point group `nistitl.rules`."""

from __future__ import annotations

from nistitl.validation.base import codestreams, images, linking, records, tables
from nistitl.validation.rules import Rules

BASE = Rules("base", (*tables.TABLES, *images.RULES, *records.RULES, *linking.RULES, *codestreams.RULES))
