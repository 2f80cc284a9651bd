"""The agreement as PDF: what it is built as, what it carries, what hostile words can't do."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pikepdf
import pypdfium2
import pytest
import typst

from odr.agreements.document import SignatureLine, agreement_pdf
from odr.agreements.parsing import MAX_BODY, parse
from odr.agreements.schedule import monthly_schedule
from odr.agreements.text import AgreementText, Clause, PartyLine, as_json, canonical, digest
from odr.errors import ConflictError, InvalidInputError
from odr.paper.letters import PRINTABLE, uniform
from odr.words import use_language

A, B = "Ateliers Mercier SAS", "Novalis Logiciels SA"
NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
TEXT = AgreementText(
    kind="settlement",
    language="fr",
    title="Protocole d'accord : mise en service du CRM",
    preamble="Un différend est né.\n\nLes parties se sont rapprochées.",
    parties=(
        PartyLine(A, "RCS Lyon 812 345 678", "14, rue de la République\n69002 Lyon", "Claire Mercier", "claimant"),
        PartyLine(B, "", "", "Hugo Lambert", "respondent"),
    ),
    clauses=(
        Clause("Remise", "Une remise de 25 % est accordée :\n- la première année ;\n- sur la licence.", "respondent"),
        Clause("Paiement", "La facture n° 2026-0418 de 14 400 € est payée en trois fois.", "claimant"),
        Clause("Avenant", "Toute modification est écrite, chiffrée et datée."),
    ),
    schedule=monthly_schedule(1_440_000, 3, first=date(2026, 12, 1), currency="EUR", payer=A, payee=B, what="Facture"),
)


def signed(text: AgreementText = TEXT, names: tuple[str, ...] = ("Claire Mercier", "Hugo Lambert")):
    return tuple(
        SignatureLine(party.name, name, "présidente", NOW - timedelta(seconds=51 - at), "password", digest(text))
        for at, (party, name) in enumerate(zip(text.parties, names, strict=False))
    )


def make(text: AgreementText = TEXT, signatures=None, *, language: str = "fr") -> bytes:
    return agreement_pdf(
        text,
        signed(text) if signatures is None else signatures,
        reference="M-7KQ4-92TX",
        language=language,
        issued_at=NOW,
    )


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def words(pdf: bytes) -> str:
    """All the text, with every kind and run of spaces as one space, and hyphenated words whole."""
    return re.sub(r"\s+", " ", re.sub("[\ufffe\x02\xad]\\s*", "", " ".join(pages(pdf))))


def attachments(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


# ---- what it is built as


def test_the_attached_file_is_the_canonical_text_and_its_digest_is_on_every_page():
    pdf = make(replace(TEXT, clauses=TEXT.clauses * 12))
    assert attachments(pdf) == {"agreement.json": canonical(replace(TEXT, clauses=TEXT.clauses * 12))}
    shown = digest(replace(TEXT, clauses=TEXT.clauses * 12)).hex()
    assert len(pages(pdf)) > 3
    for number, page in enumerate(pages(pdf), start=1):
        assert shown in re.sub(r"\s", "", page)
        assert f"Page {number} sur {len(pages(pdf))}" in page


def test_the_attachment_is_declared_as_the_source_of_the_document():
    with pikepdf.open(io.BytesIO(make())) as document:
        (spec,) = document.Root.AF
        assert spec.AFRelationship == "/Source"
        assert spec.EF.F.Subtype == "/application/json"
        assert spec.UF == "agreement.json"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_says_that_it_is_pdf_a_3a_tagged_titled_and_in_its_language(language):
    with pikepdf.open(io.BytesIO(make(language=language))) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Protocole d'accord : mise en service du CRM \u2013 M-7KQ4-92TX"
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K is not None
        assert str(document.Root.Lang).startswith(language)
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert not document.is_encrypted
        assert "/JavaScript" not in document.Root.get("/Names", {})


def test_every_typeface_is_embedded_and_comes_with_typst():
    with pikepdf.open(io.BytesIO(make())) as document:
        fonts = {
            str(font.BaseFont): font for page in document.pages for font in page.resources.get("/Font", {}).values()
        }
        for font in fonts.values():
            descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
            assert "/ToUnicode" in font
    families = {name.partition("+")[2].partition("-")[0] for name in fonts}
    assert families == {"LibertinusSerif", "DejaVuSansMono"}


def test_the_same_inputs_give_the_same_bytes_in_another_process_and_other_inputs_others():
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests/unit/agreements'); import test_document as it; "
        "print(hashlib.sha256(it.make()).hexdigest())"
    )
    environment = {"PATH": os.environ["PATH"], "TZ": "Pacific/Auckland", "LANG": "C", "PYTHONPATH": "."}
    elsewhere = subprocess.run(  # noqa: S603 -- fixed argv
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(make()).hexdigest()
    later = agreement_pdf(TEXT, signed(), reference="M-7KQ4-92TX", language="fr", issued_at=NOW + timedelta(seconds=1))
    assert later != make()


def test_its_dates_are_those_passed_in():
    with pikepdf.open(io.BytesIO(make())) as document:
        assert str(document.docinfo.CreationDate).startswith("D:20261122140600")


# ---- what it says


def test_the_french_document_says_everything_in_french():
    shown = words(make())
    for sentence in (
        "Protocole d\u2019accord transactionnel",
        "Dossier M-7KQ4-92TX",
        "Entre les soussignés",
        "Représentant : Claire Mercier",
        "ci\u2011après « le demandeur »",
        "Article 1 \u2013 Remise",
        "Concession du défendeur",
        "Du demandeur : article 2.",
        "Échéancier de paiement",
        "1er décembre 2026",
        "4 800,00 €",
        f"Total de {A} à {B} 14 400,00 €",
        "signature électronique simple au sens du règlement (UE) n° 910/2014 (eIDAS)",
        "ni avancée ni qualifiée",
        "mot de passe saisi de nouveau",
        "Signé le 22 novembre 2026 à 15:05:09",
        "Europe/Paris, UTC+01:00",
        "ne valent pas horodatage électronique qualifié",
    ):
        assert sentence in shown
    assert "Projet" not in shown
    assert "signature" in shown.lower()


def test_the_english_document_says_everything_in_english():
    shown = words(make(replace(TEXT, kind="convention"), language="en"))
    for sentence in (
        "Agreement to mediate",
        "File M-7KQ4-92TX",
        "Between the undersigned",
        "Represented by Claire Mercier",
        "hereinafter \u201cthe respondent\u201d",
        "Payment schedule",
        "1 December 2026",
        "€4,800.00",
        "Each signature is a simple electronic signature",
        "neither advanced nor qualified",
        "Signed on 22 November 2026 at 15:05:09",
    ):
        assert sentence in shown
    for french in ("soussignés", "Échéancier", "Signé le", "Empreinte"):
        assert french not in shown


def test_an_english_document_is_the_same_whatever_the_readers_language():
    with use_language("fr"):
        first = make(language="en")
    with use_language("en"):
        assert make(language="en") == first


def test_a_text_that_not_everyone_signed_is_marked_as_a_draft():
    assert "Projet non signé" in words(make(signatures=()))
    partly = words(make(signatures=signed()[:1]))
    assert "Projet : toutes les parties n\u2019ont pas encore signé" in partly
    assert "N\u2019a pas encore signé" in partly
    assert "Draft: not signed" in words(make(signatures=(), language="en"))


def test_twelve_instalments_and_two_currencies_are_all_printed_with_their_totals():
    schedule = monthly_schedule(
        1_000_000, 12, first=date(2026, 12, 31), currency="EUR", payer=A, payee=B, what="Mensualité"
    )
    swiss = replace(schedule[-1], number=13, currency="CHF", payer=B, payee=A, amount_cents=5)
    shown = words(make(replace(TEXT, schedule=(*schedule, swiss))))
    assert shown.count("833,33 €") == 11
    assert "833,37 €" in shown
    assert "28 février 2027" in shown
    assert "10 000,00 €" in shown
    assert f"Total de {B} à {A} 0,05 CHF" in shown
    assert f"Total from {B} to {A} CHF 0.05" in words(make(replace(TEXT, schedule=(*schedule, swiss)), language="en"))


def test_a_clause_over_many_pages_is_printed_whole(capsys):
    long = "\n\n".join(
        f"Alinéa {number} de la clause : " + "les parties conviennent. " * 20 + "Fin." for number in range(200)
    )
    assert len(long) > 100_000
    started = perf_counter()
    pdf = make(replace(TEXT, clauses=(Clause("Longue", long),)))
    with capsys.disabled():
        print(f" [{len(long)} characters: {len(pages(pdf))} pages in {perf_counter() - started:.2f} s]", end="")  # noqa: T201 -- reported, not asserted
    shown = words(pdf)
    assert len(pages(pdf)) > 20
    assert all(f"Alinéa {number} de la clause" in shown for number in range(200))
    assert shown.count("conviennent") == 4_000


# ---- what hostile words can't do

HOSTILE = (
    '#read("/etc/passwd")',
    '"); #panic("out")',
    '#import "@preview/cetz:0.3.0"',
    '#pdf.attach("evil.js", bytes("x"))',
    "*bold* _em_ $x^2$ `raw` = heading <label> @ref // comment /* x */",
    "\\u{202e} \\ \\n {{ }} [[ ]] ]]]) #{ }",
    '{"a": 1} %(name)s %s {0} ${x} <script>alert(1)</script>',
    "-- --- ... ~ 'quoted' \"double\"",
)


@pytest.mark.parametrize("attack", HOSTILE)
def test_typst_code_in_any_field_is_printed_as_it_is(attack):
    text = parse(
        as_json(TEXT)
        | {
            "title": attack,
            "preamble": attack,
            "parties": [
                {"name": name, "registration": attack, "address": attack, "represented_by": attack, "role": role}
                for name, role in ((f"A {attack}", "claimant"), (f"B {attack}", "respondent"))
            ],
            "clauses": [{"heading": attack, "body": f"{attack}\n{attack}\n- {attack}", "concession_by": "claimant"}],
            "schedule": [
                {
                    "due": "2026-12-01",
                    "amount_cents": 1,
                    "currency": "EUR",
                    "payer": f"A {attack}",
                    "payee": f"B {attack}",
                    "what": attack,
                }
            ],
        }
    )
    lines = tuple(replace(one, name=attack, role=attack) for one in signed(text))
    for language in ("fr", "en"):
        pdf = make(text, lines, language=language)
        printed = re.sub(r"\s", "", words(pdf)).replace("\u2019", "'")
        assert printed.count(re.sub(r"\s", "", attack)) >= 12
        assert list(attachments(pdf)) == ["agreement.json"]
        assert "root:" not in printed


@pytest.mark.parametrize(
    "letters", ["Accord 🤝", "協議", "\u202etxet", "a\x00b", "\u200f", "\ue000", "\u0301x", "\uffff"]
)
def test_letters_without_a_glyph_are_refused_before_anything_is_set(letters):
    with pytest.raises(InvalidInputError) as refused:
        make(replace(TEXT, clauses=(Clause("Titre", letters),)))
    assert refused.value.fields["clauses.0.body"] == "unprintable_character"


def test_a_signatorys_name_never_prevents_the_document():
    pdf = make(signatures=signed(names=("Zoé \U0001f600 \u202e李", "Hugo\x00\n Lambert")))
    assert "Zoé [U+1F600] [U+202E][U+674E]" in words(pdf)
    assert "Hugo[U+0000] Lambert" in words(pdf)


EVERY_LETTER = "".join(chr(code) for first, last in PRINTABLE for code in range(first, last + 1) if chr(code).strip())


@pytest.mark.parametrize("start", range(0, len(EVERY_LETTER), 80))
def test_every_letter_that_parsing_accepts_can_be_printed_in_every_place(start):
    letters = uniform(" ".join(EVERY_LETTER[start : start + 80]), lines=False)
    parties = tuple(
        PartyLine(f"{side[:1]} {letters}", letters, letters, letters, side) for side in ("claimant", "respondent")
    )
    text = replace(
        TEXT,
        title=letters,
        preamble=letters,
        parties=parties,
        clauses=(Clause(letters, f"{letters}\n- {letters}", "claimant"),),
        schedule=tuple(
            replace(one, what=letters, payer=parties[0].name, payee=parties[1].name) for one in TEXT.schedule
        ),
    )
    lines = tuple(replace(one, name=letters, role=letters) for one in signed(text))
    for language in ("fr", "en"):
        assert attachments(make(text, lines, language=language)) == {"agreement.json": canonical(text)}


def test_a_word_without_end_stays_on_the_page():
    pdf = make(replace(TEXT, clauses=(Clause("Titre", "A" * MAX_BODY),)))
    document = pypdfium2.PdfDocument(pdf)
    drawn = 0
    for page in document:
        textpage = page.get_textpage()
        for index in range(0, textpage.count_chars(), 97):
            left, bottom, right, top = textpage.get_charbox(index)
            assert left >= 0
            assert right <= page.get_width() - 60
            assert bottom >= 0
            assert top <= page.get_height()
        drawn += textpage.get_text_range().count("A")
    document.close()
    assert drawn >= MAX_BODY


def test_a_signature_of_another_text_is_refused():
    other = replace(TEXT, title="Autre")
    with pytest.raises(ConflictError) as refused:
        make(TEXT, signed(other))
    assert refused.value.code == "signature_of_another_text"


def test_a_signature_for_nobody_in_the_text_is_refused():
    with pytest.raises(ConflictError) as refused:
        make(TEXT, (replace(signed()[0], party="Personne"),))
    assert refused.value.code == "signature_of_no_party"


def test_a_signature_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        make(TEXT, (replace(signed()[0], signed_at=datetime(2026, 11, 22, 12, 0)),))  # noqa: DTZ001 -- the attack


def test_a_failure_to_set_repeats_no_word_of_the_document(monkeypatch):
    def fail(*_arguments, **_options):
        error = typst.TypstError('the text `"secret"` could not be displayed', "secret", [], [])
        error.message = 'the text `"secret"` could not be displayed with font "Secret"'
        raise error

    monkeypatch.setattr("odr.paper.typesetting.typst.compile", fail)
    with pytest.raises(RuntimeError) as failed:
        make()
    assert "secret" not in str(failed.value).lower()
    assert failed.value.__suppress_context__


def test_nothing_is_written_to_the_disk(tmp_path, monkeypatch):
    """An audit hook sees Python's own files; the working folder and TMPDIR stay empty for those of the compiler."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened: list[str] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            opened.append(str(arguments[0]))

    watching = True
    sys.addaudithook(hook)
    make()
    watching = False
    assert opened == []
    assert list(Path(tmp_path).iterdir()) == []


def test_a_convention_without_schedule_or_preamble_says_nothing_of_them_and_its_mediator_may_sign():
    mediator = PartyLine("Anne Delmas", "", "", "", "mediator")
    text = replace(
        TEXT, kind="convention", preamble="", schedule=(), parties=(*TEXT.parties, mediator), clauses=TEXT.clauses[2:]
    )
    unattended = words(make(text, signed(text)))
    for absent in ("Préambule", "Échéancier", "Concessions", "Projet", "N\u2019a pas encore signé"):
        assert absent not in unattended
    attended = SignatureLine("Anne Delmas", "Anne Delmas", "", NOW, "password", digest(text))
    assert words(make(text, (attended, *signed(text)))).count("Anne Delmas") == 3
    assert "Projet : toutes" in words(make(text, (attended,)))
