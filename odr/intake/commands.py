"""Answering a questionnaire's pages, each kept as typed; and sending the request that they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odr.disputes.filing import draft_of, file_dispute, save_draft
from odr.errors import NotFoundError
from odr.ids import DisputeId
from odr.intake.answers import LONGEST, answers_of, category_of, check, draft_from, gathered, require_whole
from odr.intake.queries import proofs_for
from odr.intake.questions import BY_KEY
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a page's answers: ``problems`` by key; ``follow_up``: the first question that they led to."""

    dispute_id: DisputeId
    problems: dict[str, str]
    follow_up: str


async def keep_topic(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId | None, topic: str, form: Mapping[str, Sequence[str]]
) -> Kept:
    """Keep one page's answers as they were typed, right or wrong; ``None`` begins a draft.

    What is wrong is said and kept all the same, so that nothing is lost; it must be put right before the request is
    sent. Raises NotFoundError for a page that does not exist, and as :func:`odr.disputes.filing.draft_of`.
    """
    if topic not in BY_KEY:
        raise NotFoundError
    page = BY_KEY[topic]
    draft = await draft_of(uow, actor, dispute_id) if dispute_id is not None else None
    answers = answers_of(draft) if draft is not None else {}
    before = {question.key for question in page.asked(category_of(answers), answers)}
    most = page.rows.most if page.rows is not None else 0
    given = gathered([*page.questions, *page.whole(category_of(answers), {}, rows=most)], form)
    given = {key: text for key, text in given.items() if key in form or key in before or page.rows is not None}
    too_long = {key: "too_long" for key, text in given.items() if len(text) > LONGEST}
    answers |= {key: text for key, text in given.items() if key not in too_long}
    if page.rows is not None:
        answers = page.rows.closed_up(answers)
    asked = page.whole(category_of(answers), answers)
    proofs = await proofs_for(uow, actor, dispute_id) if dispute_id is not None else ()
    checked = check(asked, answers, proofs={proof for proof, _label in proofs})
    answers |= checked.answers
    kept = (*(draft.kept if draft is not None else ()), topic)
    saved = await save_draft(uow, actor, dispute_id, draft_from(answers, kept))
    new = [question.key for question in asked if question.after and question.key not in given]
    return Kept(saved, {**checked.problems, **too_long}, new[0] if new else "")


async def send_request(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Refer the dispute to the centre as the draft stands. Raises InvalidInputError with all that is missing."""
    require_whole(answers_of(await draft_of(uow, actor, dispute_id)))
    await file_dispute(uow, actor, dispute_id)
