import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from jose import jwk

from odr.ids import AccountId, ExhibitId
from web.signin.tokens import (
    TokenRefusedError,
    issue_bearer,
    issue_ticket,
    load_token_keys,
    read_bearer,
    read_ticket,
    verified_payload,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ISSUER = "https://centre.example"
ACCOUNT, EXHIBIT = AccountId(uuid4()), ExhibitId(uuid4())
PRIVATE = ec.generate_private_key(ec.SECP256R1())
SHARED = Path(os.environ.get("ENTENTE_VECTORS", Path(__file__).parents[4] / "shared" / "vectors"))
VECTORS = SHARED / "wycheproof" / "json_web_signature_test.json"


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    path = tmp_path_factory.mktemp("token") / "token.pem"
    path.write_bytes(pem(PRIVATE))
    return load_token_keys(path, ISSUER)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts_of(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def signed(header, claims, key=PRIVATE):
    first = (
        f"{b64(json.dumps(header, separators=(',', ':'), sort_keys=True).encode())}.{b64(json.dumps(claims).encode())}"
    )
    r, s = utils.decode_dss_signature(key.sign(first.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{first}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def with_hmac(header, claims, secret):
    first = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{first}.{b64(hmac.digest(secret, first.encode(), hashlib.sha256))}"


def refused(keys, token, now=NOW):
    with pytest.raises(TokenRefusedError):
        read_bearer(keys, token, now=now)


def test_a_bearer_says_whose_it_is_for_fifteen_minutes(keys):
    token = issue_bearer(keys, ACCOUNT, now=NOW)
    assert read_bearer(keys, token, now=NOW + timedelta(minutes=14, seconds=59)) == ACCOUNT
    refused(keys, token, NOW + timedelta(minutes=15))
    refused(keys, token, NOW - timedelta(seconds=30))


def test_a_ticket_is_bound_to_user_exhibit_and_range_for_a_minute(keys):
    token = issue_ticket(keys, ACCOUNT, EXHIBIT, now=NOW, start=10, stop=20)
    said = read_ticket(keys, token, now=NOW + timedelta(seconds=59))
    assert (said.sub, said.exhibit, said.start, said.stop) == (ACCOUNT, EXHIBIT, 10, 20)
    with pytest.raises(TokenRefusedError):
        read_ticket(keys, token, now=NOW + timedelta(seconds=60))


def test_no_two_tokens_have_the_same_id(keys):
    first, second = (parts_of(issue_bearer(keys, ACCOUNT, now=NOW))[1]["jti"] for _ in range(2))
    assert first != second


def test_a_ticket_is_no_bearer_and_a_bearer_no_ticket(keys):
    refused(keys, issue_ticket(keys, ACCOUNT, EXHIBIT, now=NOW))
    with pytest.raises(TokenRefusedError):
        read_ticket(keys, issue_bearer(keys, ACCOUNT, now=NOW), now=NOW)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_alg_none_is_refused(keys, alg):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    first = f"{b64(json.dumps({**header, 'alg': alg}).encode())}.{b64(json.dumps(claims).encode())}"
    refused(keys, first + ".")
    refused(keys, first)


def test_the_public_key_is_no_hmac_secret(keys):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    public = PRIVATE.public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (keys.public.to_pem(), keys.public.to_pem().strip(), der, b"", b"\0" * 32):
        for changed in ({**header, "alg": "HS256"}, header):
            refused(keys, with_hmac(changed, claims, secret))


@pytest.mark.parametrize(
    "change",
    [
        {"crit": ["exp"]},
        {"crit": ["x-unknown"], "x-unknown": True},
        {"typ": "JWT"},
        {"typ": "entente-ticket+jwt"},
        {"kid": "another"},
        {"kid": "../../etc/passwd"},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "EC"}},
        {"alg": "ES384"},
        {"b64": False},
    ],
)
def test_any_other_header_is_refused_though_the_signature_holds(keys, change):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    refused(keys, signed({**header, **change}, claims))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "iat", "exp", "jti"])
def test_a_missing_claim_is_refused_though_the_signature_holds(keys, name):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    del claims[name]
    refused(keys, signed(header, claims))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "entente-download"},
        {"aud": ["entente-api"]},
        {"sub": "not an account"},
        {"exp": "4102444800"},
        {"exp": 4102444800},
        {"exp": True},
        {"iat": 4102444800},
        {"jti": ""},
        {"admin": True},
    ],
)
def test_a_wrong_claim_is_refused_though_the_signature_holds(keys, change):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    refused(keys, signed(header, {**claims, **change}))


def test_an_honest_remake_is_accepted_so_the_refusals_above_mean_something(keys):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    assert read_bearer(keys, signed(header, claims), now=NOW) == ACCOUNT


def test_another_key_is_refused(keys):
    header, claims = parts_of(issue_bearer(keys, ACCOUNT, now=NOW))
    refused(keys, signed(header, claims, ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize(
    "r_and_s", [bytes(64), bytes(31) + b"\1" + bytes(31) + b"\1", b"\xff" * 64, b"", bytes(63), bytes(96)]
)
def test_degenerate_signatures_are_refused(keys, r_and_s):
    first = issue_bearer(keys, ACCOUNT, now=NOW).rpartition(".")[0]
    refused(keys, f"{first}.{b64(r_and_s)}")


def test_padding_spaces_and_second_spellings_are_refused(keys):
    token = issue_bearer(keys, ACCOUNT, now=NOW)
    first, _, last = token.rpartition(".")
    for spelled in (
        token + "=",
        token + "==",
        " " + token,
        token + "\n",
        token.replace(".", "..", 1),
        f"{first}.{last}.{last}",
        "",
        "é",
        "a" * 5000,
    ):
        refused(keys, spelled)
    other = last[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[last[-1]]
    refused(keys, f"{first}.{other}")


def test_only_a_p256_private_key_in_pem_is_loaded(tmp_path):
    der = PRIVATE.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = PRIVATE.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    wrong = (
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        der,
        public,
        b"",
        b"secret",
    )
    for number, data in enumerate(wrong):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(data)
        with pytest.raises(ValueError, match="token key"):
            load_token_keys(path, ISSUER)


def es256_cases():
    if not VECTORS.is_file():
        return []
    cases = []
    for group in json.loads(VECTORS.read_text())["testGroups"]:
        key = group.get("public") or group.get("private", {})
        meant = key.get("use") == "sig" and key.get("alg") == "ES256"  # a JWK's own purpose; ours are PEM
        if key.get("kty") == "EC" and key.get("crv") == "P-256" and meant:
            cases += [(key, test) for test in group["tests"]]
    return cases


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors are not beside this checkout")
def test_wycheproofs_es256_signatures_are_judged_as_it_says():
    cases = es256_cases()
    accepted = 0
    assert len(cases) > 10
    for key, test in cases:
        token = test["jws"]
        if not isinstance(token, str):
            continue
        public = jwk.construct({name: key[name] for name in ("kty", "crv", "x", "y")}, "ES256")
        header = json.dumps({"alg": "ES256", "kid": key.get("kid")}, separators=(",", ":")).encode()
        try:
            verified_payload(token, public, header)
        except TokenRefusedError:
            continue
        accepted += 1
        assert test["result"] == "valid", test["comment"]
    assert accepted
