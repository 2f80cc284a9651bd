"""Coming to the centre: a guided request that was left, a complaint, its way to the centre; a mail as a door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from playwright.async_api import expect

from tests.browser import plain as neutral
from tests.browser.acts import door, procedure
from tests.browser.person import Person

REQUEST = replace(
    neutral.REQUEST,
    title="Recette refusée du portail",
    facts="La recette du 3 mars a été refusée : le panier perd les commandes.",
    wished="Un portail qui garde les commandes.",
    respondent="Zymandra Portail",
    contact_name="Irène Zymandra",
    contact_email="irene@zymandra.example",
    kind="Defects, acceptance refused",
)


async def someone(table, role: str, name: str, email: str) -> Person:
    context = await table.persons()
    person = Person(name, email, await context.new_page(), table.site.url, role=role, looks=table.looks)
    await door.make_account(person, table.site)
    return person


async def write_a_guided_request(person: Person) -> str:
    """The claimant answers what its kind of dispute asks, with a step that a document proves."""
    await person.goto("/disputes/new")
    await person.write("Title of the dispute", REQUEST.title)
    await person.tick(REQUEST.kind)
    await person.press("Save and go on")
    await person.tick("Yes, acceptance was refused")
    await person.write("What happened", REQUEST.facts)
    await person.press("Save and go on")
    await person.reads("One more question")
    await person.write("On which day was it refused, or were the reservations made?", "2026-03-03")
    await person.press("Save and see all pages")
    return person.path.partition("?")[0]


async def complain(claimant: Person) -> str:
    """She writes, leaves, comes back, finishes, checks, and complains to the other company first."""
    draft = await write_a_guided_request(claimant)
    dispute = draft.removesuffix("/draft")
    await door.sign_out(claimant)  # for as long as she likes
    await door.sign_in(claimant)
    await claimant.goto(draft)
    await claimant.sees(REQUEST.title)
    await claimant.follow("What you have done so far")
    await claimant.pick("What was done", claimant.say("A formal notice"))
    await claimant.write("On which day", "2026-03-09")
    await claimant.pick("What proves it", claimant.say("I have a document and lodge it later"))
    await claimant.press("Save and go on")
    await claimant.write("Amount at stake", "48000")
    await claimant.tick("A part of it stands still")
    await claimant.press("Save and go on")
    await claimant.tick("Yes, a little every week")
    await claimant.press("Save and go on")
    await claimant.press("Save and go on")  # what happens then is asked, and left open
    await claimant.write("The outcome you wish", REQUEST.wished)
    await claimant.press("Save and go on")
    await claimant.write("Name of your company", REQUEST.company)
    await claimant.press("Save and go on")
    await claimant.write("Name of the other company", REQUEST.respondent)
    await claimant.write("Person to invite", REQUEST.contact_name)
    await claimant.write("That person's e-mail address", REQUEST.contact_email)
    await claimant.press("Save and go on")
    await claimant.follow("Check my answers")
    await claimant.reads("A formal notice")
    await claimant.follow("Complain to the other company first")
    await claimant.press("Send the complaint")
    await claimant.is_told(
        "Your complaint is on its way to the other company. You are told by mail as soon as it answers."
    )
    return dispute


async def exchange(table, claimant: Person, dispute: str) -> None:
    """The other company answers; one proposes, the other contests: now it is the centre's."""
    context = await table.persons()
    respondent = Person(
        REQUEST.contact_name, REQUEST.contact_email, await context.new_page(), table.site.url, role="guided respondent"
    )
    await respondent.goto(await table.site.open_mail(respondent.email, about="/invitation/"))
    await respondent.sees(respondent.say("A complaint awaits your answer"))
    await respondent.sees_nothing_of(REQUEST.company, REQUEST.title)
    await respondent.press("See who complains")
    await respondent.sees(REQUEST.company)
    await respondent.sees_nothing_of(REQUEST.facts[:40])
    await door.prove_mailbox(respondent, table.site)
    await door.choose_password(respondent, "Make my account and read it")
    await procedure.do_task(respondent, dispute, "Answer the complaint")
    await respondent.sees(REQUEST.facts[:40])
    await respondent.follow("Exchange messages")
    await respondent.write("Your message to everyone", "Nous corrigeons le panier d'ici vendredi.")
    await respondent.press_here("Send to everyone")
    await procedure.do_task(claimant, dispute, "Settle the complaint between you")
    await claimant.page.get_by_text(claimant.say("Propose how to settle it")).click()
    await claimant.write("What you propose", "Correction pour vendredi et dix pour cent de remise.")
    await claimant.press("Send the proposal to the other company")
    await claimant.is_told("Your proposal is made. The other company is told by mail.")
    await procedure.do_task(respondent, dispute, "Answer the proposal of the other company")
    await respondent.sees("dix pour cent de remise")
    await respondent.follow("Contest the complaint", exact=False)
    await respondent.write("Why you contest it", "La recette a été faite sur un autre jeu de données.")
    await respondent.press("Contest it and go to the centre")
    await respondent.is_told("Done. Everyone concerned is told by mail.")


async def qualify(secretary: Person, claimant: Person, dispute: str) -> None:
    """The secretary reads the request but not the exchange, asks, corrects the score with a reason, and decides."""
    await procedure.do_task(secretary, dispute, "Decide whether the centre can mediate this dispute")
    await secretary.sees(REQUEST.facts[:40])
    await secretary.sees_nothing_of("d'ici vendredi", "dix pour cent de remise")
    await secretary.follow("Ask for what is missing")
    await secretary.write("What is missing, and why you need it", "Le procès-verbal de recette est-il signé ?")
    await secretary.labelled("Until which day").fill(secretary_day(7))
    await secretary.press("Ask the claimant")
    await procedure.do_task(claimant, dispute, "Complete the request")
    await claimant.write("Your answer", "Oui, par les deux parties.")
    await claimant.press("Send to the centre")
    await secretary.goto(f"{dispute}/score")
    await secretary.pick("Part", secretary.say("Money"))
    await secretary.write("Points out of 100", "75")
    await secretary.write("Reason", "Le contrat porte sur le double.")
    await secretary.press("Record the change")
    await claimant.goto(f"{dispute}/score")
    await claimant.sees("Le contrat porte sur le double.")
    await procedure.do_task(secretary, dispute, "Decide whether the centre can mediate this dispute")
    await secretary.sees("Oui, par les deux parties.")
    await secretary.tick("Yes: admissible")
    await secretary.press("Record the decision")
    await secretary.is_told("Your decision is recorded, and the claimant is told.")


async def test_a_complaint_is_written_with_guidance_contested_and_qualified(table):
    secretary = table["secretariat"]
    claimant = await someone(table, "guided claimant", "Inès Kilfoyle", "ines@kilfoyle.example")
    dispute = await complain(claimant)
    await secretary.cannot_reach(dispute, f"{dispute}/request", f"{dispute}/complaint")
    await exchange(table, claimant, dispute)
    await qualify(secretary, claimant, dispute)


def secretary_day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def test_a_mail_to_the_centre_becomes_a_draft_that_its_sender_finds_and_confirms(table, tmp_path):
    sender = await someone(table, "mail claimant", "Noé Kilfoyle", "noe@kilfoyle.example")
    message = EmailMessage()
    message["From"] = sender.email
    message["Subject"] = "Facture impayée depuis mai"
    message["Message-ID"] = "<facture@kilfoyle.example>"
    message.set_content("Bonjour, la facture F-17 reste impayée.")
    message.add_attachment(b"%PDF-1.7 facture", maintype="application", subtype="pdf", filename="F-17.pdf")
    mail = tmp_path / "facture.eml"
    mail.write_bytes(message.as_bytes())
    assert "draft" in table.site.command("intake", str(mail))
    await sender.goto(await table.site.open_mail(sender.email, about="/disputes/"))
    await sender.follow("Finish your request and send it to the centre")
    await sender.reads("This draft was made of your mail")
    await sender.follow("What happened")
    await expect(sender.labelled("What happened")).to_have_value("Bonjour, la facture F-17 reste impayée.")
    await sender.goto("/disputes")
    await sender.follow_text("Facture impayée depuis mai")
