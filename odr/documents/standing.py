"""How the seal on documents is: its certificate, what readers hold against it, which documents await a time stamp."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from odr.documents.models import Document
from odr.unit_of_work import UnitOfWork
from odr.words import phrase
from vault import ConfigurationError, Fault, SealFacts

ENDS_SOON: Final = timedelta(days=60)
LATE: Final = timedelta(days=60)
"""Stamps are renewed from 90 days before they end: one that has fewer left was asked for in vain for a month."""

FAULTS: Final[Mapping[Fault, str]] = {
    Fault.ENDED: phrase("Its certificate, or one of those that vouch for it, has ended: nothing more can be sealed."),
    Fault.EARLY: phrase("Its certificate, or one of those that vouch for it, is not valid yet."),
    Fault.USAGE: phrase("Its certificate does not allow the key to sign."),
    Fault.PURPOSE: phrase("Its certificate was issued for something else than documents: readers will refuse it."),
    Fault.CHAIN: phrase("The certificates that vouch for it are missing from the file, or are others."),
}


@dataclass(frozen=True, slots=True)
class SealStanding:
    """The seal's certificate, ``None`` before the first document; ``broken`` when its file cannot be used.

    ``unstamped``: documents that no time authority has stamped yet; ``late``: those whose last stamp ends soon.
    """

    facts: SealFacts | None
    broken: bool
    ends_soon: bool
    unstamped: int
    late: int


async def seal_facts(uow: UnitOfWork) -> SealFacts | None:
    """Return what the seal is; ``None`` before the first document made it, and where its file cannot be used."""
    try:
        return await asyncio.to_thread(uow.vault.papers.facts, uow.now())
    except ConfigurationError:
        return None


async def seal_certificates(uow: UnitOfWork) -> bytes:
    """Return the seal's certificate and those that vouch for it, in PEM; empty where ``seal_facts`` is ``None``."""
    if await seal_facts(uow) is None:
        return b""
    return await asyncio.to_thread(lambda: uow.vault.papers.certificates)


async def seal_standing(uow: UnitOfWork) -> SealStanding:
    """Return how the seal is, for those who run the platform."""
    try:
        facts, broken = await asyncio.to_thread(uow.vault.papers.facts, uow.now()), False
    except ConfigurationError:
        facts, broken = None, True
    late = Document.stamped_until < uow.now() + LATE
    query = select(
        func.count().filter(Document.stamped_until.is_(None)),
        func.count().filter(late),
    ).select_from(Document)
    unstamped, ending = (await uow.session.execute(query)).one()
    soon = facts is not None and facts.until < uow.now() + ENDS_SOON
    return SealStanding(facts, broken, soon, unstamped, ending)
