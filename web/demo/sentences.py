"""Sentences that the mediator may say: one in other words, allowed and said; one that its party refuses."""

from odr.words import _
from web.demo.hands import Hands
from web.demo.table import Table, expect


async def say_with_consent(table: Table) -> None:
    """The mediator asks for a paraphrase, which is allowed and said, and for another one, which is refused."""
    table.narrator.chapter(_("A sentence said with consent"))
    case = table.case
    mediator = table[case.holder_of("mediator").key]
    owner, other = (table[case.holder_of("representative", side).key] for side in ("claimant", "respondent"))
    room = f"{table.room('caucus_claimant')}/statements"
    text = _("A later date could be lived with, if it were certain.")
    asked = await mediator.post(room, {"text": text, "purpose": _("To speak of dates rather than of faults.")})
    table.tell(mediator, _("asks to say, in other words: “%(text)s”", text=text))
    sentence = f"{table.dispute}/statements/{asked['id']}"
    early = await mediator.is_refused("POST", f"{sentence}/say", 409, "consent_missing")
    table.refused(mediator, _("says it without a consent"), early)
    await owner.post(f"{sentence}/allow")
    table.tell(owner, _("reads the very words, and allows them"))
    await mediator.post(f"{sentence}/say")
    table.tell(mediator, _("says it in the joint room"))
    await _is_heard(table, other, text)
    second = await mediator.post(
        room, {"text": _("The amount is not the first concern."), "purpose": _("To open the talks on the amount.")}
    )
    await owner.post(f"{table.dispute}/statements/{second['id']}/refuse", {"reason": ""})
    table.tell(owner, _("refuses another sentence: no reason is owed"))


async def leave_sentences_to_answer(table: Table) -> None:
    """The mediator asks each side for one more sentence; both answers are awaited."""
    case = table.case
    mediator = table[case.holder_of("mediator").key]
    asked = {
        "claimant": _("The invoice could be paid in several parts, once the import goes to its end."),
        "respondent": _("A longer trial, with one person who answers, could be offered."),
    }
    for side, text in asked.items():
        room = f"{table.room(f'caucus_{side}')}/statements"
        await mediator.post(room, {"text": text, "purpose": _("To finish the draft of the agreement.")})
        table.tell(mediator, _("asks to say one more sentence: “%(text)s”", text=text))


async def _is_heard(table: Table, hands: Hands, text: str) -> None:
    said = await hands.get(f"{table.room('joint')}/messages")
    expect(said["messages"][-1]["text"] == text, _("what is said is word for word what was allowed"))
    table.tell(hands, _("reads it; nothing in the joint room says where it came from"))
