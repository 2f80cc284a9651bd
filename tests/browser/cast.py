"""Who lives the story, what they write, which files they bring: the CRM case, with real files where there are any."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from tests.browser.acts.procedure import Request
from tests.browser.person import Looks, Person
from tests.browser.site import Site
from tests.services.browser import Persons
from web.demo.case import Case, crm_case
from web.demo.evidence import write_evidence

REAL = Path(os.environ.get("ENTENTE_DATA", Path(__file__).parents[3] / "shared" / "data"))
Moment = Callable[[str, Person], Awaitable[None]]  # a moment of the story that is worth a picture


async def pass_by(_moment: str, _person: Person) -> None:
    """Nobody takes a picture."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Files by what becomes of them."""

    kept: Path  # the claimant's own, never shared
    contract: Path  # claimant: draft, then joint
    disclosed: Path  # claimant: caucus, disclosed on consent
    apart: tuple[Path, ...]  # claimant: caucus, and no further
    refused: Path  # respondent: caucus, consent refused
    log: Path  # respondent: caucus, then joint by its own party
    together: tuple[Path, ...]  # respondent: joint
    report: Path
    titles: dict[Path, str] = field(default_factory=dict[Path, str])

    def title(self, file: Path) -> str:
        """What its depositor calls it."""
        return self.titles.get(file, file.stem)


def invented_papers(folder: Path, today: date) -> Papers:
    """The demo's own evidence."""
    written = write_evidence(folder, today)
    by_name = {file.path.name: file.path for file in written}
    return Papers(
        kept=by_name["note-interne-budget.eml"],
        contract=by_name["contrat-signe.pdf"],
        disclosed=by_name["taux-de-transformation.csv"],
        apart=(by_name["suivi-prospects.csv"], by_name["import-interrompu.eml"]),
        refused=by_name["note-interne-charge-reprise.eml"],
        log=by_name["recette-application.log"],
        together=(by_name["registre-demandes-modification.csv"], by_name["planning-v4.xml"]),
        report=by_name["rapport-d-expertise.pdf"],
        titles={file.path: file.title for file in written},
    )


def papers(folder: Path, today: date) -> Papers:
    """Real messages and logs where they lie beside the repository, the demo's evidence elsewhere."""
    invented = invented_papers(folder, today)
    if not REAL.joinpath("emails").is_dir():
        return invented
    mails, logs = REAL / "emails", REAL / "logs"
    return Papers(
        kept=mails / "basic_email.eml",
        contract=mails / "attachment_pdf_non_ascii.eml",
        disclosed=mails / "japanese_attachment.eml",
        apart=(mails / "encoding_madness.eml", mails / "raw_email_with_illegal_boundary.eml", logs / "Apache.log"),
        refused=mails / "attachment_message_rfc822.eml",
        log=logs / "OpenStack.log",
        together=(logs / "OpenSSH.log", mails / "ks_c_5601-1987.eml"),
        report=invented.report,
    )


@dataclass
class Table:
    """Everybody, each before their own browser, and what the story knows of the places they went to."""

    site: Site
    persons: Persons
    folder: Path
    language: str = "fr"
    looks: Looks | None = None
    moment: Moment = pass_by
    bring: Callable[[Path, date], Papers] = papers
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    dispute: str = ""
    rooms: dict[str, str] = field(default_factory=dict[str, str])
    exhibits: dict[str, str] = field(default_factory=dict[str, str])
    mission: str = ""
    settlement: str = ""
    record: str = ""

    @cached_property
    def today(self) -> date:
        return datetime.now(UTC).date()

    @cached_property
    def case(self) -> Case:
        return crm_case(self.today)

    @cached_property
    def papers(self) -> Papers:
        return self.bring(self.folder / "evidence", self.today)

    @cached_property
    def request(self) -> Request:
        case, claimant, respondent = self.case, self.case.claimant, self.case.respondent
        invited = case.person("montsegret")
        return Request(
            title=case.complaint.title,
            contract=case.complaint.contract_reference,
            amount=str(case.complaint.amount),
            facts=case.complaint.what_happened,
            wished=case.complaint.wished_outcome,
            company=claimant.name,
            registration=claimant.siren,
            address=claimant.address.on_one_line(),
            respondent=respondent.name,
            contact_name=invited.name,
            contact_email=invited.email,
        )

    async def enters(self, role: str, key: str) -> Person:
        """Somebody of the cast sits down before a browser of their own."""
        known = self.case.person(key)
        options = {} if self.language == "fr" else {"locale": "en-GB"}
        context = await self.persons(**options)
        someone = Person(
            known.name, known.email, await context.new_page(), self.site.url, role=role, language=self.language
        )
        if self.looks:
            someone.looks = self.looks
        self.people[role] = someone
        return someone

    def __getitem__(self, role: str) -> Person:
        return self.people[role]

    def said(self, room: str, place: int) -> str:
        """A message of the case, by its room and its place there, on one line as it is sought again."""
        return self.case.messages_in(room)[place].text  # type: ignore[arg-type]
