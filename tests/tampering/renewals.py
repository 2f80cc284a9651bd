"""Tamperings with the renewals of a time stamp, read after the certificate of its first token has ended."""

from dataclasses import replace
from typing import Final

from tests.proofs import KEY, NOW, a_renewal
from tests.tampering.receipts import HASH, UNREADABLE
from tests.tampering.stamps import checkpoint
from tests.tampering.table import (
    DAY,
    EXHIBIT,
    FORGER,
    LATER,
    OTHER,
    Good,
    Handed,
    edited,
    flipped,
    generations,
    renewed,
    renewed_stamp,
    sealing,
    tampering,
)
from vault.ledger.parts import Renewal, Stamp

RENEWAL: Final = "A time stamp whose certificate has ended, and its renewals"
ENDED: Final = "nothing fails, no time is claimed: the certificate has ended, the reader is told, and nothing renews it"


def stamp_of(good: Good) -> Stamp:
    """The renewed stamp of the good receipt."""
    assert good.receipt.log
    return renewed_stamp(good, good.receipt.log)


def with_renewals(good: Good, *renewals: Renewal) -> Handed:
    stamp = stamp_of(good)
    stamps = (replace(stamp, renewals=renewals),)
    return Handed(EXHIBIT, replace(good.receipt, stamps=stamps).to_json(), now=LATER)


def listed(good: Good, change: object, path: str = "") -> Handed:
    handed = renewed(good)
    assert handed.proof
    return replace(handed, proof=edited(handed.proof, f"stamps.0.renewals{path}", change))


def renewed_with(good: Good, path: str, change: object) -> Handed:
    return listed(good, change, f".0.{path}")


@tampering(RENEWAL, "the renewals taken away", note=ENDED)
def renewals_stripped(good: Good) -> Handed:
    return with_renewals(good)


@tampering(RENEWAL, "the last renewal taken away, read after the first has ended", note=ENDED)
def renewals_cut(good: Good) -> Handed:
    stamp = stamp_of(good)
    return with_renewals(good, stamp.renewals[0])


@tampering(RENEWAL, "the first renewal taken away", note=ENDED)
def renewals_headless(good: Good) -> Handed:
    stamp = stamp_of(good)
    return with_renewals(good, stamp.renewals[1])


@tampering(RENEWAL, "the renewals in another order", note=ENDED)
def renewals_turned(good: Good) -> Handed:
    stamp = stamp_of(good)
    return with_renewals(good, *reversed(stamp.renewals))


@tampering(RENEWAL, "a renewal of another checkpoint", note=ENDED)
def renewal_of_another_checkpoint(good: Good) -> Handed:
    stamp = stamp_of(good)
    other = sealing(b"s" * 32, good.authority).log
    assert other
    long = generations(good)[2]
    return with_renewals(good, a_renewal(other.checkpoint.text, stamp.token, long, now=NOW + 20 * DAY))


@tampering(RENEWAL, "a renewal of another token over the same checkpoint", note=ENDED)
def renewal_of_another_token(good: Good) -> Handed:
    (other,) = good.receipt.stamps
    return with_renewals(good, a_renewal(checkpoint(good), other.token, generations(good)[2], now=NOW + 20 * DAY))


@tampering(RENEWAL, "a renewal made after the certificate had ended", note=ENDED)
def renewal_too_late(good: Good) -> Handed:
    stamp = stamp_of(good)
    return with_renewals(good, a_renewal(checkpoint(good), stamp.token, generations(good)[2], now=NOW + 31 * DAY))


@tampering(RENEWAL, "a renewal in a log of the forger's, and the reader trusts the published key", note=ENDED)
def renewal_forged(good: Good) -> Handed:
    stamp = stamp_of(good)
    forged = a_renewal(checkpoint(good), stamp.token, generations(good)[2], now=NOW + 20 * DAY, signer=FORGER)
    return replace(with_renewals(good, forged), keys=(KEY,))


@tampering(RENEWAL, "a renewing authority that the reader does not trust, who trusts the first one's root", note=ENDED)
def renewal_untrusted(good: Good) -> Handed:
    return replace(renewed(good), roots=(generations(good)[0].root,))


@tampering(RENEWAL, "a renewal's place in its batch", note=ENDED)
def renewal_place(good: Good) -> Handed:
    return renewed_with(good, "batch.index", 78)


@tampering(RENEWAL, "a node of a renewal's proof in its batch", note=ENDED)
def renewal_node(good: Good) -> Handed:
    return renewed_with(good, "batch.path.4", HASH)


@tampering(RENEWAL, "a node missing from a renewal's proof in its batch", note=ENDED)
def renewal_missing_node(good: Good) -> Handed:
    return renewed_with(good, "batch.path", lambda path: path[:-1])


@tampering(RENEWAL, "the width of a renewal's batch, to one that none may have", note=ENDED)
def renewal_width(good: Good) -> Handed:
    return renewed_with(good, "batch.width", 1023)


@tampering(RENEWAL, "a renewal's place in the log", note=ENDED)
def renewal_log_place(good: Good) -> Handed:
    return renewed_with(good, "log.index", 0)


@tampering(RENEWAL, "a node of a renewal's proof in the log", note=ENDED)
def renewal_log_node(good: Good) -> Handed:
    return renewed_with(good, "log.path.0", HASH)


@tampering(RENEWAL, "a renewal's checkpoint, with a line added", note=ENDED)
def renewal_checkpoint(good: Good) -> Handed:
    return renewed_with(good, "log.checkpoint", lambda text: text.replace("\n\n", "\nmore\n\n"))


@tampering(RENEWAL, "a bit of a renewal's token", note=ENDED)
def renewal_flipped(good: Good) -> Handed:
    stamp = stamp_of(good)
    first, second = stamp.renewals
    bad = replace(first, stamp=replace(first.stamp, token=flipped(first.stamp.token, -3)))
    return with_renewals(good, bad, second)


@tampering(RENEWAL, "the root enclosed with a renewal, for one that is no certificate", note=ENDED)
def renewal_root(good: Good) -> Handed:
    stamp = stamp_of(good)
    first, second = stamp.renewals
    return with_renewals(good, replace(first, stamp=replace(first.stamp, root=b"no certificate")), second)


@tampering(RENEWAL, "a bit of the first token's signature", "time")
def renewed_flipped(good: Good) -> Handed:
    stamp = stamp_of(good)
    stamps = (replace(stamp, token=flipped(stamp.token, -3)),)
    return Handed(EXHIBIT, replace(good.receipt, stamps=stamps).to_json(), now=LATER)


@tampering(RENEWAL, "another file", "bytes")
def renewed_other_file(good: Good) -> Handed:
    return replace(renewed(good), content=OTHER)


@tampering(
    RENEWAL,
    "a bit of a renewal's token, read while the first certificate still lasts",
    note="nothing fails, for the first token needs no renewal yet: time holds by that token alone",
)
def renewal_not_needed(good: Good) -> Handed:
    return replace(renewal_flipped(good), now=NOW + DAY)


@tampering(RENEWAL, "a list of renewals without any", "bytes", note=UNREADABLE)
def renewals_none(good: Good) -> Handed:
    return listed(good, [])


@tampering(RENEWAL, "more renewals than there may be", "bytes", note=UNREADABLE)
def renewals_many(good: Good) -> Handed:
    stamp = stamp_of(good)
    return with_renewals(good, *[stamp.renewals[0]] * 9)


@tampering(RENEWAL, "an unknown name in a renewal", "bytes", note=UNREADABLE)
def renewal_unknown_name(good: Good) -> Handed:
    return renewed_with(good, "zeal", 1)


@tampering(RENEWAL, "renewals within a renewal", "bytes", note=UNREADABLE)
def renewals_nested(good: Good) -> Handed:
    def nest(renewals: list[dict[str, dict[str, object]]]) -> object:
        first, second = renewals
        return [first | {"stamp": first["stamp"] | {"renewals": [second]}}]

    return listed(good, nest)


@tampering(RENEWAL, "a renewal's checkpoint of another log than its key", "bytes", note=UNREADABLE)
def renewal_other_log(good: Good) -> Handed:
    return renewed_with(good, "log.checkpoint", lambda text: text.replace("entente.test/log", "entente.test/else"))
