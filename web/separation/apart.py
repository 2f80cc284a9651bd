"""THE table of what may happen apart: in the claimant's rooms and caucus, on the mediator's side, and nowhere else.

Each act is done through the public interface and must succeed. A room that gets a new command which one side may use
apart gets a line here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from odr.words import phrase
from web.separation.beside import (
    ask_a_colleague_out,
    have_no_objection,
    invite_a_colleague,
    mind_ones_own,
    rank_mediators,
    read_notices,
    write_another_request,
)
from web.separation.crossing import (
    ask_and_be_refused,
    ask_and_wait,
    ask_for_a_sentence,
    consent_and_wait,
    consent_and_withdraw,
    hand_to_some,
    offer_a_sentence,
    offer_to_disclose,
    paraphrase_an_exhibit,
    say_to_some,
    use_an_exception,
)
from web.separation.failing import fail_at_what_follows, invite_in_vain
from web.separation.hands import CAUCUS, MINE, Life
from web.separation.sending import (
    be_refused_in_caucus,
    bundle_for_a_court,
    finish_an_upload,
    give_an_upload_up,
    leave_an_upload,
    send_an_archive,
    send_many,
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done apart: a sentence for whoever reads a finding, and how it is done.

    ``does`` gets a name that nothing else in this life bears.
    """

    words: str
    does: Callable[[Life, str], Awaitable[None]]


async def keep_draft(life: Life, name: str) -> None:
    """The claimant lodges a draft in its private room."""
    await life.lodge_apart("claimant", MINE, name)


async def lodge_in_caucus(life: Life, name: str) -> None:
    """The claimant lodges an exhibit in caucus."""
    await life.lodge_apart("claimant", CAUCUS, name)


async def mediator_lodges(life: Life, name: str) -> None:
    """The mediator lodges a paper in the claimant's caucus."""
    await life.lodge_apart("mediator", CAUCUS, name)


async def let_into_caucus(life: Life, name: str) -> None:
    """The claimant lets a draft into the caucus."""
    exhibit_id = await life.lodge_apart("claimant", MINE, name)
    await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/share", json={"into": "caucus"})


async def speak_in_caucus(life: Life, name: str) -> None:
    """Claimant and mediator speak in caucus."""
    await life.say_apart("claimant", CAUCUS, f"Entre nous : {name}.")
    await life.say_apart("mediator", CAUCUS, f"Je vous entends : {name}.")


async def take_a_note(life: Life, name: str) -> None:
    """The mediator takes a note."""
    await life.say_apart("mediator", "notes", f"À retenir : {name}.")


async def replace_in_caucus(life: Life, name: str) -> None:
    """The claimant replaces a caucus exhibit by a newer version."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    await life.lodge_apart("claimant", CAUCUS, f"{name} bis", replaces=exhibit_id, reason="Une page manquait.")


async def redact_in_caucus(life: Life, name: str) -> None:
    """The claimant lodges a redacted copy beside its caucus exhibit."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    await life.lodge_apart("claimant", CAUCUS, f"{name} caviardé", redacts=exhibit_id)


async def withdraw_from_caucus(life: Life, name: str) -> None:
    """The claimant takes an exhibit back from the caucus: it is destroyed."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/withdraw", json={"room": "caucus"})


async def read_in_caucus(life: Life, name: str) -> None:
    """The mediator opens a caucus exhibit, its party sees that, and both take its proofs."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    exhibit = f"{life.root}/exhibits/{exhibit_id}"
    await life.walkers["mediator"].ask(f"{exhibit}/file")
    await life.do("claimant", "GET", f"{exhibit}/openings")
    await life.walkers["mediator"].ask(f"{exhibit}/receipt")


async def search_apart(life: Life, name: str) -> None:
    """Claimant and mediator search in the caucus, on pages and by program, and look at what may cross over."""
    for who in ("claimant", "mediator"):
        await life.do(who, "GET", f"{life.room(CAUCUS, api=False)}/tickets")
        await life.do(who, "GET", f"{life.room(CAUCUS)}/exhibits", params={"search": name})
        await life.do(who, "GET", life.room(CAUCUS, api=False), params={"search": name})


async def set_a_mandate(life: Life, name: str) -> None:
    """The claimant's representative writes down how far their mandate goes, less far each time."""
    seat = f"{life.root}/team/{life.stage.claimant_seat}/mandate"
    given = {"ceiling_cents": 100_000 - life.acts, "given_by": name, "given_on": "2025-01-06"}
    await life.do("claimant", "PUT", seat, json=given)


async def count_losses(life: Life, name: str) -> None:
    """The claimant counts its loss, corrects it, and shows it to the mediator alone, who reads it."""
    losses = f"{life.root}/losses"
    line = {"kind": "other", "what": name, "formula": f"3 × (1{life.acts} + 4)", "begins": "2025-03-01"}
    made = await life.do("claimant", "POST", f"{losses}/lines", json=line)
    line_id = life.remember("line_id", str(made["id"]))
    changed = {**line, "kind": "credit_notes", "seen": 1}
    await life.do("claimant", "PUT", f"{losses}/lines/{line_id}", json=changed)
    preview = await life.do("claimant", "GET", f"{losses}/sharing/caucus")
    said = {"into": "caucus", "sha256": preview["sha256"]}
    share_id = life.remember("share_id", str((await life.do("claimant", "POST", f"{losses}/shared", json=said))["id"]))
    await life.do("mediator", "GET", f"{losses}/shared/{share_id}")
    await life.do("claimant", "DELETE", f"{losses}/lines/{line_id}", params={"seen": 2})


async def meet_apart(life: Life, name: str) -> None:
    """The mediator calls the claimant to two meetings apart, moves one, calls the other off; the claimant looks."""
    meetings = f"{life.root}/meetings"
    rooms: list[dict[str, str]] = await life.do("claimant", "GET", f"{life.root}/rooms")
    party_id = next(room["party_id"] for room in rooms if room["kind"] == "caucus")
    starts_at = (life.stage.clock.at + timedelta(days=2 + life.acts % 9)).isoformat()
    called = {"starts_at": starts_at, "place": name, "agenda": f"De {name}."}
    for act in ("move", "cancel"):
        made = await life.do("mediator", "POST", meetings, json={**called, "apart_with": party_id})
        meeting = f"{meetings}/{life.remember('meeting_id', str(made['id']))}"
        await life.do("mediator", "POST", f"{meeting}/{act}", json={**called, "minutes": 60} if act == "move" else None)
        await life.do("claimant", "GET", meeting)


async def keep_minutes(life: Life, name: str) -> None:
    """The mediator writes minutes of a meeting apart that was held; the claimant contests them; they are written anew.

    The meeting is over two minutes later; then the clock stands again where the story says.
    """
    rooms: list[dict[str, str]] = await life.do("claimant", "GET", f"{life.root}/rooms")
    party_id = next(room["party_id"] for room in rooms if room["kind"] == "caucus")
    starts_at = (life.stage.clock.at + timedelta(minutes=1)).isoformat()
    called = {"starts_at": starts_at, "place": name, "apart_with": party_id}
    made = await life.do("mediator", "POST", f"{life.root}/meetings", json=called)
    meeting = f"{life.root}/meetings/{life.remember('meeting_id', str(made['id']))}"
    life.stage.clock.advance(minutes=2)
    await life.do("mediator", "POST", f"{meeting}/held")
    await life.do("mediator", "PUT", f"{meeting}/minutes/draft", json={"text": f"À revoir : {name}."})
    await life.do("mediator", "POST", f"{meeting}/minutes", json={"text": f"Nous avons parlé de {name}."})
    await life.do("claimant", "POST", f"{meeting}/minutes/contest", json={"number": 1, "why": f"Pas de {name}."})
    await life.do("mediator", "POST", f"{meeting}/minutes", json={"text": f"Presque rien de {name}.", "seen": 1})
    await life.do("claimant", "GET", f"{meeting}/minutes")
    life.stage.clock.advance(minutes=-2)


async def look_around(life: Life, _name: str) -> None:
    """The claimant's people walk through their own pages."""
    for who in ("claimant", "claimant_counsel"):
        for path in (life.page, life.room(CAUCUS, api=False), f"{life.page}/team"):
            await life.do(who, "GET", path)


ACTS: Final[Mapping[str, Act]] = {
    "keep_draft": Act(phrase("The claimant lodges a draft in its private room."), keep_draft),
    "lodge_in_caucus": Act(phrase("The claimant lodges an exhibit in caucus."), lodge_in_caucus),
    "mediator_lodges": Act(phrase("The mediator lodges a paper in the claimant's caucus."), mediator_lodges),
    "let_into_caucus": Act(phrase("The claimant lets a draft into the caucus."), let_into_caucus),
    "speak_in_caucus": Act(phrase("Claimant and mediator speak in caucus."), speak_in_caucus),
    "take_a_note": Act(phrase("The mediator takes a note."), take_a_note),
    "replace_in_caucus": Act(phrase("The claimant replaces a caucus exhibit by a newer version."), replace_in_caucus),
    "redact_in_caucus": Act(phrase("The claimant lodges a redacted copy beside its caucus exhibit."), redact_in_caucus),
    "withdraw_from_caucus": Act(
        phrase("The claimant takes an exhibit back from the caucus: it is destroyed."), withdraw_from_caucus
    ),
    "read_in_caucus": Act(
        phrase("The mediator opens a caucus exhibit, its party sees that, and both take its proofs."), read_in_caucus
    ),
    "be_refused_in_caucus": Act(
        phrase("The claimant sends a file that was altered on the way, and an empty one: both are refused."),
        be_refused_in_caucus,
    ),
    "leave_an_upload": Act(phrase("The claimant begins to send a large file, and leaves."), leave_an_upload),
    "finish_an_upload": Act(phrase("The claimant sends a file by the resumable way, and lodges it."), finish_an_upload),
    "give_an_upload_up": Act(phrase("The claimant gives an upload up."), give_an_upload_up),
    "search_apart": Act(phrase("Claimant and mediator search in the caucus, on pages and by program."), search_apart),
    "ask_and_be_refused": Act(
        phrase("The mediator asks to disclose a caucus exhibit; its party refuses."), ask_and_be_refused
    ),
    "ask_and_wait": Act(phrase("The mediator asks to disclose a caucus exhibit, and nobody answers."), ask_and_wait),
    "consent_and_withdraw": Act(
        phrase("The claimant consents to a disclosure, and withdraws before it is carried out."), consent_and_withdraw
    ),
    "consent_and_wait": Act(
        phrase("The claimant consents to a disclosure, which the mediator does not carry out."), consent_and_wait
    ),
    "offer_a_sentence": Act(
        phrase("The claimant allows the mediator to say a sentence, who does not say it."), offer_a_sentence
    ),
    "ask_for_a_sentence": Act(
        phrase("The mediator asks to say four sentences: one is refused, one withdrawn, one dropped, one waits."),
        ask_for_a_sentence,
    ),
    "say_to_some": Act(
        phrase("The mediator says two sentences to a third party alone: one is withdrawn, one stopped and put back."),
        say_to_some,
    ),
    "hand_to_some": Act(
        phrase(
            "The mediator hands two exhibits to a third party alone: one withdrawn, one opened, stopped and put back."
        ),
        hand_to_some,
    ),
    "paraphrase_an_exhibit": Act(
        phrase(
            "The mediator says in other words what caucus exhibits show: refused, to a third party alone, outdated."
        ),
        paraphrase_an_exhibit,
    ),
    "set_a_mandate": Act(
        phrase("The claimant's representative writes down how far their mandate goes."), set_a_mandate
    ),
    "count_losses": Act(
        phrase("The claimant counts its loss, corrects it, and shows it to the mediator alone, who reads it."),
        count_losses,
    ),
    "meet_apart": Act(
        phrase("The mediator calls the claimant to two meetings apart, moves one and calls the other off."), meet_apart
    ),
    "keep_minutes": Act(
        phrase("The mediator writes minutes of a meeting apart; the claimant contests them; they are written anew."),
        keep_minutes,
    ),
    "use_an_exception": Act(
        phrase("The mediator discloses two sentences of the caucus under an exception of the law."), use_an_exception
    ),
    "invite_a_colleague": Act(
        phrase("The claimant invites somebody to its team, who has not come yet."), invite_a_colleague
    ),
    "send_many": Act(phrase("The claimant lodges several files in caucus at once."), send_many),
    "send_an_archive": Act(
        phrase("The claimant sends an archive, whose files are lodged in caucus one by one."), send_an_archive
    ),
    "bundle_for_a_court": Act(
        phrase("The claimant puts a draft and a caucus exhibit of its own into a bundle for a court."),
        bundle_for_a_court,
    ),
    "offer_to_disclose": Act(
        phrase("The claimant allows the mediator to disclose a caucus exhibit, who does not."), offer_to_disclose
    ),
    "ask_a_colleague_out": Act(
        phrase("The claimant invites somebody to its team, and takes the invitation back."), ask_a_colleague_out
    ),
    "write_another_request": Act(
        phrase("The claimant writes another request, page by page, and does not send it."), write_another_request
    ),
    "rank_mediators": Act(
        phrase("The claimant ranks the mediators that the centre lists; equal ranks and late ones are refused."),
        rank_mediators,
    ),
    "have_no_objection": Act(
        phrase("The claimant does not object to an expert, to whom the other party may still object."),
        have_no_objection,
    ),
    "mind_ones_own": Act(phrase("The claimant chooses how to be told, and asks for another address."), mind_ones_own),
    "fail_at_what_follows": Act(
        phrase("The machine fails at every task that follows something done apart."), fail_at_what_follows
    ),
    "invite_in_vain": Act(
        phrase("The claimant invites somebody to its team; the mail comes back from a wrong address."), invite_in_vain
    ),
    "read_notices": Act(phrase("Claimant and mediator read their notices."), read_notices),
    "look_around": Act(phrase("The claimant's people walk through their own pages."), look_around),
}
