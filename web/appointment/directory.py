"""The directory of mediators, and each one's profile."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.profiles import (
    ACCREDITATION_LIMIT,
    LANGUAGES,
    PRESENTATION_LIMIT,
    TypedProfile,
    Wanted,
    directory,
    keep_profile,
    may_keep_directory,
    profile_to_keep,
)
from odr.disputes.queries import Category
from odr.errors import InvalidInputError
from odr.ids import AccountId
from odr.intake.questions import KINDS
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.appointment.phrases import SENTENCES, language_names, places_words


@get("/mediators")
async def list_mediators(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List the mediators of the centre, 50 a page, by name."""
    asked = request.query_params
    speciality = next((each for each in Category if each == asked.get("speciality", "")), None)
    language = next((each for each in LANGUAGES if each == asked.get("language", "")), "")
    wanted = Wanted(asked.get("q", "")[:200], speciality, language, asked.get("free", "") == "yes")
    found = await directory(uow, actor, wanted, after=asked.get("after", "")[:300])
    query = {
        "q": wanted.name,
        "speciality": speciality.value if speciality else "",
        "language": language,
        "free": "yes" if wanted.free else "",
    }
    narrowed = {name: value for name, value in query.items() if value}
    first = f"/mediators?{urlencode(narrowed)}" if narrowed else "/mediators"
    return page(
        request,
        "appointment/directory.html",
        rows=found.rows,
        places={row.account_id: places_words(row) for row in found.rows},
        older=f"/mediators?{urlencode({**narrowed, 'after': found.after})}" if found.after else "",
        newer=first if asked.get("after") else "",
        query=query,
        searching=bool(narrowed),
        speciality_names={each: _(label) for each, label in KINDS.items()},
        language_names=language_names(),
    )


@get("/mediators/{account_id:uuid}")
async def show_profile(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
) -> Answer:
    """Show a profile to whoever may change it."""
    return await _profile(request, uow, actor, AccountId(account_id), None)


async def _profile(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    account_id: AccountId,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    profile = await profile_to_keep(uow, actor, account_id)
    return page(
        request,
        "appointment/profile.html",
        status=status,
        profile=profile,
        is_own=profile.account_id == actor.account_id,
        keeps_directory=may_keep_directory(actor),
        speciality_choices=[(each.value, _(label)) for each, label in KINDS.items()],
        language_choices=list(language_names().items()),
        chosen_specialities=[each.value for each in profile.specialities] if form is None else form.all("specialities"),
        chosen_languages=list(profile.languages) if form is None else form.all("languages"),
        presentation_limit=PRESENTATION_LIMIT,
        accreditation_limit=ACCREDITATION_LIMIT,
        form=form,
    )


@post("/mediators/{account_id:uuid}", status_code=200)
async def save_profile(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
) -> Answer:
    """Keep a profile."""
    form = await read_form(request)
    typed = TypedProfile(
        specialities=form.all("specialities"),
        languages=form.all("languages"),
        presentation=form["presentation"],
        accreditation=form["accreditation"],
        places=form["places"],
        absent_until=form["absent_until"],
    )
    try:
        await keep_profile(uow, actor, AccountId(account_id), typed)
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _profile(request, uow, actor, AccountId(account_id), kept, status=422)
    return go(f"/mediators/{account_id}", done="kept")
