"""Spreadsheets as CSV in the French dialect: change register, requirements, rates, leads, planning."""

import csv
import io
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from web.demo.evidence.facts import (
    CHANGES,
    LEADS,
    MODULES,
    REQUIREMENTS,
    TASKS,
    production_date,
    task_span,
)
from web.demo.milestones import Milestones, plus_months

_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_HALF: Final = 6
_AGENCIES: Final = ("Quimper", "Vannes", "Rennes")
_SOURCES: Final = ("site internet", "architecte", "bouche à oreille", "salon", "appel d'offres", "ancien client")
_TRADES: Final = ("boulangerie", "optique", "bureaux", "pharmacie", "prêt-à-porter", "restauration", "agence bancaire")


def sheet(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a French Excel writes them: UTF-8 with a byte-order mark, semicolons, CR LF."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return (_BOM + out.getvalue()).encode()


def day(value: date) -> str:
    """12/09/2026."""
    return f"{value:%d/%m/%Y}"


def figure(value: Decimal | float, digits: int = 1) -> str:
    """A number with its decimal comma."""
    return f"{value:.{digits}f}".replace(".", ",")


def change_register(when: Milestones) -> bytes:
    """The publisher's register of the eleven change requests, with the days its questions waited."""
    rows: list[list[object]] = [[
        "numero", "date_demande", "demandeur", "intitule", "exigence", "charge_estimee_jours",
        "date_question_editeur", "date_reponse_client", "delai_reponse_jours", "statut", "avenant_signe",
    ]]  # fmt: skip
    for change in CHANGES:
        questioned, answered = when.after_signature(change.questioned), when.after_signature(change.answered)
        asker = "M. Le Guirrec" if change.number in (4, 8) else "T. Kervadec-Ollier"
        rows.append([
            change.code, day(when.after_signature(change.asked)), asker, change.title, change.requirement,
            figure(change.workdays), day(questioned), day(answered), (answered - questioned).days, "réalisée", "non",
        ])  # fmt: skip
    rows.append(["TOTAL", "", "", "", "", figure(sum((c.workdays for c in CHANGES), Decimal(0))), "", "", "", "", ""])
    return sheet(rows)


def requirement_matrix() -> bytes:
    """The requirements of v1.0, as the publisher attached them when it called them complete."""
    rows: list[list[object]] = [["code", "module", "exigence", "priorite", "reponse_editeur"]]
    for one in REQUIREMENTS:
        wording = one.in_version(0)
        if wording:
            answer = "standard" if one.code[0] in "AF" else "paramétrage"
            rows.append([one.code, MODULES[one.code[0]], wording, one.priority, answer])
    return sheet(rows)


def _months(when: Milestones) -> tuple[date, ...]:
    """First days of the twelve whole months before the demo's month."""
    first = when.today.replace(day=1)
    return tuple(plus_months(first, back) for back in range(-len(LEADS), 0))


def monthly_rates(when: Milestones) -> bytes:
    """Prospects and won deals a month: six months with the old tool, six without."""
    rows: list[list[object]] = [["mois", "outil", "prospects", "gagnes", "taux_transformation_pct"]]
    for index, (month, (prospects, won)) in enumerate(zip(_months(when), LEADS, strict=True)):
        tool = "ancien outil" if index < _HALF else "tableurs"
        rows.append([f"{month:%m/%Y}", tool, prospects, won, figure(100 * won / prospects)])
    for label, part in (("AVANT", LEADS[:_HALF]), ("APRÈS", LEADS[_HALF:])):
        prospects, won = sum(line[0] for line in part), sum(line[1] for line in part)
        rows.append([label, "", prospects, won, figure(100 * won / prospects)])
    return sheet(rows)


def leads(when: Milestones, rng: Random) -> bytes:
    """One line a prospect, without names; its counts are those of `monthly_rates`."""
    rows: list[list[object]] = [[
        "prospect", "date_entree", "agence", "origine", "activite", "montant_devis_ht", "relances", "statut",
        "date_decision",
    ]]  # fmt: skip
    number = 0
    for index, (month, (prospects, won)) in enumerate(zip(_months(when), LEADS, strict=True)):
        length = monthrange(month.year, month.month)[1]
        last = when.today.replace(day=1) - timedelta(days=1)
        outcomes = ["gagné"] * won + ["perdu"] * (prospects - won)
        rng.shuffle(outcomes)
        entries = sorted(rng.randint(1, length) for _ in range(prospects))
        for entry, outcome in zip(entries, outcomes, strict=True):
            number += 1
            entered = month.replace(day=entry)
            decided = min(entered + timedelta(days=rng.randint(5, 45)), last)
            chased = rng.randint(1, 3) if index < _HALF else rng.randint(0, 1)
            rows.append([
                f"P-{number:05d}", day(entered), rng.choice(_AGENCIES), rng.choice(_SOURCES), rng.choice(_TRADES),
                50 * rng.randint(60, 1_900), chased, outcome, day(max(decided, entered)),
            ])  # fmt: skip
    return sheet(rows)


def import_rejects(rng: Random, count: int) -> bytes:
    """The import's own report of rejected lines, without any reason (reservation 11)."""
    rows: list[list[object]] = [["ligne", "raison_sociale", "code_postal", "statut", "motif"]]
    first = ("Menuiserie", "Optique", "Boulangerie", "Pharmacie", "Cabinet", "Atelier", "Librairie", "Comptoir")
    second = ("de l'Odet", "du Steïr", "des Halles", "de la Rade", "du Vieux-Port", "des Carmes", "de Kerdrel")
    lines = sorted(rng.sample(range(2, 1_960), count))
    for line in lines:
        postcode = rng.choice(("29000", "29100", "35000", "35200", "56000", "56100", "22000"))
        rows.append([line, f"{rng.choice(first)} {rng.choice(second)}", postcode, "REJETÉE", ""])
    return sheet(rows)


def likely_duplicates() -> bytes:
    """Examples that the claimant sends with change request 7."""
    return sheet([
        ["raison_sociale_1", "code_postal_1", "raison_sociale_2", "code_postal_2", "a_fusionner"],
        ["OPTIQUE DES HALLES", "29000", "Optique des Halles SARL", "29000", "oui"],
        ["Boulangerie du Steïr", "29000", "Boulangerie du Steir", "29000", "oui"],
        ["Cabinet Kerdrel Architectes", "56000", "Cabinet Kerdrel", "35000", "non"],
        ["Pharmacie de la Rade", "29200", "PHARMACIE DE LA RADE", "29200", "oui"],
        ["Comptoir des Carmes", "56100", "Comptoir des Carmes Lorient", "56100", "oui"],
        ["Atelier du Vieux-Port", "56000", "Atelier du Vieux Port", "29900", "non"],
    ])  # fmt: skip


def planning_sheet(when: Milestones, version: int) -> bytes:
    """A planning as a table: the contract's dates beside the version's, with the slip in days."""
    rows: list[list[object]] = [[
        "n", "tache", "responsable", "debut_reference", "fin_reference", "debut_prevu", "fin_prevue", "ecart_jours",
    ]]  # fmt: skip
    for number, task in enumerate(TASKS, start=1):
        (first, last), (start, end) = task_span(when, number, 1), task_span(when, number, version)
        rows.append([number, task.name, task.owner, day(first), day(last), day(start), day(end), (end - last).days])
    slip = (production_date(when, version) - when.delivery_due).days
    rows.append(["", "Décalage de la mise en production", "", "", "", "", "", slip])
    return sheet(rows)
