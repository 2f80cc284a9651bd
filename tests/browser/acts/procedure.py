"""What people do with a dispute's procedure: file, decide, appoint, invite, answer, declare."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from playwright.async_api import expect

from tests.browser.acts import door
from tests.browser.person import Person
from tests.browser.site import PATIENCE, Site


@dataclass(frozen=True, slots=True)
class Request:
    """What the claimant writes."""

    title: str
    contract: str
    amount: str
    facts: str
    wished: str
    company: str
    registration: str
    address: str
    respondent: str
    contact_name: str
    contact_email: str
    kind: str = "Late delivery"


async def write_request(person: Person, request: Request) -> None:
    """Fills in the whole request page by page, up to its last page, which is not yet saved."""
    await person.goto("/disputes")
    await person.follow("Submit a dispute")
    await person.reads_banner("Only you and your team.")
    await person.write("Title of the dispute", request.title)
    await person.tick(request.kind)
    await person.press("Save and go on")
    await person.write("What happened", request.facts)
    await person.press("Save and go on")
    await person.write("Contract or order concerned", request.contract)
    await person.press("Save and go on")
    await person.press("Save and go on")  # no steps to tell of
    await person.write("Amount at stake", request.amount)
    await person.press("Save and go on")
    await person.press("Save and go on")  # nothing urgent
    await person.write("The outcome you wish", request.wished)
    await person.press("Save and go on")
    await person.write("Name of your company", request.company)
    await person.write("Registration number", request.registration)
    await person.write("Address", request.address)
    await person.press("Save and go on")
    await person.write("Name of the other company", request.respondent)
    await person.write("Person to invite", request.contact_name)
    await person.write("That person's e-mail address", request.contact_email)


async def file_dispute(person: Person, request: Request) -> str:
    """Writes a request, checks the answers, sends it; returns the dispute's path."""
    await write_request(person, request)
    await person.press("Save and go on")
    await person.follow("Check my answers")
    for answer in (request.title, request.company, request.respondent, request.contact_email):
        await person.sees(answer)
    await person.press("Send to the centre")
    await person.is_told("Your request is on its way to the centre. You are told by mail as soon as it is read.")
    return person.path.partition("?")[0]


async def do_task(person: Person, dispute: str, task: str, **names: str) -> None:
    """Opens the dispute and presses what is awaited from them; looks again for a while if it is not there yet."""
    awaited = person.page.get_by_role("region", name=person.say("What is awaited from you"), exact=True)
    link = awaited.get_by_role("link", name=person.say(task, **names), exact=True)
    deadline = monotonic() + PATIENCE
    await person.goto(dispute)
    while not await link.count() and monotonic() < deadline:
        await asyncio.sleep(0.2)
        await person.page.reload()
    await person.follow_text(person.say(task, **names), within=awaited)


async def find_dispute(person: Person, title: str) -> str:
    """Finds a dispute in the list, and returns its path."""
    await person.goto("/disputes")
    await person.follow_text(title)
    return person.path.partition("?")[0]


async def admit(secretary: Person, dispute: str, request: Request) -> None:
    """Reads the request and says that the centre can mediate it."""
    await do_task(secretary, dispute, "Decide whether the centre can mediate this dispute")
    await secretary.sees(request.facts.split("\n")[0][:60])
    await secretary.tick("Yes: admissible")
    await secretary.press("Record the decision")
    await secretary.is_told("Your decision is recorded, and the claimant is told.")


async def appoint(secretary: Person, dispute: str, mediator: Person) -> None:
    """Appoints a mediator."""
    await do_task(secretary, dispute, "Appoint a mediator")
    await secretary.page.get_by_role("radio", name=mediator.name).check()
    await secretary.press("Appoint")
    await secretary.is_told("The mediator is appointed and told by mail.")


async def invite_respondent(secretary: Person, dispute: str, request: Request) -> None:
    """Sends the invitation to the person whom the claimant named."""
    await do_task(secretary, dispute, "Invite the other party")
    await expect(secretary.labelled("That person's e-mail address")).to_have_value(request.contact_email)
    await secretary.press("Send the invitation")
    await secretary.is_told("The invitation is on its way.")


async def accept_mediation(respondent: Person, request: Request, site: Site) -> str:
    """Opens the mail's link, reads who asks, makes an account and accepts; returns the dispute's path."""
    await respondent.goto(await site.open_mail(respondent.email, about="/invitation/"))
    await respondent.sees_nothing_of(request.company, request.title)
    await respondent.press("See the invitation")
    await respondent.sees(request.company)
    await respondent.sees(request.title)
    await respondent.sees_nothing_of(request.facts[:40], request.wished[:40])
    await door.prove_mailbox(respondent, site)
    await door.choose_password(respondent, "Make my account and accept")
    await respondent.is_told("Welcome to the table.")
    return respondent.path.partition("?")[0]


async def declare_independence(mediator: Person, dispute: str, interests: str) -> None:
    """Says what could make the parties doubt, subject by subject, and declares independence."""
    await do_task(mediator, dispute, "Declare your interests and your independence")
    subjects = mediator.main.locator("fieldset.group")
    for place in range(await subjects.count()):
        subject = subjects.nth(place)
        if await subject.get_by_text(mediator.say("The parties' counsel"), exact=True).count():
            await mediator.write("Or: which tie", interests, within=subject)
        else:
            await subject.get_by_label(mediator.say("No tie, neither now nor before"), exact=True).check()
    await mediator.tick(
        "I declare that I am independent of the parties and that I will stay impartial; I will say at once if that"
        " changes."
    )
    await mediator.press("Declare")
    await mediator.is_told("Your declaration is recorded; the parties can read it.")


async def accept_mediator(representative: Person, dispute: str, mediator: Person) -> None:
    """Reads who the mediator is and what they declared, and has no objection."""
    await do_task(representative, dispute, "Say whether you object to %(name)s", name=mediator.name)
    await representative.sees(mediator.name)
    await representative.press("We do not object")
    await representative.is_told("Your party has no objection. Nobody else at the table is told what you answered.")


async def step_down(mediator: Person, dispute: str, reason: str) -> None:
    """Leaves a mediation at once, after reading what that does."""
    await mediator.goto(f"{dispute}/recusal")
    await mediator.reads("From this moment on you see nothing of this dispute any more: no page, no file.")
    await mediator.write("Reason", reason)
    await mediator.press("Step down")


async def pass_on(representative: Person, dispute: str, mediator: Person) -> None:
    """Lets a mediator who came later read what was said apart before."""
    await do_task(
        representative,
        dispute,
        "Choose what %(name)s may know of what you said apart",
        name=mediator.name,
    )
    await representative.press("Pass it on to %(name)s", name=mediator.name)
    await representative.is_told("What you said apart is passed on; the mediator is told.")
