"""What is read of one exhibit is decided row by row, what a list shows by one WHERE clause: they never differ."""

from sqlalchemy import select

from odr.errors import NotFoundError
from odr.evidence.models import Placement
from odr.evidence.sight import may_read, visible_placements
from odr.evidence.withdrawing import take_back
from odr.ids import PlacementId
from odr.people.queries import load_actor
from tests.integration.expertise.desk import Desk


async def test_every_placement_is_read_one_by_one_by_exactly_those_who_find_it_in_a_list(any_desk: Desk) -> None:
    desk, spaces = any_desk, any_desk.case.spaces
    await desk.accept()
    await desk.supply("C-1")
    await desk.paper()
    await desk.put("claimant", spaces["private_claimant"], "brouillon.txt", "Brouillon")
    withdrawn = await desk.put("respondent", spaces["joint"], "erreur.txt", "Erreur")
    async with desk.platform.unit() as uow:
        await take_back(uow, desk.case.people["respondent"], desk.id, withdrawn.exhibit_id)
    seen = 0
    async with desk.platform.unit(write=False) as uow:
        exhibits = set(await uow.session.scalars(select(Placement.exhibit_id)))
        for who, person in desk.case.people.items():
            actor = await load_actor(uow, person.account_id)
            one_by_one: set[PlacementId] = set()
            for exhibit_id in exhibits:
                try:
                    one_by_one |= {each.id for each in (await visible_placements(uow, actor, desk.id, exhibit_id))[1]}
                except NotFoundError:
                    continue
            at_once = set(await uow.session.scalars(select(Placement.id).where(may_read(actor))))
            assert one_by_one == at_once, who
            seen += len(at_once)
    assert len(exhibits) == 7
    assert seen > 12, "nobody would see a thing"
