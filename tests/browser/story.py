"""The main job, lived by five people and a secretary, each before their own browser. Every step is a sentence."""

from tests.browser.acts import agreeing, archiving, counting, door, procedure, rooms, teaming
from tests.browser.acts.agreeing import Article, Instalments
from tests.browser.cast import Table
from web.losses.phrases import SENTENCES

SIGN_TO_MEDIATE = "Sign the agreement to mediate"
SIGN_TO_SETTLE = "Sign the settlement agreement"


async def gather(table: Table) -> None:
    """The centre opens: its secretary comes in by the operator's link, and invites those who work there."""
    secretary = await table.enters("secretariat", "diagourou")
    await door.take_invitation(
        secretary, table.site.first_person(secretary.email, secretary.name, "secretariat").removeprefix(table.site.url)
    )
    for role, key, words in (
        ("mediator", "vauquelin", "Mediator"),
        ("expert", "thackeray", "Expert"),
        ("archivist", "crozemarie", "Archivist"),
        ("colleague", "escoffrel", "Secretariat"),
    ):
        await door.invite_colleague(secretary, await table.enters(role, key), words, table.site)


async def begin(table: Table) -> None:
    """The claimant files, the centre admits and invites, the respondent accepts, all sign, the mediator declares."""
    claimant = await table.enters("claimant", "leguirrec")
    await claimant.goto("/")
    await table.moment("front", claimant)
    await door.make_account(claimant, table.site)
    table.dispute = await procedure.file_dispute(claimant, table.request)
    await table.moment("filed", claimant)
    secretary, mediator = table["secretariat"], table["mediator"]
    assert await procedure.find_dispute(secretary, table.request.title) == table.dispute
    await mediator.cannot_reach(table.dispute, f"{table.dispute}/request")
    await procedure.admit(secretary, table.dispute, table.request)
    await procedure.appoint(secretary, table.dispute, mediator)
    await procedure.invite_respondent(secretary, table.dispute, table.request)
    respondent = await table.enters("respondent", "montsegret")
    assert await procedure.accept_mediation(respondent, table.request, table.site) == table.dispute
    await agreeing.sign_with_a_wrong_password(respondent, table.dispute, SIGN_TO_MEDIATE)
    await agreeing.sign(respondent, table.dispute, SIGN_TO_MEDIATE, last=False)
    await agreeing.sign(claimant, table.dispute, SIGN_TO_MEDIATE, last=True)
    await procedure.declare_independence(mediator, table.dispute, table.case.convention.independence)
    for representative in (respondent, claimant):
        await procedure.accept_mediator(representative, table.dispute, mediator)
    await claimant.goto(table.dispute)
    await claimant.sees(claimant.say("Mediation open"))
    await table.moment("open", claimant)


async def talk_apart(table: Table) -> None:
    """Each party prepares alone, then confides in the mediator; the other finds no trace of it."""
    claimant, respondent, mediator = table["claimant"], table["respondent"], table["mediator"]
    papers, known = table.papers, table.exhibits
    table.rooms["private"] = await rooms.enter(claimant, table.dispute, "Private draft")
    await claimant.reads_banner("Only you and your team.")
    [known["kept"]] = await rooms.lodge(claimant, [papers.kept], "Put into my draft", title="Nos marges, entre nous")
    [known["contract"]] = await rooms.drop(
        claimant, [papers.contract], "Put into my draft", title=papers.title(papers.contract), kind="Contract"
    )
    table.rooms["caucus_claimant"] = await rooms.enter(claimant, table.dispute, "Caucus")
    await claimant.reads_banner("You and the mediator. No other party sees anything of this.")
    await rooms.say_in_caucus(claimant, table.rooms["caucus_claimant"], table.said("caucus_claimant", 1))
    several = await rooms.drop(claimant, papers.apart, "Lodge in the caucus", origin="It existed before")
    known["apart"] = several[0]
    [known["disclosed"]] = await rooms.lodge(
        claimant, [papers.disclosed], "Lodge in the caucus", title=papers.title(papers.disclosed), kind="Report"
    )
    await table.moment("caucus", claimant)
    assert (
        await rooms.enter(mediator, table.dispute, "Caucus", of=table.request.company) == table.rooms["caucus_claimant"]
    )
    await mediator.reads_banner("%(party)s and you. No other party sees anything of this.", party=table.request.company)
    await mediator.sees(table.said("caucus_claimant", 1)[:60])
    await table.moment("apart", mediator)
    await rooms.say_in_caucus(mediator, table.rooms["caucus_claimant"], table.said("caucus_claimant", 2))
    table.rooms["caucus_respondent"] = await rooms.enter(respondent, table.dispute, "Caucus")
    await respondent.reads_banner("You and the mediator. No other party sees anything of this.")
    await respondent.sees_nothing_of(
        table.said("caucus_claimant", 1)[:40], papers.disclosed.name, table.request.company
    )
    for name, paper, kind in (("log", papers.log, "Technical log"), ("refused", papers.refused, "E-mails")):
        [known[name]] = await rooms.lodge(
            respondent, [paper], "Lodge in the caucus", title=papers.title(paper), kind=kind
        )
    await rooms.say_in_caucus(respondent, table.rooms["caucus_respondent"], table.said("caucus_respondent", 0))
    await keep_apart(table)


async def keep_apart(table: Table) -> None:
    """Nobody reaches what is not theirs, whatever address they type."""
    known, places = table.exhibits, table.rooms
    own = {
        "claimant": [places["private"], places["caucus_claimant"], known["kept"], known["disclosed"]],
        "respondent": [places["caucus_respondent"], known["log"], known["refused"]],
    }
    exhibits = [
        f"{known[name]}{page}" for name in ("kept", "disclosed") for page in ("", "/file", "/receipt", "/share")
    ]
    await table["respondent"].cannot_reach(*own["claimant"], *exhibits)
    await table["claimant"].cannot_reach(*own["respondent"], f"{known['refused']}/file", f"{known['log']}/consent")
    await table["mediator"].cannot_reach(places["private"], known["kept"], f"{known['kept']}/file")
    for role in ("expert", "archivist"):
        await table[role].cannot_reach(table.dispute, *own["claimant"], *own["respondent"])
    await table["secretariat"].cannot_reach(*own["claimant"], *own["respondent"])
    for role, others in (("claimant", "respondent"), ("respondent", "claimant")):
        person = table[role]
        await person.goto(table.dispute)
        await person.sees_nothing_of(*(path.rpartition("/")[2] for path in own[others]))


async def come_together(table: Table) -> None:
    """The parties share what they choose; the mediator asks to disclose: one consents, the other refuses."""
    claimant, respondent, mediator = table["claimant"], table["respondent"], table["mediator"]
    papers, known = table.papers, table.exhibits
    await rooms.share(claimant, known["contract"], into="joint")
    await rooms.share(respondent, known["log"], into="joint")
    table.rooms["joint"] = await rooms.enter(respondent, table.dispute, "Joint space")
    await respondent.reads_banner("Everyone at the table.")
    await rooms.drop(respondent, papers.together, "Share with everyone")
    for role, place in (("mediator", 0), ("claimant", 1), ("respondent", 2)):
        await rooms.say_to_everyone(table[role], table.rooms["joint"], table.said("joint", place))
    purposes = [asked.purpose for asked in table.case.disclosures]
    await rooms.ask_to_disclose(mediator, known["disclosed"], purposes[0])
    await rooms.ask_to_disclose(mediator, known["refused"], purposes[1])
    await claimant.goto(known["disclosed"])
    await claimant.follow("Read the request and answer")
    await table.moment("consent", claimant)
    await rooms.consent(claimant, purposes[0])
    await respondent.goto(known["refused"])
    await respondent.follow("Read the request and answer")
    await rooms.refuse(respondent, purposes[1], table.case.disclosures[1].answer_text)
    await mediator.goto(known["refused"])
    await mediator.sees(table.case.disclosures[1].answer_text[:60])
    await mediator.sees_nothing_of(f"{known['refused']}/disclose")
    await respondent.cannot_reach(known["disclosed"])
    await rooms.disclose(mediator, known["disclosed"])
    await read_what_was_disclosed(table)


async def read_what_was_disclosed(table: Table) -> None:
    """The other party finds it in the joint space like any other exhibit; its owner sees who opened it, and when."""
    claimant, respondent = table["claimant"], table["respondent"]
    saved = await rooms.read_exhibit(respondent, table.exhibits["disclosed"], table.folder)
    assert saved.read_bytes() == table.papers.disclosed.read_bytes()
    said = (await respondent.main.inner_text()).lower()
    assert respondent.say("Caucus").lower() not in said, "nothing there says that it came from a caucus"
    await claimant.goto(table.exhibits["disclosed"])
    opened = claimant.page.get_by_role("region", name=claimant.say("Who opened it"), exact=True)
    await claimant.sees(table["respondent"].name)
    assert table["respondent"].name in await opened.inner_text()
    await claimant.goto(table.rooms["joint"])
    await table.moment("joint", claimant)


async def count(table: Table) -> None:
    """Each side counts its loss, the claimant first before the mediator alone; once both have shared, side by side."""
    claimant, respondent, mediator = table["claimant"], table["respondent"], table["mediator"]
    for leader in (claimant, respondent):
        await teaming.write_mandate(leader, table.dispute, "60 000", "Zoé Armanville, présidente", "2026-01-15")
    apart, wrong = "Ressaisie des fiches clients", "12 heures × 95"
    await counting.open_worksheet(claimant, table.dispute)
    await claimant.reads_banner("Only you and your team.")
    await counting.count(claimant, "Extra work", apart, "6 × (12 + 4) × 45")
    await counting.mistype(claimant, "Prospects perdus", wrong, claimant.say(SENTENCES["formula_sign"], place=4))
    await counting.count(claimant, "Lost sales", "Prospects perdus", "12 × 95")
    await counting.correct(claimant, apart, "6 × 16 × 45")
    shown = await counting.share(claimant, "Show it to the mediator alone", "Show it to the mediator alone")
    await mediator.goto(shown)
    await mediator.sees(apart)
    await respondent.cannot_reach(shown)
    await counting.open_worksheet(respondent, table.dispute)
    await respondent.sees_nothing_of(apart, shown)
    await counting.count(respondent, "Credit notes (subtracted)", "Avoir de mars", "1 200,50")
    for side in (respondent, claimant):
        await counting.open_worksheet(side, table.dispute)
        await counting.share(side, "Share it with everyone", "Share it with everyone")
    for person in (claimant, respondent, mediator):
        await person.goto(f"{table.dispute}/losses")
        await person.follow("See them side by side")
        await person.sees(table.request.respondent)
        await person.reads("Difference")


async def examine(table: Table) -> None:
    """A neutral expert answers from what is supplied and nothing else; the report reaches both sides together."""
    mediator, expert, case = table["mediator"], table["expert"], table.case
    table.mission = await agreeing.ask_expert(mediator, table.dispute, expert, case.mission.question)
    await agreeing.accept_mission(expert, table.dispute, case.mission.declaration)
    for role in ("claimant", "respondent"):
        await procedure.accept_mediator(table[role], table.dispute, expert)
    await agreeing.supply(mediator, table.dispute, ["C-1", "R-1"])
    await rooms.read_exhibit(expert, table.exhibits["log"], table.folder)
    closed = ("joint", "caucus_claimant", "caucus_respondent")
    await expert.cannot_reach(
        table.exhibits["disclosed"],
        f"{table.exhibits['disclosed']}/file",
        f"{table.exhibits['refused']}/file",
        *(table.rooms[name] for name in closed),
    )
    await agreeing.report(expert, table.mission, table.papers.report, case.mission.conclusions[0])
    for role in ("claimant", "respondent", "mediator"):
        person = table[role]
        await person.goto(table.mission)
        await person.reads("What the expert had seen by then")
        await person.sees_nothing_of(case.mission.conclusions[0][:60])
        await person.goto(table.rooms["joint"])
        await person.sees("E-1")
    await table["respondent"].goto(table.mission)
    await table.moment("expert", table["respondent"])


async def settle(table: Table) -> None:
    """The mediator drafts, the parties comment, the text is revised, frozen and signed by both."""
    claimant, respondent, mediator = table["claimant"], table["respondent"], table["mediator"]
    agreed, companies = (
        table.case.agreement,
        {"claimant": table.request.company, "respondent": table.request.respondent},
    )
    whose = {"claimant": "The claimant", "respondent": "The respondent", None: ""}
    articles = [Article(clause.heading, clause.body, whose[clause.concession_by]) for clause in agreed.clauses]
    total = sum(line.amount for line in agreed.schedule)
    payment = Instalments(
        f"{total:.2f}".replace(".", ","),
        len(agreed.schedule),
        agreed.schedule[0].due.isoformat(),
        companies[agreed.payer],
        companies[agreed.payee],
        articles[3].heading,
    )
    table.settlement = await agreeing.begin_draft(mediator, table.dispute)
    await agreeing.write_settlement(mediator, table.settlement, agreed.preamble, articles, payment)
    await respondent.goto(table.settlement)
    await respondent.sees(articles[1].heading)
    await agreeing.comment(respondent, table.settlement, 2, table.said("joint", 4))
    before, after = "quatre heures", "deux heures"
    assert before in articles[1].text
    await agreeing.revise(mediator, table.settlement, 2, articles[1].text.replace(before, after))
    await agreeing.compare(claimant, table.settlement, "quatre", "deux")
    await table.moment("changes", claimant)
    await agreeing.freeze(mediator, table.settlement)
    await agreeing.sign(respondent, table.dispute, SIGN_TO_SETTLE, last=False)
    await procedure.do_task(claimant, table.dispute, SIGN_TO_SETTLE)
    await table.moment("sign", claimant)
    await agreeing.sign(claimant, table.dispute, SIGN_TO_SETTLE, last=True)
    await claimant.goto(table.dispute)
    await claimant.sees(claimant.say("Settled"))


async def keep(table: Table) -> None:
    """The record is sealed; who may reads it, and verifies it with nothing of ours around."""
    claimant, archivist, secretary = table["claimant"], table["archivist"], table["secretariat"]
    await claimant.goto(table.dispute)
    await claimant.follow("The sealed record")
    own_record = claimant.path
    own = await archiving.save_record(claimant, own_record, table.folder)
    checked = archiving.verify_offline(own)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document, receipt = await agreeing.take_document(claimant, table.settlement, table.folder)
    alone = archiving.verify_offline(document, "--receipt", str(receipt))
    assert alone.returncode == 0, alone.stdout + alone.stderr
    await archiving.verify_on_page(claimant, document, receipt)
    await claimant.goto(own_record)
    reference = await claimant.main.locator(".caption").first.inner_text()
    table.record = await archiving.find_record(archivist, reference.strip())
    await archivist.sees_nothing_of(table.request.title, table.request.facts[:40])
    await archivist.cannot_reach(table.dispute, table.exhibits["contract"], f"{table.settlement}/document")
    wanted = table.case.archive_request
    await archiving.ask_to_read(archivist, table.record, wanted.motive)
    await archiving.authorise(secretary, wanted.motive)
    released = await archiving.save_record(archivist, table.record, table.folder / "archivist")
    await table.moment("archive", archivist)
    checked = archiving.verify_offline(released)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    spoilt = table.folder / "spoilt.zip"
    spoilt.write_bytes(released.read_bytes().replace(b"bagit.txt", b"bagit.tx7"))
    assert archiving.verify_offline(spoilt).returncode == 1


async def reopen(table: Table) -> None:
    """The file is closed; a party asks for a new mediation, and two people of the centre agree."""
    claimant, secretary, colleague = table["claimant"], table["secretariat"], table["colleague"]
    motive = "La deuxième échéance n'a pas été réglée ; nous souhaitons en parler avant tout autre recours."
    await archiving.close_file(secretary, table.dispute)
    await archiving.ask_to_reopen(claimant, table.dispute, motive)
    await archiving.agree_to_reopen(secretary, table.dispute, motive, last=False)
    await archiving.agree_to_reopen(colleague, table.dispute, motive, last=True)
    await claimant.goto("/disputes")
    assert await claimant.main.get_by_role("link", name=table.request.title).count() == 2
    again = await archiving.save_record(claimant, f"{table.dispute}/record", table.folder / "again")
    assert archiving.verify_offline(again).returncode == 0


CHAPTERS = (gather, begin, talk_apart, come_together, count, examine, settle, keep, reopen)


async def live(table: Table) -> None:
    """From the first link to the reopened file."""
    for chapter in CHAPTERS:
        await chapter(table)
