"""When all is signed and sealed: the record holds what was common and nothing else, and opens to nobody too early."""

from sqlalchemy import select, update

from odr.agreements.commands import freeze_text
from odr.agreements.models import AgreementVersion
from odr.agreements.signing import sign_agreement
from odr.archive.commands import ask_access, decide_access
from odr.archive.models import Record
from odr.ids import RecordId
from odr.outbox import JobRow, JobState
from odr.people.models import Account
from odr.people.passwords import hash_password
from odr.platform import Platform
from odr.visibility.actor import Actor
from tests.application import application
from tests.builders import Hands
from tests.integration.separation.ids import mark_ids
from tests.integration.separation.marked import Marked, a_marked_case, settle_jobs
from tests.integration.separation.walking import Net, a_walker, parts_of
from web.separation.walking import Seen

PASSWORD = "un mot de passe bien long"
IN_THE_RECORD = {
    "procedure",
    "joint",
    "joint room",
    "supplied",
    "mission",
    "second_mission",
    "contested_mission",
    "report",
    "agreement",
}
STARTS = ("/", "/disputes", "/archive", "/account", "/people", "/operations")


async def settle(platform: Platform, marked: Marked, clock: Hands) -> RecordId:
    """Freeze what was drafted, sign it for both, and let the worker seal the record."""
    mediator, case = _actor(marked, "mediator"), marked.case
    known = await hash_password(PASSWORD)
    async with platform.unit() as uow:
        newest = select(AgreementVersion).where(AgreementVersion.dispute_id == case.id)
        version = (await uow.session.scalars(newest.order_by(AgreementVersion.number.desc()))).first()
        assert version is not None
        agreement_id, digest = version.agreement_id, version.digest.hex()
        await freeze_text(uow, mediator, case.id, agreement_id, digest_seen=digest)
        signing = [_actor(marked, side) for side in ("claimant", "respondent")]
        ids = [actor.account_id for actor in signing]
        await uow.session.execute(update(Account).where(Account.id.in_(ids)).values(password_hash=known))
    for actor in signing:
        async with platform.unit() as uow:
            await sign_agreement(uow, actor, case.id, agreement_id, digest_seen=digest, password=PASSWORD)
    for _ in range(3):
        await settle_jobs(platform, clock)
    async with platform.unit(write=False) as uow:
        stuck = select(JobRow.kind, JobRow.last_error).where(JobRow.state == JobState.PARKED)
        assert not (await uow.session.execute(stuck)).all()
        return (await uow.session.scalars(select(Record.id).where(Record.dispute_id == case.id))).one()


async def test_the_sealed_record_holds_what_was_common_and_opens_to_nobody_too_early(
    platform: Platform, clock: Hands
) -> None:
    marked = await a_marked_case(platform, clock)
    record_id = await settle(platform, marked, clock)
    await mark_ids(platform, marked)
    app = application(platform)
    path = f"/api/v1/records/{record_id}/package"

    async def walk(role: str) -> tuple[Seen, list[Seen]]:
        async with a_walker(platform, app, marked.people[role]) as walker:
            seen = await walker.crawl(*STARTS, f"/disputes/{marked.case.id}", f"/disputes/{marked.case.id}/record")
            package = await walker.ask(path)
            return package, [*seen, package]

    for role in ("archivist", "secretariat", "administrator", "stranger", "expert", "nobody"):
        package, seen = await walk(role)
        assert package.status in {401, 403, 404, 409}, role
        forbidden = [mark for mark in marked.forbidden(role) if not mark.name.startswith("disputes ")]
        net = Net(forbidden if role in {"archivist", "secretariat"} else marked.forbidden(role))
        assert not {(answer.asked, name) for answer in seen for name in net.catch(parts_of(answer))}, role

    archivist, secretariat = _actor(marked, "archivist"), _actor(marked, "secretariat")
    motive = marked.word("motive", "keepers")
    async with platform.unit() as uow:
        access_id = await ask_access(uow, archivist, record_id, motive=motive)
    assert (await walk("archivist"))[0].status in {403, 404, 409}
    async with platform.unit() as uow:
        await decide_access(uow, secretariat, access_id, allow=True)

    kept_out = [mark for mark in marked.marks if mark.place not in IN_THE_RECORD]
    common = Net(
        [mark for mark in marked.marks if mark.place in {"joint", "agreement"} and mark.name.startswith("word")]
    )
    for role in ("archivist", "claimant", "respondent", "mediator"):
        package, seen = await walk(role)
        assert package.status == 200, role
        assert not Net(kept_out).catch(parts_of(package)), role
        assert common.catch(parts_of(package)), "the record holds what was common"
        forbidden = marked.forbidden(role) if role != "archivist" else kept_out
        forbidden = [mark for mark in forbidden if not (mark.place == "keepers" and role == "archivist")]
        net = Net(forbidden)
        assert not {(answer.asked, name) for answer in seen for name in net.catch(parts_of(answer))}, role


def _actor(marked: Marked, role: str) -> Actor:
    actor = marked.people[role]
    assert actor is not None
    return actor
