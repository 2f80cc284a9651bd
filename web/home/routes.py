"""The front page, the language switch, how proofs work, and health."""

from typing import Final

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.archive.verifying import page_policy, verifier_page
from odr.people.commands import change_profile
from odr.platform import Platform
from odr.register import published
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import known_language, reader
from web.answer import Answer, go, own_path, page, read_form, speak_to
from web.language import LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600
_SITE: Final = (  # both languages: the page speaks either, whoever opens it
    '<p class="site"><a href="/about/proof"><span lang="en">How proofs work, and this centre\u2019s key</span>'
    '<span lang="fr">Comment fonctionnent les preuves, et la cl\u00e9 de ce centre</span></a> \u00b7 <a href="/">'
    '<span lang="en">This centre\u2019s site</span><span lang="fr">Le site de ce centre</span></a></p>'
)


@get("/")
async def front(request: Request[None, None, State], visitor: NamedDependency[Actor | None]) -> Answer:
    """Welcome whoever arrives; people who are signed in go to their disputes."""
    return page(request, "home/page.html") if visitor is None else go("/disputes")


@post("/language", status_code=200)
async def switch_language(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], visitor: NamedDependency[Actor | None]
) -> Answer:
    """Change the language: kept by the account, and by a cookie for who is not signed in."""
    form = await read_form(request)
    language = known_language(form["language"])
    answer = go(own_path(form["next"], "/"))
    if language is None:
        return answer
    if visitor is not None:
        await change_profile(uow, visitor, name=visitor.name, language=language, zone=visitor.zone)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=YEAR,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.platform.settings.is_https,
    )
    return answer


@get("/about/proof")
async def about_proof(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],  # noqa: ARG001 -- the frame greets who is signed in
) -> Answer:
    """Say what the fingerprint in the footer and in mails is, and what a receipt proves."""
    newest = await published(platform)
    return page(request, "home/proof.html", register=newest.text.decode() if newest else "")


@get("/verify")
async def verifier(
    visitor: NamedDependency[Actor | None],
) -> Response[bytes]:
    """Give the page on which anyone verifies a file with its receipt, or a record: the one that records hold.

    It asks nothing of this site and sends nothing to it; its own policy allows its own script and no connection.
    """
    if visitor is not None:
        speak_to(visitor)  # what a dependency sets may stay in a task of its own
    policy = f"{page_policy()}; frame-ancestors 'none'"
    page_bytes = verifier_page(reader.get().language, _SITE)
    return Response(page_bytes, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})


@get("/health", media_type="application/json", include_in_schema=False)
async def health(platform: NamedDependency[Platform]) -> dict[str, str]:
    """Answer whether the site and its database are up, and nothing else."""
    await published(platform)
    return {"status": "ok"}
