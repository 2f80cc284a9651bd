"""Which tasks and notices follow from what happens in sight of all: only those may show to whoever runs the centre."""

from typing import Final

from odr.notices.terms import IN_SIGHT as NOTICES
from odr.notices.terms import Audience, NoticeKind
from odr.operations import IN_SIGHT as JOBS_IN_SIGHT
from odr.reactions import REACTIONS, Tell
from odr.worker import JOBS

WIDE: Final = {
    Audience.PARTIES,
    Audience.OTHER_PARTIES,
    Audience.TABLE,
    Audience.SIGNATORIES,
    Audience.SECRETARIAT,
}
APART: Final = {
    "a message, an exhibit, a ticket, a meeting or minutes apart": (
        "tell",
        "send_mail",
        "send_digest",
        "meet_deadline",
    ),
    "a team asks somebody in, a person takes another address": ("send_invitation", "send_code"),
    "a file, an archive or an upload in a room": (
        "unpack_archive",
        "scan_waiting",
        "sweep_uploads",
        "sweep_orphans",
        "tend_locks",
        "scrub_objects",
        "replicate",
    ),
    "an exhibit that is taken back from a caucus": ("mark_destruction", "repeat_destructions"),
    "a stop, of which the secretariat reads nothing": ("drop_draft", "give_draft_back", "empty_draft"),
    "a party's objection, which an administrator does not read": ("start_target", "end_target_early"),
}
"""The tasks that no page tells, and after what they may come."""


def test_each_task_is_in_sight_or_may_follow_something_apart() -> None:
    apart = {kind for kinds in APART.values() for kind in kinds}
    assert not apart & JOBS_IN_SIGHT
    assert apart | JOBS_IN_SIGHT == set(JOBS)


def test_a_notice_is_in_sight_if_all_of_its_kind_go_to_everybody() -> None:
    told: dict[NoticeKind, set[Audience]] = {}
    for reactions in REACTIONS.values():
        for each in reactions:
            if isinstance(each, Tell):
                told.setdefault(each.what, set()).add(each.whom)
    one_partys = {NoticeKind.OBJECTION_RAISED}  # and read by the secretariat, who has no seat
    assert {kind for kind, whom in told.items() if whom <= WIDE} - one_partys == NOTICES
