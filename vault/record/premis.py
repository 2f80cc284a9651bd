"""metadata/premis.xml: what is preserved, in PREMIS 3, from what the payload turned out to be; no I/O."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final

from vault.record.bag import Written

_NAMESPACE: Final = "http://www.loc.gov/premis/v3"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_FORMATS: Final = {
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".ics": "text/calendar",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


def premis(
    reference: str, made_at: datetime, software: str, payload: Sequence[Written], checked: Mapping[str, datetime]
) -> bytes:
    """Write the PREMIS description of a record: a file object each, its last fixity check, the sealing, the software.

    ``checked``: when a stored file, by its path, was last read whole against its digests, and agreed.
    """
    root = ET.Element(f"{{{_NAMESPACE}}}premis", {"version": "3.0"})
    for written in payload:
        item = _under(root, "object")
        item.set(f"{{{_INSTANCE}}}type", "premis:file")
        _identify(item, "object", "path", written.path)
        facts = _under(item, "objectCharacteristics")
        fixity = _under(facts, "fixity")
        _under(fixity, "messageDigestAlgorithm", "SHA-256")
        _under(fixity, "messageDigest", written.sha256.hex())
        _under(facts, "size", str(written.size))
        designation = _under(_under(facts, "format"), "formatDesignation")
        kind = _FORMATS.get(PurePosixPath(written.path).suffix.lower(), "application/octet-stream")
        _under(designation, "formatName", kind)
    for written in payload:
        if written.path in checked:
            check = _event(root, ("fixity check", written.path), "fixity check", checked[written.path])
            outcome = _under(check, "eventOutcomeInformation")
            _under(outcome, "eventOutcome", "success")
            _identify(check, "linkingAgent", "software", software)
            _identify(check, "linkingObject", "path", written.path)
    event = _event(root, ("record", reference), "information package creation", made_at)
    _identify(event, "linkingAgent", "software", software)
    agent = _under(root, "agent")
    _identify(agent, "agent", "software", software)
    _under(agent, "agentName", software)
    _under(agent, "agentType", "software")
    ET.register_namespace("premis", _NAMESPACE)
    ET.register_namespace("xsi", _INSTANCE)
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _event(parent: ET.Element, identifier: tuple[str, str], kind: str, at: datetime) -> ET.Element:
    event = _under(parent, "event")
    _identify(event, "event", *identifier)
    _under(event, "eventType", kind)
    _under(event, "eventDateTime", at.astimezone(UTC).isoformat(timespec="seconds"))
    return event


def _identify(parent: ET.Element, what: str, kind: str, value: str) -> None:
    identifier = _under(parent, f"{what}Identifier")
    _under(identifier, f"{what}IdentifierType", kind)
    _under(identifier, f"{what}IdentifierValue", value)


def _under(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
    element.text = text
    return element
