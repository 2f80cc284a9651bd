"""What was on the table and bound nobody is in the sealed record, byte for byte as the ledger cites it."""

import hashlib
import json

from sqlalchemy import update

from odr.agreements.clauses import ClauseDraft
from odr.agreements.negotiating import agree_to_clause, keep_clause, propose_clause
from odr.archive.releasing import release_record
from odr.disputes.commands import end_mediation
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.losses.commands import add_line
from odr.losses.lines import TypedLine
from odr.losses.sharing import prepare_share, share_losses
from odr.visibility.terms import SpaceKind
from tests.integration.agreements.at_the_table import RESPONDENT, set_table
from tests.integration.archive.hands import SECRET, the_record, turn, unpacked

LONGER = ClauseDraft(values={"months": "6"}, reason="Trois mois ne suffiront pas pour l'expertise.")
SILENT = ClauseDraft("Tout est confidentiel, y compris l'existence de la médiation.", reason="Nos clients l'ignorent.")


async def propose(table, who, clause, draft):
    view = await table.agreement(who)
    async with table.platform.unit() as uow:
        return view.id, await propose_clause(
            uow,
            table.case.people[who],
            table.id,
            view.id,
            clause=clause,
            digest_seen=view.version.digest.hex(),
            draft=draft,
        )


async def count(table, who, what, into):
    """Write a line down, and share the worksheet as it stands then."""
    actor = table.case.people[who]
    async with table.platform.unit() as uow:
        await add_line(uow, actor, table.id, TypedLine("lost_sales", what, "12 × 850,50"))
        seen = (await prepare_share(uow, actor, table.id, into)).sha256.hex()
        await share_losses(uow, actor, table.id, into, digest_seen=seen)


async def negotiate(table):
    """One proposal is kept out, one is adopted, and a third stays open."""
    await table.convention()
    agreement_id, first = await propose(table, "claimant", "confidentiality", SILENT)
    async with table.platform.unit() as uow:
        await keep_clause(uow, table.respondent, table.id, agreement_id, first)
    _, second = await propose(table, "respondent", "term", LONGER)
    for who in (table.claimant, table.mediator):
        async with table.platform.unit() as uow:
            await agree_to_clause(uow, who, table.id, agreement_id, second)
    await propose(table, "claimant", "confidentiality", SILENT)


async def test_clauses_that_nobody_signed_and_worksheets_that_all_saw_are_in_the_record(platform, clock):
    table = await set_table(platform, Stage.CONVENTION_PENDING)
    await negotiate(table)
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.id).values(stage=Stage.OPEN))
    await count(table, "claimant", "Commandes perdues", SpaceKind.JOINT)
    await count(table, "claimant", "Salons annulés", SpaceKind.JOINT)
    await count(table, "claimant", f"Entre nous {SECRET}", SpaceKind.CAUCUS)
    async with platform.unit() as uow:
        await end_mediation(uow, table.mediator, table.id, reason="Les positions restent trop éloignées.")
    await turn(platform, clock, times=6)
    record = await the_record(platform, table.case)
    release = await release_record(platform, table.claimant, record.id)
    package = b"".join([piece async for piece in release.stream()])
    files = {name.removeprefix(f"{record.reference}/"): content for name, content in unpacked(package)}
    assert not [name for name, content in files.items() if SECRET.encode() in content and not name.endswith(".zip")]

    clauses = json.loads(files["data/agreement/proposals/list.json"])
    assert [(each["clause"], each["state"]) for each in clauses] == [
        ("confidentiality", "kept"),
        ("term", "adopted"),
        ("confidentiality", "open"),
    ]
    assert clauses[1]["for"] == RESPONDENT
    assert len(clauses[1]["agreed"]) == 3
    assert json.loads(files[f"data/agreement/proposals/{clauses[0]['file']}"]) == {
        "body": SILENT.body,
        "terms": {},
        "reason": SILENT.reason,
    }
    sheets = json.loads(files["data/record/losses/list.json"])
    assert [each["file"] for each in sheets] == ["C-1.json", "C-2.json"]
    assert [len(json.loads(files[f"data/record/losses/{each['file']}"])["lines"]) for each in sheets] == [1, 2]

    events = [json.loads(line)["event"] for line in files["data/record/events.jsonl"].splitlines()]
    told = {event["sha256"]: event["event"] for event in events if "sha256" in event}
    for folder, rows, name in (
        ("data/agreement/proposals/", clauses, "ClauseProposed"),
        ("data/record/losses/", sheets, "LossesShared"),
    ):
        for row in rows:
            digest = hashlib.sha256(files[folder + row["file"]]).hexdigest()
            assert (row["sha256"], told[digest]) == (digest, name)
