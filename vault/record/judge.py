"""Judging receipts: inclusion, signature and time, each on its own; no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from vault.errors import ProofError, TimeStampError
from vault.ledger.checkpoint import Checkpoint, NoteKey, forked
from vault.ledger.parts import LogProof, Stamp
from vault.record.report import Verdict, fails, holds, in_english, in_french, not_claimed
from vault.timestamps import TokenFacts, check_token

_NONE: Final = ("No independent time stamp.", "Aucun horodatage indépendant.")


class Proof(Protocol):
    """What is judged: a receipt of an event, or a proof that a file existed."""

    @property
    def complete(self) -> bool:
        """Whether a signed checkpoint covers it."""
        ...

    @property
    def log(self) -> LogProof | None:
        """Where it stands in the log."""
        ...

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Tokens over its checkpoint."""
        ...

    def check_inclusion(self) -> Checkpoint:
        """Return the checkpoint that the proof leads to. Raises ProofError."""
        ...

    def check_signature(self, key: NoteKey) -> None:
        """Raise ProofError unless ``key`` signed the checkpoint."""
        ...


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader trusts beforehand: keys of the log, roots of time authorities. Both may be empty.

    ``now``: when the reader reads (UTC), by which certificates may have ended; without it the clock's own time.
    """

    keys: Sequence[NoteKey] = ()
    roots: Sequence[x509.Certificate] = ()
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a token that holds says: by when (UTC) its checkpoint existed, according to whom."""

    authority: str
    independent: bool
    time: datetime


def stamped(proof: Proof) -> tuple[Stamped, ...]:
    """Read the tokens of a proof under the roots enclosed. Raises TimeStampError when one does not hold."""
    checkpoint = proof.log.checkpoint.text if proof.log else b""
    return tuple(
        Stamped(stamp.authority, stamp.independent, _facts(stamp, checkpoint, Trust())[0].time)
        for stamp in proof.stamps
    )


def judge_inclusion(receipts: Sequence[Proof]) -> Verdict:
    """Follow every receipt up to its checkpoint."""
    for receipt in receipts:
        try:
            receipt.check_inclusion()
        except ProofError as error:
            if receipt.complete:
                return fails(f"{error}", f"la preuve d'inscription ne tient pas ({error})")
            return not_claimed(
                "this receipt is incomplete: it was made before the log's next checkpoint; ask for it again",
                "ce reçu est incomplet : il précède le prochain point de contrôle du registre ; redemandez-le",
            )
    heads = [receipt.log.checkpoint for receipt in receipts if receipt.log]
    if _contradicting(heads):
        return fails(
            "two checkpoints of one size differ: the log was forked",
            "deux points de contrôle de même taille diffèrent : le registre a été dédoublé",
        )
    return holds(
        f"in the log {heads[-1].origin}, at size {heads[-1].size}: {in_english(len(receipts), 'event')}",
        f"au registre {heads[-1].origin}, à la taille {heads[-1].size} : {in_french(len(receipts), 'événement')}",
    )


def judge_signature(receipts: Sequence[Proof], trust: Trust) -> Verdict:
    """Verify every checkpoint's signature, by a trusted key or, said plainly, by the one enclosed."""
    proofs = [receipt.log for receipt in receipts]
    keys: dict[str, NoteKey] = {}
    for proof in proofs:
        if proof is None:
            return not_claimed("nothing is signed yet", "rien n'est encore signé")
        keys[proof.key.text] = proof.key
        trusted = {key.text for key in trust.keys}
        if trusted and proof.key.text not in trusted:
            return fails(
                f"signed by another key than the trusted one (fingerprint {proof.key.fingerprint})",
                f"signé par une autre clé que celle de confiance (empreinte {proof.key.fingerprint})",
            )
    for receipt in receipts:
        try:
            receipt.check_signature(keys[receipt.log.key.text] if receipt.log else next(iter(keys.values())))
        except ProofError as error:
            return fails(f"{error}", f"la signature ne tient pas ({error})")
    if trust.keys:
        return holds("signed by the trusted key", "signé par la clé de confiance")
    prints = ", ".join(key.fingerprint for key in keys.values())
    return holds(
        f"signed by the key enclosed; compare its fingerprint with the centre's published one: {prints}",
        f"signé par la clé jointe ; comparez son empreinte à celle que publie le centre : {prints}",
    )


def judge_time(receipts: Sequence[Proof], trust: Trust) -> Verdict:
    """Verify every token over its checkpoint, by a trusted root or, said plainly, by the one enclosed.

    The last receipt is the one that counts: what earlier events bear says nothing about it.
    """
    said: list[tuple[str, str]] = []
    lapsed: list[str] = []
    independent = False
    seen: set[tuple[bytes, bytes]] = set()
    for receipt in receipts:
        for stamp in receipt.stamps:
            checkpoint = receipt.log.checkpoint.text if receipt.log else b""
            if receipt is not receipts[-1] and (checkpoint, stamp.token) in seen:
                continue
            seen.add((checkpoint, stamp.token))
            try:
                facts, trusted = _facts(stamp, checkpoint, trust)
            except TimeStampError as error:
                return fails(f"{stamp.authority}: {error}", f"{stamp.authority} : l'horodatage ne tient pas ({error})")
            if receipt is receipts[-1] and _ends(facts, stamp, checkpoint, trust) < (trust.now or datetime.now(UTC)):
                lapsed.append(stamp.authority)
            elif receipt is receipts[-1]:
                independent = independent or stamp.independent
                said.append(_said(stamp, facts, trusted=trusted))
    if not said and lapsed:
        return not_claimed(
            f"the certificate of {', '.join(lapsed)} has ended since, and no later time stamp renews this one; "
            "ask the centre for the receipt anew",
            f"le certificat de {', '.join(lapsed)} a expiré depuis, et aucun horodatage ultérieur ne renouvelle "
            "celui-ci ; redemandez le reçu au centre",
        )
    if not said and seen:
        return not_claimed(
            f"{_NONE[0]} Events before it bear one, the sealing itself does not.",
            f"{_NONE[1]} Des événements antérieurs en portent un, le scellement lui-même non.",
        )
    if not said:
        return not_claimed(*_NONE)
    end = ("", "") if independent else (f" {_NONE[0]}", f" {_NONE[1]}")
    english, french = "; ".join(words[0] for words in said), " ; ".join(words[1] for words in said)
    return holds(f"{english}.{end[0]}", f"{french}.{end[1]}")


def _facts(stamp: Stamp, message: bytes, trust: Trust) -> tuple[TokenFacts, bool]:
    """Verify one token; whether by a root that the reader trusts. With trusted roots no other is taken."""
    if trust.roots:
        return check_token(stamp.token, message, trust.roots), True
    try:
        enclosed = x509.load_der_x509_certificate(stamp.root)
    except ValueError:
        raise TimeStampError("the root certificate enclosed is none") from None
    return check_token(stamp.token, message, [enclosed]), False


def _ends(facts: TokenFacts, stamp: Stamp, checkpoint: bytes, trust: Trust) -> datetime:
    """Return until when a token can be relied upon: its certificates' end, or that of the renewals that hold.

    Each renewal must have been made before the one before it ended, over a checkpoint signed by the log's key.
    """
    until, message, before = facts.until, checkpoint, stamp
    trusted = {key.text for key in trust.keys}
    for renewal in stamp.renewals:
        try:
            renewal.check(message, before.token)
            later, _ = _facts(renewal.stamp, renewal.log.checkpoint.text, trust)
        except (ProofError, TimeStampError):
            break
        if later.time > until or (trusted and renewal.log.key.text not in trusted):
            break
        until, message, before = max(until, later.until), renewal.log.checkpoint.text, renewal.stamp
    return until


def _said(stamp: Stamp, facts: TokenFacts, *, trusted: bool) -> tuple[str, str]:
    digest = facts.root.fingerprint(hashes.SHA256()).hex()
    kind = (
        ("said to be independent", "dite indépendante")
        if stamp.independent
        else ("NOT independent", "NON indépendante")
    )
    root = (
        ("under a trusted root", "sous une racine de confiance")
        if trusted
        else (
            f"under the root enclosed; compare its fingerprint: {digest}",
            f"sous la racine jointe ; comparez son empreinte : {digest}",
        )
    )
    return (
        f"existed by {facts.time:%Y-%m-%d %H:%M:%S} UTC, says {stamp.authority} ({kind[0]}), {root[0]}",
        f"existait au plus tard le {facts.time:%d/%m/%Y %H:%M:%S} UTC, selon {stamp.authority} ({kind[1]}), {root[1]}",
    )


def _contradicting(heads: Sequence[Checkpoint]) -> bool:
    first: dict[int, Checkpoint] = {}
    return (
        any(forked(head, first.setdefault(head.size, head)) for head in heads)
        or len({head.origin for head in heads}) > 1
    )
