"""The printed documents, set by Typst from the templates beside; same facts and day, same bytes."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import typst

from web.demo.cast import BY_KEY, CENTRE, CLAIMANT, RESPONDENT
from web.demo.evidence.facts import CHANGES, MODULES, REQUIREMENTS, RESERVATIONS, Change, import_trials
from web.demo.evidence.mails import invoice_number
from web.demo.evidence.sheets import figure
from web.demo.evidence.traffic import Traffic
from web.demo.milestones import Milestones
from web.demo.pleadings import CONTRACT_REFERENCE
from web.demo.settlement import mission
from web.demo.shapes import Company, in_french, typeset

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FONTS: Final = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
_IBAN: Final = "FR00 9999 9999 9900 0798 2046 100"  # check digits 00 belong to no account
_INVOICE_EVENTS: Final = (
    "signature du contrat",
    "validation de la conception détaillée",
    "mise à disposition en recette",
)
_NUMBERS: Final = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_REVISIONS: Final = (("1.1", 85, 1, 3), ("1.2", 146, 4, 6), ("1.3", 203, 7, 8))  # version, day, first and last change
_LAST_CHANGE: Final = 8  # the last one that v1.3 takes in
_STATES_AT_MEETING: Final = (
    "prise en charge",
    "prise en charge",
    "prise en charge",
    "en attente de réponse",
    "à l'étude",
)


def _company(one: Company) -> dict[str, str]:
    return {
        "name": one.name, "form": one.legal_form, "capital": one.capital, "siren": one.spaced_siren,
        "register": one.register, "vat": one.vat_number, "street": one.address.street, "postcode": one.address.postcode,
        "town": one.address.town, "address": one.address.on_one_line(), "phone": one.phone,
        "trade": one.trade.split(",")[0],
    }  # fmt: skip


def _print(template: str, day: date, when: Milestones, **facts: object) -> bytes:
    """Set one template. Every template sees the companies, the people and the story's main dates."""
    people = {key: {"name": one.name, "function": one.function} for key, one in BY_KEY.items()}
    story: Mapping[str, object] = {
        "claimant": _company(CLAIMANT),
        "respondent": _company(RESPONDENT),
        "reference": CONTRACT_REFERENCE,
        "signed": in_french(when.contract_signed),
        "specification_agreed": in_french(when.specification_agreed),
        "delivery_due": in_french(when.delivery_due),
        "opened": in_french(when.acceptance_opened),
        "date": in_french(day),
        **people,
        **facts,
    }
    return typst.compile(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"facts": json.dumps(story, ensure_ascii=False)},
        timestamp=(day - date(1970, 1, 1)) // timedelta(seconds=1),
    )


def contract(when: Milestones) -> bytes:
    """The contract, signed by both."""
    return _print("contract", when.contract_signed, when)


def specification(when: Milestones, version: str) -> bytes:
    """The specification, v1.0 (before any change) or v1.3 (with the first eight)."""
    revised = version != "1.0"
    last = _LAST_CHANGE if revised else 0
    modules: list[tuple[str, list[dict[str, str]]]] = []
    for letter, title in MODULES.items():
        lines = [
            {
                "code": one.code,
                "text": wording,
                "priority": one.priority,
                "origin": f"DM-{one.change:02d}" if one.change and one.change <= last else "v1.0",
            }
            for one in REQUIREMENTS
            if one.code.startswith(letter) and (wording := one.in_version(last))
        ]
        modules.append((f"{letter}. {title}", lines))
    history = [["1.0", in_french(when.specification_agreed), "Version annexée au contrat"]] + [
        [number, in_french(when.after_signature(day)), f"DM-{first:02d} à DM-{final:02d}"]
        for number, day, first, final in _REVISIONS
    ]
    return _print(
        "specification",
        when.specification_revised if revised else when.specification_agreed,
        when,
        version=version,
        author=BY_KEY["kervadec"].name,
        recipient=BY_KEY["berthomieux"].name,
        status="révisé après huit demandes de modification" if revised else "validé par les deux parties",
        history=history if revised else [],
        modules=modules,
        detailed=revised,
    )


def invoice(when: Milestones, rank: int) -> bytes:
    """The first, second or third of the contract's four equal invoices."""
    day = (when.first_invoice, when.second_invoice, when.third_invoice)[rank - 1]
    return _print(
        "invoice",
        day,
        when,
        number=invoice_number(when, rank),
        rank=str(rank),
        event=_INVOICE_EVENTS[rank - 1],
        due=in_french(day + timedelta(days=30)),
        iban=_IBAN,
    )


def acceptance_report(when: Milestones) -> bytes:
    """The acceptance report with its fourteen reservations."""
    tried = sum(one.whole and one.day <= when.acceptance_report for one in import_trials(when))
    count = {level: sum(one[0] == level for one in RESERVATIONS) for level in ("bloquante", "majeure", "mineure")}
    return _print(
        "acceptance",
        when.acceptance_report,
        when,
        tried=_NUMBERS[tried],
        count={**count, "total": len(RESERVATIONS)},
        reservations=[{"gravity": g, "requirement": r, "text": t} for g, r, t in RESERVATIONS],
    )


def formal_notice(when: Milestones) -> bytes:
    """The claimant's formal notice."""
    return _print(
        "notice",
        when.formal_notice,
        when,
        accepted=in_french(when.acceptance_report),
        third_invoice=invoice_number(when, 3),
    )


def steering_minutes(when: Milestones) -> bytes:
    """The fourth steering committee's minutes, which travel with the publisher's e-mail."""
    return _print(
        "minutes",
        when.steering_meeting,
        when,
        changes=[{**_change(one), "state": state} for one, state in zip(CHANGES, _STATES_AT_MEETING, strict=False)],
        asked_rights=in_french(when.after_signature(CHANGES[3].questioned)),
    )


def expert_report(when: Milestones, traffic: Traffic) -> bytes:
    """The expert's report; what it counts is counted in the very traffic from which the logs are printed."""
    task = mission()
    return _print(
        "report",
        when.today,
        when,
        centre=CENTRE.name,
        mission=task.title,
        question=task.question,
        supplied=list(task.supplied),
        conclusions=list(task.conclusions),
        changes=[{**_change(one), "nature": one.nature, "waited": str(_waited(when, one).days)} for one in CHANGES],
        closed=in_french(when.acceptance_closed),
        quiet_from=in_french(when.quiet_from),
        quiet_until=in_french(when.quiet_until - timedelta(days=1)),
        logs={
            "requests": typeset(f"{len(traffic.requests):,}".replace(",", " ")),
            "errors": str(traffic.statuses(500)),
            "outages": str(traffic.statuses(502)),
            "timeouts": str(traffic.statuses(504)),
            "quiet": str((when.quiet_until - when.quiet_from).days),
        },
    )


def _change(one: Change) -> dict[str, str]:
    return {"code": one.code, "title": one.title, "workdays": figure(one.workdays.quantize(Decimal("0.1")))}


def _waited(when: Milestones, one: Change) -> timedelta:
    return when.after_signature(one.answered) - when.after_signature(one.questioned)
