"""Whatever stands in the fields of a transaction, checking it by a profile ends in a report."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.model.dictionaries import profile, profile_names
from nistitl.profiles import TableProfile
from tests.support.minimal import minimal

JUNK = {
    "nothing": b"",
    "empty items": b"\x1e\x1f\x1e",
    "many items": b"1\x1f2\x1f3\x1f4\x1e" * 3,
    "digits that are no ASCII": b"\xb2\xb2\x1f\xb3",
    "more digits than Python turns into a number": b"9" * 5000,
    "a date that is none": b"20241399",
    "signs": b" , - ,",
    "a range of one": b"-1",
    "no text": b"\xff\xfe\x00",
}
SHIPPED = [found for name in profile_names() if isinstance(found := profile(name), TableProfile)]


@pytest.mark.parametrize("known", SHIPPED, ids=lambda known: known.name)
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_in_every_field_gives_a_report(known: TableProfile, junk: bytes) -> None:
    tots = sorted(known.tots, key=lambda tot: -len(known.type2(tot)))[:3]
    for tot in tots:
        tx = minimal(known, tot)
        header, text, *others = tx
        for number in known.dictionary.numbers():
            if number > 2:
                text[number] = junk
        for record in others:
            if not record.binary:
                for number in [key for key in record.keys() if isinstance(key, int) and key not in (1, 2, 999)]:
                    record[number] = junk
        for number in (5, 7, 8, 9, 10, 13, 14, 15):
            header[number] = junk
        report = tx.validate(known)
        assert not report.ok, tot
        assert nistitl.read(bytes(tx), policy="tolerant").validate(known).counts() == report.counts()
