"""The table of errors is one, though each room wrote its part of it."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import odr
from odr import errors
from odr.errors import ConflictError, NotFoundError, OdrError, SettingsError, UploadRefusedError
from web.errors import BY_CODE, status_of, upload_status, words_for
from web.errors.table import PARTS
from web.evidence.phrases import REFUSALS
from web.signin.phrases import SENTENCES as OF_THE_SIGN_IN

RULES: Final = Path(odr.__file__).parent
REFUSING: Final = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, OdrError) and kind is not SettingsError
}
SAID_BY_THEIR_STATUS: Final = {
    "not_permitted",
    "link_expired",
    "too_many_attempts",
    "database_away",
    "store_away",
    "vault_refused",
    "time_authority_away",
}
NO_ANSWERS: Final = {"entry_broken", "lease_lost", "mail_away", "mail_later", "mail_unsupported", "unknown_job"}
"""What only jobs meet, or the reading of one file in an archive: no page or program is answered with it."""


def test_no_two_rooms_give_words_to_the_same_code():
    written = Counter(code for part in PARTS for code in part.WORDS)
    assert [code for code, times in written.items() if times > 1] == []
    assert set(written) == set(BY_CODE)


def test_a_refusal_has_its_kinds_status_and_an_upload_the_one_that_tus_asks_for():
    assert status_of(NotFoundError()) == 404
    assert status_of(ConflictError("anything")) == 409
    assert upload_status(UploadRefusedError("too_large")) == 413
    assert upload_status(UploadRefusedError("empty_file")) == 422


def test_a_code_that_nobody_wrote_words_for_is_answered_by_its_status():
    assert words_for(409, "held") is BY_CODE["held"]
    assert words_for(409, "unheard_of") is words_for(409)
    assert words_for(418) is words_for(400)
    assert words_for(502) is words_for(500)


def test_every_code_that_odr_refuses_with_has_a_sentence_of_its_own_or_its_status_says_all():
    raised = {code for file in sorted(RULES.rglob("*.py")) for code in _codes_in(file)}
    assert len(raised) > 100
    told = {*BY_CODE, *REFUSALS, *OF_THE_SIGN_IN, *SAID_BY_THEIR_STATUS}
    assert sorted(raised - told - NO_ANSWERS) == []
    assert raised >= SAID_BY_THEIR_STATUS | NO_ANSWERS


def _codes_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSING and node.args:
            yield from _codes_of(node.args[0])


def _codes_of(told: ast.expr) -> Iterator[str]:
    match told:
        case ast.Constant(value=str() as code):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from _codes_of(one)
            yield from _codes_of(other)
        case _:
            return
