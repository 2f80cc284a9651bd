"""What people do with their team: write a mandate down, ask somebody in, let them stand in."""

from tests.browser.person import Person


async def write_mandate(person: Person, dispute: str, amount: str, giver: str, day: str) -> None:
    """A representative writes down up to what they may settle; their own team reads it on its page."""
    await person.goto(dispute)
    await person.follow("My team")
    row = person.main.get_by_role("row").filter(has_text=person.name)
    async with person.page.expect_navigation():
        await row.get_by_role("link", name=person.say("Details")).click()
    await person.looks(person)
    await person.reads_banner("Only you and your team.")
    await person.main.get_by_text(person.say("Write a new mandate")).click()
    await person.tick("up to an amount")
    await person.write("Ceiling", amount)
    await person.write("Given by", giver)
    await person.write("Given on", day)
    await person.press("Save this mandate")
    await person.is_told("Saved.")
