"""The certificate of a destruction: what it states, its digest in a tree of its own."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import rfc8785

from odr.custody.events import Destroyed
from odr.custody.models import Destruction
from odr.custody.shredding import JSONItem
from odr.disputes.models import Dispute
from odr.ids import AccountId, SpaceId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from vault import SpaceRef

FORMAT: Final = "entente-destruction/v1"


async def certify(
    uow: UnitOfWork,
    row: Destruction,
    items: Sequence[JSONItem],
    *,
    withheld: dict[str, int],
    rule: str,
    actor_id: AccountId | None,
) -> None:
    """Keep what the certificate states, record its digest in a tree of its own, and have the mark written.

    A tree of its own: its position would otherwise count what else happened.
    """
    own = SpaceRef(row.dispute_id, row.id)
    await uow.vault.make_space(uow.session, own)
    names = await account_names(uow, {each for each in (row.asked_by, row.decided_by) if each is not None})
    dispute = await uow.session.get(Dispute, row.dispute_id)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "id": str(row.id),
        "scope": row.scope.value,
        "because": row.because.value,
        "rule": rule,
        "dispute": dispute.reference if dispute else None,
        "asked_by": names.get(row.asked_by) if row.asked_by else None,
        "asked_at": row.asked_at.isoformat(timespec="milliseconds"),
        "decided_by": names.get(row.decided_by) if row.decided_by else None,
        "destroyed_at": uow.now().isoformat(timespec="milliseconds"),
        "files": len(items),
        "bytes": sum(each["size"] for each in items),
        "items": list(items),
        "withheld": withheld,
    }
    whole = rfc8785.dumps(facts)
    row.facts_sealed = await uow.vault.seal_text(uow.session, own, row.id, whole.decode())
    await uow.session.flush()
    event = Destroyed(
        dispute_id=row.dispute_id,
        space_id=SpaceId(row.id),
        rule=rule,
        actor_id=actor_id,
        destruction_id=row.id,
        sha256=hashlib.sha256(whole).hexdigest(),
        size=len(whole),
    )
    await uow.record(event)
