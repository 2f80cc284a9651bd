"""A receipt on paper: one page that says what the machine's receipt proves, which is attached to it."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest

from odr.evidence.receipts import ReceiptFacts, receipt_pdf
from odr.visibility.terms import SpaceKind
from tests.paper import attached, pages, words
from tests.proofs import a_receipt
from vault import DEMO_AUTHORITY, JSON, Stamped

NOW = datetime(2026, 11, 22, 14, 6, 9, tzinfo=UTC)
LONG = "Procès-verbal de réception contradictoire des travaux de migration, " * 3
ENTERED: dict[str, JSON] = {
    "at": "2026-11-22T14:03:51.120+00:00",
    "title": "Contrat-cadre d'hébergement",
    "file_name": "contrat-cadre.pdf",
    "size": 48213,
    "sha256": hashlib.sha256(b"contract").hexdigest(),
}


def facts(**changes) -> ReceiptFacts:
    proof = a_receipt(ENTERED)
    made = ReceiptFacts(
        reference="M-7KQ4-92TX",
        centre="Centre de médiation du Rhône",
        number="C-3",
        by="Claire Mercier",
        party="Ateliers Mercier SAS",
        side="claimant",
        room=SpaceKind.JOINT,
        receipt=proof,
        signed_at=datetime(2026, 11, 22, 14, 4, tzinfo=UTC),
        stamps=(),
        verifier="https://mediation.example.org/verify",
    )
    return replace(made, **changes)


def make(language: str = "fr", **changes) -> bytes:
    return receipt_pdf(facts(**changes), language=language, issued_at=NOW)


def test_a_receipt_says_what_when_by_whom_and_who_can_read_it():
    text = words(make())
    for said in (
        "Reçu de la pièce C-3",
        "contrat-cadre.pdf",
        "48 213 octets",
        "22 novembre 2026 à 15:03:51 (Europe/Paris, UTC+01:00)",
        "Claire Mercier",
        "Ateliers Mercier SAS, en demande",
        "Toutes les personnes à la table",
        "mediation.example.org/verify",
        "Aucun horodatage indépendant.",
    ):
        assert said in text, said
    digest = str(ENTERED["sha256"])
    for start in range(0, 64, 8):
        assert digest[start : start + 8] in text


def test_the_reader_chooses_the_language():
    text = words(make("en"))
    assert "Receipt for exhibit C-3" in text
    assert "In the signed log since 22 November 2026 at 15:04:00" in text
    assert "Reçu" not in text


def test_the_machine_s_receipt_is_attached_byte_for_byte():
    assert attached(make(), "receipt.json") == facts().receipt.to_json()
    with pikepdf.open(io.BytesIO(make())) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"


def test_the_demos_authority_is_named_in_the_readers_language_and_by_its_certificate_in_the_proof():
    stamp = Stamped(DEMO_AUTHORITY, independent=False, time=datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    text = words(make(stamps=(stamp,)))
    assert re.search("selon l.autorité d.horodatage de la démonstration, qui n.est PAS indépendante", text)
    assert "Demo" not in text


def test_an_independent_authority_and_one_that_is_not_are_told_apart():
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    own, other = Stamped("Heure locale", False, moment), Stamped("Autorité d'Exemple", True, moment)
    text = words(make(stamps=(own, other)))
    assert re.search("selon Heure locale, qui n.est PAS indépendante", text)
    assert re.search("selon Autorité d.Exemple, autorité d.horodatage indépendante", text)
    assert "Aucun horodatage indépendant" not in text
    assert "Aucun horodatage indépendant." in words(make(stamps=(own,)))


def test_before_the_tick_it_says_that_it_proves_nothing_yet():
    waiting = replace(facts().receipt, batch=None, log=None, stamps=())
    text = words(make("en", receipt=waiting, signed_at=None))
    assert "not in the signed log yet: ask for this receipt again in a minute" in text
    assert "In the signed log since" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_longest_names_still_leave_one_page(language: str):
    long = ENTERED | {"title": LONG[:200], "file_name": "x" * 200 + ".pdf"}
    stamps = tuple(Stamped(f"Autorité {n} " + "d'horodatage " * 4, n > 1, NOW) for n in range(4))
    pdf = make(language, receipt=a_receipt(long), stamps=stamps, room=SpaceKind.CAUCUS, by=LONG[:80])
    (only,) = pages(pdf)
    assert LONG[:40] in only


def test_letters_that_no_typeface_holds_are_spelled_out():
    assert "[U+1F600]" in words(make(receipt=a_receipt(ENTERED | {"title": "\U0001f600", "file_name": "合同.pdf"})))


def test_the_same_receipt_gives_the_same_bytes():
    assert make() == make()
