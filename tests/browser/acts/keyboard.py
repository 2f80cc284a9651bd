"""What a person does who uses no pointer: Tab to go on, type, Space to tick, Enter to press."""

from collections.abc import Mapping

from tests.browser.person import Person

STOPS = 120  # presses of Tab after which nobody is patient any more
HERE = """() => {
  const at = document.activeElement;
  const ring = getComputedStyle(at);
  const named = [at.getAttribute("aria-label"), at.labels?.[0]?.innerText, at.innerText];
  const said = named.find((words) => words?.trim()) ?? "";
  return { name: at.name ?? "", kind: at.type ?? at.tagName.toLowerCase(), words: said.trim(), id: at.id,
           seen: at.checkVisibility() && (at.type === "date" || // its calendar button draws a ring of its own
                 ring.outlineStyle !== "none" || ring.boxShadow !== "none") };
}"""


async def tab_to(person: Person, *, name: str = "", words: str = "") -> None:
    """Go on by Tab to the field of that name or to what bears these words; every stop on the way shows its focus."""
    for _press in range(STOPS):
        await person.page.keyboard.press("Tab")
        stop = await person.page.evaluate(HERE)
        if stop["kind"] == "body":
            continue
        assert stop["seen"], f"the focus cannot be seen on {stop['name'] or stop['words']!r} of {person.path}"
        if (name and stop["name"] == name) or (words and stop["words"].replace("\u202f", " ") == words):
            return
    raise AssertionError(f"{name or words!r} of {person.path} cannot be reached by Tab")


async def type_into(person: Person, fields: Mapping[str, str]) -> None:
    """Fill fields, by their names, in the order in which Tab meets them."""
    for name, text in fields.items():
        await tab_to(person, name=name)
        await person.page.keyboard.press("ControlOrMeta+a")
        await person.page.keyboard.insert_text(text)


async def press(person: Person, label: str) -> None:
    """Go on to a button or a link and press it with Enter; it leads to a page."""
    await tab_to(person, words=person.say(label))
    async with person.page.expect_navigation():
        await person.page.keyboard.press("Enter")
    await person.looks(person)
