"""The settlement: drafted by the mediator, remarked on, frozen, signed by both; its document."""

from pathlib import Path
from typing import Any

from odr.words import _, ngettext, size
from web.demo.hands import Hands
from web.demo.opening import sign
from web.demo.table import Table, digest_of, expect


async def draft_settlement(table: Table) -> str:
    """The mediator sees terms in sight and writes them down; return the agreement's path under the API."""
    case = table.case
    table.narrator.chapter(_("The settlement"))
    mediator = table[case.holder_of("mediator").key]
    made = await mediator.post(f"{table.dispute}/agreements")
    path = f"{table.dispute}/agreements/{made['id']}"
    shown = await mediator.get(path)
    article = shown["text"]["clauses"][1]["heading"]
    table.tell(mediator, _("begins the draft: its article 2 has the terms that were accepted (“%(heading)s”)",
                           heading=article))  # fmt: skip
    text = case.agreement
    saved = await mediator.post(
        f"{path}/versions",
        {
            "seen": shown["version"]["number"],
            "title": text.title,
            "preamble": text.preamble,
            "clauses": [
                {"heading": one.heading, "body": one.body, "concession_by": one.concession_by or ""}
                for one in text.clauses
            ],
            "payments": [_payment(table, number) for number in range(len(text.schedule))],
            "announce": True,
        },
    )
    clauses = ngettext("%(n)s article", "%(n)s articles", len(text.clauses))
    table.tell(mediator, _("writes version %(n)s: %(clauses)s, three instalments", n=saved["number"], clauses=clauses))
    return path


def _payment(table: Table, number: int) -> dict[str, Any]:
    text = table.case.agreement
    names = {"claimant": table.case.claimant.name, "respondent": table.case.respondent.name}
    one = text.schedule[number]
    return {
        "due": one.due.isoformat(),
        "amount_cents": int(one.amount * 100),
        "payer": names[text.payer],
        "payee": names[text.payee],
        "what": one.label,
    }


async def freeze_and_sign(table: Table, path: str) -> None:
    """The mediator freezes the text; both representatives sign exactly it, and nobody else can."""
    case = table.case
    mediator = table[case.holder_of("mediator").key]
    shown = await mediator.get(path)
    digest = shown["version"]["digest"]
    counsel = table[case.holder_of("counsel", "respondent").key]
    await counsel.post(f"{path}/remarks", {"number": shown["version"]["number"], "text": _("Nothing to add.")})
    await mediator.post(f"{path}/freeze", {"digest": digest})
    table.tell(mediator, _("freezes the text (SHA-256 %(digest)s…)", digest=digest[:16]))
    leaders = [table[case.holder_of("representative", side).key] for side in ("claimant", "respondent")]
    body = {"digest": "0" * 64, "password": leaders[0].password}
    other = await leaders[0].is_refused("POST", f"{path}/sign", 409, "another_text", json=body)
    table.refused(leaders[0], _("signs another text than the frozen one"), other)
    body = {"digest": digest, "password": counsel.password}
    denied = await counsel.is_refused("POST", f"{path}/sign", 403, "not_representative", json=body)
    table.refused(counsel, _("signs in the representative's place"), denied)
    first, last = [await sign(table, hands, path, digest) for hands in leaders]
    expect(not first and last, _("the last signature settles, and no earlier one"))
    settled = await mediator.get(table.dispute)
    expect(settled["stage"] == "settled", _("the dispute is settled"))
    table.tell(_("Entente"), _("the dispute is settled"))


async def take_the_document(table: Table, path: str, folder: Path) -> None:
    """Both parties receive the same PDF of what they signed."""
    leaders = [table[table.case.holder_of("representative", side).key] for side in ("claimant", "respondent")]

    async def documented() -> bool | None:
        return True if (await leaders[0].get(path))["documented"] else None

    await table.until(documented, _("the signed agreement's PDF"))
    digests: set[str] = set()
    octets = 0
    for hands in leaders:
        target = folder / f"{hands.person.key}-{table.reference}.pdf"
        octets = await hands.download(f"{path}/document", target)
        digests.add(digest_of(target))
        expect(_begins_as_pdf(target), _("the document is a PDF"))
    expect(len(digests) == 1, _("both have the same document"))
    table.tell(_("Both parties"), _("download the signed agreement: a PDF of %(size)s, the same", size=size(octets)))


def _begins_as_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"%PDF-"


def leader_of(table: Table, side: str) -> Hands:
    """Return the hands of a side's representative."""
    return table["leguirrec" if side == "claimant" else "montsegret"]
