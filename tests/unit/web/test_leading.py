import pytest

from odr.words import use_language
from web.errors.leading import way_on

DISPUTE = "/disputes/5ac991b2-8cdf-4148-abaa-79267824f6b7"
EXHIBIT = f"{DISPUTE}/exhibits/1a7c6e8f-0630-4bc5-93b8-85643c2e39d0"


@pytest.mark.parametrize(
    ("status", "method", "path", "known", "address"),
    [
        (403, "GET", f"{EXHIBIT}/file", True, EXHIBIT),
        (409, "POST", f"{EXHIBIT}/share", True, EXHIBIT),
        (409, "POST", f"{DISPUTE}/steps/suspend", True, DISPUTE),
        (403, "GET", DISPUTE, True, "/"),
        (403, "GET", "/people", True, "/"),
        (409, "POST", "/invitation/abc/code", False, "/invitation/abc"),
        (404, "GET", EXHIBIT + "/file", True, "/disputes"),
        (404, "GET", "/nothing", False, "/"),
        (405, "GET", f"{EXHIBIT}/share", True, "/disputes"),
        (410, "GET", "/invitation/abc", False, "/sign-in"),
        (410, "POST", "/account/address/abc", True, "/disputes"),
        (500, "GET", "/notices", True, "/notices"),
        (503, "POST", f"{EXHIBIT}/share", True, EXHIBIT),
    ],
)
def test_a_refusal_leads_to_the_nearest_page_that_its_reader_may_open(status, method, path, known, address):
    with use_language("en"):
        label, found = way_on(status, method, path, known=known)
    assert found == address
    assert label


def test_the_button_is_in_the_readers_language():
    with use_language("fr"):
        assert way_on(410, "GET", "/invitation/abc", known=False)[0] == "Se connecter"
