"""What the names of the other package that is imported as `nistitl`, IDEMIA's 0.6 of PyPI, are here."""

from __future__ import annotations

OTHER_NAMES = {
    "Message": "nistitl.read(data) gives a Transaction, nistitl.Transaction.new(...) makes one",
    "AsciiRecord": "nistitl.Type14(...), a class for each record type",
    "BinaryRecord": "nistitl.Type4(...), a class for each record type",
    "Field": 'record["2.003"] = "..." sets a field, .text and .items read it',
    "SubField": 'record["2.003.1"] is a subfield, "2.003.1.2" an item of it',
    "BinaryField": "record.DATA, bytes in and a memoryview out",
    "NistException": "nistitl.ITLError",
    "NistError": "ITLError.finding.code",
}
