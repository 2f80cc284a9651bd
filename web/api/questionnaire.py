"""The guided questionnaire for programs: one page at a time, each kept as it was typed, right or wrong."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.errors import NotFoundError
from odr.ids import DisputeId
from odr.intake.answers import LONGEST
from odr.intake.commands import keep_topic
from odr.intake.questions import BY_KEY
from odr.intake.shapes import MANY, Shape
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import replace
from web.api.disputes import ROOT
from web.api.shapes import Line

Answer = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class PageBody(msgspec.Struct, forbid_unknown_fields=True):
    """The answers of one page by the questions' keys; several options are joined by a comma."""

    answers: Annotated[dict[Line, Answer], msgspec.Meta(max_length=100)]


class KeptPage(msgspec.Struct):
    """What became of a page: what must be put right before the request is sent, and what its answers lead to."""

    problems: dict[str, str]
    follow_up: str


@replace(f"{ROOT}/draft/{{topic:str}}")
async def keep_page(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    topic: FromPath[str],
    data: JSONBody[PageBody],
) -> KeptPage:
    """Replace the answers of one page of the questionnaire; what is wrong is said, and kept all the same."""
    page = BY_KEY.get(topic)
    if page is None:
        raise NotFoundError
    several = {question.key for question in page.questions if question.shape is Shape.MANY}
    form = {
        key: [part.strip() for part in text.split(MANY)] if key in several else [text]
        for key, text in data.answers.items()
    }
    kept = await keep_topic(uow, actor, DisputeId(dispute_id), topic, form)
    return KeptPage(kept.problems, kept.follow_up)


handlers = (keep_page,)
