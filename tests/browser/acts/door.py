"""What a person does at the door: makes an account, takes an invitation, comes and goes."""

from tests.browser.person import Person
from tests.browser.site import Site


async def make_account(person: Person, site: Site) -> None:
    """Gives an address, opens the link in the mail, chooses a password, and is in."""
    await person.goto("/")
    await person.follow("Sign in")
    await person.follow("make an account")
    await person.write("First and last name", person.name)
    await person.write("E-mail address", person.email)
    await person.press("Send me the link")
    await person.is_told("A link is on its way to the address that you gave.")
    await person.goto(await site.open_mail(person.email, about="/invitation/"))
    await choose_password(person, "Make my account")


async def choose_password(person: Person, button: str) -> None:
    """Types a password twice and goes in."""
    await person.write("Password", person.password)
    await person.write("The same password again", person.password)
    await person.press(button)


async def take_invitation(person: Person, path: str) -> None:
    """Opens the link that the operator made, makes an account with it, and accepts."""
    await person.goto(path)
    await choose_password(person, "Make my account and accept")


async def prove_mailbox(person: Person, site: Site) -> None:
    """Types the six digits that were mailed."""
    await person.write("Code from the mail", await site.read_code(person.email))


async def accept_as_known(person: Person, path: str) -> None:
    """Opens an invitation's link while signed in, and accepts."""
    await person.goto(path)
    await person.press("See the invitation")
    await person.press("Accept the mediation")


async def sign_in(person: Person) -> None:
    """Signs in with address and password."""
    await person.goto("/sign-in")
    await fill_in_sign_in(person)


async def fill_in_sign_in(person: Person) -> None:
    """Types address and password where the page asks for them."""
    await person.write("E-mail address", person.email)
    await person.write("Password", person.password)
    await person.press("Sign in")


async def sign_out(person: Person) -> None:
    """Opens the account menu and leaves."""
    banner = person.page.get_by_role("banner")
    await banner.locator("details.account summary").click()
    await person.press("Sign out", within=banner)


async def invite_colleague(secretary: Person, colleague: Person, role: str, site: Site) -> None:
    """The secretary invites somebody to work for the centre, who takes the invitation."""
    await secretary.goto("/people")
    await secretary.write("First and last name", colleague.name)
    await secretary.write("E-mail address", colleague.email)
    await secretary.page.get_by_role("radio", name=secretary.say(role), exact=True).check()
    language = "Français" if colleague.language == "fr" else "English"
    await secretary.pick("Language of the mail", language)
    await secretary.press("Send the invitation")
    await secretary.is_told("The invitation is on its way.")
    await colleague.goto(await site.open_mail(colleague.email, about="/invitation/"))
    await colleague.press("See the invitation")
    await prove_mailbox(colleague, site)
    await choose_password(colleague, "Make my account and accept")
