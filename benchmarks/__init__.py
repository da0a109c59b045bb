"""Measurements of this library against PyPI's `nistitl`, and of what it costs to have it."""
