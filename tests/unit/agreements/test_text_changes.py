"""What changed between two versions of a text."""

import re
from dataclasses import replace
from datetime import date
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from odr.agreements.changes import Change, Run, changes, word_runs
from odr.agreements.schedule import monthly_schedule
from odr.agreements.text import AgreementText, Clause, PartyLine

A, B = "Ateliers Mercier SAS", "Novalis Logiciels SA"
TRIAL = Clause("Essai", "La période d'essai est prolongée de trois mois.", "respondent")
DISCOUNT = Clause("Remise", "Une remise de 25 % est accordée sur la licence.", "respondent")
INVOICE = Clause("Paiement", "La facture de 14 400 € est payée en trois fois.", "claimant")
OLD = AgreementText(
    kind="settlement",
    language="fr",
    title="Protocole",
    preamble="Un différend est né.",
    parties=(PartyLine(A, "", "", "C. Mercier", "claimant"), PartyLine(B, "", "", "H. Lambert", "respondent")),
    clauses=(TRIAL, DISCOUNT, INVOICE),
    schedule=monthly_schedule(1_440_000, 3, first=date(2026, 12, 1), currency="EUR", payer=A, payee=B, what="Facture"),
)


def test_the_same_text_has_no_changes():
    assert changes(OLD, OLD) == ()


def test_a_changed_word_is_shown_within_its_clause():
    newer = replace(DISCOUNT, body=DISCOUNT.body.replace("25", "30"))
    (change,) = changes(OLD, replace(OLD, clauses=(TRIAL, newer, INVOICE)))
    assert (change.place, change.fate, change.before, change.after) == ("clause", "changed", 2, 2)
    assert Run("removed", "25") in change.body
    assert Run("added", "30") in change.body
    assert not change.concession


def test_added_and_removed_clauses_leave_the_others_alone():
    amendment = Clause("Avenant", "Toute modification est écrite, chiffrée et datée.")
    added, removed = changes(OLD, replace(OLD, clauses=(amendment, TRIAL, INVOICE)))
    assert added == Change("clause", "added", None, 1, (Run("added", "Avenant"),), (Run("added", amendment.body),))
    assert (removed.fate, removed.before, removed.after) == ("removed", 2, None)


def test_a_clause_under_another_heading_is_followed_by_its_likeness():
    renamed = replace(DISCOUNT, heading="Geste commercial", body=DISCOUNT.body + " Elle est ferme.")
    (change,) = changes(OLD, replace(OLD, clauses=(TRIAL, renamed, INVOICE)))
    assert (change.fate, change.before, change.after) == ("changed", 2, 2)
    assert Run("removed", "Remise") in change.heading


def test_clauses_that_change_places_are_moved_not_rewritten():
    found = changes(OLD, replace(OLD, clauses=(INVOICE, TRIAL, DISCOUNT)))
    assert [(one.fate, one.before, one.after) for one in found] == [("moved", 3, 1)]


def test_a_concession_that_changes_sides_is_told():
    (change,) = changes(OLD, replace(OLD, clauses=(TRIAL, DISCOUNT, replace(INVOICE, concession_by=None))))
    assert change.concession
    assert change.body == (Run("same", INVOICE.body),)


def test_title_preamble_language_parties_and_schedule_are_compared_too():
    newer = replace(
        OLD,
        language="en",
        title="Accord",
        preamble="",
        parties=(
            replace(OLD.parties[0], represented_by="D. Mercier"),
            OLD.parties[1],
            replace(OLD.parties[1], name="Assureur"),
        ),
        schedule=(replace(OLD.schedule[0], amount_cents=480_050), OLD.schedule[1]),
    )
    found = changes(OLD, newer)
    assert [(one.place, one.fate, one.before, one.after) for one in found] == [
        ("language", "changed", None, None),
        ("title", "changed", None, None),
        ("preamble", "changed", None, None),
        ("party", "changed", 1, 1),
        ("party", "added", None, 3),
        ("schedule", "changed", 1, 1),
        ("schedule", "removed", 3, None),
    ]
    assert Run("added", "50") in found[5].body


def in_type(text):
    """A text as a typewriter has it."""
    return re.sub("[\u00a0\u202f\u2007]", " ", re.sub("[\u2018\u2019]", "'", text)).replace("\u2011", "-")


def test_an_apostrophe_or_a_space_that_is_set_otherwise_is_no_change():
    bold = replace(TRIAL, heading="Période d'essai", body="L'essai dure 3 mois ; il n'est pas renouvelé.")
    set_well = replace(
        TRIAL, heading="Période d\u2019essai", body="L\u2019essai dure 3\u00a0mois\u202f; il n\u2019est pas renouvelé."
    )
    old = replace(OLD, title="Protocole d'accord", preamble="L'outil.", clauses=(bold, DISCOUNT))
    new = replace(OLD, title="Protocole d\u2019accord", preamble="L\u2019outil.", clauses=(set_well, DISCOUNT))
    assert changes(old, new) == changes(new, old) == ()
    assert [one.fate for one in changes(old, replace(new, clauses=(DISCOUNT, set_well)))] == ["moved"]
    rewritten = replace(set_well, body=set_well.body.replace("3", "6"))
    (change,) = changes(old, replace(new, clauses=(rewritten, DISCOUNT)))
    assert change.heading == (Run("same", "Période d\u2019essai"),)
    assert change.body == (
        Run("same", "L\u2019essai dure "),
        Run("removed", "3"),
        Run("added", "6"),
        Run("same", "\u00a0mois\u202f; il n\u2019est pas renouvelé."),
    )


@given(st.text(max_size=60))
def test_a_text_set_otherwise_has_the_same_words(old):
    curly = old.replace("'", "\u2019").replace(" ", "\u00a0")
    assert {run.fate for run in word_runs(old, curly)} <= {"same"}
    assert "".join(run.words for run in word_runs(old, curly)) == curly


@given(st.text(max_size=60), st.text(max_size=60))
def test_runs_give_both_versions_back(old, new):
    runs = word_runs(old, new)
    assert in_type("".join(run.words for run in runs if run.fate != "added")) == in_type(old)
    assert "".join(run.words for run in runs if run.fate != "removed") == new


def test_a_word_that_stayed_between_two_changes_is_read_with_them():
    assert word_runs("selon le barème du centre, remis avant", "de 600 euros du médiateur, remis avant") == (
        Run("removed", "selon le barème du centre"),
        Run("added", "de 600 euros du médiateur"),
        Run("same", ", remis avant"),
    )


def test_very_long_passages_are_compared_by_lines():
    old = "\n".join(f"ligne {number} du texte" for number in range(3_000))
    new = old.replace("ligne 1500 du texte", "ligne 1500 du contrat")
    assert [run for run in word_runs(old, new) if run.fate != "same"] == [
        Run("removed", "ligne 1500 du texte\n"),
        Run("added", "ligne 1500 du contrat\n"),
    ]


def test_a_rewritten_text_of_the_greatest_size_is_compared_in_seconds():
    before = tuple(Clause(f"A{at}", f"mot{at} de la clause, et a a a " * 190) for at in range(100))
    after = tuple(Clause(f"B{at}", f"terme{at} du contrat ; et b a b " * 190) for at in range(100))
    started = perf_counter()
    found = changes(replace(OLD, clauses=before), replace(OLD, clauses=after))
    assert len(found) in {100, 200}
    assert perf_counter() - started < 30  # a quadratic comparison takes many minutes
