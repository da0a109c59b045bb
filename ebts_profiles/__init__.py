"""What single receivers accept: profiles of the FBI, the DoD, INTERPOL and NATO, as tables.

Derived from public material; none is certified by its authority. Importing this reads no table: a profile is read
when it is first asked for. Profiles and XML domains are entry points; once this package is imported they are there
without installed metadata, too.
"""

from __future__ import annotations

import ebts_profiles.xml
from nistitl.base.plugins import DOMAINS, LIMITS, PROFILES, provide
from nistitl.base.resources import Resource
from nistitl.profiles import TableProfile

_HERE = Resource("ebts_profiles")
_NORAM = ("NORAM",)


def _profile(name: str, table: str, domains: tuple[str, ...]) -> TableProfile:
    return TableProfile(_HERE / table, name=name, domains=domains, proofread=False)


FBI_8_001 = _profile("fbi-ebts-8.001", "fbi/ebts-8.001.toml", _NORAM)
FBI_9_1 = _profile("fbi-ebts-9.1", "fbi/ebts-9.1.toml", _NORAM)
FBI_10_0 = _profile("fbi-ebts-10.0", "fbi/ebts-10.0.toml", _NORAM)
FBI_11_2 = _profile("fbi-ebts-11.2", "fbi/ebts-11.2.toml", _NORAM)
DOD_1_2 = _profile("dod-ebts-1.2", "dod/ebts-1.2.toml", ("EBTS",))
DOD_4_1 = _profile("dod-ebts-4.1", "dod/ebts-4.1.toml", ("DoD EBTS",))
INT_I_5_03 = _profile("int-i-5.03", "interpol/int-i-5.03.toml", ("INT-I",))
INT_I_6_0 = _profile("int-i-6.0", "interpol/int-i-6.0.toml", ("INT-I",))
NATO_4715 = _profile("nato-stanag-4715", "nato/stanag-4715.toml", ("NATO STANAG 4715", "NATO"))
ATF_EFORMS = _profile("atf-eforms", "atf/atf-eforms.toml", ())  # of these three none has a domain of its own
GSAT_3 = _profile("gsat-3", "bsi/gsat-3.toml", ())
PRUEM = _profile("pruem", "eu/pruem.toml", ())

POINTS = {
    PROFILES: {
        "fbi-ebts-8.001": "ebts_profiles:FBI_8_001",
        "fbi-ebts-9.1": "ebts_profiles:FBI_9_1",
        "fbi-ebts-10.0": "ebts_profiles:FBI_10_0",
        "fbi-ebts-11.2": "ebts_profiles:FBI_11_2",
        "dod-ebts-1.2": "ebts_profiles:DOD_1_2",
        "dod-ebts-4.1": "ebts_profiles:DOD_4_1",
        "int-i-5.03": "ebts_profiles:INT_I_5_03",
        "int-i-6.0": "ebts_profiles:INT_I_6_0",
        "nato-stanag-4715": "ebts_profiles:NATO_4715",
        "atf-eforms": "ebts_profiles:ATF_EFORMS",
        "gsat-3": "ebts_profiles:GSAT_3",
        "pruem": "ebts_profiles:PRUEM",
    },
    DOMAINS: ebts_profiles.xml.POINTS,
    LIMITS: {"sis": "ebts_profiles.bsi.limits:SIS", "ees": "ebts_profiles.bsi.limits:EES"},
}
for _group in POINTS:
    provide(_group, POINTS[_group])
