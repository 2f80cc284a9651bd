"""A mission at the moment a test is about, with exhibits on the joint table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from odr.disputes.lifecycle import Stage
from odr.evidence.intake import lodge
from odr.evidence.openings import open_exhibit
from odr.evidence.recording import Lodged, read_about
from odr.expertise.commands import accept_mission, open_mission
from odr.expertise.examining import supply_exhibits
from odr.expertise.models import Mission
from odr.expertise.queries import visible_mission
from odr.ids import ExhibitId, MissionId
from odr.platform import Platform
from odr.visibility.actor import CentreRole
from tests.builders import Case, a_case, an_account, nobody_objects

QUESTIONS = "1. Le cahier des charges suffisait-il ?\n2. Quelles causes expliquent le retard ?"


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


@dataclass
class Desk:
    """A dispute with three joint exhibits (C-1, C-2, R-1) and one caucus exhibit, and a mission."""

    platform: Platform
    case: Case
    mission_id: MissionId
    exhibits: dict[str, ExhibitId] = field(default_factory=dict)

    def __getattr__(self, name: str):
        return self.case.people[name]

    @property
    def id(self):
        return self.case.id

    async def put(self, who: str, space_id, name: str, title: str, *, kind: str = "other", data: bytes = b"") -> Lodged:
        return await lodge(
            self.platform,
            self.case.people[who],
            self.id,
            space_id,
            about=read_about(title=title, kind=kind, origin="produced", document_date="", again=""),
            name=name,
            chunks=once(data or title.encode()),
        )

    async def desk_id(self):
        async with self.platform.unit(write=False) as uow:
            return (await uow.session.get_one(Mission, self.mission_id)).space_id

    async def accept(self) -> None:
        async with self.platform.unit() as uow:
            await accept_mission(
                uow, self.expert, self.id, self.mission_id, declaration="Aucun lien, aucun intérêt.", independent=True
            )
        await nobody_objects(self.platform, self.id, self.claimant, self.respondent)

    async def supply(self, *numbers: str) -> None:
        async with self.platform.unit() as uow:
            await supply_exhibits(
                uow,
                self.mediator,
                self.id,
                self.mission_id,
                exhibit_ids=[self.exhibits[number] for number in numbers],
            )

    async def paper(self, *, kind: str = "report") -> ExhibitId:
        lodged = await self.put(
            "expert", await self.desk_id(), "rapport.pdf", f"Rapport ({kind})", kind=kind, data=f"%PDF {kind}".encode()
        )
        return lodged.exhibit_id

    async def read(self, who: str, exhibit_id: ExhibitId) -> bytes:
        opened = await open_exhibit(self.platform, self.case.people[who], self.id, exhibit_id)
        return b"".join([chunk async for chunk in opened.read(0, opened.facts.size)])

    async def view(self, who: str):
        async with self.platform.unit(write=False) as uow:
            return await visible_mission(uow, self.case.people[who], self.id, self.mission_id)


async def a_desk(platform: Platform) -> Desk:
    case = await a_case(platform, Stage.OPEN)
    case.people["other_expert"] = await an_account(platform, "Omar Autre", CentreRole.EXPERT)
    async with platform.unit() as uow:
        mission_id = await open_mission(
            uow,
            case.people["mediator"],
            case.id,
            expert_id=str(case.people["expert"].account_id),
            questions=QUESTIONS,
        )
    desk = Desk(platform, case, mission_id)
    joint = case.spaces["joint"]
    for who, title in (("claimant", "Le contrat"), ("claimant", "Le cahier"), ("respondent", "La facture")):
        lodged = await desk.put(who, joint, f"{title}.txt", title)
        desk.exhibits[lodged.number] = lodged.exhibit_id
    secret = await desk.put("claimant", case.spaces["caucus_claimant"], "aveu.txt", "Note gardée en aparté")
    desk.exhibits["secret"] = secret.exhibit_id
    return desk
