"""The managed-services case, left half-way: service reports and tickets disagree, and every role is awaited."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from odr.bootstrap import Platform
from odr.custody.commands import ask_destruction
from odr.words import _, day, home_zone, phrase
from web.demo import opening
from web.demo.cast import HOST_CONTACT
from web.demo.hands import Hands
from web.demo.milestones import Milestones, plus_months, working_day
from web.demo.others import HOST, Matter, leader_of, seated
from web.demo.table import Table, expect

HOSTING: Final = Matter(
    phrase("Managed services: the service reports and the tickets do not tell the same story"),
    "managed_services",
    "INF-2024-007",
    Decimal(36_400),
    phrase(
        "The monthly reports say that the service is hardly ever interrupted; our own incident tickets add up to "
        "thirty-one hours of interruption in three months."
    ),
    phrase("A common count of the hours, then the penalties that the contract foresees."),
    HOST,
    HOST_CONTACT,
)
TICKETS: Final = (("INC-4021", "08:10", "19:25", "11 h 15"), ("INC-4107", "07:55", "16:40", "8 h 45"),
                  ("INC-4188", "09:00", "20:30", "11 h 30"))  # fmt: skip
REPORTED: Final = ("0 h 40", "0 h 35", "0 h 42")


def months(when: Milestones) -> tuple[date, ...]:
    """The three months before the case: the first day of each."""
    first = when.signed.replace(day=1)
    return tuple(plus_months(first, -back) for back in (3, 2, 1))


def reports(when: Milestones) -> str:
    """What the host's monthly reports say."""
    lines = [f"{month:%Y-%m};99,9 %;{lost}" for month, lost in zip(months(when), REPORTED, strict=True)]
    return "\n".join(("mois;disponibilité;interruptions", *lines, ""))


def tickets(when: Milestones) -> str:
    """What the claimant's tickets say of the same months."""
    lines: list[str] = []
    for month, (number, begin, end, lost) in zip(months(when), TICKETS, strict=True):
        day = working_day(month + timedelta(days=12))
        lines.append(f"{number};{day} {begin};{day} {end};{lost}")
    return "\n".join(("ticket;début;fin;durée", *lines, ""))


def duties(when: Milestones) -> str:
    """Who was on call at the host's, hour by hour."""
    lines = [f"{working_day(month + timedelta(days=12))};R. Stéphan;aucun appel consigné" for month in months(when)]
    return "\n".join(("jour;astreinte;appels", *lines, ""))


async def open_the_hosting(table: Table) -> Table:
    """The same two companies come to the table again; return the table."""
    table.narrator.chapter(_("Managed services: the reports and the tickets disagree"))
    other = seated(table, HOSTING)
    await opening.file_the_request(other)
    await opening.bring_to_the_table(other)
    await opening.open_the_table(other)
    await _call_everyone(other)
    return other


async def _call_everyone(other: Table) -> None:
    """The mediator calls both companies to a first meeting, to count the hours together."""
    mediator = other[other.case.holder_of("mediator").key]
    starts_at = datetime.combine(other.case.when.examined, time(14, 30), home_zone)
    planned = {"place": _("At the centre, room 3"), "agenda": _("The reports and the tickets, month by month.")}
    await mediator.post(f"{other.dispute}/meetings", {"starts_at": starts_at.isoformat(), "minutes": 90, **planned})
    other.tell(mediator, _("calls everyone to a meeting: %(day)s", day=day(starts_at)))


def callers(when: Milestones) -> str:
    """Whom the host reached during the interruptions: people of the claimant's customers, by name."""
    days = [working_day(month + timedelta(days=12)) for month in months(when)]
    names = ("L. Perrigault", "L. Perrigault", "N. Ouassini")
    return "\n".join(("jour;personne jointe", *(f"{day};{name}" for day, name in zip(days, names, strict=True)), ""))


async def leave_half_way(other: Table, earlier: Table, platform: Platform) -> None:
    """Something awaits each role: both parties, the mediator, the expert, the secretariat, and the archivist.

    ``earlier``: the two companies' earlier file, which is sealed. ``platform``: the operator's, who holds the machine.
    """
    other.narrator.chapter(_("Managed services, half-way: each role is awaited"))
    claimant, respondent = leader_of(other, "claimant"), leader_of(other, "respondent")
    mediator, expert = (other[other.case.holder_of(role).key] for role in ("mediator", "expert"))
    await _await_the_parties(other, mediator, claimant, respondent)
    await _leave_minutes_to_answer(other, mediator, claimant, respondent)
    experts: list[dict[str, Any]] = await mediator.get(f"{other.dispute}/experts")
    await mediator.post(
        f"{other.dispute}/missions",
        {
            "expert_id": str(UUID(next(each["id"] for each in experts if each["name"] == expert.person.name))),
            "questions": _("Which hours of interruption do the reports and the tickets have in common?"),
        },
    )
    other.tell(mediator, _("asks an expert to count the hours: %(name)s is awaited", name=expert.person.name))
    await _await_the_centre(other, claimant)
    await _warn_of_a_danger(other, mediator, respondent)
    await _await_the_archivist(other, respondent, platform)
    await _ask_to_reopen(other, claimant, earlier)


async def _await_the_parties(other: Table, mediator: Hands, claimant: Hands, respondent: Hands) -> None:
    when = other.case.when
    await _lodge(other, respondent, "joint", "rapports-de-service.csv", _("Monthly service reports"), reports(when))
    listed = await _lodge(
        other, claimant, "caucus_claimant", "tickets.csv", _("Incident tickets, with the names of customers"),
        tickets(when),
    )  # fmt: skip
    kept = await _lodge(
        other, respondent, "caucus_respondent", "astreintes.csv", _("Register of on-call duty"), duties(when)
    )
    purpose = {"purpose": _("To compare the hours on one sheet."), "form": "original"}
    await mediator.post(f"{other.dispute}/exhibits/{kept}/disclosure", purpose)
    other.tell(mediator, _("asks to disclose the register of on-call duty: %(name)s is awaited",
                           name=respondent.person.name))  # fmt: skip
    await mediator.post(f"{other.dispute}/exhibits/{listed}/disclosure", purpose)
    asked = await claimant.get(f"{other.dispute}/exhibits/{listed}/disclosure")
    await claimant.post(f"{other.dispute}/exhibits/{listed}/disclosure/consent", {"seen": asked["id"]})
    other.tell(claimant, _("consents that the tickets be disclosed: %(name)s is awaited", name=mediator.person.name))
    await mediator.post(
        f"{other.room('caucus_claimant')}/statements",
        {"text": _("A credit note in two parts could be looked at."), "purpose": _("To open the talks on the amount.")},
    )
    other.tell(mediator, _("asks to say one sentence for the claimant: %(name)s is awaited", name=claimant.person.name))


async def _leave_minutes_to_answer(other: Table, mediator: Hands, claimant: Hands, respondent: Hands) -> None:
    """The meeting was held and its minutes published: one company approves them, the other is awaited."""
    (meeting,) = await mediator.get(f"{other.dispute}/meetings")
    path = f"{other.dispute}/meetings/{meeting['id']}"
    await mediator.post(f"{path}/held")
    text = _(
        "Both companies were present.\n\nThe reports count what the host's own probe saw; the tickets count what users"
        " reported. For the three months, eleven hours stand in both.\n\nEach side sends its list of the other hours"
        " before the next meeting. Nothing is conceded on the penalties."
    )
    await mediator.post(f"{path}/minutes", {"text": text})
    other.tell(mediator, _("publishes the minutes of the meeting, to everyone at the same moment"))
    await claimant.post(f"{path}/minutes/approve", {"number": 1})
    other.tell(claimant, _("approves the minutes: %(name)s is awaited", name=respondent.person.name))


async def _await_the_centre(other: Table, claimant: Hands) -> None:
    """A co-mediator is proposed, declares a tie, and is objected to: the secretariat has to decide."""
    secretary, second = (other[other.case.holder_of(role).key] for role in ("secretariat", "co_mediator"))
    people: list[dict[str, Any]] = await secretary.get("/people")
    chosen = next(person["id"] for person in people if person["email"] == second.person.email)
    await secretary.post(f"{other.dispute}/mediator", {"account_id": chosen, "beside": True})
    other.tell(secretary, _("proposes %(name)s as a second mediator, for the technical side", name=second.person.name))
    await opening.declare(other, second, _("I trained two engineers of the host's, four years ago, for a day."))
    (window,) = [
        each["id"]
        for each in await claimant.get(f"{other.dispute}/appointments")
        if each["window"] and each["window"]["may_answer"]
    ]
    reason = _("Nothing against the person; but two mediators for thirty-one hours cost more than they save.")
    await claimant.post(f"{other.dispute}/appointments/{window}/objection", {"reason": reason})
    other.tell(
        claimant, _("objects, and says why to the centre alone: %(name)s is awaited", name=secretary.person.name)
    )


async def _warn_of_a_danger(other: Table, mediator: Hands, respondent: Hands) -> None:
    """What the host said apart endangers people: the mediator tells one sentence of it, as the law lets them."""
    room = other.room("caucus_respondent")
    said = _("The same fault still cuts the alarm line of a home-help service, some nights. We have not told them yet.")
    await respondent.post(f"{room}/messages", {"text": said})
    other.tell(respondent, _("says apart: “%(words)s”", words=said))
    words = _("Some nights, the alarm line of your service may be cut by a fault at your host's.")
    used = await mediator.post(
        f"{room}/exceptions",
        {
            "ground": "integrity",
            "matter": "sentence",
            "recipients": [{"name": "Aide à domicile du Pays d'Erquelune", "office": _("the service's direction")}],
            "why": _("People who live alone call for help on this line. The host, asked twice, has told nobody."),
            "words": words,
            "read": True,
        },
    )
    expect(used["told_at"] is not None, _("whose confidence it was is told at once"))
    other.tell(mediator, _("discloses one sentence without consent, as a person's safety is at stake: “%(words)s”",
                           words=words))  # fmt: skip
    (known,) = await respondent.get(f"{other.dispute}/exceptions")
    expect(known["id"] == used["id"], _("the party reads what was disclosed, to whom and why"))
    other.tell(respondent, _("is told at once: what, to whom, why; the other party learns nothing of it"))


async def _await_the_archivist(other: Table, respondent: Hands, platform: Platform) -> None:
    """Somebody named in an exhibit asks that it be erased: the operator enters it, the archivist is the second person.

    While a mediation is open, whoever keeps the archive reads nothing of it; what is destroyed of it awaits them.
    """
    archivist = other[other.case.holder_of("archivist").key]
    named = await _lodge(
        other, respondent, "joint", "personnes-jointes.csv", _("People whom the host reached during the interruptions"),
        callers(other.case.when),
    )  # fmt: skip
    async with platform.unit() as uow:
        await ask_destruction(uow, None, scope="item", reference=other.reference, subject=named, because="erasure")
    other.tell(
        _("the operator"),
        _("enters the request of a person named there to be erased (GDPR, art. 17): %(name)s is awaited",
          name=archivist.person.name),
    )  # fmt: skip


async def _ask_to_reopen(other: Table, claimant: Hands, earlier: Table) -> None:
    """The earlier file of the two companies comes up again: the archivist's agreement is the second that it needs."""
    secretary, archivist = (other[other.case.holder_of(role).key] for role in ("secretariat", "archivist"))
    motive = _(
        "The penalties that we discuss now are counted on the price that was in dispute then: both belong together."
    )
    asked = await claimant.post(f"{earlier.dispute}/reopenings", {"motive": motive})
    other.tell(claimant, _("asks to reopen: “%(motive)s”", motive=motive))
    await secretary.post(f"/reopenings/{asked['id']}/agree")
    other.tell(
        secretary, _("agrees that the earlier file be reopened: %(name)s is awaited", name=archivist.person.name)
    )


async def _lodge(table: Table, hands: Hands, room: str, name: str, title: str, content: str) -> str:
    made = await hands.ask(
        "POST",
        f"{table.room(room)}/exhibits",
        params={"name": name, "title": title, "kind": "log", "origin": "produced"},
        content=content.encode(),
    )
    lodged: dict[str, Any] = made.json()
    table.tell(hands, _("lodges %(number)s “%(title)s”", number=lodged["number"], title=title))
    return str(lodged["id"])
