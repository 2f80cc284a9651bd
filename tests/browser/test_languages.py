"""Pages of the dispute whose own words are in no language: what remains is ours, and must be in the reader's."""

import re

import pytest

from tests.browser.person import Person

FRENCH = frozenset(
    re.findall(
        r"\w+",
        "le la les des du une est sont vous votre vos nous notre dans pour avec sur pas qui que dont et ou aux cette"
        " ces ce il elle leur leurs mais sans sous chaque être avoir fait déposer pièce pièces espace partie",
    )
)
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "the of and your you our with this these are is was were not that from by they their but without each every"
        " been have has lodge exhibit exhibits space agreement party who what when where it its to in an",
    )
)
REFERENCE = re.compile(r"\bm-\w{4}-\w{4}\b")  # its letters are drawn by lot, and may spell a word
WORDS_OF_OURS = """() => {
  const main = document.querySelector("main").cloneNode(true);
  document.body.append(main);
  for (const other of main.querySelectorAll("[lang], script, code, pre, [data-own]"))
    if (other.lang !== document.documentElement.lang) other.remove();
  const hints = [...main.querySelectorAll("[aria-label], [placeholder], [title]")]
    .flatMap((part) => [part.ariaLabel, part.placeholder, part.title]);
  const said = [main.innerText, document.title, ...hints].join(" \\n ");
  main.remove();
  return said;
}"""


async def stray_words(person: Person, foreign: frozenset[str]) -> list[str]:
    said = REFERENCE.sub(" ", str(await person.page.evaluate(WORDS_OF_OURS)).lower())
    return sorted({word for word in re.findall(r"[a-zàâçéèêëîïôûùœ]+", said) if word in foreign})


async def switch(person: Person, language: str) -> None:
    """Press the other language at the top of the page."""
    banner = person.page.get_by_role("banner")
    async with person.page.expect_navigation():
        await banner.get_by_role("button", name=language).click()
    person.language = "fr" if language == "Français" else "en"


async def test_no_page_mixes_its_words_with_the_other_language(plain):
    dispute, rooms = plain.rooms["plain dispute"], plain.rooms
    exhibit = plain.exhibits["plain"]
    mediator = plain["mediator"]
    await mediator.goto(f"{dispute}/agreements")
    convention = await mediator.main.locator("a.card").first.get_attribute("href")
    everywhere = ("/about/proof", "/verify", "/account", "/disputes", "/nothing-here", "/disputes?q=nowhere")
    met = {
        "plain claimant": [
            *everywhere,
            *("/disputes/new", dispute, f"{dispute}/request", f"{dispute}/team", f"{dispute}/agreements", convention),
            *(rooms["plain private"], rooms["plain caucus"], rooms["plain joint"], f"{dispute}/expertise"),
            *(exhibit, f"{exhibit}/share?into=caucus", f"{exhibit}/withdraw", f"{dispute}/steps/withdraw"),
        ],
        "mediator": [
            *(dispute, f"{dispute}/agreements", f"{dispute}/expertise/new", f"{dispute}/extend", rooms["plain joint"]),
            *(rooms["plain caucus"], f"{dispute}/steps/suspend", f"{dispute}/steps/end"),
        ],
        "secretariat": [dispute, "/people", "/archive", f"{dispute}/mediator"],
        "archivist": ["/archive", "/disputes"],
    }
    strays: list[str] = []
    for role, paths in met.items():
        person = plain[role]
        for language, name, foreign in (("en", "English", FRENCH), ("fr", "Français", ENGLISH)):
            await person.goto("/about/proof")
            if person.language != language:
                await switch(person, name)
            for path in paths:
                await person.goto(path)
                assert await person.page.locator("html").get_attribute("lang") == language, path
                found = await stray_words(person, foreign)
                if found:
                    strays.append(f"{role} in {language} on {path}: {', '.join(found)}")
    assert not strays, "\n".join(strays)


@pytest.mark.parametrize(("locale", "foreign"), [("en-GB", FRENCH), ("fr-FR", ENGLISH)])
async def test_whoever_is_not_signed_in_reads_the_language_of_their_browser(plain, locale, foreign):
    context = await plain.persons(locale=locale)
    person = Person("", "", await context.new_page(), plain.site.url, role="stranger")
    for path in (
        "/",
        "/sign-in",
        "/sign-up",
        "/password-forgotten",
        "/about/proof",
        "/verify",
        "/nothing",
        "/invitation/X",
    ):
        await person.goto(path)
        assert not await stray_words(person, foreign), path
