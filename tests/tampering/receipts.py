"""Tamperings with a file, its receipt and its proof of existence."""

import base64
import json
from dataclasses import replace
from typing import Final

import rfc8785

from odr.evidence.receipts import ReceiptFacts, receipt_pdf
from odr.visibility.terms import SpaceKind
from tests.proofs import KEY, NOW, ORIGIN, SALT, a_receipt, an_existence, receipts
from tests.tampering.table import EXHIBIT, FORGER, OTHER, Good, Handed, edited, flipped, sha256, tampering
from vault import NoteKey, Receipt

RECEIPT: Final = "A file and its receipt"
PAPER: Final = "A file and its receipt on paper (PDF)"
EXISTENCE: Final = "A file and its proof of existence"
HASH: Final = base64.b64encode(b"x" * 32).decode()
UNREADABLE: Final = "refused before anything is followed: the other verdicts read “not looked at”"


def on_paper(proof: bytes, number: str = "C-1") -> bytes:
    """A receipt on paper, with this proof attached."""
    facts = ReceiptFacts(
        reference="M-7KQ4-92TX",
        centre="Centre",
        number=number,
        by="Claire Mercier",
        party="Ateliers Mercier SAS",
        side="claimant",
        room=SpaceKind.JOINT,
        receipt=Receipt.from_json(proof),
        signed_at=NOW,
        stamps=(),
        verifier="https://example.org/verify",
    )
    return receipt_pdf(facts, language="fr", issued_at=NOW)


def receipt_with(good: Good, path: str, change: object) -> Handed:
    return Handed(EXHIBIT, edited(good.receipt.to_json(), path, change))


def unread(good: Good, path: str, change: object) -> Handed:
    return receipt_with(good, path, change)


@tampering(RECEIPT, "one bit of the file", "bytes")
def flipped_file(good: Good) -> Handed:
    return Handed(flipped(EXHIBIT, 100), good.receipt.to_json())


@tampering(RECEIPT, "a byte appended to the file", "bytes")
def longer_file(good: Good) -> Handed:
    return Handed(EXHIBIT + b"\n", good.receipt.to_json())


@tampering(RECEIPT, "another file in its place", "bytes")
def other_file(good: Good) -> Handed:
    return Handed(OTHER, good.receipt.to_json())


@tampering(RECEIPT, "another exhibit's receipt beside the file", "bytes")
def other_receipt(good: Good) -> Handed:
    return Handed(EXHIBIT, good.told[1].to_json())


@tampering(RECEIPT, "another file, and its digest written into the receipt", "inclusion")
def forged_digest(good: Good) -> Handed:
    return Handed(OTHER, edited(good.receipt.to_json(), "event.sha256", sha256(OTHER)))


@tampering(RECEIPT, "a word of the event", "inclusion")
def edited_event(good: Good) -> Handed:
    return receipt_with(good, "event.number", "C-2")


@tampering(RECEIPT, "a name added to the event", "inclusion")
def grown_event(good: Good) -> Handed:
    return receipt_with(good, "event", lambda event: event | {"more": 1})


@tampering(RECEIPT, "the event's salt", "inclusion")
def other_salt(good: Good) -> Handed:
    return receipt_with(good, "salt", HASH)


@tampering(RECEIPT, "the event's index", "inclusion")
def other_index(good: Good) -> Handed:
    return receipt_with(good, "space.index", 1)


@tampering(RECEIPT, "the size of the room's tree", "inclusion")
def other_size(good: Good) -> Handed:
    return receipt_with(good, "space.size", 4)


@tampering(RECEIPT, "a node of the room's proof", "inclusion")
def other_node(good: Good) -> Handed:
    return receipt_with(good, "space.path.0", HASH)


@tampering(RECEIPT, "a node too many in the room's proof", "inclusion")
def extra_node(good: Good) -> Handed:
    return receipt_with(good, "space.path", lambda path: [*path, HASH])


@tampering(RECEIPT, "a node missing from the room's proof", "inclusion")
def missing_node(good: Good) -> Handed:
    return receipt_with(good, "space.path", lambda path: path[:-1])


@tampering(RECEIPT, "the room's pseudonym", "inclusion")
def other_room(good: Good) -> Handed:
    return receipt_with(good, "space.pseudonym", "00000000-0000-0000-0000-000000000008")


@tampering(RECEIPT, "the batch's tick", "inclusion")
def other_slot(good: Good) -> Handed:
    return receipt_with(good, "batch.slot", lambda slot: slot - 1)


@tampering(RECEIPT, "the batch's salt", "inclusion")
def other_batch_salt(good: Good) -> Handed:
    return receipt_with(good, "batch.salt", HASH)


@tampering(RECEIPT, "the place in the batch", "inclusion")
def other_batch_place(good: Good) -> Handed:
    return receipt_with(good, "batch.index", 518)


@tampering(RECEIPT, "the batch's width", "inclusion")
def other_batch_width(good: Good) -> Handed:
    return receipt_with(good, "batch.width", 2048)


@tampering(RECEIPT, "a batch narrower than any may be", "inclusion")
def narrow_batch(good: Good) -> Handed:
    return receipt_with(good, "batch.width", 518)


@tampering(RECEIPT, "a node of the batch's proof", "inclusion")
def other_batch_node(good: Good) -> Handed:
    return receipt_with(good, "batch.path.3", HASH)


@tampering(RECEIPT, "the place in the log", "inclusion")
def other_log_place(good: Good) -> Handed:
    return receipt_with(good, "log.index", 0)


@tampering(RECEIPT, "a node of the log's proof", "inclusion")
def other_log_node(good: Good) -> Handed:
    return receipt_with(good, "log.path.0", HASH)


@tampering(RECEIPT, "a node too many in the log's proof", "inclusion")
def extra_log_node(good: Good) -> Handed:
    return receipt_with(good, "log.path", lambda path: [*path, HASH])


@tampering(RECEIPT, "the checkpoint's size", "inclusion", "time", "signature")
def other_checkpoint_size(good: Good) -> Handed:
    return receipt_with(good, "log.checkpoint", lambda text: text.replace("\n3\n", "\n9\n"))


@tampering(RECEIPT, "the checkpoint's root", "inclusion", "time", "signature")
def other_checkpoint_root(good: Good) -> Handed:
    return receipt_with(
        good, "log.checkpoint", lambda text: "\n".join([*text.split("\n")[:2], HASH, *text.split("\n")[3:]])
    )


@tampering(RECEIPT, "a byte of the checkpoint's signature", "time", "signature")
def other_signature(good: Good) -> Handed:
    def change(text: str) -> str:
        head, _, encoded = text.rstrip("\n").rpartition(" ")
        return f"{head} {base64.b64encode(flipped(base64.b64decode(encoded), 40)).decode()}\n"

    return receipt_with(good, "log.checkpoint", change)


@tampering(RECEIPT, "a line added to the checkpoint", "time", "signature")
def grown_checkpoint(good: Good) -> Handed:
    return receipt_with(good, "log.checkpoint", lambda text: text.replace("\n\n", "\nmore\n\n"))


@tampering(RECEIPT, "another origin of the checkpoint than of its key", "bytes", note=UNREADABLE)
def other_origin(good: Good) -> Handed:
    return receipt_with(good, "log.checkpoint", lambda text: text.replace(ORIGIN, "entente.test/else"))


@tampering(RECEIPT, "another identifier of the key", "bytes", note=UNREADABLE)
def other_key_id(good: Good) -> Handed:
    return receipt_with(good, "log.key", lambda key: key.replace(KEY.id.hex(), "00000000"))


@tampering(RECEIPT, "the key enclosed, for another one of the same name", "signature")
def exchanged_key(good: Good) -> Handed:
    return receipt_with(good, "log.key", NoteKey.of(ORIGIN, FORGER).text)


@tampering(
    RECEIPT,
    "everything forged under a key of the forger's, and the reader trusts the centre's published key",
    "signature",
)
def forged_for_one_who_knows(good: Good) -> Handed:
    return replace(forged_for_one_who_does_not(good), keys=(KEY,))


@tampering(
    RECEIPT,
    "everything forged under a key of the forger's, and the reader trusts no key beforehand",
    note="nothing can fail: the reader is told that the key is the one enclosed, with its fingerprint to be compared",
)
def forged_for_one_who_does_not(good: Good) -> Handed:
    event = {**good.receipt.event, "sha256": sha256(OTHER)}
    return Handed(OTHER, receipts([event], signer=FORGER)[0].to_json())


@tampering(RECEIPT, "a receipt of another log, and the reader trusts the centre's published key", "signature")
def other_log(good: Good) -> Handed:
    return Handed(EXHIBIT, a_receipt(good.receipt.event, FORGER, "entente.test/else").to_json(), keys=(KEY,))


@tampering(
    RECEIPT,
    "the receipt as it was before the log's next checkpoint",
    note="not confirmed: inclusion and signature read “not claimed”, with the advice to ask for it again",
)
def incomplete(good: Good) -> Handed:
    return Handed(EXHIBIT, replace(good.receipt, batch=None, log=None, stamps=()).to_json())


@tampering(RECEIPT, "half of the proof taken away", "bytes", note=UNREADABLE)
def halved(good: Good) -> Handed:
    return receipt_with(good, "batch", None)


@tampering(RECEIPT, "white space added to the receipt", "bytes", note=UNREADABLE)
def spaced(good: Good) -> Handed:
    return Handed(EXHIBIT, good.receipt.to_json() + b"\n")


@tampering(RECEIPT, "a name of the receipt written twice", "bytes", note=UNREADABLE)
def doubled_name(good: Good) -> Handed:
    return Handed(EXHIBIT, b'{"batch":null,' + good.receipt.to_json()[1:])


@tampering(RECEIPT, "an unknown name in the receipt", "bytes", note=UNREADABLE)
def unknown_name(good: Good) -> Handed:
    return Handed(EXHIBIT, rfc8785.dumps(json.loads(good.receipt.to_json()) | {"zeal": 1}))


@tampering(RECEIPT, "another format's name", "bytes", note=UNREADABLE)
def other_format(good: Good) -> Handed:
    return unread(good, "format", "entente-receipt/v2")


@tampering(RECEIPT, "base64 in another spelling", "bytes", note=UNREADABLE)
def misspelled(good: Good) -> Handed:
    return unread(good, "salt", base64.b64encode(SALT).decode().rstrip("="))


@tampering(RECEIPT, "the receipt cut short", "bytes", note=UNREADABLE)
def cut_receipt(good: Good) -> Handed:
    return Handed(EXHIBIT, good.receipt.to_json()[:-40])


@tampering(RECEIPT, "no receipt at all", "bytes", note=UNREADABLE)
def no_receipt(_good: Good) -> Handed:
    return Handed(EXHIBIT, None)


@tampering(PAPER, "another file beside it", "bytes")
def paper_other_file(good: Good) -> Handed:
    return Handed(OTHER, on_paper(good.receipt.to_json()))


@tampering(PAPER, "the digest in the receipt attached to it", "inclusion")
def paper_edited(good: Good) -> Handed:
    return Handed(OTHER, on_paper(edited(good.receipt.to_json(), "event.sha256", sha256(OTHER))))


@tampering(PAPER, "the receipt attached to it, taken away", "bytes", note=UNREADABLE)
def paper_empty(good: Good) -> Handed:
    whole = on_paper(good.receipt.to_json())
    return Handed(EXHIBIT, whole.replace(b"/EmbeddedFile", b"/EmbeddedSeal"))


@tampering(PAPER, "the bytes of the receipt attached to it", "bytes", note=UNREADABLE)
def paper_damaged(good: Good) -> Handed:
    whole = on_paper(good.receipt.to_json())
    place = whole.index(b"stream", whole.index(b"/EmbeddedFile")) + 30
    return Handed(EXHIBIT, whole[:place] + bytes(40) + whole[place + 40 :])


@tampering(
    PAPER,
    "what is printed on its page",
    note="nothing fails, for what is printed was never signed: the reader is shown what the proof says, and told so",
)
def paper_reprinted(good: Good) -> Handed:
    return Handed(EXHIBIT, on_paper(good.receipt.to_json(), number="C-99"))


@tampering(EXISTENCE, "one bit of the file", "bytes")
def existing_flipped(good: Good) -> Handed:
    return Handed(flipped(EXHIBIT, 5), good.existence)


@tampering(EXISTENCE, "another file, and its digest written into the proof", "bytes", "inclusion")
def existing_forged(good: Good) -> Handed:
    return Handed(OTHER, edited(good.existence, "sha256", sha256(OTHER)))


@tampering(EXISTENCE, "the size", "bytes", "inclusion")
def existing_size(good: Good) -> Handed:
    return Handed(EXHIBIT, edited(good.existence, "size", len(EXHIBIT) + 1))


@tampering(EXISTENCE, "the salt", "inclusion")
def existing_salt(good: Good) -> Handed:
    return Handed(EXHIBIT, edited(good.existence, "salt", HASH))


@tampering(EXISTENCE, "the place in the batch", "inclusion")
def existing_place(good: Good) -> Handed:
    return Handed(EXHIBIT, edited(good.existence, "batch.index", 78))


@tampering(EXISTENCE, "a node of the batch's proof", "inclusion")
def existing_node(good: Good) -> Handed:
    return Handed(EXHIBIT, edited(good.existence, "batch.path.0", HASH))


@tampering(EXISTENCE, "forged under a key of the forger's, and the reader trusts the published key", "signature")
def existing_signed(_good: Good) -> Handed:
    proof = an_existence(bytes.fromhex(sha256(OTHER)), len(OTHER), FORGER)
    return Handed(OTHER, proof.to_json(), keys=(KEY,))


@tampering(EXISTENCE, "the digest in capital letters", "bytes", note=UNREADABLE)
def existing_capitals(good: Good) -> Handed:
    return Handed(EXHIBIT, edited(good.existence, "sha256", lambda digest: digest.upper()))
