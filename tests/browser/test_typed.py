from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.browser import plain as neutral
from tests.browser.acts import door, procedure, rooms
from tests.browser.person import Person


async def beside(someone: Person, table, **options) -> Person:
    """The same person before a second browser, signed in."""
    context = await table.persons(**options)
    twin = Person(someone.name, someone.email, await context.new_page(), someone.url, role=f"{someone.role} elsewhere")
    await door.sign_in(twin)
    return twin


async def test_an_error_in_a_request_loses_nothing_that_was_typed(plain):
    person = await beside(plain["plain claimant"], plain)
    request = replace(neutral.REQUEST, contact_email="XKXK")
    await procedure.write_request(person, request)
    await person.press("Save and go on")
    summary = person.main.get_by_role("alert")
    await expect(summary).to_be_focused()
    await expect(summary.get_by_role("link")).to_have_count(1)
    assert (await person.page.title()).startswith(person.say("Error:"))
    for label, typed in (
        ("Name of the other company", request.respondent),
        ("Person to invite", request.contact_name),
        ("That person's e-mail address", request.contact_email),
    ):
        assert (await person.labelled(label).input_value()).strip() == typed.strip()
    address = person.labelled("That person's e-mail address")
    await expect(address).to_have_attribute("aria-invalid", "true")
    described = str(await address.get_attribute("aria-describedby")).split()
    assert any([await person.page.locator(f"#{part}.error").count() for part in described]), (
        "its error stands beside it"
    )
    await summary.get_by_role("link").click()
    await expect(address).to_be_focused()


async def test_the_way_back_from_the_answers_loses_nothing(plain):
    person = await beside(plain["plain claimant"], plain)
    await procedure.write_request(person, neutral.REQUEST)
    await person.page.go_back()
    await expect(person.labelled("Name of your company")).to_have_value(neutral.REQUEST.company)
    await person.page.go_forward()
    await person.press("Save and see all pages")
    await person.follow("The outcome you wish")
    await expect(person.labelled("The outcome you wish")).to_have_value(neutral.REQUEST.wished)


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_lapsed_session_loses_no_message(plain, scripts):
    person = await beside(plain["plain claimant"], plain, java_script_enabled=scripts)
    other = await beside(plain["plain claimant"], plain)
    room, text = plain.rooms["plain caucus"], f"XKXK lapsed {scripts}"
    await person.goto(room)
    await other.goto("/account")
    await other.press("Sign out everywhere, here too")
    await person.write("Your message in the caucus", text)
    async with person.page.expect_navigation():
        await person.press_here("Send in the caucus")
    await person.is_told("Your session has ended. What you typed is kept.")
    await door.fill_in_sign_in(person)
    await person.press("Send it now")
    await expect(rooms.messages(person).filter(has_text=text)).to_be_visible()
    await door.sign_in(plain["plain claimant"])


async def test_whoever_decides_second_gets_a_clear_page(plain):
    secretary, colleague, claimant = plain["secretariat"], plain["colleague"], plain["plain claimant"]
    dispute = await procedure.file_dispute(claimant, replace(neutral.REQUEST, title="XK-2027"))
    for person in (secretary, colleague):
        await procedure.do_task(person, dispute, "Decide whether the centre can mediate this dispute")
        await person.tick("Yes: admissible")
    await secretary.press("Record the decision")
    await secretary.is_told("Your decision is recorded, and the claimant is told.")
    await colleague.press("Record the decision")
    await expect(colleague.page.get_by_role("heading", level=1)).to_have_count(1)
    await colleague.reads("What you can do")
    await procedure.do_task(colleague, dispute, "Appoint a mediator")


async def test_two_windows_on_one_settlement_never_write_over_each_other(plain):
    mediator, dispute = plain["mediator"], plain.rooms["plain dispute"]
    await mediator.goto(f"{dispute}/agreements")
    await mediator.press("Draft the settlement agreement")
    other = replace(mediator, page=await mediator.context.new_page())
    await other.goto(mediator.path)
    await mediator.write("Preamble", "XKXK 1")
    await mediator.press("Save this version")
    await other.write("Preamble", "XKXK 2")
    await other.press("Save this version")
    await expect(other.main.get_by_role("alert")).to_be_visible()
    await expect(other.labelled("Preamble")).to_have_value("XKXK 2")
    await other.page.close()
    await mediator.sees("XKXK 1")
    await mediator.goto(f"{dispute}/agreements")
    await mediator.press("Set the draft aside")


async def test_a_message_that_comes_while_the_mediation_pauses_stays_in_its_field(plain):
    person, mediator = await beside(plain["plain claimant"], plain), plain["mediator"]
    await person.goto(plain.rooms["plain caucus"])
    field = person.labelled("Your message in the caucus")
    await field.fill("XKXK paused")
    await take_step(mediator, plain.rooms["plain dispute"], "Pause the mediation", "Pause")
    for _twice in range(2):
        await person.press_here("Send in the caucus")
        await expect(person.main.get_by_role("alert")).to_have_count(1)
        await expect(field).to_have_value("XKXK paused")
    await take_step(mediator, plain.rooms["plain dispute"], "Take the work up again", "Take the work up again")
    await person.press_here("Send in the caucus")
    await expect(rooms.messages(person).filter(has_text="XKXK paused")).to_be_visible()
    await expect(person.main.get_by_role("alert")).to_have_count(0)


async def take_step(mediator: Person, dispute: str, title: str, button: str) -> None:
    """A step of the procedure, by its link and its button."""
    await mediator.goto(dispute)
    await mediator.follow(title, within=mediator.page.get_by_role("complementary"), exact=False)
    reason = mediator.labelled("Your reason")
    if await reason.count():
        await reason.fill("XK")
    await mediator.press(button)
    await mediator.is_told("Done. Everyone concerned is told by mail.")


@pytest.mark.parametrize("kind", ["used", "forged"])
async def test_a_link_that_serves_no_more_says_what_to_do(plain, kind):
    used = next(text for _file, _address, _subject, text in plain.site.mails() if "/invitation/" in text)
    path = "/invitation/" + used.partition("/invitation/")[2].split()[0]
    context = await plain.persons()
    stranger = Person("", "", await context.new_page(), plain.site.url, role="stranger")
    stranger.looks = plain.looks or stranger.looks
    response = await stranger.goto(path if kind == "used" else "/invitation/" + "A" * 43)
    assert response.status in {404, 410}
    await expect(stranger.page.get_by_role("heading", level=1)).to_have_count(1)
    await stranger.reads("What you can do")


async def test_what_is_not_there_says_so_in_words(plain):
    person = plain["secretariat"]
    response = await person.goto("/nothing-here")
    assert response.status == 404
    await person.reads("What you can do")
