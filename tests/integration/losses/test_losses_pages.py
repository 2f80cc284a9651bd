"""Loss worksheets as browsers meet them: forms without scripts, fragments with, nothing typed lost, nothing leaked."""

import html
import re

import pytest
from sqlalchemy import update

from odr.people.models import SeatRow
from odr.people.queries import load_actor
from odr.visibility.actor import SeatRole
from tests.builders import a_case

LINE = {"kind": "unavailability", "what": "Standard en panne", "formula": "3 × 8 × 95", "begins": "2026-03-02"}
SEEN = re.compile(r'name="seen" value="(\d+)"')
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
LINE_PATH = re.compile(r'href="([^"]+/losses/lines/[0-9a-f-]{36})#line-form"')


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "secretariat", "archivist", "stranger")
    return case, {name: await sign_in(case.people[name]) for name in names}


def losses(case):
    return f"/disputes/{case.id}/losses"


async def page_of(client, path):
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return said_by(answer)


def said_by(answer):
    """What an answer says, in plain spaces and apostrophes."""
    plain = {0x202F: " ", 0xA0: " ", 0x2019: "'"}
    return html.unescape(answer.text).translate(plain)


async def share(client, case, into):
    shown = await client.get(f"{losses(case)}/share", params={"into": into})
    (digest,) = DIGEST.findall(shown.text)
    return await client.post(f"{losses(case)}/share", data={"into": into, "digest": digest})


async def test_the_whole_way_from_the_first_line_to_the_difference_by_forms_alone(table):
    case, clients = table
    here = losses(case)
    assert "Aucune ligne pour l'instant" in await page_of(clients["claimant"], here)
    added = await clients["claimant"].post(f"{here}/lines", data=LINE)
    assert (added.status_code, added.headers["location"]) == (303, f"{here}?done=added")
    shown = await page_of(clients["claimant"], added.headers["location"])
    for said in ("La ligne est ajoutée.", "3 × 8 × 95", "24 × 95 = 2 280", "2 280,00 €", "Seuls vous et votre équipe"):
        assert said in shown, said
    await clients["respondent"].post(f"{here}/lines", data={"kind": "penalties", "what": "Retard", "formula": "500"})
    done = await share(clients["claimant"], case, "joint")
    assert done.status_code == 303
    assert (await share(clients["respondent"], case, "joint")).status_code == 303
    for who in ("claimant", "respondent", "mediator"):
        assert "Voir le face-à-face" in await page_of(clients[who], here)
        compared = await page_of(clients[who], f"{here}/comparison")
        assert "1 780,00 €" in compared
        whole = await page_of(clients[who], done.headers["location"])
        assert "Société claimant" in whole
        assert "Version 1" in whole
        assert f"{here}" in (await page_of(clients[who], f"/disputes/{case.id}"))


async def test_with_scripts_the_worksheet_alone_comes_back(table):
    case, clients = table
    htmx = {"HX-Request": "true"}
    client, here = clients["claimant"], losses(case)
    added = await client.post(f"{here}/lines", data=LINE, headers=htmx)
    assert added.status_code == 200
    assert added.text.lstrip().startswith('<section id="_sheet"')
    assert 'data-announce="La ligne est ajoutée."' in added.text
    (line,) = LINE_PATH.findall(added.text)
    editing = await client.get(line, headers=htmx)
    assert editing.text.lstrip().startswith('<section id="_sheet"')
    assert 'value="Standard en panne"' in editing.text
    refused = await client.post(line, data={**LINE, "formula": "3 ×", "seen": "1"}, headers=htmx)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith('<section id="_sheet"')
    changed = await client.post(line, data={**LINE, "formula": "3 × 2", "seen": "1"}, headers=htmx)
    assert "6,00" in changed.text
    gone = await client.post(f"{line}/remove", data={"seen": "2"}, headers=htmx)
    assert "Aucune ligne pour l'instant" in said_by(gone)


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("12 heures", "Le caractère 4 n'est ni un nombre ni un signe"),
        ("1,234", "peut se lire de deux façons"),
        ("5 ÷ 0", "On ne divise pas par zéro (caractère 5)."),
        ("1000 + 20 %", "Un pourcentage de quoi ? Écrivez par exemple 1000 × 20 %, ou 1000 × 120 %."),
        ("(3 + 4", "La parenthèse du caractère 1 n'a pas son autre moitié."),
        ("999999999999 × 999999999999", "Le résultat est trop grand"),
    ],
)
async def test_a_formula_that_cannot_be_computed_is_told_in_words_and_stays_in_the_form(table, formula, sentence):
    case, clients = table
    answer = await clients["claimant"].post(f"{losses(case)}/lines", data={**LINE, "formula": formula})
    assert answer.status_code == 422
    said = said_by(answer)
    assert sentence in said
    assert f'value="{formula}"' in said
    assert 'value="Standard en panne"' in said
    assert 'value="2026-03-02"' in said


async def test_who_changes_a_line_second_finds_both_and_may_still_save(table):
    case, clients = table
    here = losses(case)
    await clients["claimant"].post(f"{here}/lines", data=LINE)
    (line,) = LINE_PATH.findall((await clients["claimant"].get(here)).text)
    await clients["claimant"].post(line, data={**LINE, "what": "Panne du premier", "seen": "1"})
    second = await clients["claimant_counsel"].post(line, data={**LINE, "what": "Panne du second", "seen": "1"})
    assert second.status_code == 409
    assert "Quelqu'un de votre équipe a modifié cette ligne entre-temps" in said_by(second)
    assert "Panne du premier" in second.text
    assert 'value="Panne du second"' in second.text
    (seen,) = set(SEEN.findall(second.text))
    again = await clients["claimant_counsel"].post(line, data={**LINE, "what": "Panne du second", "seen": seen})
    assert again.status_code == 303
    assert "Panne du second" in await page_of(clients["claimant"], here)


async def test_a_line_removed_while_somebody_changes_it_keeps_what_they_typed(table):
    case, clients = table
    here = losses(case)
    await clients["claimant"].post(f"{here}/lines", data=LINE)
    (line,) = LINE_PATH.findall((await clients["claimant"].get(here)).text)
    assert (await clients["claimant_counsel"].post(f"{line}/remove", data={"seen": "7"})).status_code == 409
    assert (await clients["claimant_counsel"].post(f"{line}/remove", data={"seen": "1"})).status_code == 303
    late = await clients["claimant"].post(line, data={**LINE, "what": "Mes mots", "seen": "1"})
    assert late.status_code == 404
    assert 'value="Mes mots"' in late.text
    assert f'action="{here}/lines"' in late.text
    assert (await clients["claimant"].get(line)).status_code == 404
    assert (await clients["claimant"].get(f"{here}/lines")).status_code == 303


async def test_a_file_for_a_spreadsheet_holds_no_formula_whatever_was_typed(table):
    case, clients = table
    here = losses(case)
    for what in ('=HYPERLINK("http://evil")', "+33 1 23", "@SUM(A1)", "-2+3", "Avoir; mars"):
        sent = {"kind": "credit_notes", "what": what, "formula": "1 234,50"}
        assert (await clients["claimant"].post(f"{here}/lines", data=sent)).status_code == 303
    answer = await clients["claimant"].get(f"{here}/sheet.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{case.reference}.csv"'
    rows = answer.content.decode("utf-8-sig").split("\r\n")
    assert '"\'=HYPERLINK(""http://evil"")"' in rows[1]
    assert [row.split(";")[1][:3] for row in rows[2:5]] == ["'+3", "'@S", "'-2"]
    assert '"Avoir; mars"' in rows[5]
    assert rows[1].endswith(";-1234,50;EUR")
    assert rows[6] == "Total;;;;;;-6172,50;EUR"
    shared = await share(clients["claimant"], case, "caucus")
    path = shared.headers["location"].partition("?")[0]
    assert "'=HYPERLINK" in (await clients["mediator"].get(f"{path}/sheet.csv")).text
    assert (await clients["respondent"].get(f"{path}/sheet.csv")).status_code == 404
    assert (await clients["claimant"].get(f"{here}/comparison.csv")).status_code == 404
    await share(clients["claimant"], case, "joint")
    await clients["respondent"].post(f"{here}/lines", data={"kind": "other", "what": "x", "formula": "-3"})
    await share(clients["respondent"], case, "joint")
    compared = (await clients["mediator"].get(f"{here}/comparison.csv")).content.decode("utf-8-sig").split("\r\n")
    assert compared[0] == "Nature;Société claimant;Société respondent;Écart;Monnaie"
    assert compared[-2] == "Total;-6172,50;-3,00;6169,50;EUR"


async def test_before_it_is_shared_a_page_says_exactly_what_and_with_whom(table):
    case, clients = table
    here = losses(case)
    assert (await clients["claimant"].get(f"{here}/share", params={"into": "joint"})).status_code == 409
    await clients["claimant"].post(f"{here}/lines", data=LINE)
    apart = await page_of(clients["claimant"], f"{here}/share?into=caucus")
    assert "Aucune autre partie n'en voit rien." in apart
    assert "3 × 8 × 95" in apart
    assert "Tous les participants : chaque partie" in await page_of(clients["claimant"], f"{here}/share?into=joint")
    for nowhere in ("private", "notes", ""):
        assert (await clients["claimant"].get(f"{here}/share", params={"into": nowhere})).status_code == 404
    stale = await clients["claimant"].post(f"{here}/share", data={"into": "joint", "digest": "0" * 64})
    assert stale.status_code == 409
    assert "Rien n'a été partagé" in said_by(stale)


async def test_who_has_no_worksheet_finds_nothing_and_the_mediator_what_was_shared(table):
    case, clients = table
    here = losses(case)
    await clients["claimant"].post(f"{here}/lines", data=LINE)
    before = await page_of(clients["mediator"], here)
    assert "Standard" not in before
    assert "Rien pour l'instant." in before
    for who in ("expert", "secretariat", "archivist", "stranger"):
        for path in ("", "/share?into=joint", "/sheet.csv", "/comparison", "/comparison.csv"):
            assert (await clients[who].get(here + path)).status_code == 404, (who, path)
        assert (await clients[who].post(f"{here}/lines", data=LINE)).status_code == 404
    assert (await clients["mediator"].post(f"{here}/lines", data=LINE)).status_code == 404
    assert (await clients["mediator"].get(f"{here}/share?into=joint")).status_code == 404
    await share(clients["claimant"], case, "caucus")
    assert "Société claimant" in await page_of(clients["mediator"], here)
    assert "Société claimant" not in (await page_of(clients["respondent"], here)).partition("<main")[2]


async def test_a_member_shows_the_worksheet_to_the_mediator_alone_and_who_acts_for_the_company_to_everyone(
    platform, sign_in, table
):
    case, clients = table
    here, second = losses(case), case.people["claimant_counsel"]
    await clients["claimant"].post(f"{here}/lines", data=LINE)
    for role, may in ((SeatRole.MEMBER, False), (SeatRole.COORDINATOR, True)):
        async with platform.unit() as uow:
            row = update(SeatRow).where(SeatRow.id == second.seats[0].seat_id)
            await uow.session.execute(row.values(role=role))
        async with platform.unit(write=False) as uow:
            person = await sign_in(await load_actor(uow, second.account_id))
        page = await page_of(person, here)
        assert "votre représentant, votre conseil ou votre interlocuteur référent le partage avec tous" in page
        assert "share?into=caucus" in page
        assert ("share?into=joint" in page) is may
        shown = await person.get(f"{here}/share", params={"into": "joint"})
        sent = await person.post(f"{here}/share", data={"into": "joint", "digest": "0" * 64})
        if may:
            assert (shown.status_code, sent.status_code) == (200, 409)
        else:
            assert (shown.status_code, sent.status_code) == (403, 403)
            assert "interlocuteur référent" in said_by(sent)
            assert (await share(person, case, "caucus")).status_code == 303
