"""Profiles: what one receiver accepts, as tables that its own experts can read and change."""

from nistitl.profiles.answering import answer_code
from nistitl.profiles.answers import AnswerCode
from nistitl.profiles.layer import ProfileError
from nistitl.profiles.profile import TableProfile, overlaid
from nistitl.profiles.tables import TransactionType

__all__ = ["AnswerCode", "ProfileError", "TableProfile", "TransactionType", "answer_code", "overlaid"]
