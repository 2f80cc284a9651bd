"""The pages of agreements, as browsers meet them: forms without scripts, nothing lost, nothing leaked."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from odr.agreements.commands import remark, save_version
from odr.agreements.signing import sign_agreement
from odr.disputes.commands import withdraw
from odr.disputes.lifecycle import Stage
from odr.parties.models import Mandate
from odr.people.models import Account, SeatRow
from tests.integration.agreements.at_the_table import DRAFT, PASSWORD, Table
from tests.integration.conftest import People

DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


def form_of(draft, **more: str) -> dict[str, str]:
    fields = {"title": draft.title, "preamble": draft.preamble, "clause_count": str(len(draft.clauses))}
    fields["payment_count"] = str(len(draft.payments))
    for at, clause in enumerate(draft.clauses):
        fields |= {
            f"clauses.{at}.heading": clause.heading,
            f"clauses.{at}.body": clause.body,
            f"clauses.{at}.concession_by": clause.concession_by,
        }
    for at, one in enumerate(draft.payments):
        fields |= {
            f"payments.{at}.due": one.due,
            f"payments.{at}.amount": one.amount,
            f"payments.{at}.payer": one.payer,
            f"payments.{at}.payee": one.payee,
            f"payments.{at}.what": one.what,
        }
    return fields | more


async def test_the_whole_way_from_terms_in_sight_to_settled_by_forms_alone(open_table: Table, sign_in: People):
    table = open_table
    mediator = await sign_in(table.mediator)
    here = f"/disputes/{table.id}/agreements"
    assert "Un accord est en vue" in (await mediator.get(here)).text
    begun = await mediator.post(here)
    assert begun.status_code == 303
    editor = begun.headers["location"].partition("?")[0]
    assert (await mediator.get(editor)).status_code == 200
    saved = await mediator.post(editor, data=form_of(DRAFT, seen="1", act="announce"))
    assert saved.status_code == 303
    one = saved.headers["location"].partition("?")[0]
    assert "les parties sont prévenues" in (await mediator.get(f"{one}?done=announced")).text
    freezing = await mediator.get(f"{one}/freeze")
    assert "Ce texte ne nomme aucune concession" not in freezing.text
    (seen,) = DIGEST.findall(freezing.text)
    frozen = await mediator.post(f"{one}/freeze", data={"digest": seen})
    assert frozen.headers["location"].endswith("done=frozen")
    for who in ("respondent", "claimant"):
        browser = await sign_in(table.case.people[who])
        signing = await browser.get(f"{one}/sign")
        assert "Signature électronique simple (eIDAS, article 3, point 10)" in signing.text
        (digest,) = DIGEST.findall(signing.text)
        done = await browser.post(f"{one}/sign", data={"digest": digest, "password": PASSWORD})
        assert done.status_code == 303
        assert done.headers["location"].endswith("done=complete" if who == "claimant" else "done=signed")
    assert await table.stage() is Stage.SETTLED
    assert (await mediator.get(here)).status_code == 200


async def test_every_page_opens_for_the_party_and_the_mediator(open_table: Table, sign_in: People):
    table = open_table
    agreement_id = await table.drafted()
    one = f"/disputes/{table.id}/agreements/{agreement_id}"
    for who, pages in {
        "claimant": [
            "",
            "/versions/1",
            "/versions/2",
            "/changes",
            "/changes?from=2&to=1",
            "/changes?from=x&to=99999999",
        ],
        "mediator": ["", "/edit", "/freeze", "/versions/1", "/changes?from=1&to=2"],
    }.items():
        browser = await sign_in(table.case.people[who])
        for page in pages:
            assert (await browser.get(one + page)).status_code == 200, page
    party = await sign_in(table.claimant)
    assert (await party.get(f"{one}/versions/9")).status_code == 404
    assert (await party.get(f"{one}/changes?from=1&to=9")).status_code == 404


async def test_changing_the_form_keeps_every_word_and_saves_nothing(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.mediator)
    editor = f"/disputes/{open_table.id}/agreements/{agreement_id}/edit"
    typed = replace(DRAFT, title="Titre <encore> en cours")
    for act in ("add_clause", "add_payment", "up.clause.1", "remove.payment.0", "keep", "nonsense"):
        shown = await browser.post(editor, data=form_of(typed, seen="2", act=act))
        assert shown.status_code == 200
        assert "Titre &lt;encore&gt; en cours" in shown.text
        assert "Une remise de 25 % est consentie." in shown.text
    moved = await browser.post(editor, data=form_of(typed, seen="2", act="up.clause.1"))
    assert moved.text.index("La facture est payée") < moved.text.index("Une remise de 25 %")
    assert (await open_table.agreement()).version.number == 2


async def test_a_split_adds_its_instalments_to_the_form(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.mediator)
    editor = f"/disputes/{open_table.id}/agreements/{agreement_id}/edit"
    split = {"split_amount": "100", "split_count": "3", "split_first": "2027-03-31", "split_what": "Remise"}
    shown = await browser.post(editor, data=form_of(DRAFT, seen="2", act="split", **split))
    assert shown.status_code == 200
    assert [shown.text.count(amount) for amount in ('value="33,33"', 'value="33,34"')] == [2, 1]
    refused = await browser.post(editor, data=form_of(DRAFT, seen="2", act="split", **split | {"split_count": "0"}))
    assert refused.status_code == 422
    assert "de 1 à 120" in refused.text
    assert 'value="100"' in refused.text


async def test_what_must_be_mended_is_said_beside_its_field_with_everything_kept(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.mediator)
    editor = f"/disputes/{open_table.id}/agreements/{agreement_id}/edit"
    wrong = replace(DRAFT, payments=(replace(DRAFT.payments[0], amount="des sous"), *DRAFT.payments[1:]))
    refused = await browser.post(editor, data=form_of(wrong, seen="2", act="save"))
    assert refused.status_code == 422
    assert 'href="#f-payments.0.amount"' in refused.text
    assert 'value="des sous"' in refused.text
    assert "Une remise de 25 % est consentie." in refused.text


async def test_the_second_of_two_who_save_is_told_and_loses_nothing(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.mediator)
    editor = f"/disputes/{open_table.id}/agreements/{agreement_id}/edit"
    mine = replace(DRAFT, title="Ma version")
    late = await browser.post(editor, data=form_of(mine, seen="1", act="save"))
    assert late.status_code == 409
    assert "la version 2 pendant que vous écriviez" in late.text
    assert 'value="Ma version"' in late.text
    assert 'name="seen" value="2"' in late.text
    again = await browser.post(editor, data=form_of(mine, seen="2", act="save"))
    assert again.status_code == 303


async def test_a_gap_of_concessions_is_warned_about_before_freezing(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted(replace(DRAFT, clauses=DRAFT.clauses[:1]))
    browser = await sign_in(open_table.mediator)
    warned = await browser.get(f"/disputes/{open_table.id}/agreements/{agreement_id}/freeze")
    assert "concession du demandeur." in warned.text
    assert "concession du défendeur." not in warned.text


async def test_a_wrong_password_comes_back_to_the_page_and_too_many_say_how_long(open_table: Table, sign_in: People):
    agreement = await open_table.frozen()
    browser = await sign_in(open_table.claimant)
    here = f"/disputes/{open_table.id}/agreements/{agreement.id}/sign"
    sent = {"digest": agreement.version.digest.hex(), "password": "une autre phrase longue"}
    for _ in range(5):
        refused = await browser.post(here, data=sent)
        assert refused.status_code == 422
        assert "pas votre mot de passe" in refused.text
        assert "une autre phrase longue" not in refused.text
    throttled = await browser.post(here, data=sent | {"password": PASSWORD})
    assert throttled.status_code == 429
    assert "Trop de mots de passe erronés" in throttled.text
    assert await open_table.stage() is Stage.SIGNING


async def test_signing_twice_and_refusing_after_are_conflicts(open_table: Table, sign_in: People):
    agreement = await open_table.frozen()
    browser = await sign_in(open_table.claimant)
    here = f"/disputes/{open_table.id}/agreements/{agreement.id}"
    sent = {"digest": agreement.version.digest.hex(), "password": PASSWORD}
    assert (await browser.post(f"{here}/sign", data=sent)).status_code == 303
    assert (await browser.post(f"{here}/sign", data=sent)).status_code == 409
    assert (await browser.get(f"{here}/sign")).status_code == 409
    assert (await browser.get(f"{here}/refuse")).status_code == 409


async def test_a_refusal_keeps_its_reason_and_shows_it_to_all(open_table: Table, sign_in: People):
    agreement = await open_table.frozen()
    browser = await sign_in(open_table.respondent)
    here = f"/disputes/{open_table.id}/agreements/{agreement.id}"
    digest = agreement.version.digest.hex()
    empty = await browser.post(f"{here}/refuse", data={"digest": digest, "reason": ""})
    assert empty.status_code == 422
    done = await browser.post(f"{here}/refuse", data={"digest": digest, "reason": "Le délai <est> trop court."})
    assert done.status_code == 303
    other = await sign_in(open_table.claimant)
    assert "Le délai &lt;est&gt; trop court." in (await other.get(here)).text


@pytest.mark.parametrize("who", ["claimant_counsel", "mediator"])
async def test_whoever_does_not_represent_gets_no_signing_page(open_table: Table, sign_in: People, who: str):
    agreement = await open_table.frozen()
    browser = await sign_in(open_table.case.people[who])
    here = f"/disputes/{open_table.id}/agreements/{agreement.id}"
    shown = await browser.get(here)
    assert shown.status_code == 200
    assert f"{here}/sign" not in shown.text
    assert (await browser.get(f"{here}/sign")).status_code == 403
    sent = {"digest": agreement.version.digest.hex(), "password": PASSWORD}
    assert (await browser.post(f"{here}/sign", data=sent)).status_code == 403


@pytest.mark.parametrize("who", ["claimant", "respondent", "claimant_counsel"])
async def test_the_pen_stays_with_the_mediator(open_table: Table, sign_in: People, who: str):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.case.people[who])
    here = f"/disputes/{open_table.id}/agreements/{agreement_id}"
    shown = await browser.get(here)
    assert f"{here}/edit" not in shown.text
    assert f"{here}/freeze" not in shown.text
    assert (await browser.get(f"{here}/edit")).status_code == 403
    assert (await browser.post(f"{here}/edit", data=form_of(DRAFT, seen="2", act="save"))).status_code == 403
    assert (await browser.get(f"{here}/freeze")).status_code == 403
    assert (await browser.post(f"{here}/freeze", data={"digest": "0" * 64})).status_code == 403
    assert (await browser.post(f"/disputes/{open_table.id}/agreements")).status_code == 403


@pytest.mark.parametrize("who", ["expert", "secretariat", "archivist", "stranger"])
async def test_nothing_of_an_agreement_leaks_to_anybody_else(open_table: Table, sign_in: People, who: str):
    table = open_table
    agreement_id = await table.drafted()
    async with table.platform.unit() as uow:
        await remark(uow, table.claimant, table.id, agreement_id, number=2, text="Un commentaire gardé.")
    browser = await sign_in(table.case.people[who])
    here = f"/disputes/{table.id}/agreements"
    for page in (
        here,
        f"{here}/certificate",
        *(f"{here}/{agreement_id}{end}" for end in ("", "/edit", "/sign", "/refuse", "/freeze", "/changes")),
        *(f"{here}/{agreement_id}{end}" for end in ("/versions/1", "/document")),
    ):
        shown = await browser.get(page)
        assert shown.status_code == 404, page
        for kept in (DRAFT.title, "Remise", "commentaire gardé", "4 800", str(agreement_id)):
            assert kept not in shown.text.replace(page, ""), page
    for path in ("sign", "refuse", "freeze", "remarks", "edit"):
        answered = await browser.post(f"{here}/{agreement_id}/{path}", data={"digest": "0" * 64, "text": "x"})
        assert answered.status_code == 404, path


async def test_an_agreement_of_another_dispute_is_not_found_through_this_one(
    open_table: Table, pending_table: Table, sign_in: People
):
    foreign = await pending_table.convention()
    browser = await sign_in(open_table.claimant)
    for end in ("", "/sign", "/document", "/versions/1"):
        assert (await browser.get(f"/disputes/{open_table.id}/agreements/{foreign.id}{end}")).status_code == 404
        assert (await browser.get(f"/disputes/{pending_table.id}/agreements/{foreign.id}{end}")).status_code == 404


async def test_the_agreement_to_mediate_is_signed_on_its_page_and_its_pdf_is_read(
    pending_table: Table, sign_in: People
):
    table = pending_table
    agreement = await table.convention()
    here = f"/disputes/{table.id}/agreements/{agreement.id}"
    for who in ("claimant", "respondent"):
        browser = await sign_in(table.case.people[who])
        assert "quitte la médiation" in (await browser.get(here)).text
        (digest,) = DIGEST.findall((await browser.get(f"{here}/sign")).text)
        assert (await browser.post(f"{here}/sign", data={"digest": digest, "password": PASSWORD})).status_code == 303
    await table.work()
    browser = await sign_in(table.mediator)
    whole = await browser.get(f"{here}/document")
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["content-disposition"].startswith("attachment")
    assert whole.content.startswith(b"%PDF-")
    part = await browser.get(f"{here}/document?inline", headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")
    assert part.headers["content-disposition"].startswith("inline")
    beyond = await browser.get(f"{here}/document", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


async def test_the_certificate_is_offered_and_sent(open_table: Table, sign_in: People):
    table = open_table
    async with table.platform.unit() as uow:
        await withdraw(uow, table.claimant, table.id, reason="")
    await table.work()
    browser = await sign_in(table.respondent)
    here = f"/disputes/{table.id}/agreements"
    assert "Constat de non-accord" in (await browser.get(here)).text
    assert (await browser.get(f"{here}/certificate?inline")).content.startswith(b"%PDF-")


async def test_pages_are_in_english_for_an_english_reader_and_the_text_stays_in_its_language(
    open_table: Table, sign_in: People
):
    agreement_id = await open_table.drafted()
    async with open_table.platform.unit() as uow:
        account = await uow.session.get_one(Account, open_table.respondent.account_id)
        account.language = "en"
    browser = await sign_in(open_table.respondent)
    shown = (await browser.get(f"/disputes/{open_table.id}/agreements/{agreement_id}")).text
    assert "Being drafted" in shown
    assert 'lang="fr"' in shown
    assert "Il est convenu ce qui suit" in shown


async def test_a_comment_on_the_draft_stands_on_its_page(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.claimant)
    here = f"/disputes/{open_table.id}/agreements/{agreement_id}"
    assert (await browser.post(f"{here}/remarks", data={"number": "2", "text": ""})).status_code == 422
    assert (await browser.post(f"{here}/remarks", data={"number": "2", "text": "Le 30, plutôt."})).status_code == 303
    other = await sign_in(open_table.respondent)
    assert "Le 30, plutôt." in (await other.get(here)).text


async def test_a_form_above_one_mebibyte_is_refused_before_it_is_read(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    browser = await sign_in(open_table.mediator)
    editor = f"/disputes/{open_table.id}/agreements/{agreement_id}/edit"
    huge = form_of(replace(DRAFT, preamble="é" * 1024 * 1024), seen="2", act="save")
    assert (await browser.post(editor, data=huge)).status_code == 413


async def test_a_version_saved_since_is_what_the_list_shows(open_table: Table, sign_in: People):
    agreement_id = await open_table.drafted()
    async with open_table.platform.unit() as uow:
        await save_version(
            uow, open_table.mediator, open_table.id, agreement_id, seen=2, draft=replace(DRAFT, title="Troisième")
        )
        await uow.session.flush()
    browser = await sign_in(open_table.claimant)
    shown = (await browser.get(f"/disputes/{open_table.id}/agreements")).text
    assert "Troisième" in shown
    assert "Version 3" in shown


async def test_a_signer_is_warned_beforehand_that_their_mandate_does_not_reach_and_nobody_else_learns_it(
    open_table: Table, sign_in: People
):
    agreement = await open_table.frozen()
    page = f"/disputes/{open_table.id}/agreements/{agreement.id}"
    others = [await sign_in(open_table.case.people[who]) for who in ("respondent", "mediator", "claimant_counsel")]
    before = [(await browser.get(page)).content for browser in others]
    await open_table.limit_mandate("claimant", 14_000_00)
    own = await sign_in(open_table.claimant)
    for path in (page, f"{page}/sign"):
        told = (await own.get(path)).text
        assert "14\u202f000,00\xa0€\u202f; ce texte" in told
        assert "engage pour 14\u202f400,00\xa0€." in told
        assert "autre ne peut signer ce texte" in told
        assert f"/disputes/{open_table.id}/team/{open_table.claimant.seats[0].seat_id}" in told
        assert 'name="password"' not in told
    assert (await open_table.agreement("claimant")).mandate.gap == "mandate_exceeded"
    assert [(await browser.get(page)).content for browser in others] == before
    await open_table.limit_mandate("claimant", 14_400_00)
    assert 'name="password"' in (await own.get(f"{page}/sign")).text


async def test_a_signer_whose_mandate_has_ended_is_told_so_and_who_can_sign(open_table: Table, sign_in: People):
    agreement = await open_table.frozen()
    (seat,) = open_table.claimant_counsel.seats
    async with open_table.platform.unit() as uow:
        await uow.session.execute(update(SeatRow).where(SeatRow.id == seat.seat_id).values(role="representative"))
        await uow.session.execute(
            update(Mandate).where(Mandate.seat_id == open_table.claimant.seats[0].seat_id).values(ended_at=uow.now())
        )
    await open_table.limit_mandate("claimant_counsel", 20_000_00)
    told = (await (await sign_in(open_table.claimant)).get(f"/disputes/{open_table.id}/agreements/{agreement.id}")).text
    assert "Votre mandat a pris fin" in told
    assert f"Peut le signer dès à présent\xa0: {open_table.claimant_counsel.name}." in told


async def test_a_half_signed_agreement_says_who_is_still_awaited(open_table: Table, sign_in: People):
    agreement = await open_table.frozen()
    async with open_table.platform.unit() as uow:
        await sign_agreement(
            uow,
            open_table.claimant,
            open_table.id,
            agreement.id,
            digest_seen=agreement.version.digest.hex(),
            password=PASSWORD,
        )
    browser = await sign_in(open_table.mediator)
    shown = (await browser.get(f"/disputes/{open_table.id}/agreements/{agreement.id}")).text
    assert "Claire Demandeur, représentant" in shown
    assert "Attendue" in shown
