"""Profiles: what one receiver accepts, as tables that its own experts can read and change."""

from nistitl.profiles.layer import ProfileError
from nistitl.profiles.profile import TableProfile, overlaid
from nistitl.profiles.tables import TransactionType

__all__ = ["ProfileError", "TableProfile", "TransactionType", "overlaid"]
