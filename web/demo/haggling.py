"""Offers in the CRM case: one that is refused, and one that everyone accepts, from which the draft begins."""

from typing import Final

from odr.words import _, amount
from web.demo.hands import Hands
from web.demo.settlement import INVOICE_TOTAL
from web.demo.table import Table, expect

CENTS: Final = 100


async def haggle(table: Table) -> None:
    """The publisher offers something, and is refused; what the customer offers instead is accepted."""
    table.narrator.chapter(_("Offers to settle"))
    case = table.case
    owner, other = (table[case.holder_of("representative", side).key] for side in ("claimant", "respondent"))
    counsel = table[case.holder_of("counsel", "respondent").key]
    first = await _offer(table, other, _(
        "We prolong the trial by two months, with one person who answers. In return, the invoice is paid at once, and "
        "no discount is given."
    ))  # fmt: skip
    unread = await owner.is_refused("POST", f"{first}/accept", 409, "offer_unread")
    table.refused(owner, _("accepts an offer that she has not opened"), unread)
    await owner.get(first)
    table.tell(owner, _("opens it"))
    kept = await other.is_refused("POST", f"{first}/withdraw", 409, "offer_opened")
    table.refused(other, _("withdraws it once it was opened"), kept)
    words = _("Not at once: we would pay for what we have not seen at work.")
    await owner.post(f"{first}/refuse", {"words": words})
    table.tell(owner, _("refuses it: “%(words)s”", words=words))
    second = await _offer(table, owner, _(
        "The trial lasts three months, with one person who answers, and a quarter is taken off the first year's "
        "licence. We pay the invoice in three parts, and claim no penalties for the delay."
    ))  # fmt: skip
    await other.get(second)
    alone = await counsel.is_refused("POST", f"{second}/accept", 403, "not_representative")
    table.refused(counsel, _("accepts it in the representative's place"), alone)
    agreed = await other.post(f"{second}/accept")
    expect(agreed["state"] == "accepted", _("every other party has accepted the offer"))
    table.tell(other, _("opens it, and accepts under his mandate: an agreement in principle, which binds nobody yet"))


async def _offer(table: Table, hands: Hands, text: str) -> str:
    """Make an offer to the other side; return its path under the API."""
    made = await hands.post(f"{table.dispute}/offers", {"text": text, "amount_cents": int(INVOICE_TOTAL * CENTS)})
    table.tell(hands, _("offers, for %(amount)s: “%(text)s”", amount=amount(INVOICE_TOTAL), text=text))
    return f"{table.dispute}/offers/{made['id']}"
