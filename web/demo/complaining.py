"""The CRM case before the centre: the guided questionnaire with its proofs, then a complaint that is contested."""

from typing import Any

from odr.words import _, ngettext
from web.demo.arriving import take, team_arrives
from web.demo.hands import Hands
from web.demo.opening import AFTER_THE_REMINDERS, set_mandate
from web.demo.questionnaire import NO_DOCUMENT, pages, steps
from web.demo.table import Table, expect


async def write_with_guidance(table: Table) -> None:
    """The claimant answers page by page, lodges what proves the steps taken so far, and reads it all again."""
    case = table.case
    claimant = table[case.holder_of("representative", "claimant").key]
    table.narrator.chapter(_("The guided request"))
    made = await claimant.post("/disputes", {})
    table.dispute_id = made["id"]
    for topic, answers in pages(case):
        given = await _steps(table, claimant) if topic == "steps" else answers
        kept = await claimant.ask("PUT", f"{table.dispute}/draft/{topic}", json={"answers": given})
        expect(not kept.json()["problems"], f"{topic}: {kept.text}")
    table.tell(claimant, _("writes a request: “%(title)s”", title=case.complaint.title))
    found = await claimant.get(f"{table.dispute}/request")
    expect(not found["missing"], _("every question is answered"))
    table.tell(claimant, _("has answered the nine pages of the questionnaire, and reads them again in short"))
    secretary = table[case.holder_of("secretariat").key]
    refused = await secretary.is_refused("GET", table.dispute, 404, "not_found")
    table.refused(secretary, _("looks for the draft"), refused)


async def _steps(table: Table, claimant: Hands) -> dict[str, str]:
    """Lodge what proves the steps that were taken, in the private draft, and return the page's answers."""
    rooms: list[dict[str, Any]] = await claimant.get(f"{table.dispute}/rooms")
    private = f"{table.dispute}/rooms/{next(room['id'] for room in rooms if room['kind'] == 'private')}"
    taken = steps(table.case.when)
    answers: dict[str, str] = {}
    for number, step in enumerate(taken, 1):
        if step.proof != NO_DOCUMENT:
            table.exhibits[step.proof] = (await claimant.lodge(private, table.piece(step.proof)))["id"]
        proof = table.exhibits.get(step.proof, NO_DOCUMENT)
        named = {"what": step.what, "on": step.on.isoformat(), "words": step.words, "proof": proof}
        answers |= {f"step_{number}_{key}": text for key, text in named.items()}
    count = ngettext("%(n)s step", "%(n)s steps", len(taken))
    proofs = ngettext("%(n)s document", "%(n)s documents", len(table.exhibits))
    table.tell(claimant, _("writes down what was done so far: %(count)s with their dates, %(proofs)s lodged as proof",
                           count=count, proofs=proofs))  # fmt: skip
    return answers


async def complain_and_contest(table: Table) -> None:
    """The other company is asked first, is reminded after seven days, answers, and contests: the centre has it now."""
    case = table.case
    table.narrator.chapter(_("The complaint"))
    claimant = table[case.holder_of("representative", "claimant").key]
    await claimant.post(f"{table.dispute}/complain")
    table.tell(claimant, _("complains to the other company first, without the centre"))
    accused = case.holder_of("representative", "respondent")
    await table.link_for(accused)
    table.turn_to(case.when.complaint_reminded, AFTER_THE_REMINDERS)
    reminder = await table.link_for(accused)
    table.tell(_("Entente"), _("reminds %(name)s that the complaint awaits an answer", name=accused.name))
    table.turn_to(case.when.contested)
    await take(table, accused, reminder)
    table.tell(accused.key, _("makes an account and reads the complaint"))
    await _exchange(table, claimant, table[accused.key])
    contested = await table[accused.key].post(
        f"{table.dispute}/contest",
        {
            "reason": _(
                "The delay is not ours alone: the specification changed eleven times, and our invoice is unpaid."
            )
        },
    )
    table.reference = contested["reference"]
    table.tell(accused.key, _("contests the complaint: it becomes a request to the centre, %(reference)s",
                              reference=table.reference))  # fmt: skip
    await set_mandate(table, claimant.person.key)
    await team_arrives(table, claimant.person.key)


async def _exchange(table: Table, claimant: Hands, respondent: Hands) -> None:
    rooms: list[dict[str, Any]] = await respondent.get(f"{table.dispute}/rooms")
    joint = f"{table.dispute}/rooms/{next(room['id'] for room in rooms if room['kind'] == 'joint')}"
    said = (
        (
            respondent,
            _("Your import stopped, we know. We can correct it, but not as long as our invoice stays unpaid."),
        ),
        (claimant, _("We pay what works. Give us one date for the import, and we talk about the invoice that day.")),
    )
    for hands, text in said:
        await hands.post(f"{joint}/messages", {"text": text})
        table.tally.messages += 1
        table.tell(hands, _("writes to the other company: “%(text)s”", text=text))
    secretary = table[table.case.holder_of("secretariat").key]
    refused = await secretary.is_refused("GET", table.dispute, 404, "not_found")
    table.refused(secretary, _("looks for the complaint"), refused)
