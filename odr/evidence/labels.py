"""What an exhibit is called in a room: its number, and what is sealed under that room's key: title, name, reason."""

from collections.abc import Sequence
from typing import Final

import msgspec

from odr.evidence.models import FormerPlacement, HandedExhibit, Placement
from odr.ids import HandedId, PlacementId
from odr.unit_of_work import UnitOfWork, space_ref
from vault import SpaceRef

TITLE_LIMIT: Final = 200
HANDED_PREFIX: Final = "A"  # what was handed to a party apart


class Label(msgspec.Struct, frozen=True):
    """An exhibit's title and file name; for a version that replaced another here, why."""

    title: str
    file_name: str
    reason: str = ""


async def seal_label(uow: UnitOfWork, space: SpaceRef, where: PlacementId | HandedId, label: Label) -> bytes:
    """Seal a label for one placement, or for what was handed to one party."""
    return await uow.vault.seal_text(uow.session, space, where, msgspec.json.encode(label).decode())


async def read_labels(uow: UnitOfWork, placements: Sequence[Placement] | Sequence[HandedExhibit]) -> list[Label]:
    """Open the labels of what stands in one room, in their order."""
    if not placements:
        return []
    sealed = [(placement.id, placement.label_sealed) for placement in placements]
    texts = await uow.vault.open_texts(uow.session, space_ref(placements[0]), sealed)
    return [msgspec.json.decode(text, type=Label) for text in texts]


async def read_former_labels(uow: UnitOfWork, placement: Placement, formers: Sequence[FormerPlacement]) -> list[Label]:
    """Open the labels that a placement had before, in their order."""
    if not formers:
        return []
    sealed = [(placement.id, former.label_sealed) for former in formers]
    texts = await uow.vault.open_texts(uow.session, space_ref(placement), sealed)
    return [msgspec.json.decode(text, type=Label) for text in texts]


def number_of(placement: Placement) -> str:
    """Return an exhibit's number in a room, as people say it: C-1."""
    return f"{placement.prefix}-{placement.number}"


def handed_number(row: HandedExhibit) -> str:
    """Return the number of what was handed to one party: its own sequence in that caucus, under another letter."""
    return f"{HANDED_PREFIX}-{row.number}"


def side_of(prefix: str) -> str:
    """Return the side that a number's letter stands for."""
    return {"C": "claimant", "R": "respondent", "E": "expert", "M": "mediator"}.get(prefix[:1], "")
