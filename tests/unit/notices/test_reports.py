"""Delivery status notifications: what is read of them, and what is not one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.errors import InvalidInputError
from odr.notices.reports import LIMIT, Report, read_report

MAIL = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
ORIGINAL = f"Message-ID: <{MAIL}@centre.example>\r\nSubject: =?utf-8?q?R=C3=A9ponse?=\r\n"


def a_report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = "Final-Recipient: rfc822; Rene@Lysandrel.example",
    original: str = ORIGINAL,
    kind: str = "text/rfc822-headers",
) -> bytes:
    """What a mail server sends when it gives up (RFC 3464, appendix E)."""
    return (
        "From: MAILER-DAEMON@centre.example\r\nTo: mediation@centre.example\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.centre.example\r\n\r\n"
        f"{recipient}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{original}\r\n\r\n--b--\r\n"
    ).encode()


def refused(octets: bytes) -> str:
    with pytest.raises(InvalidInputError) as error:
        read_report(octets)
    return error.value.fields["report"]


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_names_the_mail_the_address_and_the_status(kind: str) -> None:
    assert read_report(a_report(kind=kind)) == Report(MAIL, frozenset({"rene@lysandrel.example"}), "5.1.1")


def test_the_address_that_we_wrote_to_is_known_where_it_was_forwarded() -> None:
    both = "Original-Recipient: rfc822;rene@lysandrel.example\r\nFinal-Recipient: rfc822; <rd@elsewhere.example>"
    assert read_report(a_report(recipient=both)).addresses == {"rene@lysandrel.example", "rd@elsewhere.example"}


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_delay_or_a_delivery_marks_nothing(action: str) -> None:
    assert refused(a_report(action=action, status="4.4.1")) == "not_failed"


def test_a_strange_status_is_not_repeated() -> None:
    assert read_report(a_report(status="<script>")).status == "5.0.0"


@pytest.mark.parametrize(
    "original",
    ["Subject: nothing", "Message-ID: <spam@elsewhere.example>", f"Message-ID: {MAIL}", "X: " + "x" * 5000],
)
def test_a_report_about_another_mail_is_told_from_ours(original: str) -> None:
    assert refused(a_report(original=original)) == "no_mail_of_ours"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0\xff" * 500,
        b"Subject: I am away until Monday\r\n\r\nRegards.",
        a_report().replace(b"multipart/report", b"multipart/mixed"),
        a_report().replace(b"message/delivery-status", b"text/plain"),
        b"Content-Type: multipart/report\r\n\r\nno parts at all",
    ],
)
def test_what_is_no_report_is_refused(octets: bytes) -> None:
    assert refused(octets) == "no_report"


def test_a_report_larger_than_any_is_not_read() -> None:
    assert refused(a_report() + b"x" * LIMIT) == "too_large"


def test_a_report_within_a_thousand_reports_ends() -> None:
    deep = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(3000)
    )
    assert refused(deep) in {"no_report", "not_failed"}


@given(st.binary(max_size=300), st.integers(0, 900))
def test_damaged_reports_are_refused_and_nothing_else_happens(noise: bytes, place: int) -> None:
    whole = a_report()
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    try:
        found = read_report(damaged)
    except InvalidInputError:
        return
    assert len(found.status) <= 11
