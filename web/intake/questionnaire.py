"""A request written page by page: the list of pages, one topic a page, the answers checked and sent."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import DisputeFacts, statement_of, visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import DisputeId
from odr.intake.answers import category_of, problems_of, state_of
from odr.intake.commands import keep_topic, send_request
from odr.intake.complaints import complain
from odr.intake.queries import answers_in_draft, proofs_for
from odr.intake.questions import BY_KEY, TOPICS, topic_after
from odr.intake.referrals import arrival_of
from odr.intake.shapes import Topic
from odr.intake.summary import sections
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.intake.phrases import DOORS, LEFT_OUT, SENTENCES, STATES, labels_of

FIRST: Final = "about"


@get("/disputes/new")
async def show_beginning(request: Request[None, None, State], actor: NamedDependency[Actor]) -> Answer:
    """Show the first page of an empty questionnaire."""
    _known = actor.account_id  # whoever is signed in may write one
    return _topic_page(request, BY_KEY[FIRST], {}, dispute=None)


@post("/disputes/new", status_code=200)
async def begin(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Keep the first page of a new draft."""
    return await _keep(request, uow, actor, None, FIRST)


@get("/disputes/{dispute_id:uuid}/draft")
async def show_draft(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the list of pages, each with how far it is."""
    answers, kept = await answers_in_draft(uow, actor, DisputeId(dispute_id))
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    states = {topic.key: state_of(topic, answers, kept) for topic in TOPICS}
    rows = [(topic.key, _(topic.title), _(STATES[states[topic.key]]), states[topic.key].value) for topic in TOPICS]
    onward = next((key for key, state in states.items() if state.value != "done"), "")
    arrival = await arrival_of(uow, actor, dispute.id)
    return page(
        request,
        "intake/draft.html",
        dispute=dispute,
        rows=rows,
        onward=onward,
        arrival=arrival,
        doors=DOORS,
        why=LEFT_OUT,
    )


@get("/disputes/{dispute_id:uuid}/draft/{topic:str}")
async def show_topic(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    topic: FromPath[str],
) -> Answer:
    """Show one page of the questionnaire, as it was last typed."""
    answers, kept = await answers_in_draft(uow, actor, DisputeId(dispute_id))
    shown = _known(topic)
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    problems = problems_of(answers) if topic in kept else {}
    proofs = await proofs_for(uow, actor, dispute.id) if shown.rows is not None else ()
    return _topic_page(request, shown, answers, dispute=dispute, problems=problems, proofs=proofs)


@post("/disputes/{dispute_id:uuid}/draft/{topic:str}", status_code=200)
async def keep(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    topic: FromPath[str],
) -> Answer:
    """Keep one page's answers, right or wrong."""
    return await _keep(request, uow, actor, DisputeId(dispute_id), topic)


async def _keep(request: AnyRequest, uow: UnitOfWork, actor: Actor, dispute_id: DisputeId | None, topic: str) -> Answer:
    shown = _known(topic)
    form = await read_form(request)
    kept = await keep_topic(uow, actor, dispute_id, topic, form.lists)
    here = f"/disputes/{kept.dispute_id}/draft"
    if kept.problems:
        answers, _pages = await answers_in_draft(uow, actor, kept.dispute_id)
        dispute = await visible_dispute(uow, actor, kept.dispute_id)
        proofs = await proofs_for(uow, actor, kept.dispute_id) if shown.rows is not None else ()
        answers |= {key: form[key] for key in kept.problems}
        return _topic_page(request, shown, answers, dispute=dispute, problems=kept.problems, proofs=proofs, status=422)
    if kept.follow_up:
        return go(f"{here}/{topic}?more=1#f-{kept.follow_up}")
    if form["then"] == "row":
        return go(f"{here}/{topic}?more=1")
    after = topic_after(topic)
    if form["then"] == "list" or after is None:
        return go(here, done="saved")
    return go(f"{here}/{after.key}")


def _known(topic: str) -> Topic:
    if topic not in BY_KEY:
        raise NotFoundError
    return BY_KEY[topic]


def _topic_page(
    request: AnyRequest,
    topic: Topic,
    answers: Mapping[str, str],
    *,
    dispute: DisputeFacts | None,
    problems: Mapping[str, str] | None = None,
    proofs: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> Answer:
    category = category_of(answers)
    form = Form(values=dict(answers)).keep(InvalidInputError(_here(topic, answers, problems or {})), SENTENCES)
    context: dict[str, Any] = {"rows": []}
    if topic.rows is not None:
        filled = topic.rows.filled(answers)
        wants_more = request.query_params.get("more", "") != "" or filled == 0
        count = min(filled + (1 if wants_more else 0), topic.rows.most)
        context = {
            "filled": filled,
            "rows": [(_(topic.rows.legend, n=n), topic.rows.questions_of(n)) for n in range(1, count + 1)],
            "more": _(topic.rows.more) if count < topic.rows.most else "",
        }
    place = TOPICS.index(topic) + 1
    return page(
        request,
        "intake/topic.html",
        status=status,
        form=form,
        topic=topic,
        questions=topic.asked(category, answers),
        proofs=proofs,
        dispute=dispute,
        path=f"/disputes/{dispute.id}/draft/{topic.key}" if dispute is not None else "/disputes/new",
        place=_("Page %(n)s of %(all)s", n=place, all=len(TOPICS)),
        follows=request.query_params.get("more", "") != "" and topic.rows is None,
        many=("many", "one"),
        **context,
    )


def _here(topic: Topic, answers: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, str]:
    """Return the problems of this page, in the order of its questions."""
    keys = [question.key for question in topic.whole(category_of(answers), answers)]
    return {key: problems[key] for key in keys if key in problems}


@get("/disputes/{dispute_id:uuid}/check")
async def check_answers(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show all answers, before they are sent: a page to read, to print and to change."""
    return await _check(request, uow, actor, DisputeId(dispute_id), {})


async def _check(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    missing: Mapping[str, str],
    *,
    status: int = 200,
) -> Answer:
    answers, _kept = await answers_in_draft(uow, actor, dispute_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    return page(
        request,
        "intake/check.html",
        status=status,
        dispute=dispute,
        sections=sections(answers),
        missing=labels_of(answers, missing),
    )


@post("/disputes/{dispute_id:uuid}/check", status_code=200)
async def send(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Refer the dispute to the centre."""
    try:
        await send_request(uow, actor, DisputeId(dispute_id))
    except InvalidInputError as error:
        return await _check(request, uow, actor, DisputeId(dispute_id), error.fields, status=422)
    return go(f"/disputes/{dispute_id}", done="filed")


@get("/disputes/{dispute_id:uuid}/complain")
async def show_complain(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Say what complaining to the other company first does, and who gets the complaint."""
    return await _complain(request, uow, actor, DisputeId(dispute_id), {})


async def _complain(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    missing: Mapping[str, str],
    *,
    status: int = 200,
) -> Answer:
    answers, _kept = await answers_in_draft(uow, actor, dispute_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    said = await statement_of(uow, dispute)
    contacts = [(party.name, said.contact_of(party)) for party in dispute.respondents]
    return page(
        request,
        "intake/complain.html",
        status=status,
        dispute=dispute,
        people=[(name, f"{contact.name} · {contact.email}") for name, contact in contacts if name and contact.email],
        missing=labels_of(answers, missing),
    )


@post("/disputes/{dispute_id:uuid}/complain", status_code=200)
async def send_complaint(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Send the draft as a complaint to the other companies."""
    try:
        await complain(uow, actor, DisputeId(dispute_id))
    except InvalidInputError as error:
        return await _complain(request, uow, actor, DisputeId(dispute_id), error.fields, status=422)
    return go(f"/disputes/{dispute_id}", done="complained")
