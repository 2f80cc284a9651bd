"""Tamperings with the time stamps of a receipt."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from tests.proofs import NOW, a_stamp
from tests.services.time_authorities import start_certificate
from tests.tampering.table import EXHIBIT, Good, Handed, flipped, tampering
from vault.authority import Authority, make_authority
from vault.ledger.proofs import Stamp

STAMP: Final = "The time stamps of a receipt"
REJECTED: Final = b"\x30\x05\x30\x03\x02\x01\x02"


def stamped_with(good: Good, *stamps: Stamp, roots: tuple[x509.Certificate, ...] = ()) -> Handed:
    return Handed(EXHIBIT, replace(good.receipt, stamps=stamps).to_json(), roots=roots)


def checkpoint(good: Good) -> bytes:
    assert good.receipt.log
    return good.receipt.log.checkpoint.text


def authority_with(usage: ObjectIdentifier, *, critical: bool, ca: bool = True) -> Authority:
    """An authority whose certificate is for something else, or does not insist, or whose root may not certify."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    life = (NOW - timedelta(days=1), NOW + timedelta(days=1))
    root = (
        start_certificate("root", "root", root_key, *life)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = start_certificate("stamps", "root", key, *life)
    certificate = certificate.add_extension(x509.ExtendedKeyUsage([usage]), critical=critical)
    return Authority(key, certificate.sign(root_key, hashes.SHA256()), root)


@tampering(STAMP, "a token over another checkpoint", "time")
def stamp_of_another(good: Good) -> Handed:
    assert good.seal.log
    return stamped_with(good, *good.seal.stamps)


@tampering(STAMP, "a bit of the token's signature", "time")
def stamp_flipped(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, token=flipped(stamp.token, -3)))


@tampering(STAMP, "the token's time", "time")
def stamp_dated(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    year = f"{NOW:%Y%m%d}".encode()
    return stamped_with(good, replace(stamp, token=stamp.token.replace(year, b"2020" + year[4:], 1)))


@tampering(STAMP, "the token cut short", "time")
def stamp_cut(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, token=stamp.token[:-10]))


@tampering(STAMP, "rubbish in the token's place", "time")
def stamp_rubbish(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, token=b"no token"))


@tampering(STAMP, "the authority's refusal in the token's place", "time")
def stamp_rejected(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, token=REJECTED))


@tampering(STAMP, "the root enclosed, for another authority's of the same name", "time")
def stamp_root(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(
        good, replace(stamp, root=other_authority(good.folder, "same-name").root.public_bytes(Encoding.DER))
    )


@tampering(STAMP, "a root enclosed that is no certificate", "time")
def stamp_root_rubbish(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, root=b"no certificate"))


@tampering(STAMP, "an authority of the forger's, and the reader trusts the true one's root", "time")
def stamp_forged(good: Good) -> Handed:
    stamp = a_stamp(checkpoint(good), other_authority(good.folder, "forger"))
    return stamped_with(good, stamp, roots=(good.authority.root,))


@tampering(
    STAMP,
    "an authority of the forger's, and the reader trusts no root beforehand",
    note="nothing can fail: the reader is told that the root is the one enclosed, with its fingerprint to be compared",
)
def stamp_forged_unseen(good: Good) -> Handed:
    return stamped_with(good, a_stamp(checkpoint(good), other_authority(good.folder, "forger")))


@tampering(STAMP, "a certificate that is for signing programs", "time")
def stamp_for_code(good: Good) -> Handed:
    return stamped_with(
        good, a_stamp(checkpoint(good), authority_with(ExtendedKeyUsageOID.CODE_SIGNING, critical=True))
    )


@tampering(STAMP, "a certificate whose key usage is not critical", "time")
def stamp_uncritical(good: Good) -> Handed:
    authority = authority_with(ExtendedKeyUsageOID.TIME_STAMPING, critical=False)
    return stamped_with(good, a_stamp(checkpoint(good), authority))


@tampering(STAMP, "a token made after its certificate had expired", "time")
def stamp_expired(good: Good) -> Handed:
    return stamped_with(good, a_stamp(checkpoint(good), good.authority, now=NOW + timedelta(days=366 * 11)))


@tampering(STAMP, "a token made before its certificate was valid", "time")
def stamp_early(good: Good) -> Handed:
    return stamped_with(good, a_stamp(checkpoint(good), good.authority, now=NOW - timedelta(days=366)))


@tampering(STAMP, "one good token, and a false one after it", "time")
def stamp_beside(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, stamp, replace(stamp, token=flipped(stamp.token, -3)))


@tampering(
    STAMP,
    "the token taken away",
    note="nothing fails, for nothing more is claimed: time reads “No independent time stamp”",
)
def stamp_stripped(good: Good) -> Handed:
    return stamped_with(good)


@tampering(
    STAMP,
    "the word that the authority is independent",
    note="nothing fails: it is the platform's word, and read as such (“said to be independent”, under which root)",
)
def stamp_boasting(good: Good) -> Handed:
    (stamp,) = good.receipt.stamps
    return stamped_with(good, replace(stamp, independent=True))


def other_authority(folder: Path, name: str) -> Authority:
    return make_authority(folder / name)
