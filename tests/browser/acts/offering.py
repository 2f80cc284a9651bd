"""What people do with offers: make one, read it once more, open it, answer it, stop one that should not be there."""

from tests.browser.person import Person


async def make(person: Person, room: str, text: str, amount: str, *, to: str) -> str:
    """A representative makes an offer from the joint space, reading it once more before it is sent. Its path."""
    await person.goto(room)
    await person.follow("Offers to settle")
    await person.follow("Make an offer")
    return await _send(person, text, amount, to=to)


async def make_instead(person: Person, offer: str, text: str, amount: str, *, to: str) -> str:
    """Another one, in answer to that which they have just read."""
    await person.goto(offer)
    await person.follow("Make another offer instead")
    return await _send(person, text, amount, to=to)


async def _send(person: Person, text: str, amount: str, *, to: str) -> str:
    await person.write("What do you offer?", text)
    await person.write("Amount", amount)
    await person.press("Read it once more")
    await person.sees(text)
    await person.sees(to)
    await person.press("Make the offer to everyone")
    await person.is_told(
        "Your offer is made. The others are told by mail, all at the same instant, that an offer awaits them."
    )
    return person.path.partition("?")[0]


async def open_from_tasks(person: Person, dispute: str, party: str, text: str) -> str:
    """Somebody whose answer is awaited finds the offer on the dispute's page, and reads it. Its path."""
    await person.goto(dispute)
    await person.follow("Answer the offer of %(party)s", party=party)
    await person.sees(text)
    return person.path


async def accept(person: Person, offer: str, *, party: str) -> None:
    """Read what accepting means, and accept for one's company."""
    await person.goto(offer)
    await person.follow("Accept it…")
    await person.reads("What accepting means")
    await person.press("Accept for %(party)s", party=party)
    await person.is_told(
        "Your company's acceptance is recorded: every other party has accepted. Everyone at the table is told."
    )


async def stop(person: Person, offer: str, why: str) -> str:
    """Withdraw an offer that should not be there. The path of what is kept of it."""
    await person.goto(offer)
    await person.follow("This should not be here")
    await person.write("What happened?", why)
    await person.press("Withdraw it now")
    await person.is_told("It is withdrawn: nobody at the table can open it any more.")
    return person.path.partition("?")[0]
