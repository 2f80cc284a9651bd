"""The table of errors is one, though each room wrote its part of it."""

from collections import Counter

from odr.errors import ConflictError, NotFoundError, UploadRefusedError
from web.errors import BY_CODE, status_of, upload_status, words_for
from web.errors.table import PARTS


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
