"""The certificate of non-settlement states facts, and nothing else."""

import hashlib
import io
import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pikepdf
import pypdfium2
import pytest

from odr.agreements.certificate import EndFacts, StageFact, certificate_pdf

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
FACTS = EndFacts(
    reference="M-7KQ4-92TX",
    centre="Centre de médiation du Rhône",
    mediator="Anne Delmas",
    claimants=("Ateliers Mercier SAS",),
    respondents=("Novalis Logiciels SA", "Assurances du Lac"),
    stages=(
        StageFact("Convention signée", datetime(2026, 9, 1, 8, 0, tzinfo=UTC)),
        StageFact("Fin sans accord", datetime(2026, 11, 21, 23, 30, tzinfo=UTC)),
    ),
    suspended_from=date(2026, 9, 1),
    running_again_from=date(2026, 11, 22),
)


def make(facts: EndFacts = FACTS, language: str = "fr") -> bytes:
    return certificate_pdf(facts, language=language, issued_at=NOW)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", " ", re.sub("[\ufffe\x02\xad]\\s*", "", text))


def attached(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["certificate.json"]
        return document.attachments["certificate.json"].get_file().read_bytes()


def test_the_french_certificate_states_names_stages_and_dates():
    shown = words(make())
    for sentence in (
        "Constat de non-accord",
        "Centre de médiation du Rhône",
        "Dossier M-7KQ4-92TX",
        "a pris fin sans accord",
        "il ne dit rien de ce qui a été échangé",
        "Ateliers Mercier SAS, demandeur",
        "Assurances du Lac, défendeur",
        "Anne Delmas, médiateur",
        "Convention signée 1er septembre 2026 à 10:00:00 (Europe/Paris, UTC+02:00)",
        "Fin sans accord 22 novembre 2026 à 00:30:00 (Europe/Paris, UTC+01:00)",
        "Suspendue à compter du 1er septembre 2026 ; court à nouveau à compter du 22 novembre 2026",
        "Établi le 22 novembre 2026",
    ):
        assert sentence in shown


def test_the_english_certificate_is_in_english():
    shown = words(make(language="en"))
    assert "Certificate of non-settlement" in shown
    assert "ended without an agreement" in shown
    assert "running again from 22 November 2026" in shown
    assert "Issued on 22 November 2026 by Centre de médiation du Rhône." in shown
    assert not re.search("Constat|Étape|Établi|Empreinte", shown)


def test_its_facts_have_no_place_for_content_reasons_or_blame():
    assert {field.name for field in fields(EndFacts)} == {
        "reference",
        "centre",
        "mediator",
        "claimants",
        "respondents",
        "stages",
        "suspended_from",
        "running_again_from",
        "open_until",
        "term_ends",
        "term_extended_on",
    }
    assert {field.name for field in fields(StageFact)} == {"name", "at"}


def test_the_attached_facts_have_the_digest_at_the_foot_of_the_page():
    pdf = make()
    whole = attached(pdf)
    assert json.loads(whole)["stages"][1] == {"at": "2026-11-21T23:30:00+00:00", "name": "Fin sans accord"}
    assert hashlib.sha256(whole).hexdigest() in re.sub(r"\s", "", words(pdf))


def test_it_is_pdf_a_3a_and_the_same_each_time():
    with pikepdf.open(io.BytesIO(make())) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["dc:title"] == "Constat de non-accord \u2013 M-7KQ4-92TX"
        assert document.Root.MarkInfo.Marked
    assert make() == make()


def test_it_says_by_whose_act_the_mediation_ended_neither_on_paper_nor_in_its_data():
    shown, data = words(make()), json.loads(attached(make()))
    assert "ni à l\u2019initiative de qui la médiation a pris fin" in shown
    assert shown.count("initiative") == 1
    assert "Terme" not in shown
    assert data["format"] == "entente-certificate/v3"
    assert set(data) >= {"stages", "suspended_from"}
    assert not {"ended_by", "reason", "step"} & set(data)


def test_it_states_the_dates_of_the_term_and_until_when_nothing_can_be_time_barred():
    facts = replace(
        FACTS,
        term_ends=date(2027, 3, 1),
        term_extended_on=date(2026, 11, 20),
        open_until=date(2027, 5, 22),
    )
    shown = words(make(facts))
    for sentence in (
        "La convention de médiation courait jusqu\u2019au 1er mars 2027.",
        "Son terme avait été prolongé le 20 novembre 2026.",
        "Elle ne peut être acquise avant le 22 mai 2027.",
    ):
        assert sentence in shown
    assert json.loads(attached(make(facts)))["limitation_open_until"] == "2027-05-22"


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"suspended_from": None, "running_again_from": None}, None),
        ({"running_again_from": None}, "Suspendue à compter du 1er septembre 2026 (Code civil, art. 2238)."),
    ],
)
def test_limitation_is_mentioned_only_as_far_as_it_is_known(dates, sentence):
    shown = words(make(replace(FACTS, **dates)))
    if sentence is None:
        assert "Prescription" not in shown
    else:
        assert sentence in shown
        assert "court à nouveau" not in shown


def test_hostile_names_are_printed_as_they_are():
    attack = '#read("/etc/passwd") *x* \u202e 😀'
    facts = replace(
        FACTS, centre=attack, mediator=attack, claimants=(attack,), stages=(StageFact(attack, NOW),), reference=attack
    )
    shown = words(make(facts))
    assert shown.count('#read("/etc/passwd") *x* [U+202E] [U+1F600]') >= 6
    assert json.loads(attached(make(facts)))["mediator"] == attack
