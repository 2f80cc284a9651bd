"""The centre's own agreement to mediate: reworded clause by clause, as versions; drafted texts keep their words."""

import pytest

from odr.agreements.clauses import ClauseDraft
from odr.agreements.negotiating import agree_to_clause, propose_clause
from odr.agreements.parts import LANGUAGES, MOST_ADDED, PARTS, NewClause, PartWords, shipped_words
from odr.agreements.proposals import proposals_of
from odr.agreements.template import (
    add_clause,
    leave_out,
    part_of,
    parts_of,
    restore_part,
    reword_part,
    template_at,
    versions_of_part,
)
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tests.builders import PUBLIC_URL
from web.api.bearer import make_bearer

TERM = "La médiation dure {months}, pas davantage."
SHUT = "Tout est confidentiel entre les parties et {mediator}."


async def reword(table, part, body, *, heading="Notre clause", language="fr", who="secretariat"):
    actor = table.case.people[who]
    async with table.platform.unit() as uow:
        seen = (await part_of(uow, actor, language, part)).version
        await reword_part(uow, actor, language, part, heading=heading, body=body, seen=seen)


def clause(agreement, key):
    return next((each for each in agreement.text.clauses if each.key == key), None)


async def test_a_text_drafted_from_now_on_has_the_centres_words_and_their_values_filled(pending_table):
    await reword(pending_table, "confidentiality", SHUT, heading="Secret")
    await reword(pending_table, "term", TERM)
    await reword(pending_table, "preamble", "Dossier {reference}, avec {mediator}.", heading="")
    await reword(pending_table, "confidentiality", "Not in the French text.", language="en")
    agreement = await pending_table.convention()
    assert clause(agreement, "confidentiality").heading == "Secret"
    assert clause(agreement, "confidentiality").body == "Tout est confidentiel entre les parties et Maya Médiatrice."
    assert clause(agreement, "term").body == "La médiation dure trois mois, pas davantage."
    assert dict(clause(agreement, "term").terms) == {"months": 3}
    assert agreement.text.preamble.endswith("avec Maya Médiatrice.")
    assert agreement.template_version == 3
    assert [each.key for each in agreement.text.clauses] == [part for part in PARTS if part != "preamble"]


async def test_a_text_that_was_drafted_keeps_its_wording_even_where_it_is_negotiated_afterwards(pending_table):
    await reword(pending_table, "term", TERM)
    agreement = await pending_table.convention()
    await reword(pending_table, "term", "Autrement dit : {months}.")
    assert clause(await pending_table.agreement(), "term") == clause(agreement, "term")
    async with pending_table.platform.unit() as uow:
        await propose_clause(
            uow,
            pending_table.claimant,
            pending_table.id,
            agreement.id,
            clause="term",
            digest_seen=agreement.version.digest.hex(),
            draft=ClauseDraft(values={"months": "6"}, reason="Il faudra plus de temps."),
        )
    async with pending_table.platform.unit(write=False) as uow:
        facts = await dispute_facts(uow, pending_table.id)
        (proposal,) = await proposals_of(uow, pending_table.respondent, facts, await pending_table.agreement())
    assert proposal.body == "La médiation dure six mois, pas davantage."


async def test_each_change_is_a_version_with_its_author_and_the_shipped_wording_can_be_taken_again(pending_table):
    secretariat = pending_table.secretariat
    await reword(pending_table, "term", TERM)
    await reword(pending_table, "term", TERM)  # the same words make no version
    await reword(pending_table, "term", "Elle dure {months}.")
    async with pending_table.platform.unit() as uow:
        for _ in range(2):
            await restore_part(uow, secretariat, "fr", "term")
        versions = await versions_of_part(uow, secretariat, "fr", "term")
        assert [each.number for each in versions] == [3, 2, 1]
        assert [each.words is None for each in versions] == [True, False, False]
        assert {each.by for each in versions} == {secretariat.name}
        assert (await part_of(uow, secretariat, "fr", "term")).words == shipped_words("term", "fr")
        former = await template_at(uow, "fr", 1)
        assert former.wording.clauses[former.wording.keys.index("term")][1] == TERM


async def test_a_clause_that_a_text_can_do_without_is_left_out_of_both_languages_and_taken_in_again(pending_table):
    secretariat = pending_table.secretariat
    await reword(pending_table, "languages", "En français seulement.")
    async with pending_table.platform.unit() as uow:
        await leave_out(uow, secretariat, "languages", left_out=True)
    assert clause(await pending_table.convention(), "languages") is None
    async with pending_table.platform.unit() as uow:
        assert (await part_of(uow, secretariat, "en", "languages")).left_out
        await leave_out(uow, secretariat, "languages", left_out=False)
        kept = await part_of(uow, secretariat, "fr", "languages")
        assert (kept.left_out, kept.words.body) == (False, "En français seulement.")


@pytest.mark.parametrize(
    "part", ["confidentiality", "term", "fees", "algorithms", "recording", "signature", "preamble"]
)
async def test_what_the_law_or_the_platform_relies_on_can_be_reworded_but_not_left_out(pending_table, part):
    async with pending_table.platform.unit() as uow:
        with pytest.raises(ConflictError, match="mandatory_clause"):
            await leave_out(uow, pending_table.secretariat, part, left_out=True)


@pytest.mark.parametrize(
    ("part", "words", "refused"),
    [
        ("confidentiality", {"body": " "}, {"body": "required"}),
        ("confidentiality", {"heading": ""}, {"heading": "required"}),
        ("confidentiality", {"body": "x" * 8001}, {"body": "too_long"}),
        ("confidentiality", {"heading": "x" * 201}, {"heading": "too_long"}),
        ("confidentiality", {"body": "Selon {client}."}, {"body": "unknown_variable"}),
        ("confidentiality", {"body": "Selon {mediator"}, {"body": "bad_braces"}),
        ("confidentiality", {"body": "Selon {mediator.__class__}"}, {"body": "unknown_variable"}),
        ("confidentiality", {"body": "Trois {months}."}, {"body": "unknown_variable"}),
        ("confidentiality", {"heading": "Pour {mediator}"}, {"heading": "unknown_variable"}),
        ("confidentiality", {"body": "Un sourire 😀"}, {"body": "unprintable_character"}),
        ("term", {"body": "Trois mois."}, {"body": "missing_variable"}),
        ("fees", {"body": "{fees} à parts égales."}, {"body": "missing_variable"}),
        ("algorithms", {"body": "{bidding}"}, {"body": "missing_variable"}),
        ("preamble", {"heading": "", "body": ""}, {"body": "required"}),
    ],
)
async def test_a_clause_that_no_text_could_have_is_refused_with_the_reason(pending_table, part, words, refused):
    with pytest.raises(InvalidInputError) as error:
        await reword(pending_table, part, **{"heading": "Clause", "body": SHUT, **words})
    assert error.value.fields == refused


async def test_of_two_people_who_reword_one_clause_the_second_is_told(pending_table):
    await reword(pending_table, "term", TERM)
    async with pending_table.platform.unit() as uow:
        with pytest.raises(ConflictError, match="reworded_meanwhile"):
            await reword_part(uow, pending_table.secretariat, "fr", "term", heading="Durée", body=TERM, seen=0)


@pytest.mark.parametrize("who", ["claimant", "mediator", "archivist", "stranger"])
async def test_only_the_secretariat_reads_and_writes_it(pending_table, who):
    actor = pending_table.case.people[who]
    async with pending_table.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await parts_of(uow, actor, "fr")
        with pytest.raises(NotPermittedError):
            await leave_out(uow, actor, "languages", left_out=True)
    with pytest.raises(NotPermittedError):
        await reword(pending_table, "term", TERM, who=who)


async def test_there_is_no_other_clause(pending_table):
    with pytest.raises(NotFoundError):
        await reword(pending_table, "no_such_clause", SHUT)


async def test_the_pages_preview_keep_what_was_typed_save_restore_and_leave_out(pending_table, sign_in):
    secretary = await sign_in(pending_table.secretariat)
    assert (await secretary.get("/convention-template")).text.count("/convention-template/") == 2 * len(PARTS) + 3
    assert "Atelier Exemple" in (await secretary.get("/convention-template/fr")).text
    path = "/convention-template/fr/term"
    typed = {"heading": "Durée convenue", "body": TERM, "seen": "0"}
    preview = await secretary.post(path, data={**typed, "act": "preview"})
    assert "La médiation dure trois mois, pas davantage." in preview.text
    assert 'value="Durée convenue"' in preview.text
    for wrong in ({"body": "Trois mois, {client}."}, {"body": "x" * 8001}, {"body": ""}):
        refused = await secretary.post(path, data={**typed, **wrong})
        assert refused.status_code == 422
        assert 'value="Durée convenue"' in refused.text
        assert wrong["body"] in refused.text
    assert (await secretary.post(path, data=typed)).headers["location"] == f"{path}?done=saved"
    assert "Durée convenue" in (await secretary.get("/convention-template/fr")).text
    late = await secretary.post(path, data={**typed, "body": "Trop tard : {months}."})
    assert late.status_code == 409
    assert "Trop tard : {months}." in late.text
    assert (await secretary.post(f"{path}/restore")).headers["location"] == f"{path}?done=restored"
    assert (await secretary.post(f"{path}/left-out", data={"left_out": "yes"})).status_code == 409
    assert (await secretary.post("/convention-template/fr/languages/left-out", data={"left_out": "yes"})).is_redirect
    assert "Clause omise" in (await secretary.get("/convention-template")).text
    assert (await secretary.get("/convention-template/de/term")).status_code == 404
    claimant = await sign_in(pending_table.claimant)
    for page in ("/convention-template", "/convention-template/fr", path):
        assert (await claimant.get(page)).status_code == 403
    assert (await claimant.post(path, data=typed)).status_code == 403


async def test_a_program_reads_rewords_and_restores_a_clause(pending_table, sign_in):
    client = await sign_in(None)
    bearer = make_bearer(pending_table.platform, pending_table.secretariat.account_id).access_token
    client.headers["Authorization"] = f"Bearer {bearer}"
    root = f"{PUBLIC_URL}/api/v1/convention-template/fr"
    read = (await client.get(root)).json()
    assert [part["clause"] for part in read] == list(PARTS)
    sent = {"heading": "Durée", "body": TERM, "seen": 0}
    assert (await client.put(f"{root}/term", json=sent)).json()["own"] is True
    refused = await client.put(f"{root}/term", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (409, "reworded_meanwhile")
    assert (await client.put(f"{root}/term", json={**sent, "body": "Rien.", "seen": 1})).status_code == 422
    assert (await client.post(f"{root}/term/restore")).json()["own"] is False
    assert [change["body"] for change in (await client.get(f"{root}/term/versions")).json()] == ["", TERM]
    assert (await client.put(f"{root}/languages/left-out", json={"left_out": True})).json()["left_out"] is True


VISITS = {
    "fr": PartWords("Visites", "Le médiateur peut se rendre sur place, avec {mediator} seul."),
    "en": PartWords("Visits", "The mediator may come on site: {mediator} alone."),
}


async def added(table, *, after="term", words=VISITS, who="secretariat"):
    async with table.platform.unit() as uow:
        return await add_clause(uow, table.case.people[who], NewClause(words, after))


async def test_a_sixteenth_clause_stands_in_both_languages_where_it_was_put_and_only_in_texts_drafted_from_then_on(
    pending_table,
):
    former = await pending_table.convention()
    assert await added(pending_table) == "own_1"
    assert await added(pending_table, after="preamble") == "own_2"
    async with pending_table.platform.unit(write=False) as uow:
        assert [each.key for each in (await pending_table.agreement()).text.clauses] == list(PARTS[1:])
        for language in LANGUAGES:
            heading = VISITS[language].heading
            wording = (await template_at(uow, language)).wording
            assert wording.keys[0] == "own_2"
            assert wording.keys[wording.keys.index("term") + 1] == "own_1"
            assert wording.clauses[wording.keys.index("own_1")][0] == heading
            before = (await template_at(uow, language, 0)).wording
            assert before.keys == PARTS[1:]
        view = await part_of(uow, pending_table.secretariat, "fr", "own_1")
        assert (view.added, view.optional, view.own, view.left_out) == (True, True, True, False)
    assert former.template_version == 0


async def test_an_added_clause_is_drafted_negotiated_and_signed_as_the_others(pending_table):
    await added(pending_table)
    agreement = await pending_table.convention()
    assert clause(agreement, "own_1").body == "Le médiateur peut se rendre sur place, avec Maya Médiatrice seul."
    assert len(agreement.text.clauses) == len(PARTS)
    async with pending_table.platform.unit() as uow:
        proposal = await propose_clause(
            uow,
            pending_table.claimant,
            pending_table.id,
            agreement.id,
            clause="own_1",
            digest_seen=agreement.version.digest.hex(),
            draft=ClauseDraft(body="Sur rendez-vous.", reason="Nos ateliers sont fermés le lundi."),
        )
    await reword(pending_table, "own_1", "Le centre a changé d'avis.", heading="Visites")
    adopted = []
    for actor in (pending_table.respondent, pending_table.case.people["mediator"]):
        async with pending_table.platform.unit() as uow:
            adopted.append(await agree_to_clause(uow, actor, pending_table.id, agreement.id, proposal))
    assert adopted == [False, True]
    newer = await pending_table.agreement()
    assert (clause(newer, "own_1").heading, clause(newer, "own_1").body) == ("Visites", "Sur rendez-vous.")
    assert newer.template_version == agreement.template_version


async def test_an_added_clause_is_reworded_taken_out_of_both_languages_and_in_again_with_its_words(pending_table):
    secretariat = pending_table.secretariat
    await added(pending_table)
    await reword(pending_table, "own_1", "Autrement dit.", heading="Sur place")
    async with pending_table.platform.unit() as uow:
        await leave_out(uow, secretariat, "own_1", left_out=True)
        for language in LANGUAGES:
            assert (await template_at(uow, language)).wording.keys == PARTS[1:]
        with pytest.raises(NotFoundError):
            await restore_part(uow, secretariat, "fr", "own_1")
        await leave_out(uow, secretariat, "own_1", left_out=False)
        wording = (await template_at(uow, "fr")).wording
        assert wording.clauses[wording.keys.index("own_1")] == ("Sur place", "Autrement dit.")
        assert wording.keys[wording.keys.index("term") + 1] == "own_1"
        versions = await versions_of_part(uow, secretariat, "fr", "own_1")
        assert [(each.number, each.left_out) for each in versions] == [(4, False), (3, True), (2, False), (1, False)]
        with pytest.raises(NotFoundError):
            await part_of(uow, secretariat, "fr", "own_2")


@pytest.mark.parametrize(
    ("words", "after", "refused"),
    [
        ({"fr": VISITS["fr"]}, "term", {"heading_en": "required", "body_en": "required"}),
        ({**VISITS, "en": PartWords("Visits", " ")}, "term", {"body_en": "required"}),
        ({**VISITS, "fr": PartWords("x" * 201, "Selon {client}.")}, "term",
         {"heading_fr": "too_long", "body_fr": "unknown_variable"}),
        ({**VISITS, "fr": PartWords("Visites", "x" * 8001)}, "term", {"body_fr": "too_long"}),
        ({**VISITS, "en": PartWords("Visits", "For {months}.")}, "term", {"body_en": "unknown_variable"}),
        (VISITS, "nowhere", {"after": "choose_one"}),
        (VISITS, "own_1", {"after": "choose_one"}),
    ],
)  # fmt: skip
async def test_a_clause_in_one_language_too_long_or_nowhere_is_refused_and_nothing_is_added(
    pending_table, words, after, refused
):
    with pytest.raises(InvalidInputError) as error:
        await added(pending_table, words=words, after=after)
    assert error.value.fields == refused
    async with pending_table.platform.unit(write=False) as uow:
        assert len(await parts_of(uow, pending_table.secretariat, "fr")) == len(PARTS)


async def test_the_centre_adds_no_more_than_thirty_and_nobody_else_adds_any(pending_table):
    for who in ("claimant", "mediator", "archivist", "stranger"):
        with pytest.raises(NotPermittedError):
            await added(pending_table, who=who)
    for _ in range(MOST_ADDED):
        await added(pending_table)
    with pytest.raises(ConflictError, match="too_many_own_clauses"):
        await added(pending_table)
    assert len((await pending_table.convention()).text.clauses) == len(PARTS) - 1 + MOST_ADDED


async def test_the_pages_add_a_clause_keep_what_was_typed_and_say_why_another_cannot_be_left_out(
    pending_table, sign_in
):
    secretary, claimant = await sign_in(pending_table.secretariat), await sign_in(pending_table.claimant)
    new = "/convention-template/new"
    typed = {"after": "term", "heading_fr": "Visites", "body_fr": "Avec {mediator}.", "heading_en": "Visits",
             "body_en": "With {mediator}."}  # fmt: skip
    preview = (await secretary.post(new, data={**typed, "act": "preview"})).text
    assert "Avec Claude Lambert." in preview
    assert "With Claude Lambert." in preview
    assert 'value="Visits"' in preview
    refused = await secretary.post(new, data={**typed, "body_en": ""})
    assert refused.status_code == 422
    assert 'value="Visites"' in refused.text
    done = await secretary.post(new, data=typed)
    assert done.headers["location"] == "/convention-template/fr/own_1?done=added"
    shown = (await secretary.get("/convention-template/fr/own_1")).text
    assert "propre au centre" in shown
    assert "/restore" not in shown
    assert "Visites" in (await secretary.get("/convention-template")).text
    assert "Avec Claude Lambert." in (await secretary.get("/convention-template/fr")).text
    assert (await secretary.post("/convention-template/en/own_1/left-out", data={"left_out": "yes"})).is_redirect
    kept = await secretary.post("/convention-template/fr/term/left-out", data={"left_out": "yes"})
    assert kept.status_code == 409
    assert "met fin à la médiation" in kept.text
    for answer in (await claimant.get(new), await claimant.post(new, data=typed)):
        assert answer.status_code == 403


async def test_a_program_adds_a_clause_in_both_languages(pending_table, sign_in):
    client = await sign_in(None)
    bearer = make_bearer(pending_table.platform, pending_table.secretariat.account_id).access_token
    client.headers["Authorization"] = f"Bearer {bearer}"
    root = f"{PUBLIC_URL}/api/v1"
    sent = {"after": "end", "fr": {"heading": "Visites", "body": "Sur place."},
            "en": {"heading": "Visits", "body": "On site."}}  # fmt: skip
    made = await client.post(f"{root}/convention-clauses", json=sent)
    assert (made.status_code, made.json()) == (201, {"clause": "own_1"})
    read = (await client.get(f"{root}/convention-template/en")).json()
    assert (read[-1]["clause"], read[-1]["heading"], read[-1]["added"]) == ("own_1", "Visits", True)
    assert all(bool(part["why_kept"]) is not part["optional"] for part in read)
    assert (
        await client.post(f"{root}/convention-clauses", json={**sent, "en": {"heading": "", "body": ""}})
    ).status_code == 422
