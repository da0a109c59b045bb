"""From one edition of the standard to another: what is renamed, what moves, what is lost; told finding by finding.

What the declarations and code tables say is not said again: a field, item, record type or code that the target does
not have is lost. The tables of this folder hold only what has another name there, or another place.
"""

from __future__ import annotations

from nistitl.exchange.editions.conversion import to_edition as to_edition
from nistitl.exchange.editions.conversion import to_profile as to_profile
