"""Verification of sealed records by the vault's own offline verifier: from the terminal, and by the server itself."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select

from odr.archive.models import Record, RecordCheck
from odr.archive.releasing import Release, open_package
from odr.ids import RecordId
from odr.outbox import Job
from odr.platform import Platform, speaking_odr
from vault import (
    PAGE_STATIC,
    DigestMismatchError,
    ObjectMissingError,
    Report,
    SealError,
    page_policy,
    retold,
    verifier_page,
    verify_command,
    verify_record,
)

__all__ = ["PAGE_STATIC", "check_record", "page_policy", "retold", "verifier_page", "verify_from_terminal"]

log = structlog.get_logger("archive")

_LOST: Final = (SealError, DigestMismatchError, ObjectMissingError)
_UNSEEN: Final = {"status": "not claimed", "english": "not looked at", "french": "non examiné"}
_LOST_BYTES: Final = {
    "status": "fails",
    "english": "the store no longer gives the sealed bytes as they were kept",
    "french": "le stockage ne rend plus les octets scellés tels qu'ils ont été conservés",
}


def verify_from_terminal(argv: Sequence[str]) -> int:
    """Verify what the arguments name and print four verdicts; 0 when all that is claimed holds, 1 or 2 otherwise."""
    return verify_command(argv)


async def check_record(platform: Platform, job: Job) -> None:
    """Give the whole package, as anyone would download it, to the offline verifier, and keep its four verdicts.

    The package lies in the data directory meanwhile, in a file that only the server's user reads. A record that the
    vault refuses to open is itself a finding: its bytes do not hold.
    """
    record_id = RecordId(UUID(job.payload.get("record_id") or job.payload["subject_id"]))
    folder = platform.settings.data_dir / "checking"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{job.id}.zip"
    try:
        report = await _verified(platform, record_id, path)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    holds, verdicts = _found(report)
    if not holds:
        log.error("record_does_not_hold", record=str(record_id))
    async with platform.unit() as uow:
        uow.session.add(RecordCheck(record_id=record_id, checked_at=uow.now(), holds=holds, verdicts=verdicts))


async def _verified(platform: Platform, record_id: RecordId, path: Path) -> Report | None:
    """Return what the verifier says, or ``None`` when the vault does not give the record out whole."""
    async with platform.unit(write=False) as uow:
        record = (await uow.session.scalars(select(Record).where(Record.id == record_id))).one()
        try:
            release = await open_package(uow, record)
        except _LOST:
            return None
    with speaking_odr():
        try:
            await _write(release, path)
        except _LOST:
            return None
    ledger = platform.vault.ledger
    roots = [authority.root() for authority in ledger.authorities]
    return await asyncio.to_thread(verify_record, path, trusted_key=ledger.key, trusted_roots=roots)


async def _write(release: Release, path: Path) -> None:
    """Write a package piece by piece, in a thread, to a file that nobody else may read."""
    handle = await asyncio.to_thread(os.open, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        async for piece in release.stream():
            await asyncio.to_thread(file.write, piece)


def _found(report: Report | None) -> tuple[bool, dict[str, Any]]:
    """Return whether all holds, and the verdicts as they are kept."""
    if report is None:
        return False, {"bytes": _LOST_BYTES, "inclusion": _UNSEEN, "time": _UNSEEN, "signature": _UNSEEN}
    return report.holds, {
        name: {"status": verdict.status, "english": verdict.english, "french": verdict.french}
        for name, verdict in report.verdicts.items()
    }
