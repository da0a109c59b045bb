"""Writing messages of IXM 6: elements put together as text, records put in, and all of it read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError, StructureError, WriteError
from nistitl.ixm.message import IDENT_6, OTHERS, MessageDocument, read
from nistitl.xml.conversion import encoded_record
from nistitl.xml.markup import escaped
from nistitl.xml.vocabularies import EXTENSION, NIEM2

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date as Date

    from nistitl.ixm.message import Kind
    from nistitl.model.record import Record
    from nistitl.xml.document import Document

_FINGERPRINT = 14
_PLACE = "<?records?>"  # where the records go, while a message is put together


def identify_request(
    records: Iterable[Record],
    *,
    tcn: str,
    ori: str,
    date: Date,
    retention: str | None = None,
    enroll: str | None = None,
    category: str | None = None,
    reason: str | None = None,
    organization: str | None = None,
    cri: str | None = None,
    options: str = "",
    biographic: str = "",
) -> bytes:
    """An IdentifyRequest (1:N) of IXM 6 with Type-14 records. Codes are taken as they are given, none are known here.

    `retention` is EncounterRetentionCode, `enroll` MatcherEnrollCode; `options` is XML text to follow them in
    IdentifyOptions, `biographic` the XML text of BiographicDetails, with the prefixes ident, nc, j and scr. WriteError
    for what cannot be said so.
    """
    activity = _activity(tcn, ori, date, category, reason, organization, cri)
    content = [_options("IdentifyOptions", retention, enroll, options), _encounter(activity, biographic)]
    return _written("IdentifyRequest", content, records)


def verify_request(
    records: Iterable[Record],
    *,
    eid: str,
    tcn: str,
    ori: str,
    date: Date,
    retention: str | None = None,
    enroll: str | None = None,
    category: str | None = None,
    reason: str | None = None,
    organization: str | None = None,
    cri: str | None = None,
    options: str = "",
    biographic: str = "",
) -> bytes:
    """A VerifyRequest (1:1) of IXM 6 against the encounter `eid`; all else as for `identify_request`."""
    activity = _activity(tcn, ori, date, category, reason, organization, cri)
    query = _element("ident:EncounterIdentificationQuery", _identification("nc:EncounterIdentification", eid, "EID"))
    content = [_options("VerifyOptions", retention, enroll, options), query, _encounter(activity, biographic)]
    return _written("VerifyRequest", content, records)


def identify_response(
    records: Iterable[Record] = (),
    *,
    system_id: str,
    date: Date,
    response: str,
    eid: str,
    status: str,
    fin: str | None = None,
    identity: str = "",
    biographic: str = "",
) -> bytes:
    """An IdentifyResponse of IXM 6; `date` may be a datetime. Its records stand in the encounter of an Identity.

    `fin` identifies that Identity, `identity` is XML text to follow the FIN in it. Without `fin` there is no Identity,
    and no place for records.
    """
    when = "nc:DateTime" if hasattr(date, "hour") else "nc:Date"
    content = [
        _identification("nc:ActivityIdentification", system_id, "SystemId"),
        _element("ident:ActivityResultDate", _leaf(when, date.isoformat())),
        _leaf("ident:ResponseTypeCode", response),
        _identification("nc:EncounterIdentification", eid, "EID"),
        _leaf("ident:IdentifyStatusCode", status),
    ]
    held = list(records)
    if fin is not None:
        number = _identification("ident:IdentityIdentification", fin, "FIN")
        encounter = _encounter("", biographic) if held or biographic else ""
        content.append(_element("ident:Identity", number + identity + encounter))
    elif held or identity or biographic:
        raise StructureError("records of a response stand in an Identity; say which with fin=")
    return _written("IdentifyResponse", content, held)


def _options(name: str, retention: str | None, enroll: str | None, more: str) -> str:
    codes = _leaf("ident:EncounterRetentionCode", retention) + _leaf("ident:MatcherEnrollCode", enroll)
    return _element(f"ident:{name}", _element("ident:EncounterRetentionOptions", codes) + more)


def _activity(
    tcn: str, ori: str, date: Date, category: str | None, reason: str | None, organization: str | None, cri: str | None
) -> str:
    parts = [
        _identification("nc:ActivityIdentification", tcn, "TCN"),
        _leaf("nc:ActivityCategoryText", category),
        _leaf("nc:ActivityReasonText", reason),
        _element("nc:ActivityDate", _leaf("nc:Date", date.isoformat()[:10])),
        _element("ident:OriginatingOrganization", _leaf("nc:OrganizationName", organization)),
        _identification("j:OrganizationORIIdentification", ori, "ORI"),
        _identification("ident:OrganizationCRIIdentification", cri, "CRI"),
    ]
    return _element("ident:Activity", "".join(parts))


def _encounter(activity: str, biographic: str) -> str:
    return _element("ident:Encounter", activity + _element("ident:BiographicDetails", biographic) + _PLACE)


def _identification(name: str, number: str | None, category: str) -> str:
    if number is None:
        return ""
    text = _leaf("nc:IdentificationID", number) + _leaf("nc:IdentificationCategoryDescriptionText", category)
    return _element(name, text)


def _leaf(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escaped(text)}</{name}>"


def _element(name: str, content: str) -> str:
    """An element around others; none around nothing."""
    return f"<{name}>{content}</{name}>" if content else ""


def _written(kind: Kind, content: list[str], records: Iterable[Record]) -> bytes:
    """The message, read again: what the caller gave as XML may be none."""
    records = list(records)
    try:
        data = _with_records(_message(kind, content), records)
        message = read(data)
    except (ReadError, UnicodeEncodeError) as error:
        raise WriteError(f"this cannot be said in a message: {error}") from None
    if message.kind != kind or len(message.records) != len(records):
        raise WriteError("the XML text given for a part of the message holds records of its own")
    return data


def _message(kind: Kind, content: list[str]) -> str:
    """The message without its records."""
    namespaces = {"ident": IDENT_6, **{name: NIEM2.namespaces[name] for name in ("itl", "biom", "nc")}, **OTHERS}
    namespaces["ext"] = EXTENSION
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ident:{kind}{declared}>{"".join(content)}</ident:{kind}>\n'


def _with_records(text: str, records: list[Record]) -> bytes:
    """The message with its records where the place for them is, if it has one."""
    document = MessageDocument(text.encode())
    elements = b"".join([_record(record, document) for record in records])
    if elements:
        elements = b"<ident:FingerprintImageSet>%b</ident:FingerprintImageSet>" % elements
        elements = b"<ident:BiometricDetails>%b</ident:BiometricDetails>" % elements
    before, place, after = text.rpartition(_PLACE)
    return b"".join([before.encode(), elements if place else b"", after.encode()])


def _record(record: Record, document: Document) -> bytes:
    if record.type != _FINGERPRINT:
        raise WriteError(f"of Type-{record.type} records in IXM nothing is published; only Type-14 is written")
    fresh, lost = encoded_record(record, document)
    for finding in lost:
        raise WriteError.of(finding)
    return fresh.element
