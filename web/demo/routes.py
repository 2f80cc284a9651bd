"""What only the demo's site has: who is who, mails for everyone to read, links that sign in. Never elsewhere."""

import asyncio
from itertools import islice
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from odr.errors import LinkExpiredError, NotFoundError
from odr.people.commands import sign_out, start_session
from odr.people.queries import account_of
from odr.platform import Platform
from odr.settings import FolderMail
from web.answer import Answer, go, page, wants_json
from web.demo.cases import ROLES, SIDES, TALES, cases_of
from web.demo.cast import BY_KEY
from web.demo.doors import door_for, doors_of
from web.demo.mail import Mail, mails_in, read_mail
from web.signin.entering import device_of, let_in, present_token

SHOWN: Final = 300
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


@get("/demo")
async def show_people(request: Request[None, None, State], platform: NamedDependency[Platform]) -> Answer:
    """Show who is who, with a way in for each, and which case shows what."""
    data = platform.settings.data_dir
    doors, cases = await asyncio.to_thread(lambda: (doors_of(data), cases_of(data)))
    return page(
        request,
        "demo/people.html",
        people=[(BY_KEY[door.key], door) for door in doors],
        cases=[(TALES[each.key], each) for each in cases],
        roles=ROLES,
        sides=SIDES,
    )


@get("/demo/mail")
async def show_mails(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    to: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Answer:
    """Show the mails that the demo sent, the newest first; scripts get them as JSON."""
    mails = await asyncio.to_thread(_newest, platform, to, before)
    older = mails[SHOWN - 1].name if len(mails) > SHOWN else ""
    if wants_json(request):
        return Response([_told(each) for each in mails[:SHOWN]], media_type=MediaType.JSON)
    return page(request, "demo/mails.html", mails=mails[:SHOWN], to=to, before=before, older=older)


@get("/demo/mail/{name:str}")
async def show_mail(
    request: Request[None, None, State], platform: NamedDependency[Platform], name: FromPath[str]
) -> Answer:
    """Show one mail's text, its links ready to follow."""
    return page(request, "demo/mail.html", mail=await _mail(platform, name))


@get("/demo/mail/{name:str}/html")
async def show_mail_as_html(platform: NamedDependency[Platform], name: FromPath[str]) -> Answer:
    """Show one mail as a mail program would: in a sandbox, its own styles and nothing else."""
    mail = await _mail(platform, name)
    return Response(mail.html, media_type=MediaType.HTML, headers={"Content-Security-Policy": _MAIL_POLICY})


@get("/demo/enter/{token:str}")
async def enter(
    request: Request[None, None, State], platform: NamedDependency[Platform], token: FromPath[str]
) -> Answer:
    """Sign in as one of the demo's people. Their link holds as long as the demo lives."""
    door = await asyncio.to_thread(door_for, platform.settings.data_dir, token)
    if door is None:
        raise LinkExpiredError("link_expired")
    async with platform.unit() as uow:
        account_id = await account_of(uow, door.email)
        if account_id is None:
            raise LinkExpiredError("link_expired")
        before = present_token(request)
        if before:
            await sign_out(uow, before)
        session = await start_session(uow, account_id, device=device_of(request))
    return let_in(request, session, go("/disputes"))


def _newest(platform: Platform, to: str, before: str) -> list[Mail]:
    """A page of mails, and one more where another page follows."""
    mail = platform.settings.mail
    return list(islice(mails_in(mail.path, to=to, before=before), SHOWN + 1)) if isinstance(mail, FolderMail) else []


async def _mail(platform: Platform, name: str) -> Mail:
    mail = platform.settings.mail
    found = await asyncio.to_thread(read_mail, mail.path, name) if isinstance(mail, FolderMail) else None
    if found is None:
        raise NotFoundError
    return found


def _told(mail: Mail) -> dict[str, Any]:
    return {
        "name": mail.name,
        "at": mail.at.isoformat(),
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "links": mail.links,
    }


handlers = (show_people, show_mails, show_mail, show_mail_as_html, enter)
