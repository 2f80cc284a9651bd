"""The agreement's text: canonical bytes, parsing, concessions, letters."""

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.agreements import parsing
from odr.agreements.parsing import CODES, parse, read
from odr.agreements.text import canonical, concession_gaps, digest
from odr.errors import InvalidInputError
from odr.paper.letters import spelled, uniform, unprintable

A, B = "Ateliers Mercier SAS", "Novalis Logiciels SA"


def typed(**changed: object) -> dict[str, object]:
    """What a form gives for a small settlement."""
    return {
        "kind": "settlement",
        "language": "fr",
        "title": "Protocole d'accord",
        "preamble": "Un différend est né.\r\n\r\nLes parties se sont rapprochées.",
        "parties": [
            {"name": A, "registration": "RCS Lyon", "address": "", "represented_by": "C. Mercier", "role": "claimant"},
            {"name": B, "represented_by": "H. Lambert", "role": "respondent"},
        ],
        "clauses": [
            {"heading": "Remise", "body": "Une remise de 25 %.", "concession_by": "respondent"},
            {"heading": "Paiement", "body": "La facture est payée.", "concession_by": "claimant"},
        ],
        "schedule": [
            {
                "due": "2026-12-01",
                "amount_cents": 720_000,
                "currency": "EUR",
                "payer": A,
                "payee": B,
                "what": "Facture",
            },
            {"due": date(2027, 1, 1), "amount_cents": 720_000, "currency": "EUR", "payer": A, "payee": B},
        ],
    } | changed


def refusals(values: object) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as refused:
        parse(values)
    assert set(refused.value.fields.values()) <= CODES
    return refused.value.fields


def test_a_typed_settlement_becomes_a_text_and_comes_back_from_its_bytes():
    text = parse(typed())
    assert text.preamble == "Un différend est né.\n\nLes parties se sont rapprochées."
    assert text.schedule[1].number == 2
    assert read(canonical(text)) == text
    assert digest(text) == hashlib.sha256(canonical(text)).digest()


def test_canonical_bytes_are_rfc_8785_with_whole_cents_and_iso_days():
    whole = canonical(parse(typed()))
    values = json.loads(whole)
    assert values["format"] == "entente-agreement/v1"
    assert values["schedule"][0]["amount_cents"] == 720_000
    assert values["schedule"][0]["due"] == "2026-12-01"
    assert whole == json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_each_part_of_the_text_changes_the_digest():
    text = parse(typed())
    first, second = text.clauses
    variants = [
        replace(text, kind="convention"),
        replace(text, language="en"),
        replace(text, title="Autre"),
        replace(text, preamble=""),
        replace(text, parties=text.parties[::-1]),
        replace(text, clauses=(second, first)),
        replace(text, clauses=(replace(first, concession_by=None), second)),
        replace(text, schedule=text.schedule[:1]),
        replace(text, schedule=(replace(text.schedule[0], amount_cents=720_001), text.schedule[1])),
    ]
    assert len({digest(one) for one in [text, *variants]}) == len(variants) + 1


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        canonical(parse(typed())) + b" ",
        canonical(parse(typed())).replace(b'"Paiement"', b'" Paiement"'),
        canonical(parse(typed())).replace(b'"what":""', b'"what":null'),
        canonical(parse(typed())).replace(b"720000", b"720000.0"),
        canonical(parse(typed())).replace(b"entente-agreement/v1", b"entente-agreement/v2"),
    ],
)
def test_stored_bytes_that_are_not_exactly_canonical_are_refused(stored):
    with pytest.raises(InvalidInputError) as refused:
        read(stored)
    assert refused.value.fields


def test_oversized_stored_bytes_are_refused_before_they_are_read():
    with pytest.raises(InvalidInputError) as refused:
        read(b"[" * (parsing.MAX_BYTES + 1))
    assert refused.value.fields == {"text": "too_long"}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"kind": "will"}, "kind", "unknown_value"),
        ({"kind": None}, "kind", "missing"),
        ({"kind": ["settlement"]}, "kind", "unknown_value"),
        ({"language": "de"}, "language", "unknown_value"),
        ({"title": "  "}, "title", "missing"),
        ({"title": 12}, "title", "not_text"),
        ({"title": "x" * 201}, "title", "too_long"),
        ({"title": "x" * 10_000_000}, "title", "too_long"),
        ({"title": "Accord 🤝"}, "title", "unprintable_character"),
        ({"title": "Accord \u202e tnemeiap"}, "title", "unprintable_character"),
        ({"title": "Accord \x00"}, "title", "unprintable_character"),
        ({"title": "Accord \ud800"}, "title", "unprintable_character"),
        ({"preamble": "協議"}, "preamble", "unprintable_character"),
        ({"parties": None}, "parties", "too_few"),
        ({"parties": "A"}, "parties", "not_a_list"),
        ({"parties": [{"name": A, "role": "claimant", "represented_by": "x"}] * 13}, "parties", "too_many"),
        ({"parties": [{"name": A, "represented_by": "x", "role": "claimant"}, 3]}, "parties.1", "unknown_value"),
        ({"parties": [{"name": A, "represented_by": "x", "role": "claimant"}, None]}, "parties.1", "missing"),
        ({"clauses": []}, "clauses", "too_few"),
        ({"clauses": [{"heading": "x", "body": "y"}] * 101}, "clauses", "too_many"),
        ({"clauses": [{"heading": "x", "body": ""}]}, "clauses.0.body", "missing"),
        ({"clauses": [{"heading": "x", "body": "y" * 120_001}]}, "clauses.0.body", "too_long"),
        (
            {"clauses": [{"heading": "x", "body": "y", "concession_by": "mediator"}]},
            "clauses.0.concession_by",
            "unknown_value",
        ),
        ({"clauses": [{"heading": "x", "body": "y", "secret": "z"}]}, "clauses.0", "unknown_field"),
        ({"extra": 1}, "text", "unknown_field"),
        ({"format": "entente-agreement/v9"}, "format", "unknown_value"),
    ],
)
def test_each_fault_has_its_field_and_its_code(changed, field, code):
    assert refusals(typed(**changed))[field] == code


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"due": "2026-02-30"}, "due", "not_a_date"),
        ({"due": "20261201"}, "due", "not_a_date"),
        ({"due": "1/12/2026 "}, "due", "not_a_date"),
        ({"due": ""}, "due", "missing"),
        ({"amount_cents": 4800.5}, "amount_cents", "not_an_amount"),
        ({"amount_cents": 4800.0}, "amount_cents", "not_an_amount"),
        ({"amount_cents": True}, "amount_cents", "not_an_amount"),
        ({"amount_cents": "4800"}, "amount_cents", "not_an_amount"),
        ({"amount_cents": None}, "amount_cents", "missing"),
        ({"amount_cents": 0}, "amount_cents", "not_positive"),
        ({"amount_cents": 10**18}, "amount_cents", "too_large"),
        ({"currency": "EURO"}, "currency", "too_long"),
        ({"currency": "XYZ"}, "currency", "unknown_currency"),
        ({"payee": "Personne"}, "payee", "not_a_party"),
        ({"payer": B}, "payee", "pays_itself"),
        ({"number": 2}, "number", "wrong_number"),
    ],
)
def test_each_fault_of_an_instalment_has_its_field_and_its_code(changed, field, code):
    row = {"due": "2026-12-01", "amount_cents": 720_000, "currency": "EUR", "payer": A, "payee": B}
    assert refusals(typed(schedule=[row | changed]))[f"schedule.0.{field}"] == code


def test_an_agreement_needs_a_claimant_and_a_respondent_with_names_of_their_own():
    twice = [{"name": A, "represented_by": "x", "role": role} for role in ("claimant", "respondent")]
    assert refusals(typed(parties=twice))["parties"] == "same_name_twice"
    alone = [{"name": name, "represented_by": "x", "role": "claimant"} for name in (A, B)]
    assert refusals(typed(parties=alone))["parties"] == "no_respondent"
    mirrored = [{"name": name, "represented_by": "x", "role": "respondent"} for name in (A, B)]
    assert refusals(typed(parties=mirrored))["parties"] == "no_claimant"


def test_a_mediator_signs_in_person_but_a_party_names_who_represents_it():
    mediator = {"name": "Anne Delmas", "role": "mediator"}
    given_parties = typed()["parties"]
    assert isinstance(given_parties, list)
    assert parse(typed(parties=[*given_parties, mediator])).parties[2].represented_by == ""
    unnamed = [given_parties[0], {"name": B, "role": "respondent"}]
    assert refusals(typed(parties=unnamed))["parties.1.represented_by"] == "missing"


def test_all_faults_are_told_at_once_and_the_letters_that_cannot_be_printed_are_named():
    with pytest.raises(InvalidInputError) as refused:
        parse(typed(title="🤝", clauses=[{"heading": "\u200f", "body": ""}]))
    assert refused.value.fields == {
        "title": "unprintable_character",
        "clauses.0.heading": "unprintable_character",
        "clauses.0.body": "missing",
    }
    assert refused.value.details["characters"] == "🤝 \u200f"
    assert str(refused.value) == "invalid_input"


def test_a_text_within_every_field_limit_can_still_be_too_long_as_a_whole():
    clauses = [{"heading": f"N° {number}", "body": "é" * 100_000} for number in range(4)]
    assert refusals(typed(clauses=clauses)) == {"text": "too_long"}


@pytest.mark.parametrize("nothing", [None, [], "text", 3])
def test_what_is_no_table_at_all_is_refused(nothing):
    assert refusals(nothing)["text"] in {"missing", "unknown_value"}


def test_a_settlement_without_concessions_on_one_side_is_warned_about():
    text = parse(typed())
    assert concession_gaps(text) == ()
    assert concession_gaps(replace(text, clauses=text.clauses[:1])) == ("claimant",)
    assert concession_gaps(replace(text, clauses=text.clauses[1:])) == ("respondent",)
    assert concession_gaps(replace(text, clauses=(replace(text.clauses[0], concession_by=None),))) == (
        "claimant",
        "respondent",
    )
    assert concession_gaps(replace(text, kind="convention", clauses=text.clauses[:1])) == ()


def test_typed_text_is_made_uniform_without_losing_a_word():
    assert (
        uniform(" e\u0301te\u0301\r\n\u2003a\u00adb\u200bc\t d  \n\n\n\n- e\u2028f ", lines=True)
        == "été\n abc  d\n\n- e\nf"
    )
    assert uniform("Mercier\n  SAS", lines=False) == "Mercier SAS"


@given(st.text())
def test_making_uniform_twice_changes_nothing_more(written):
    for lines in (True, False):
        once = uniform(written, lines=lines)
        assert uniform(once, lines=lines) == once


def test_letters_that_cannot_be_printed_are_spelled_out_in_names():
    assert spelled("Zoé 😀") == "Zoé [U+1F600]"
    assert unprintable("Zoé Ødegård, Łódź, Ελένη, Олена") == ()
    assert len(unprintable("".join(chr(code) for code in range(0x4E00, 0x4E40)))) == 12
