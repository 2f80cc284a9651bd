"""Work at the open table: exhibits lodged and shared, words in each room, consent before disclosure, closed doors."""

from typing import Any, Final
from uuid import uuid4

from odr.words import _, phrase, size
from web.demo.evidence import EvidenceFile
from web.demo.hands import Hands
from web.demo.shapes import Disclosure, Message
from web.demo.table import Table, expect

BEFORE_THE_REPORT: Final = 3
"""How many of the joint room's messages are written before the expert has reported."""

LODGES: Final = {"claimant": "kervadec", "respondent": "berthomieux"}
_ROOMS: Final = {
    "private": phrase("the team's draft"),
    "caucus": phrase("the caucus with the mediator"),
    "joint": phrase("the joint room"),
}


async def lodge_everything(table: Table) -> None:
    """Each party lodges its files where they first belong, then lets out what it wants to show."""
    table.narrator.chapter(_("The exhibits"))
    first = True
    for file in table.evidence.values():
        if file.party == "expert":
            continue
        if file.path.name in table.exhibits:
            continue  # it is in the draft already: it proves a step
        hands = table[LODGES[file.party]]
        room = table.room("joint" if file.first_space == "joint" else f"{file.first_space}_{file.party}")
        if first:
            await _refuse_broken_uploads(table, hands, room, file)
        piece = table.piece(file.path.name)
        lodged = await hands.lodge(room, piece)
        expect(lodged["sha256"] == piece.sha256 and lodged["size"] == piece.size, _("the digests agree"))
        table.exhibits[file.path.name] = lodged["id"]
        what = _("lodges %(number)s “%(title)s” (%(size)s) in %(room)s", number=lodged["number"], title=file.title,
                 size=size(piece.size), room=_(_ROOMS[file.first_space]))  # fmt: skip
        table.tell(hands, what)
        if first:
            again = await hands.is_refused(
                "POST", f"{room}/exhibits", 409, "repeated_file", params={"name": "copy.pdf"},
                content=piece.path.read_bytes(),
            )  # fmt: skip
            table.refused(hands, _("lodges the same file once more"), again)
            first = False
    for file in table.evidence.values():
        await _let_out(table, file)


async def _refuse_broken_uploads(table: Table, hands: Hands, room: str, file: EvidenceFile) -> None:
    params = {"name": file.path.name}
    empty = await hands.is_refused("POST", f"{room}/exhibits", 422, "empty_file", params=params, content=b"")
    table.refused(hands, _("lodges an empty file"), empty)
    wrong = await hands.is_refused(
        "POST", f"{room}/exhibits", 422, "digest_mismatch", params=params,
        content=file.path.read_bytes(), headers={"X-Content-SHA256": "0" * 64},
    )  # fmt: skip
    table.refused(hands, _("lodges a file that was altered on the way"), wrong)


async def _let_out(table: Table, file: EvidenceFile) -> None:
    into = {"to_joint": "joint", "to_caucus": "caucus"}.get(file.then)
    if into is None:
        return
    hands = table[LODGES[file.party]]
    given = await hands.post(f"{table.exhibit(file.path.name)}/share", {"into": into})
    what = _("lets “%(title)s” into %(room)s: %(number)s there", title=file.title, room=_(_ROOMS[into]),
             number=given["number"])  # fmt: skip
    table.tell(hands, what)


async def speak_before_the_report(table: Table) -> None:
    """The mediator opens, then speaks with each side apart; both sides say what they bring."""
    table.narrator.chapter(_("Talks, apart and together"))
    joint = table.case.messages_in("joint")
    await _say(table, joint[0])
    for message in (*table.case.messages_in("caucus_claimant"), *table.case.messages_in("caucus_respondent")):
        await _say(table, message)
    response = Message("joint", "montsegret", table.case.response)
    for message in (response, *joint[1:BEFORE_THE_REPORT]):
        await _say(table, message)


async def speak_after_the_report(table: Table) -> None:
    """Both sides answer to the report."""
    for message in table.case.messages_in("joint")[BEFORE_THE_REPORT:-1]:
        await _say(table, message)


async def sum_up(table: Table) -> None:
    """The mediator sums up what is agreed on."""
    await _say(table, table.case.messages_in("joint")[-1])


async def _say(table: Table, message: Message) -> None:
    hands = table[message.author]
    await hands.post(f"{table.room(message.room)}/messages", {"text": message.text})
    table.tally.messages += 1
    kind = message.room.partition("_")[0]
    where = _(_ROOMS[kind])
    begin = message.text[:60].replace("\n", " ")
    table.tell(hands, _("says in %(room)s: “%(begin)s…”", room=where, begin=begin))


async def ask_disclosures(table: Table) -> None:
    """The mediator asks each side for one caucus exhibit; without a consent nothing crosses over."""
    table.narrator.chapter(_("Consent before disclosure"))
    for wanted in table.case.disclosures:
        mediator, exhibit = table[wanted.asked_by], table.exhibit(wanted.file)
        await mediator.post(f"{exhibit}/disclosure", {"purpose": wanted.purpose, "form": wanted.form})
        title = table.evidence[wanted.file].title
        table.tell(mediator, _("asks to disclose “%(title)s”, and says what for", title=title))
        early = await mediator.is_refused("POST", f"{exhibit}/disclosure/disclose", 409, "consent_missing")
        table.refused(mediator, _("discloses it without a consent"), early)


async def answer_disclosures(table: Table) -> None:
    """One party consents, the other refuses; only what was consented to crosses over."""
    for wanted in table.case.disclosures:
        owner, mediator = table[wanted.answered_by], table[wanted.asked_by]
        if wanted.answer == "consent":
            await _disclose(table, owner, mediator, wanted)
            continue
        exhibit = f"{table.exhibit(wanted.file)}/disclosure"
        await owner.post(f"{exhibit}/refuse", {"reason": wanted.answer_text})
        table.tell(owner, _("refuses, and says why"))
        late = await mediator.is_refused("POST", f"{exhibit}/disclose", 409, "consent_missing")
        table.refused(mediator, _("discloses it all the same"), late)


async def _disclose(table: Table, owner: Hands, mediator: Hands, wanted: Disclosure) -> None:
    other = table["montsegret" if wanted.owner == "claimant" else "leguirrec"]
    exhibit = table.exhibit(wanted.file)
    hidden = await other.is_refused("GET", exhibit, 404, "not_found")
    table.refused(other, _("looks for the exhibit before it is disclosed"), hidden)
    asked = await owner.get(f"{exhibit}/disclosure")
    await owner.post(f"{exhibit}/disclosure/consent", {"seen": asked["id"]})
    table.tell(owner, _("consents: this exhibit, these readers, this purpose, this form"))
    await mediator.post(f"{exhibit}/disclosure/disclose")
    seen = await other.get(exhibit)
    expect([each["kind"] for each in seen["placements"]] == ["joint"], _("nothing says that it came from a caucus"))
    table.tell(mediator, _("discloses it: %(number)s in the joint room", number=seen["number"]))
    table.tell(other, _("reads it; nothing in the joint room says where it came from"))


async def try_closed_doors(table: Table) -> None:
    """Everybody tries what they may not read: what exists and what doesn't answer alike."""
    table.narrator.chapter(_("Closed doors"))
    caucus_only = next(name for name, file in table.evidence.items() if file.then == "refused")
    stranger_to_it = table["leguirrec"]
    real = await stranger_to_it.is_refused("GET", table.exhibit(caucus_only), 404, "not_found")
    random = await stranger_to_it.is_refused("GET", f"{table.dispute}/exhibits/{uuid4()}", 404, "not_found")
    expect(real == random, _("a hidden exhibit answers exactly as one that does not exist"))
    table.refused(stranger_to_it, _("tries an exhibit of the other side's caucus, then an invented one"), real)
    for path in ("/file", "/receipt", "/openings", "/disclosure"):
        await stranger_to_it.is_refused("GET", table.exhibit(caucus_only) + path, 404, "not_found")
    for key, room in (("montsegret", "caucus_claimant"), ("leguirrec", "private_respondent"), ("valadier", "notes")):
        said = await table[key].is_refused("GET", f"{table.room(room)}/messages", 404, "not_found")
        table.refused(key, _("knocks at a room that is not theirs"), said)
    secretary = table[table.case.holder_of("secretariat").key]
    said = await secretary.is_refused("GET", f"{table.room('joint')}/messages", 404, "not_found")
    table.refused(secretary, _("looks into the joint room"), said)
    archivist = table[table.case.holder_of("archivist").key]
    said = await archivist.is_refused("GET", table.dispute, 404, "not_found")
    table.refused(archivist, _("looks for the dispute"), said)
    forged = Hands(table.http, secretary.person, table.password, table.tally)
    forged.take({"access_token": secretary.bearer[:-6] + "AAAAAA"})
    said = await forged.is_refused("GET", "/account", 401, "bearer_refused")
    table.refused(_("Somebody"), _("comes with a forged bearer"), said)


async def read_and_be_seen(table: Table) -> None:
    """A party opens the other's exhibit by ranges, and its owner sees who opened it."""
    reader, owner = table["montsegret"], table["kervadec"]
    file = next(name for name, each in table.evidence.items() if each.party == "claimant" and each.kind == "contract")
    path = f"{table.exhibit(file)}/file"
    whole = table.evidence[file].path.read_bytes()
    head = await reader.ask("GET", path, headers={"Range": "bytes=0-1023"})
    tail = await reader.ask("GET", path, headers={"Range": "bytes=1024-"})
    expect(head.content + tail.content == whole, _("two ranges make the file"))
    table.tally.octets_out += len(whole)
    table.tell(reader, _("opens “%(title)s”, in two ranges", title=table.evidence[file].title))
    openings: list[dict[str, Any]] = await owner.get(f"{table.exhibit(file)}/openings")
    expect([each["reader"] for each in openings] == [reader.person.name], _("its owner sees who opened it"))
    told = _("sees who opened it, and when: %(name)s", name=reader.person.name)
    table.tell(owner, told)
