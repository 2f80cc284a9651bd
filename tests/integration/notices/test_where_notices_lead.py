"""Every kind of notice leads whoever is told to a page that they may open."""

import pytest

from odr.ids import JobId, new_id
from odr.notices.models import Notice
from odr.notices.queries import FOR_KEEPERS, leads_to
from odr.notices.terms import Audience, How, NoticeKind
from odr.reactions import REACTIONS, Tell
from odr.visibility.actor import CentreRole
from tests.builders import a_case, an_account

READERS = {
    Audience.SECRETARIAT: ("secretariat",),
    Audience.PARTIES: ("claimant", "claimant_counsel", "respondent"),
    Audience.OWN_PARTY: ("claimant", "claimant_counsel"),
    Audience.OTHER_PARTIES: ("respondent",),
    Audience.MEDIATOR: ("mediator",),
    Audience.EXPERT: ("expert",),
    Audience.TABLE: ("claimant", "respondent", "mediator"),
    Audience.SIGNATORIES: ("claimant", "respondent"),
    Audience.ARCHIVISTS: ("archivist",),
    Audience.ADMINISTRATORS: ("administrator",),
    Audience.ASKER: ("archivist",),
    Audience.READERS: ("claimant", "respondent", "mediator"),
    Audience.SUBJECT: ("claimant", "mediator", "expert"),
}
ABOUT_NO_DISPUTE = {NoticeKind.STORE_DAMAGED}
TOLD = {
    (reaction.what, reader)
    for reactions in REACTIONS.values()
    for reaction in reactions
    if isinstance(reaction, Tell)
    for reader in READERS[reaction.whom]
}


def test_every_kind_is_told_to_somebody():
    assert {kind for kind, _reader in TOLD} == set(NoticeKind)


@pytest.mark.parametrize("reader", sorted({reader for _kind, reader in TOLD}))
async def test_a_notice_opens_on_a_page_that_its_reader_may_see(platform, sign_in, reader):
    case = await a_case(platform)
    people = {**case.people, "administrator": await an_account(platform, "Ada Régie", CentreRole.ADMINISTRATOR)}
    client, now = await sign_in(people[reader]), platform.clock()
    for kind in sorted({kind for kind, told in TOLD if told == reader}):
        dispute_id = None if kind in ABOUT_NO_DISPUTE else case.id
        notice_id = JobId(new_id())
        async with platform.unit() as uow:
            uow.session.add(
                Notice(
                    id=notice_id,
                    account_id=people[reader].account_id,
                    dispute_id=dispute_id,
                    kind=kind.value,
                    at=now,
                    how=How.AT_ONCE,
                    mail_id=notice_id,
                    sent_at=now,
                    read_at=None,
                )
            )
        opened = await client.post(f"/notices/{notice_id}/open")
        assert opened.status_code == 303, kind
        assert opened.headers["location"] == leads_to(kind, dispute_id)
    for path in sorted(
        {leads_to(kind, None if kind in ABOUT_NO_DISPUTE else case.id) for kind, told in TOLD if told == reader}
    ):
        assert (await client.get(path)).status_code == 200, path


def test_what_keepers_decide_leads_to_the_archive():
    assert {leads_to(kind, None) for kind in FOR_KEEPERS} == {"/archive"}
