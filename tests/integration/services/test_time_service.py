"""Both time authorities of the tests give tokens that `openssl ts -verify` takes."""

import urllib.request

import pytest
from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

from tests.services.time_authorities import openssl_verifies

MESSAGE = b"ce qui existait"


@pytest.fixture(params=["certomancer", "openssl_authority"])
def authority(request):
    return request.getfixturevalue(request.param)


def test_a_token_is_given_for_a_request_and_verifies_for_its_message_only(authority, tmp_path):
    query = TimestampRequestBuilder().data(MESSAGE).nonce(nonce=True).cert_request(cert_request=True).build()
    request = urllib.request.Request(  # noqa: S310 -- loopback
        authority.url, data=query.as_bytes(), headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- loopback
        token = answer.read()
    assert decode_timestamp_response(token).tst_info.nonce == query.nonce
    assert openssl_verifies(tmp_path, token, MESSAGE, authority.root_certificate_pem)
    assert not openssl_verifies(tmp_path, token, b"autre chose", authority.root_certificate_pem)
