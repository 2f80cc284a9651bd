"""The mediator's notes: never archived, and destroyed when the file is closed."""

import pytest
from sqlalchemy import func, select, update

from odr.archive.commands import close_file
from odr.bootstrap import Platform
from odr.chronicle import happened
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import NotFoundError
from odr.spaces.commands import post_message
from odr.spaces.models import Message
from odr.spaces.queries import visible_space
from odr.visibility.terms import SpaceKind
from tests.builders import a_case
from vault import SpaceMissingError


async def test_closing_the_file_destroys_the_notes_their_room_and_its_key(any_platform: Platform) -> None:
    case = await a_case(any_platform, Stage.OPEN)
    mediator, notes = case.people["mediator"], case.spaces["notes"]
    async with any_platform.unit() as uow:
        await post_message(uow, mediator, case.id, notes, text="Le défendeur cédera sur le support.")
        kept = await uow.session.scalar(select(Message).where(Message.kind == SpaceKind.NOTES))
        assert kept is not None
    async with any_platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.SETTLED))
    async with any_platform.unit() as uow:
        await close_file(uow, case.people["secretariat"], case.id)
    async with any_platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).where(Message.kind == SpaceKind.NOTES)) == 0
        with pytest.raises(NotFoundError):
            await visible_space(uow, mediator, case.id, notes)
        assert "détruites" in (await happened(uow, mediator, case.id))[0].text
        uow.vault.keys.forget()
        with pytest.raises(SpaceMissingError):
            await uow.vault.open_text(uow.session, case.ref("notes"), kept.id, kept.body_sealed)
        joint = await visible_space(uow, mediator, case.id, case.spaces["joint"])
        assert joint.kind is SpaceKind.JOINT, "the other rooms stay"
