"""Which case of the demo shows what, and where each person may begin: what its people page tells."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from odr.words import phrase
from web.demo.shapes import Role, Side

FILE: Final = "cases.json"

ROLES: Final[Mapping[Role, str]] = {
    "representative": phrase("representative"),
    "coordinator": phrase("coordinator"),
    "counsel": phrase("counsel"),
    "member": phrase("team member"),
    "mediator": phrase("mediator"),
    "co_mediator": phrase("second mediator of the centre"),
    "expert": phrase("neutral expert"),
    "archivist": phrase("archivist"),
    "secretariat": phrase("secretariat"),
}
SIDES: Final[Mapping[Side, str]] = {"claimant": phrase("claimant"), "respondent": phrase("respondent")}


@dataclass(frozen=True, slots=True)
class Played:
    """One case as it was played: its key, its dispute's id and reference."""

    key: str
    dispute_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Tale:
    """What a case is, and what can be seen in it. Texts are phrases."""

    title: str
    shows: tuple[str, ...]


TALES: Final[Mapping[str, Tale]] = {
    "crm": Tale(
        phrase("A CRM six months late: the whole way"),
        (
            phrase("The guided questionnaire, with the steps taken, their dates and their proofs."),
            phrase("A complaint between the two companies, reminded, contested: it becomes a request to the centre."),
            phrase("A mediator who steps down, and the one who follows."),
            phrase("An invitation and its reminder, with the proofs of sending and of opening."),
            phrase("An agreement to mediate with one clause negotiated."),
            phrase("Two caucuses: an exhibit disclosed with consent, another refused, a sentence said in other words."),
            phrase("A wrong disclosure: withdrawn at once, who had opened it, the answer about copies, the record."),
            phrase("Offers to settle: one refused, and one accepted by everyone, with whose terms the draft began."),
            phrase("A neutral expert's report, and a draft of the agreement to comment on."),
        ),
    ),
    "hosting": Tale(
        phrase("Managed services, half-way: every role is awaited"),
        (
            phrase("The claimant: may a sentence be said? The respondent: may an exhibit be disclosed?"),
            phrase("The mediator: an exhibit whose party consented. The expert: a mission to accept."),
            phrase("Minutes of a meeting of everyone: the claimant approved them, the respondent is awaited."),
            phrase("The secretariat: an objection to a second mediator."),
            phrase(
                "The archivist, who reads nothing while a mediation is open: a person named in an exhibit asks that it "
                "be destroyed, and a second person decides."
            ),
            phrase("An exception of the law: a sentence disclosed without consent, as people were in danger."),
        ),
    ),
    "ended": Tale(
        phrase("The same two companies, earlier: no agreement"),
        (
            phrase("The certificate that no agreement was reached, and the sealed record."),
            phrase("A request to reopen it: the archivist's agreement is awaited."),
        ),
    ),
    "declined": Tale(
        phrase("An invitation that was declined"),
        (phrase("The dated record of the attempt, which the claimant may produce."),),
    ),
    "request": Tale(
        phrase("A new request"),
        (phrase("Filed today by the software company: the secretariat decides whether the centre can mediate it."),),
    ),
}


def keep_cases(data: Path, played: Iterable[Played]) -> None:
    """Keep which cases were played, in their order, for the people page."""
    path = data / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(each) for each in played]), encoding="utf-8")


def cases_of(data: Path) -> list[Played]:
    """Return the cases that were played in this directory; none before."""
    try:
        kept: list[dict[str, Any]] = json.loads((data / FILE).read_text(encoding="utf-8"))
    except OSError:
        return []
    return [Played(**each) for each in kept]
