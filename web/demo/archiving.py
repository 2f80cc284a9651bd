"""After the settlement: the sealed record, read on authorisation, verified offline; a file reopened and linked."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from odr.words import _, reader, size
from web.demo.hands import Hands
from web.demo.settling import leader_of
from web.demo.table import Table, digest_of, expect

VERIFIED: Final = 0
NOT_VERIFIED: Final = 1
STAMP_SECONDS: Final = 60.0
STAMP_PAUSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verification trusts: the log's key and the time authority's root, and what it may not touch."""

    key: str
    root: Path
    forbidden: Path


async def seal_and_close(table: Table) -> dict[str, Any]:
    """Wait for the sealed record, and close the file; return the record."""
    table.narrator.chapter(_("The record"))
    claimant = leader_of(table, "claimant")

    async def sealed() -> dict[str, Any] | None:
        answer = await claimant.try_to("GET", f"{table.dispute}/record")
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None  # noqa: PLR2004 -- OK
        return found

    record = await table.until(sealed, _("the sealed record"))
    table.tell(_("Entente"), _("seals the record: %(size)s, seal %(seal)s…", size=size(record["size"]),
                               seal=record["seal"][:16]))  # fmt: skip
    secretary = table.case.holder_of("secretariat")
    await table[secretary.key].post(f"{table.dispute}/close")
    table.tell(secretary.key, _("closes the file"))
    return record


async def read_the_record(table: Table, record: dict[str, Any], folder: Path) -> Path:
    """The archivist asks with a motive, a second person allows it, and the package is downloaded."""
    wish = table.case.archive_request
    archivist, second = table[wish.asked_by], table[wish.authorised_by]
    path = f"/records/{record['id']}"
    listed = await archivist.get("/records", params={"search": table.reference})
    expect([each["id"] for each in listed["records"]] == [record["id"]], _("the archive lists the record"))
    table.tell(archivist, _("finds the record in the archive: metadata, no content"))
    early = await archivist.is_refused("GET", f"{path}/package", 404, "not_found")
    table.refused(archivist, _("downloads it without an authorisation"), early)
    asked = await archivist.post(f"{path}/requests", {"motive": wish.motive})
    table.tell(archivist, _("asks to read it: “%(motive)s”", motive=wish.motive))
    own = await archivist.is_refused("POST", f"/access-requests/{asked['id']}/authorise", 403, "own_request")
    table.refused(archivist, _("authorises the request alone"), own)
    await second.post(f"/access-requests/{asked['id']}/authorise")
    table.tell(second, _("authorises it, as a second person"))
    return await _download(table, archivist, path, folder)


async def _download(table: Table, archivist: Hands, path: str, folder: Path) -> Path:
    target = folder / f"{table.reference}-package.zip"

    async def whole() -> int | None:
        return await archivist.download(f"{path}/package", target) or None

    octets = await table.until(whole, _("the seal's receipt"))
    table.tell(archivist, _("downloads the package: %(size)s", size=size(octets)))
    return target


async def verify(table: Table, package: Path, trust: Trust, *, again: str) -> None:
    """Verify the package offline in a process of its own, and that a single changed bit is found.

    ``again``: the record's path, to take its package once more while the seal's time stamp is on its way.
    """
    table.narrator.chapter(_("The verification, offline"))
    archivist = table[table.case.archive_request.asked_by]
    english = ["--language", "en"]

    async def stamped() -> str | None:
        status, said = await run_verifier(package, trust, english)
        if status == VERIFIED and "\nTime         holds" in said:
            return said
        expect("not claimed" in said and status == VERIFIED, said)
        await asyncio.sleep(STAMP_PAUSE_SECONDS)
        await archivist.download(f"{again}/package", package)
        return None

    await table.until(stamped, _("the time stamp of the seal"), STAMP_SECONDS)
    status, said = await run_verifier(package, trust, ["--language", str(reader.get().language)])
    table.tell(archivist, f"entente verify {package.name} --key … --root {trust.root.name}")
    table.narrator.note(said)
    expect(status == VERIFIED, _("everything that is claimed holds"))
    altered = package.with_name(f"altered-{package.name}")
    _flip_a_bit(package, altered)
    status, said = await run_verifier(altered, trust, english)
    expect(status == NOT_VERIFIED and "FAILED" in said, _("a single changed bit is found"))
    table.tell(archivist, _("changes one bit in the middle of a copy: the verification fails, as it must"))


async def run_verifier(package: Path, trust: Trust, options: list[str]) -> tuple[int, str]:
    """Run the verifier with no network and no way to the platform's files; return its status and what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "web.demo.offline",
        str(trust.forbidden),
        "--",
        str(package),
        "--key",
        trust.key,
        "--root",
        str(trust.root),
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=package.parent,
        env={"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"},
    )
    said, _none = await process.communicate()
    return process.returncode if process.returncode is not None else NOT_VERIFIED, said.decode("utf-8", "replace")


def _flip_a_bit(source: Path, target: Path) -> None:
    data = bytearray(source.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)


async def reopen(table: Table, record: dict[str, Any]) -> None:
    """A party asks to reopen; two people of the centre agree; a linked new file is made, the record stays as it is."""
    table.narrator.chapter(_("The reopening"))
    claimant = leader_of(table, "claimant")
    wish = table.case.archive_request
    motive = _("The second instalment was not paid, and a formal notice had no effect.")
    asked = await claimant.post(f"{table.dispute}/reopenings", {"motive": motive})
    table.tell(claimant, _("asks to reopen: “%(motive)s”", motive=motive))
    path = f"/reopenings/{asked['id']}/agree"
    own = await claimant.is_refused("POST", path, 404, "not_found")
    table.refused(claimant, _("agrees to the request alone"), own)
    first = await table[wish.asked_by].post(path)
    expect(first["new_dispute_id"] is None, _("one person's yes is not enough"))
    table.tell(wish.asked_by, _("agrees; one person's yes is not enough"))
    second = await table[wish.authorised_by].post(path)
    table.tell(wish.authorised_by, _("agrees as well"))
    new = await claimant.get(f"/disputes/{second['new_dispute_id']}")
    expect(new["stage"] == "referred" and new["reopens_record_id"] == record["id"], _("the new file names the record"))
    kept = await table[wish.asked_by].get(f"/records/{record['id']}")
    expect(kept["record"]["sha256"] == record["sha256"], _("the record is untouched"))
    table.tell(_("Entente"), _("opens the linked file %(reference)s; the record stays as it was sealed",
                               reference=new["reference"]))  # fmt: skip


async def verify_a_receipt(table: Table, file: str, trust: Trust, folder: Path) -> None:
    """A party verifies one of its own files with its receipt, offline."""
    claimant = leader_of(table, "claimant")
    target, receipt = folder / file, folder / f"{file}.receipt.json"
    target.write_bytes(table.evidence[file].path.read_bytes())

    async def proven() -> bool | None:
        answer = await claimant.ask("GET", f"{table.exhibit(file)}/receipt")
        receipt.write_bytes(answer.content)
        status, _said = await run_verifier(target, trust, ["--receipt", str(receipt), "--language", "en"])
        return True if status == VERIFIED else None

    await table.until(proven, _("the receipt's proof"))
    table.tell(claimant, _("verifies “%(name)s” with its receipt alone, offline (SHA-256 %(digest)s…)", name=file,
                           digest=digest_of(target)[:16]))  # fmt: skip
