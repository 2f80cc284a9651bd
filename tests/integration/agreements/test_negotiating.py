"""The agreement to mediate, negotiated clause by clause."""

import asyncio

import pytest
from sqlalchemy import select, update

from odr.agreements.clauses import ClauseDraft
from odr.agreements.negotiating import agree_to_clause, keep_clause, propose_clause
from odr.agreements.proposals import ProposalState, proposals_of
from odr.agreements.queries import AgreementState, versions_of, visible_agreement
from odr.agreements.signing import sign_agreement
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.notices.models import Notice
from odr.worker import Worker
from tests.integration.agreements.at_the_table import PASSWORD

LONGER = ClauseDraft(values={"months": "6"}, reason="Trois mois ne suffiront pas pour l'expertise.")
SECRET = ClauseDraft("Tout est confidentiel, y compris l'existence de la médiation.", reason="Nos clients l'ignorent.")


@pytest.fixture
async def table(pending_table):
    await pending_table.convention()
    return pending_table


async def propose(table, who, clause, draft, **more):
    view = await table.agreement(who)
    seen = more.pop("seen", view.version.digest.hex())
    async with table.platform.unit() as uow:
        return await propose_clause(
            uow, table.case.people[who], table.id, view.id, clause=clause, digest_seen=seen, draft=draft, **more
        )


async def agree(table, who, proposal):
    view = await table.agreement("mediator")
    async with table.platform.unit() as uow:
        return await agree_to_clause(uow, table.case.people[who], table.id, view.id, proposal)


async def keep(table, who, proposal):
    view = await table.agreement("mediator")
    async with table.platform.unit() as uow:
        await keep_clause(uow, table.case.people[who], table.id, view.id, proposal)


async def sign(table, who, seen=""):
    view = await table.agreement(who)
    async with table.platform.unit() as uow:
        return await sign_agreement(
            uow,
            table.case.people[who],
            table.id,
            view.id,
            digest_seen=seen or view.version.digest.hex(),
            password=PASSWORD,
        )


async def proposals(table, who="mediator"):
    async with table.platform.unit(write=False) as uow:
        actor = table.case.people[who]
        view = (await table.agreement(who)).id
        agreement = await visible_agreement(uow, actor, table.id, view)
        return await proposals_of(uow, actor, await dispute_facts(uow, table.id), agreement)


async def clause(table, key):
    return next(each for each in (await table.agreement()).text.clauses if each.key == key)


async def facts(table):
    async with table.platform.unit(write=False) as uow:
        return await dispute_facts(uow, table.id)


async def test_if_nobody_proposes_anything_two_signatures_are_all_there_is(table):
    assert not await sign(table, "claimant")
    assert await sign(table, "respondent")
    found = await facts(table)
    assert (found.term_months, found.retention_years) == (3, 10)
    assert (await table.agreement()).version.number == 1


async def test_a_clause_changes_when_every_side_and_the_mediator_agree(table):
    proposal = await propose(table, "claimant", "term", LONGER)
    assert not await agree(table, "respondent", proposal)
    assert (await table.agreement()).version.number == 1
    assert await agree(table, "mediator", proposal)
    view = await table.agreement()
    assert (view.version.number, view.state) == (2, AgreementState.FROZEN)
    assert "six mois" in (await clause(table, "term")).body
    (closed,) = await proposals(table)
    assert closed.state is ProposalState.ADOPTED
    async with table.platform.unit(write=False) as uow:
        assert [each.number for each in await versions_of(uow, view)] == [2, 1]


async def test_the_signed_term_and_retention_are_what_the_platform_follows(table, clock):
    proposal = await propose(table, "mediator", "term", LONGER)
    for who in ("claimant", "respondent"):
        await agree(table, who, proposal)
    kept = await propose(table, "respondent", "retention", ClauseDraft(values={"years": "5"}, reason="RGPD."))
    for who in ("claimant", "mediator"):
        await agree(table, who, kept)
    await sign(table, "claimant")
    await sign(table, "respondent")
    found = await facts(table)
    assert (found.stage, found.term_months, found.retention_years) == (Stage.OPEN, 6, 5)
    assert found.term_ends is not None
    assert 180 <= (found.term_ends - clock()).days <= 190


async def test_a_proposal_after_a_signature_makes_it_lapse_and_bars_signing_meanwhile(table):
    await sign(table, "claimant")
    proposal = await propose(table, "respondent", "confidentiality", SECRET)
    assert [signer.at for signer in (await table.agreement()).signers] == [None, None]
    for who in ("claimant", "respondent"):
        with pytest.raises(ConflictError, match="under_discussion"):
            await sign(table, who)
    await keep(table, "claimant", proposal)
    assert not await sign(table, "claimant")
    assert await sign(table, "respondent")
    async with table.platform.unit(write=False) as uow:
        joint = await uow.vault.ledger.events(uow.session, table.case.ref("joint"))
    names = [event.event["event"] for event in joint]
    assert names.count("SignatureGiven") == 3
    assert "SignaturesLapsed" in names


async def test_signing_while_another_proposes_leaves_one_of_both(any_pending_table):
    table = any_pending_table
    await table.convention()
    results = await asyncio.gather(
        sign(table, "claimant"), propose(table, "respondent", "term", LONGER), return_exceptions=True
    )
    view = await table.agreement()
    assert view.discussed
    assert all(signer.at is None for signer in view.signers)
    assert results[0] is False or str(results[0]) in {"under_discussion", "another_text"}


async def test_a_counter_proposal_takes_the_place_of_the_first(table):
    first = await propose(table, "claimant", "term", LONGER)
    with pytest.raises(ConflictError, match="being_discussed"):
        await propose(table, "respondent", "term", ClauseDraft(values={"months": "4"}, reason="Assez."))
    shorter = ClauseDraft(values={"months": "4"}, reason="Quatre suffisent.")
    second = await propose(table, "respondent", "term", shorter, answers=first)
    with pytest.raises(ConflictError, match="proposal_closed"):
        await agree(table, "mediator", first)
    with pytest.raises(ConflictError, match="proposal_closed"):
        await propose(table, "claimant", "term", LONGER, answers=first)
    await agree(table, "claimant", second)
    await agree(table, "mediator", second)
    assert "quatre mois" in (await clause(table, "term")).body
    assert [each.state for each in await proposals(table)] == [ProposalState.ADOPTED, ProposalState.COUNTERED]


async def test_a_proposal_on_a_stale_version_is_refused_and_one_for_another_clause_survives_a_new_version(table):
    stale = (await table.agreement()).version.digest.hex()
    term = await propose(table, "claimant", "term", LONGER)
    other = await propose(table, "respondent", "confidentiality", SECRET)
    await agree(table, "respondent", term)
    await agree(table, "mediator", term)
    with pytest.raises(ConflictError, match="clause_changed"):
        await propose(table, "claimant", "fees", ClauseDraft(reason="x"), seen=stale)
    await agree(table, "claimant", other)
    await agree(table, "mediator", other)
    assert (await table.agreement()).version.number == 3
    assert "six mois" in (await clause(table, "term")).body
    assert (await clause(table, "confidentiality")).body == SECRET.body


async def test_its_own_side_takes_a_proposal_back(table):
    proposal = await propose(table, "claimant", "term", LONGER)
    await keep(table, "claimant", proposal)
    assert [each.state for each in await proposals(table)] == [ProposalState.WITHDRAWN]


@pytest.mark.parametrize(
    ("key", "draft", "fields"),
    [
        ("term", ClauseDraft(values={"months": "13"}, reason="x"), {"months": "bad_number"}),
        ("term", ClauseDraft(values={"months": "-1"}, reason="x"), {"months": "bad_number"}),
        ("term", ClauseDraft(values={"months": "3"}, reason="x"), {"body": "nothing_changed"}),
        ("term", ClauseDraft(values={"months": "6"}), {"reason": "required"}),
        ("confidentiality", ClauseDraft("", reason="x"), {"body": "required"}),
        ("confidentiality", ClauseDraft("x" * 8_001, reason="x"), {"body": "too_long"}),
        ("confidentiality", ClauseDraft("Rien 😀 à cacher.", reason="x"), {"body": "unprintable_character"}),
        (
            "fees",
            ClauseDraft(
                values={"fixed_cents": "300", "hourly_cents": "200", "share_1": "60", "share_2": "50"}, reason="x"
            ),
            {"shares": "shares_differ"},
        ),
        (
            "fees",
            ClauseDraft(
                values={"fixed_cents": "beaucoup", "hourly_cents": "200", "share_1": "NaN", "share_2": "1e9"},
                reason="x",
            ),
            {
                "fixed_cents": "bad_amount",
                "share_1": "bad_share",
                "share_2": "bad_share",
                "shares": "shares_differ",
            },
        ),
    ],
)
async def test_what_makes_no_clause_is_refused_at_its_field(table, key, draft, fields):
    with pytest.raises(InvalidInputError) as refused:
        await propose(table, "claimant", key, draft)
    assert refused.value.fields == fields
    assert await proposals(table) == ()


async def test_fees_are_written_out_with_their_shares(table):
    values = {"fixed_cents": "300", "hourly_cents": "240,50", "share_1": "66,67", "share_2": "33.33"}
    draft = ClauseDraft("Payable à 30 jours.", values, "Ils ont les moyens.")
    proposal = await propose(table, "claimant", "fees", draft)
    await agree(table, "respondent", proposal)
    await agree(table, "mediator", proposal)
    fees = await clause(table, "fees")
    assert dict(fees.terms) == {"fixed_cents": 30_000, "hourly_cents": 24_050, "share_1": 6_667, "share_2": 3_333}
    for words in (
        "300,00",
        "240,50",
        "Société claimant, 66,67 %",
        "Société respondent, 33,33 %",
        "Payable à 30 jours.",
    ):
        assert words in fees.body.replace("\u00a0", " ").replace("\u202f", " ")


async def test_a_clause_of_hostile_words_stays_words(table):
    hostile = '<script>alert(1)</script> {mediator} {0.__class__} %(x)s #eval("1")'
    proposal = await propose(table, "claimant", "communication", ClauseDraft(hostile, reason=hostile))
    await agree(table, "respondent", proposal)
    await agree(table, "mediator", proposal)
    assert (await clause(table, "communication")).body == hostile
    await sign(table, "claimant")
    await sign(table, "respondent")
    await table.work()
    assert (await table.agreement()).document_id is not None


async def test_who_may_not_negotiate_is_refused(table):
    with pytest.raises(NotPermittedError, match="not_representative"):
        await propose(table, "claimant_counsel", "term", LONGER)
    for who in ("secretariat", "stranger"):
        with pytest.raises(NotFoundError):
            await agree_as_stranger(table, who)
    for fixed in ("limitation", "signature", "nothing"):
        with pytest.raises(NotFoundError):
            await propose(table, "claimant", fixed, SECRET)
    async with table.platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.id).values(stage=Stage.OPEN))
    with pytest.raises(WrongStageError):
        await propose(table, "claimant", "term", LONGER)


async def agree_as_stranger(table, who):
    view = await table.agreement("mediator")
    async with table.platform.unit() as uow:
        await propose_clause(
            uow, table.case.people[who], table.id, view.id, clause="term", digest_seen="", draft=LONGER
        )


async def test_whoever_has_not_signed_is_reminded_and_the_centre_is_told_at_the_end(table, clock):
    await sign(table, "claimant")
    await table.work()

    async def told(who, kind):
        async with table.platform.unit(write=False) as uow:
            rows = await uow.session.scalars(
                select(Notice.id).where(Notice.account_id == table.case.people[who].account_id, Notice.kind == kind)
            )
            return len(list(rows))

    before = await told("claimant", "convention_to_sign"), await told("respondent", "convention_to_sign")
    clock.advance(days=8)
    await Worker(table.platform).drain()
    after = await told("claimant", "convention_to_sign"), await told("respondent", "convention_to_sign")
    assert (after[0] - before[0], after[1] - before[1]) == (0, 1)
    clock.advance(days=12)
    await Worker(table.platform).drain()
    assert await told("mediator", "signatures_missing") == 1
    assert (await facts(table)).stage is Stage.CONVENTION_PENDING
