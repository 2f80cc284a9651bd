"""The way to the centre for programs: requests from a CRM or an ERP, their score, completions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from odr.disputes.lifecycle import By
from odr.disputes.queries import Category, standing_by, visible_dispute
from odr.errors import NotFoundError
from odr.ids import DisputeId
from odr.intake.completing import ask_completion, complete_request, completions_of
from odr.intake.queries import answers_sent
from odr.intake.rating import change_score, rating_of
from odr.intake.referrals import refer_by_program
from odr.intake.repeated import OTHERS, STEP
from odr.intake.score import Part, Rated
from odr.intake.shapes import MANY
from odr.intake.summary import canonical
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _
from web.api.description import create, read, send
from web.api.disputes import ROOT
from web.api.shapes import Cents, Line, Made, Text, as_typed, shown

Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=8,
        max_length=200,
        description="Names this request for good: sent again with it, the same draft is answered.",
    ),
]


class StepTaken(msgspec.Struct, forbid_unknown_fields=True):
    """What was done already: reminder, meeting, complaint, notice, withheld, report, counsel or other; when; how."""

    what: Line
    on: date | None = None
    words: Line = ""


class Company(msgspec.Struct, forbid_unknown_fields=True):
    """One's own company."""

    name: Line
    registration: Line = ""
    address: Line = ""


class Respondent(msgspec.Struct, forbid_unknown_fields=True):
    """Another company, and whom to invite there."""

    name: Line
    registration: Line = ""
    address: Line = ""
    contact_name: Line = ""
    contact_email: Line = ""


class ReferralBody(msgspec.Struct, forbid_unknown_fields=True):
    """A request as a program knows it; it lands as a draft, which its person completes and confirms on the site.

    ``answers`` holds what else the questionnaire asks, by the questions' keys (the summary of a request names them);
    several options are joined by a comma.
    """

    title: Line
    category: Category
    company: Company
    respondents: Annotated[list[Respondent], msgspec.Meta(min_length=1, max_length=5)]
    contract: Line = ""
    facts: Text = ""
    wished: Text = ""
    amount_cents: Cents | None = None
    currency: Line = "EUR"
    steps: Annotated[list[StepTaken], msgspec.Meta(max_length=12)] = []
    answers: Annotated[dict[Line, Text], msgspec.Meta(max_length=60)] = {}


class Points(msgspec.Struct):
    """One part of an impact score: its points out of 100, its share of the total, and why."""

    part: Part
    points: int
    weight: int
    because: list[str]
    changed: bool


class PointsChanged(msgspec.Struct):
    """A change by the centre, with its reason."""

    part: Part
    before: int
    after: int
    reason: str
    by: str
    at: datetime


class ScoreBody(msgspec.Struct):
    """An impact score out of 100; ``rule`` is what the published rule alone gives."""

    total: int
    level: str
    rule: int
    parts: list[Points]
    changes: list[PointsChanged]


class SetPoints(msgspec.Struct, forbid_unknown_fields=True):
    """One part's points out of 100, and why."""

    part: Part
    points: Annotated[int, msgspec.Meta(ge=0, le=100)]
    reason: Text


class Asked(msgspec.Struct):
    """What the centre asked the claimant to complete, and the answer."""

    id: UUID
    question: str
    asked_at: datetime
    due: datetime
    answer: str
    answered_at: datetime | None


class AskFor(msgspec.Struct, forbid_unknown_fields=True):
    """What is missing and why, until which day."""

    question: Text
    until: date


class AnswerBody(msgspec.Struct, forbid_unknown_fields=True):
    """What completes the request."""

    answer: Text


@create("/referrals")
async def refer_from_program(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[ReferralBody], idempotency_key: Key
) -> Made:
    """Make a draft of a request that a program knows; nobody but the bearer's person sees it, and they confirm it.

    At most twenty such drafts await one person's confirmation. Attachments are lodged as exhibits of its private room.
    """
    dispute_id, _known = await refer_by_program(uow, actor, idempotency_key, _answers(data))
    return Made(dispute_id)


def _points(part: Rated) -> Points:
    return Points(part.part, part.points, part.weight, [_(line) for line in part.because], part.changed)


def _answers(data: ReferralBody) -> dict[str, str]:
    first, *others = data.respondents
    found = {
        "title": data.title,
        "category": data.category.value,
        "contract": data.contract,
        "facts": data.facts,
        "wished": data.wished,
        "amount": as_typed(data.amount_cents),
        "currency": data.currency,
        "company": data.company.name,
        "registration": data.company.registration,
        "address": data.company.address,
        "respondent": first.name,
        "respondent_registration": first.registration,
        "respondent_address": first.address,
        "contact_name": first.contact_name,
        "contact_email": first.contact_email,
    }
    for number, other in enumerate(others, 1):
        found.update(zip(OTHERS.keys_of(number), msgspec.structs.astuple(other), strict=True))
    for number, step in enumerate(data.steps, 1):
        on = step.on.isoformat() if step.on is not None else ""
        found.update(zip(STEP.keys_of(number), (step.what, on, step.words, ""), strict=True))
    for key, text in data.answers.items():
        found.setdefault(key, MANY.join(part.strip() for part in text.split(MANY)) if key in _SEVERAL else text)
    return {key: text for key, text in found.items() if text}


_SEVERAL = frozenset({"clauses", "outcomes"})


@read(f"{ROOT}/request")
async def read_request(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Response[bytes]:
    """Return the request in short as canonical JSON (RFC 8785): kind, money, answers by key, steps, what is missing.

    The parties' cards, with whom to invite, are in it for the claimant and the centre alone.
    """
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    whole = actor.is_a(CentreRole.SECRETARIAT) or By.CLAIMANT in standing_by(actor, dispute)
    content = canonical(await answers_sent(uow, dispute), parties=whole)
    return Response(content, media_type="application/json")


@read(f"{ROOT}/score")
async def read_score(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ScoreBody:
    """Return the impact score with its parts and every change; the rule is published at `/about/score`."""
    rating = await rating_of(uow, await visible_dispute(uow, actor, DisputeId(dispute_id)))
    if rating is None:
        raise NotFoundError
    return ScoreBody(
        total=rating.score.total,
        level=rating.score.level.value,
        rule=rating.rule.total,
        parts=[_points(part) for part in rating.score.parts],
        changes=[shown(change, PointsChanged) for change in rating.changes],
    )


@send(f"{ROOT}/score", status_code=204)
async def set_points(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[SetPoints],
) -> None:
    """Set one part of the score, with its reason. For the secretariat; nothing else follows from it."""
    await change_score(
        uow, actor, DisputeId(dispute_id), part=data.part.value, points=str(data.points), reason=data.reason
    )


@read(f"{ROOT}/completions")
async def list_completions(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Asked]:
    """Return what the centre asked the claimant to complete, and the answers."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [shown(each, Asked) for each in await completions_of(uow, dispute)]


@send(f"{ROOT}/completions", status_code=204)
async def ask_for_completion(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[AskFor],
) -> None:
    """Ask the claimant to complete its request. For the secretariat."""
    await ask_completion(uow, actor, DisputeId(dispute_id), question=data.question, until=data.until.isoformat())


@send(f"{ROOT}/completions/answer", status_code=204)
async def answer_completion(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[AnswerBody],
) -> None:
    """Complete one's request."""
    await complete_request(uow, actor, DisputeId(dispute_id), answer=data.answer)


handlers = (
    refer_from_program,
    read_request,
    read_score,
    set_points,
    list_completions,
    ask_for_completion,
    answer_completion,
)
