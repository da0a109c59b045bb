"""Experimental: messages of IXM, the XML in front of the IDENT system of DHS, around records of ANSI/NIST-ITL.

**Not validated against the schema of DHS**, which is not public: no conformance is claimed. What is here is what a
published converter shows of IXM 6: the shape of IdentifyRequest, IdentifyResponse and VerifyRequest, with fingerprints
(Type-14) in the elements of NIEM 2.1. Other messages, other record types and the values of codes are not guessed.
Whoever has the schemas can check a message against them: `nistitl.xml.schemas.Schemas(folder).findings(message)`.

    message = ixm.read("request.xml")
    message.kind, message.version           # 'IdentifyRequest', '6'
    message.records[0].FGP                  # records as in any transaction; edits are spliced into the message
    message.texts("Encounter/Activity/ActivityDate/Date")
    bytes(message)                          # as it was read, but for the edits

    data = ixm.identify_request([record], tcn="TCN1", ori="ORI", date=date.today(), retention="Never")
"""

from __future__ import annotations

from nistitl.ixm.message import IDENT_6, Kind, Message, read
from nistitl.ixm.writing import identify_request, identify_response, verify_request

__all__ = ["IDENT_6", "Kind", "Message", "identify_request", "identify_response", "read", "verify_request"]
