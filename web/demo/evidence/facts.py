"""The facts on which every piece of evidence agrees: requirements, changes, reservations, tasks, imports, leads."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from web.demo.milestones import Milestones, working_day

Nature = Literal["précision", "extension", "correction"]
Gravity = Literal["bloquante", "majeure", "mineure"]

PRICE: Final = Decimal(48_000)  # EUR, excluding VAT
INSTALMENT: Final = Decimal(12_000)  # a quarter of the price
VAT_RATE: Final = Decimal("0.20")
LICENCE: Final = Decimal(7_200)  # EUR a year, excluding VAT
CONTACTS: Final = 12_480  # rows of the whole contact file
ROWS_BEFORE_TIMEOUT: Final = 1_960  # rows the import reaches within its 60 seconds
WORKDAYS_SOLD: Final = 62


@dataclass(frozen=True, slots=True)
class Change:
    """One change request. Days are counted from the contract's signature; `workdays` is the publisher's estimate."""

    number: int
    title: str
    requirement: str
    nature: Nature  # as the expert finds
    workdays: Decimal
    asked: int
    questioned: int
    answered: int

    @property
    def code(self) -> str:
        """DM-01 to DM-11."""
        return f"DM-{self.number:02d}"


def _change(number: int, title: str, requirement: str, nature: Nature, workdays: str, days: str) -> Change:
    asked, questioned, answered = (int(day) for day in days.split())
    return Change(number, title, requirement, nature, Decimal(workdays), asked, questioned, answered)


CHANGES: Final = (
    _change(1, "Rendre obligatoire la surface en m² sur la fiche affaire", "B-02", "précision", "1.0", "34 36 40"),
    _change(2, "Importer trois fichiers de contacts au lieu d'un", "D-01", "extension", "4.5", "52 54 90"),
    _change(3, "Relancer les devis à J+7, J+15 et J+30", "C-01", "précision", "2.0", "75 77 90"),
    _change(4, "Cloisonner les droits par agence", "E-01", "extension", "5.0", "98 101 128"),
    _change(5, "Aligner le devis sur les nouvelles conditions générales", "B-04", "précision", "1.5", "121 123 129"),
    _change(6, "Synchroniser les agendas des commerciaux", "E-03", "extension", "5.0", "140 143 161"),
    _change(7, "Dédoublonner à l'import sur raison sociale et code postal", "D-02", "précision", "2.5", "163 166 178"),
    _change(8, "Donner le taux de transformation par prescripteur", "F-02", "extension", "4.0", "188 190 197"),
    _change(9, "Corriger la remise sur les devis à plusieurs lots", "B-05", "correction", "1.0", "231 232 234"),
    _change(10, "Revoir les libellés et l'ordre des étapes d'une affaire", "B-01", "précision", "1.0", "268 270 279"),
    _change(11, "Rétablir les pièces jointes perdues à l'import d'essai", "D-03", "correction", "2.5", "297 298 300"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the specification. `before` is its wording in v1.0 ("" = not there yet); `change` altered it."""

    code: str
    text: str
    priority: Literal["indispensable", "souhaitée"]
    before: str | None = None
    change: int | None = None

    def in_version(self, last_change: int) -> str:
        """The wording once changes up to `last_change` are in; empty when the requirement isn't there yet."""
        return self.text if self.change is None or self.change <= last_change else self.before or ""


MODULES: Final = {
    "A": "Sociétés et contacts",
    "B": "Affaires et devis",
    "C": "Relances",
    "D": "Reprise des données",
    "E": "Droits et échanges",
    "F": "Pilotage",
}

_MUST: Final = "indispensable"
_WISH: Final = "souhaitée"

REQUIREMENTS: Final = (
    Requirement("A-01", "Une fiche société réunit coordonnées, contacts, affaires et devis sur un même écran.", _MUST),
    Requirement("A-02", "Un contact peut être rattaché à plusieurs sociétés, avec une fonction pour chacune.", _MUST),
    Requirement("A-03", "La recherche accepte les noms sans accents et les fragments de mots.", _MUST),
    Requirement("A-04", "Le prescripteur d'un contact (architecte, enseigne, bailleur) est conservé.", _MUST),
    Requirement("B-01", "Une affaire suit les étapes de vente de l'entreprise.", _MUST),
    Requirement("B-02", "La fiche affaire porte la surface à aménager, en m², obligatoire dès le premier devis.", _MUST,
                "La fiche affaire porte les caractéristiques du chantier.", 1),
    Requirement("B-03", "Un devis se compose de lots (bois, sols, électricité, mobilier) chiffrés à part.", _MUST),
    Requirement("B-04", "Le devis imprimé suit le modèle fourni et porte les conditions générales en vigueur.", _MUST,
                "Le devis imprimé suit le modèle fourni.", 5),
    Requirement("B-05", "Une remise peut s'appliquer à un lot ou au devis entier.", _MUST),
    Requirement("C-01", "Un devis sans réponse est relancé à J+7, J+15 et J+30, sauf arrêt par le commercial.", _MUST,
                "Les devis sans réponse sont relancés automatiquement.", 3),
    Requirement("C-02", "Le commercial voit chaque matin ses relances du jour.", _MUST),
    Requirement("C-03", "Une relance peut être reportée ou confiée à un collègue.", _WISH),
    Requirement("D-01", "Importer les contacts de trois fichiers : ancien outil, messagerie, tableur prescripteurs.",
                _MUST, "Importer les contacts existants.", 2),
    Requirement("D-02", "À l'import, deux sociétés de mêmes raison sociale et code postal n'en font qu'une.", _MUST,
                "L'import évite les doublons.", 7),
    Requirement("D-03", "Les pièces jointes des affaires en cours sont reprises.", _MUST),
    Requirement("D-04", "Un rapport d'import liste les lignes rejetées et leur motif.", _MUST),
    Requirement("E-01", "Chaque agence ne voit que ses affaires ; la direction les voit toutes.", _MUST,
                "Les droits d'accès sont paramétrables.", 4),
    Requirement("E-02", "Les devis acceptés sont transmis au logiciel de comptabilité par fichier quotidien.", _MUST),
    Requirement("E-03", "Les rendez-vous se synchronisent avec l'agenda de la messagerie.", _WISH, "", 6),
    Requirement("F-01", "Un tableau de bord donne le taux de transformation par mois et par agence.", _MUST),
    Requirement("F-02", "Le taux de transformation se lit aussi par prescripteur.", _WISH, "", 8),
    Requirement("F-03", "Toute liste s'exporte vers un tableur.", _MUST),
)  # fmt: skip

RESERVATIONS: Final[tuple[tuple[Gravity, str, str], ...]] = (
    ("bloquante", "D-01", "L'import du fichier complet (12 480 fiches) s'interrompt au bout de 60 secondes."),
    ("bloquante", "D-02", "Après un import interrompu puis relancé, les sociétés déjà reprises sont en double."),
    ("bloquante", "D-03", "Les pièces jointes reprises ne s'ouvrent pas (fichier de taille nulle)."),
    ("bloquante", "B-05", "La remise sur un lot est appliquée deux fois lorsque le devis compte plus de trois lots."),
    ("bloquante", "E-01", "Un commercial de Vannes voit les affaires de Rennes depuis la recherche."),
    ("majeure", "B-02", "L'enregistrement d'une affaire sans surface renvoie une page d'erreur au lieu d'un message."),
    ("majeure", "C-01", "La relance à J+15 part deux fois pour les devis modifiés."),
    ("majeure", "C-02", "La liste des relances du jour ignore les relances confiées par un collègue."),
    ("majeure", "E-03", "Les rendez-vous récurrents ne sont pas synchronisés."),
    ("majeure", "F-01", "Le taux de transformation compte les devis remplacés."),
    ("majeure", "D-04", "Le rapport d'import n'indique pas le motif du rejet."),
    ("mineure", "B-01", "L'étape « Métré » apparaît après « Devis » dans la vue en colonnes."),
    ("mineure", "F-03", "L'export remplace les caractères accentués lorsqu'il est ouvert dans un tableur."),
    ("mineure", "A-03", "La recherche de « Saint » ne trouve pas « St »."),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `weeks` holds (start, end) for v1 to v4, in weeks from the signature; equal = milestone."""

    name: str
    owner: str
    weeks: tuple[tuple[float, float], ...]
    after: tuple[int, ...] = ()  # numbers of its predecessors, from 1


TASKS: Final = (
    Task("Cadrage et ateliers", "N. Berthomieux", ((2, 6), (2, 6), (2, 6), (2, 6))),
    Task("Conception détaillée", "L. Massereau", ((6, 11), (6, 14), (6, 14), (6, 14)), (1,)),
    Task("Paramétrage, lot 1 : sociétés, affaires, devis", "D. Okonjo", ((11, 17), (14, 21), (14, 23), (14, 23)), (2,)),
    Task("Paramétrage, lot 2 : relances, droits, suivi", "D. Okonjo", ((17, 22), (21, 27), (23, 31), (23, 33)), (3,)),
    Task("Reprise des données", "L. Massereau", ((18, 24), (22, 30), (25, 37), (25, 43)), (2,)),
    Task("Échanges : comptabilité, agendas", "L. Massereau", ((20, 25), (25, 32), (29, 39), (31, 44)), (2,)),
    Task("Recette interne", "N. Berthomieux", ((25, 28), (32, 35), (39, 43), (42, 45)), (4, 5, 6)),
    Task("Mise à disposition en recette", "N. Berthomieux", ((28, 28), (35, 35), (43, 43), (45, 45)), (7,)),
    Task("Recette par le client", "T. Kervadec-Ollier", ((28, 32), (35, 39), (43, 47), (45, 57)), (8,)),
    Task("Formation des utilisateurs", "N. Berthomieux", ((31, 33), (38, 40), (46, 48), (56, 59)), (8,)),
    Task("Mise en production", "N. Berthomieux", ((35, 35), (42, 42), (50, 50), (61, 61)), (9, 10)),
)  # fmt: skip

PLANNINGS: Final = {1: (3, 0), 2: (105, 4), 3: (200, 8), 4: (308, 11)}  # version → (day it was issued, changes in it)
SLIP_WEEKS: Final = {1: 0, 2: 7, 3: 15, 4: 26}


def week_start(when: Milestones, week: float) -> date:
    """The working day on which a week of the planning opens; weeks count from the signature."""
    return working_day(when.contract_signed + timedelta(days=round(week * 7)))


def production_date(when: Milestones, version: int) -> date:
    """When that planning promises production: the contract's date, then later by the version's slip."""
    if version == 1:
        return when.delivery_due
    return working_day(when.delivery_due + timedelta(weeks=SLIP_WEEKS[version]))


def task_span(when: Milestones, number: int, version: int) -> tuple[date, date]:
    """First and last day of a task (numbered from 1) in a version of the planning."""
    start, end = TASKS[number - 1].weeks[version - 1]
    if number == len(TASKS):
        day = production_date(when, version)
        return day, day
    first = week_start(when, start)
    return (first, first) if start == end else (first, max(first, working_day_before(week_start(when, end))))


def working_day_before(day: date) -> date:
    """The last working day before `day`."""
    day -= timedelta(days=1)
    while working_day(day) != day:
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class ImportTrial:
    """One import on the acceptance platform."""

    day: date
    at: time
    rows: int

    @property
    def whole(self) -> bool:
        """Of the whole contact file; all of these time out."""
        return self.rows == CONTACTS


def import_trials(when: Milestones) -> tuple[ImportTrial, ...]:
    """Three partial imports that succeed, and nine of the whole file, none of which does; oldest first."""

    def trial(anchor: date, days: int, at: str, rows: int = CONTACTS) -> ImportTrial:
        return ImportTrial(working_day(anchor + timedelta(days=days)), time.fromisoformat(at), rows)

    first, failed, close = when.acceptance_opened, when.import_failed, when.acceptance_closed
    trials = (
        trial(first, 0, "15:12", 500), trial(failed, 0, "09:20", 1_900), trial(failed, 0, "09:41"),
        trial(failed, 0, "10:20"), trial(failed, 0, "14:05"), trial(failed, 5, "08:52"), trial(failed, 5, "16:31"),
        trial(failed, 9, "11:07"), trial(failed, 14, "09:36", 1_200), trial(failed, 14, "14:48"),
        trial(close, -3, "10:15"), trial(close, 0, "09:58"),
    )  # fmt: skip
    return tuple(sorted(trials, key=lambda one: (one.day, one.at)))


LEADS: Final = (  # (prospects, won) a month: six before the delivery date, six after
    (182, 39), (168, 35), (176, 37), (181, 38), (172, 36), (169, 35),
    (171, 31), (166, 26), (158, 23), (174, 25), (176, 23), (167, 21),
)  # fmt: skip
