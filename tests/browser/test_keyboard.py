import asyncio
from dataclasses import replace

from playwright.async_api import expect

from tests.browser import plain as neutral
from tests.browser.acts import door, keyboard, procedure, rooms
from tests.browser.person import Person


async def without_pointer(plain, role: str) -> Person:
    """The same person before another browser, where nothing is ever clicked."""
    known = plain[role]
    context = await plain.persons()
    person = Person(known.name, known.email, await context.new_page(), known.url, role=f"{role} by keyboard")
    await person.goto("/sign-in")
    await keyboard.type_into(person, {"email": person.email, "password": person.password})
    await keyboard.press(person, "Sign in")
    return person


async def test_a_request_is_filed_by_keyboard_alone(plain):
    person, request = await without_pointer(plain, "plain claimant"), replace(neutral.REQUEST, title="XK-2028")
    await keyboard.press(person, "Submit a dispute")
    pages: list[dict[str, str]] = [
        {"title": request.title},
        {"facts": request.facts},
        {"contract": request.contract},
        {},
        {"amount": request.amount},
        {},
        {"wished": request.wished},
        {"company": request.company},
        {
            "respondent": request.respondent,
            "contact_name": request.contact_name,
            "contact_email": request.contact_email,
        },
    ]
    for fields in pages:
        await keyboard.type_into(person, fields)
        await keyboard.press(person, "Save and go on")
    await keyboard.press(person, "Check my answers")
    await keyboard.press(person, "Send to the centre")
    await person.is_told("Your request is on its way to the centre. You are told by mail as soon as it is read.")


async def test_an_exhibit_is_lodged_by_keyboard_alone(plain, tmp_path):
    person = await without_pointer(plain, "plain claimant")
    # asked for before anything is pressed: a key can reach a busy page before the wish to see its dialogs does
    chosen = asyncio.ensure_future(person.page.wait_for_event("filechooser", timeout=60_000))
    paper = tmp_path / "XK-3.bin"
    paper.write_bytes(b"XK" * 5_000)
    await person.goto(plain.rooms["plain private"])
    await keyboard.tab_to(person, words=person.say("Lodge an exhibit"))
    for _twice in range(2):  # the form folds, and unfolds again
        await person.page.keyboard.press("Enter")
    await keyboard.tab_to(person, name="origin")
    await person.page.keyboard.press("ArrowDown")
    await keyboard.tab_to(person, name="file")
    await person.page.keyboard.press("Enter")
    await (await chosen).set_files(paper)
    await keyboard.tab_to(person, words=person.say("Put into my draft"))
    await person.page.keyboard.press("Enter")
    await expect(person.page.locator(".upload-row")).to_contain_text(person.say(rooms.AGREE))
    await expect(person.page.locator(".upload-status")).to_contain_text(paper.name)


async def test_an_agreement_is_signed_by_keyboard_alone(plain):
    secretary, mediator = plain["secretariat"], plain["mediator"]
    request = replace(neutral.REQUEST, title="XK-2029")
    claimant = await without_pointer(plain, "plain claimant")
    dispute = await procedure.file_dispute(claimant, request)
    await procedure.admit(secretary, dispute, request)
    await procedure.appoint(secretary, dispute, mediator)
    await procedure.invite_respondent(secretary, dispute, request)
    respondent = plain["plain respondent"]
    await door.accept_as_known(respondent, await plain.site.open_mail(respondent.email, about="/invitation/"))
    await procedure.do_task(claimant, dispute, "Sign the agreement to mediate")
    await keyboard.press(claimant, "Go on to sign")
    await keyboard.type_into(claimant, {"password": claimant.password})
    await keyboard.press(claimant, "I sign")
    await claimant.is_told("You have signed. The others have yet to.")
