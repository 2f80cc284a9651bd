"""Which files there are, whose they are, where they start and where they end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Final, Literal

from web.demo.evidence import documents, logs, mails, plannings, sheets
from web.demo.evidence.traffic import Traffic
from web.demo.milestones import Milestones, milestones

Party = Literal["claimant", "respondent", "expert"]
Kind = Literal[
    "contract", "specification", "email", "log", "planning", "invoice", "minutes", "letter", "report", "other"
]
Origin = Literal["produced", "elaborated"]
Space = Literal["private", "caucus", "joint"]
Then = Literal["stay", "to_caucus", "to_joint", "disclosed_on_consent", "refused"]

SEED: Final = 20_044


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One written file: whose it is, what it is, the space it is lodged in first and what becomes of it then.

    `to_joint` is done by its own party; `disclosed_on_consent` and `refused` answer a mediator's request.
    """

    path: Path
    party: Party
    title: str
    kind: Kind
    document_date: date
    origin: Origin
    first_space: Space
    then: Then


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    party: Party
    title: str
    kind: Kind
    document_date: date
    first_space: Space
    then: Then
    content: Callable[[], bytes]
    origin: Origin = "produced"


class _Generator:
    """Holds what several files share: the dates, the traffic, one generator of chance a file."""

    def __init__(self, today: date, seed: int) -> None:
        self.when: Milestones = milestones(today)
        self._seed = seed
        self.traffic = Traffic(self.when, self.chance("traffic"))

    def chance(self, name: str) -> Random:
        """A generator that depends on the seed, the day and the name only."""
        return Random(f"{self._seed} {self.when.today.isoformat()} {name}")  # noqa: S311 -- tells a story

    def entries(self) -> tuple[_Entry, ...]:
        return (*self._claimants(), *self._respondents(), *self._experts())

    def _claimants(self) -> tuple[_Entry, ...]:
        when, last_month = self.when, self.when.today.replace(day=1)
        return (
            _Entry("contrat-signe.pdf", "claimant", "Contrat de fourniture et d'adaptation du progiciel", "contract",
                   when.contract_signed, "joint", "stay", lambda: documents.contract(when)),
            _Entry("cahier-des-charges-v1.0.pdf", "claimant", "Cahier des charges, version 1.0 annexée au contrat",
                   "specification", when.specification_agreed, "joint", "stay",
                   lambda: documents.specification(when, "1.0")),
            _Entry("accord-sur-les-specifications.eml", "claimant",
                   "Courriel de l'éditeur : cahier des charges « complet et suffisant »", "email",
                   when.specification_agreed, "private", "to_joint", lambda: mails.specification_agreed(when)),
            _Entry("reglement-premieres-factures.eml", "claimant", "Paiement des deux premières factures", "email",
                   mails.payment_day(when), "joint", "stay",
                   lambda: mails.invoices_paid(when, (documents.invoice(when, 1), documents.invoice(when, 2)))),
            _Entry("relance-date-ferme.eml", "claimant", "Relance : une date ferme de mise en production", "email",
                   when.chased, "private", "to_joint", lambda: mails.firm_date_asked(when)),
            _Entry("import-interrompu.eml", "claimant", "Échange sur les imports interrompus en recette", "email",
                   mails.import_complaint_day(when), "caucus", "to_joint",
                   lambda: mails.import_interrupted(when, self.chance("rejects"))),
            _Entry("pv-de-recette.pdf", "claimant", "Procès-verbal de recette avec quatorze réserves", "minutes",
                   when.acceptance_report, "private", "to_joint", lambda: documents.acceptance_report(when)),
            _Entry("mise-en-demeure.pdf", "claimant", "Mise en demeure", "letter", when.formal_notice, "private",
                   "to_joint", lambda: documents.formal_notice(when)),
            _Entry("taux-de-transformation.csv", "claimant", "Relevé mensuel du taux de transformation", "report",
                   last_month, "caucus", "disclosed_on_consent", lambda: sheets.monthly_rates(when)),
            _Entry("suivi-prospects.csv", "claimant", "Suivi des prospects, ligne à ligne", "other", last_month,
                   "private", "to_caucus", lambda: sheets.leads(when, self.chance("leads"))),
            _Entry("note-interne-budget.eml", "claimant", "Message à notre conseil : marges de négociation", "email",
                   when.internal_note, "private", "stay", lambda: mails.budget_note(when)),
        )  # fmt: skip

    def _respondents(self) -> tuple[_Entry, ...]:
        when, issued = self.when, plannings.issued
        return (
            _Entry("cahier-des-charges-v1.3.pdf", "respondent", "Cahier des charges, version 1.3", "specification",
                   when.specification_revised, "joint", "stay", lambda: documents.specification(when, "1.3")),
            _Entry("registre-demandes-modification.csv", "respondent", "Registre des onze demandes de modification",
                   "report", when.acceptance_opened, "private", "to_joint", lambda: sheets.change_register(when)),
            _Entry("demande-dm-07-dedoublonnage.eml", "respondent", "Échange sur la demande n° 7 (dédoublonnage)",
                   "email", when.after_signature(178), "joint", "stay", lambda: mails.change_seven(when)),
            _Entry("relances-questions-sans-reponse.eml", "respondent", "Relances restées sans réponse et compte rendu",
                   "email", when.steering_meeting, "joint", "stay",
                   lambda: mails.unanswered_questions(when, documents.steering_minutes(when))),
            _Entry("planning-reference-v1.xml", "respondent", "Planning de référence (v1)", "planning",
                   issued(when, 1), "joint", "stay", lambda: plannings.project_xml(when, 1)),
            _Entry("planning-v2.csv", "respondent", "Planning v2 : sept semaines de décalage", "planning",
                   issued(when, 2), "joint", "stay", lambda: sheets.planning_sheet(when, 2)),
            _Entry("planning-v3.ics", "respondent", "Planning v3 : quinze semaines de décalage", "planning",
                   issued(when, 3), "joint", "stay", lambda: plannings.calendar(when, 3)),
            _Entry("planning-v4.xml", "respondent", "Planning v4 : vingt-six semaines de décalage", "planning",
                   issued(when, 4), "joint", "stay", lambda: plannings.project_xml(when, 4)),
            _Entry("facture-recette-impayee.pdf", "respondent", "Facture impayée : mise à disposition en recette",
                   "invoice", when.third_invoice, "joint", "stay", lambda: documents.invoice(when, 3)),
            _Entry("recette-nginx-access.log", "respondent", "Journal d'accès du serveur de recette", "log",
                   when.acceptance_closed, "joint", "stay", lambda: logs.access_log(self.traffic)),
            _Entry("recette-application.log", "respondent", "Journal applicatif de la recette", "log",
                   when.acceptance_closed, "caucus", "to_joint",
                   lambda: logs.application_log(self.traffic, self.chance("application"))),
            _Entry("note-interne-charge-reprise.eml", "respondent", "Message interne sur la charge de la reprise",
                   "email", when.workload_note, "caucus", "refused", lambda: mails.workload_note(when)),
        )  # fmt: skip

    def _experts(self) -> tuple[_Entry, ...]:
        return (
            _Entry("rapport-d-expertise.pdf", "expert", "Rapport d'expertise", "report", self.when.today, "joint",
                   "stay", lambda: documents.expert_report(self.when, self.traffic), origin="elaborated"),
        )  # fmt: skip


def write_evidence(directory: Path, today: date, seed: int = SEED) -> list[EvidenceFile]:
    """Write every file of the case under `directory`/<party>/ and say what each is, in the order of lodging.

    The same day and seed give the same bytes. `directory` is made when it is missing; files of the same names are
    written over. Raises OSError when the disk refuses.
    """
    generator = _Generator(today, seed)
    written: list[EvidenceFile] = []
    for entry in generator.entries():
        path = directory / entry.party / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content())
        written.append(EvidenceFile(
            path, entry.party, entry.title, entry.kind, entry.document_date, entry.origin, entry.first_space, entry.then
        ))  # fmt: skip
    return written
