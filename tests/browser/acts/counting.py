"""What people do with loss worksheets: count line by line, be told of a wrong formula, share, look side by side."""

from playwright.async_api import expect

from tests.browser.person import Person


async def open_worksheet(person: Person, dispute: str) -> None:
    """Goes to the worksheet from the dispute's page."""
    await person.goto(dispute)
    await person.follow("Loss worksheet")


async def count(person: Person, kind: str, what: str, formula: str) -> None:
    """Writes a line; it appears in the table without the page being loaded anew."""
    await person.pick("Kind of loss", person.say(kind))
    await person.write("What was lost", what)
    await person.write("Computation", formula)
    await person.press_here("Add this line")
    await expect(person.main.get_by_role("cell", name=what).first).to_be_visible()


async def mistype(person: Person, what: str, formula: str, told: str) -> None:
    """Writes a formula that can't be computed: is told so, and finds what was typed."""
    await person.pick("Kind of loss", person.say("Other loss"))
    await person.write("What was lost", what)
    await person.write("Computation", formula)
    await person.press_here("Add this line")
    await expect(person.main.get_by_role("alert")).to_contain_text(told)
    await expect(person.labelled("Computation")).to_have_value(formula)
    await expect(person.labelled("What was lost")).to_have_value(what)


async def correct(person: Person, what: str, formula: str) -> None:
    """Changes a line by its words."""
    row = person.main.get_by_role("row").filter(has_text=what)
    await row.get_by_role("link", name=person.say("Change")).click()
    await expect(person.main.get_by_role("heading", name=person.say("Change this line"))).to_be_visible()
    await expect(person.labelled("What was lost")).to_have_value(what)
    await person.write("Computation", formula)
    await person.press_here("Save this line")
    await expect(person.main.get_by_role("heading", name=person.say("Add a line"))).to_be_visible()


async def share(person: Person, link: str, button: str) -> str:
    """Looks at exactly what will be shown, and shares it; returns the version's path."""
    await person.page.reload()
    async with person.page.expect_navigation():
        await person.main.get_by_role("link", name=person.say(link)).click()
    await person.looks(person)
    await person.reads("What will happen")
    await person.press(button)
    await person.is_told("This version is shared. Whoever reads this room is told by mail.")
    return person.path.partition("?")[0]
