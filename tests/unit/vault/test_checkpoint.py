"""Checkpoints: read strictly, signed as C2SP says, verified by one key and no other."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.errors import ProofError
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature, forked, read_checkpoint, sign_checkpoint

ORIGIN = "entente.test/log"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey.of(ORIGIN, SIGNER)
ROOT = bytes(32)
# Ed25519 is deterministic: this is what this key must always sign, and what our format must always be.
FROZEN_KEY = "entente.test/log+{id}+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def signed(body: str, signer=SIGNER, name: str = ORIGIN, key: NoteKey = KEY) -> bytes:
    signature = base64.b64encode(key.id + signer.sign(body.encode())).decode()
    return f"{body}\n— {name} {signature}\n".encode()


def body(origin: str = ORIGIN, size: str = "7", root: str = base64.b64encode(ROOT).decode(), more: str = "") -> str:
    return f"{origin}\n{size}\n{root}\n{more}"


def test_what_is_signed_reads_back_and_verifies():
    made = sign_checkpoint(ORIGIN, 7, ROOT, SIGNER)
    assert made.text == signed(body())
    read = read_checkpoint(made.text)
    assert (read.origin, read.size, read.root, read.text) == (ORIGIN, 7, ROOT, made.text)
    check_signature(read, KEY)


def test_the_example_of_go_s_note_package_verifies():
    """Someone else's key and signature pin how identifiers are computed and what exactly is signed."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    said = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    note = f"{said}\n— PeterNeumann {signature}\n".encode()
    key = NoteKey.from_text(vkey)
    assert key.text == vkey
    check_signature(Checkpoint("PeterNeumann", 0, ROOT, note), key)
    with pytest.raises(ProofError):
        check_signature(Checkpoint("PeterNeumann", 0, ROOT, note.replace(b"answer", b"Answer")), key)


def test_the_key_s_text_form_is_frozen():
    assert KEY.text == FROZEN_KEY.format(id=KEY.id.hex())
    assert NoteKey.from_text(KEY.text) == KEY
    assert len(KEY.fingerprint) == 64


def test_extension_lines_and_other_cosignatures_are_carried_and_ignored():
    other = Ed25519PrivateKey.generate()
    text = signed(body(more="an extension\n"))
    line = base64.b64encode(b"1234" + other.sign(b"whatever")).decode()
    read = read_checkpoint(text + f"— witness.test {line}\n".encode())
    check_signature(read, KEY)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        body().encode(),
        body().encode() + b"\n",
        signed(body()).removesuffix(b"\n"),
        signed(body()) + b"\n",
        signed(body()) + b"rubbish\n",
        signed(body()).replace("—".encode(), b"-"),
        signed(body()).replace("— ".encode(), "—".encode()),
        signed(body(size="07")),
        signed(body(size="-1")),
        signed(body(size="+1")),
        signed(body(size="1_0")),
        signed(body(size="")),
        signed(body(size="٣")),
        signed(body(size="9" * 30)),
        signed(body(size=str((1 << 62) + 1))),
        signed(body(root="AAAA")),
        signed(body(root="not base64")),
        signed(body(root=base64.b64encode(ROOT).decode()[:-2] + "B=")),
        signed(body(root=base64.b64encode(ROOT).decode() + " ")),
        signed(body(origin="")),
        signed(f"{ORIGIN}\n7\n"),
        signed(body(more="\nlater\n")),
        signed(body(more="tab\there\n")),
        signed(body(more="x\n" * 17)),
        signed(body()) + signed(body()).split(b"\n\n")[1] * 16,
        signed(body(more="y" * 9000 + "\n")),
        signed(body(), name="two names"),
        signed(body(), name="plus+sign"),
        signed(body()).replace(b"7\n", b"7\r\n"),
        b"\xff" + signed(body()),
        body().encode() + "\n— entente.test/log AAAA\n".encode(),
        body().encode() + "\n— entente.test/log\n".encode(),
    ],
)
def test_anything_but_the_one_spelling_is_refused(text):
    with pytest.raises(ProofError):
        read_checkpoint(text)


def test_another_key_s_signature_is_refused():
    other = Ed25519PrivateKey.generate()
    made = read_checkpoint(sign_checkpoint(ORIGIN, 7, ROOT, other).text)
    with pytest.raises(ProofError, match="does not bear"):
        check_signature(made, KEY)


def test_another_origin_s_checkpoint_is_refused_though_the_key_is_right():
    with pytest.raises(ProofError, match="another log"):
        check_signature(read_checkpoint(sign_checkpoint("entente.test/other", 7, ROOT, SIGNER).text), KEY)


def test_a_signature_under_our_key_s_name_must_hold():
    other = Ed25519PrivateKey.generate()
    with pytest.raises(ProofError, match="does not hold"):
        check_signature(read_checkpoint(signed(body(), signer=other)), KEY)


def test_a_good_signature_does_not_excuse_a_bad_one_beside_it():
    bad = base64.b64encode(KEY.id + bytes(64)).decode()
    text = signed(body()) + f"— {ORIGIN} {bad}\n".encode()
    with pytest.raises(ProofError, match="does not hold"):
        check_signature(read_checkpoint(text), KEY)


@pytest.mark.parametrize("change", [(b"\n7\n", b"\n8\n"), (b"\n7\n", b"\n7\n")])
def test_a_changed_size_breaks_the_signature(change):
    text = signed(body()).replace(*change)
    if change[0] == change[1]:
        check_signature(read_checkpoint(text), KEY)
    else:
        with pytest.raises(ProofError):
            check_signature(read_checkpoint(text), KEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+",
        KEY.text.replace("+AQ", "+Ag"),
        KEY.text.replace(KEY.id.hex(), "00000000"),
        KEY.text + "AA",
        "sp ace" + KEY.text,
    ],
)
def test_a_malformed_key_is_refused(vkey):
    with pytest.raises(ProofError):
        NoteKey.from_text(vkey)


def test_a_checkpoint_needs_a_root_and_a_size():
    with pytest.raises(ProofError):
        sign_checkpoint(ORIGIN, 1, b"short", SIGNER)
    with pytest.raises(ProofError):
        sign_checkpoint(ORIGIN, -1, ROOT, SIGNER)
    with pytest.raises(ProofError):
        sign_checkpoint("sp ace", 1, ROOT, SIGNER)


def test_two_heads_of_one_size_are_a_fork():
    one, other = sign_checkpoint(ORIGIN, 7, ROOT, SIGNER), sign_checkpoint(ORIGIN, 7, b"\1" * 32, SIGNER)
    assert forked(one, other)
    assert not forked(one, one)
    assert not forked(one, sign_checkpoint(ORIGIN, 8, b"\1" * 32, SIGNER))
