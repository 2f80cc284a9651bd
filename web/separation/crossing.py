"""What may be asked, allowed or offered to cross over apart, and what leaves without consent: nothing of it shows."""

from web.separation.hands import CAUCUS, Life


async def ask_and_be_refused(life: Life, name: str) -> None:
    """The mediator asks to disclose a caucus exhibit; its party refuses."""
    disclosure, _asked = await _asked_for(life, name)
    await life.do("claimant", "POST", f"{disclosure}/refuse", json={"reason": f"Non : {name}."})
    await life.is_refused("mediator", "POST", f"{disclosure}/disclose")


async def ask_and_wait(life: Life, name: str) -> None:
    """The mediator asks to disclose a caucus exhibit, and nobody answers."""
    await _asked_for(life, name)


async def consent_and_withdraw(life: Life, name: str) -> None:
    """The claimant consents to a disclosure, and withdraws before it is carried out."""
    disclosure, asked = await _asked_for(life, name)
    await life.do("claimant", "POST", f"{disclosure}/consent", json={"seen": asked})
    await life.do("claimant", "POST", f"{disclosure}/withdraw")


async def consent_and_wait(life: Life, name: str) -> None:
    """The claimant consents to a disclosure, which the mediator does not carry out."""
    disclosure, asked = await _asked_for(life, name)
    await life.do("claimant", "POST", f"{disclosure}/consent", json={"seen": asked})


async def offer_a_sentence(life: Life, name: str) -> None:
    """The claimant allows the mediator to say a sentence, who does not say it."""
    said = {"text": f"Nous pourrions attendre {name}.", "purpose": f"Pour {name}."}
    made = await life.do("claimant", "POST", f"{life.room(CAUCUS)}/statements/offer", json=said)
    life.remember("statement_id", str(made["id"]))


async def ask_for_a_sentence(life: Life, name: str) -> None:
    """The mediator asks to say four sentences: one is refused, one withdrawn, one dropped, one waits."""
    for fate in ("refuse", "withdraw", "drop", ""):
        said = {"text": f"On dit {name} ({fate}).", "purpose": f"Pour {name}."}
        made = await life.do("mediator", "POST", f"{life.room(CAUCUS)}/statements", json=said)
        statement = f"{life.root}/statements/{life.remember('statement_id', str(made['id']))}"
        if fate == "refuse":
            await life.do("claimant", "POST", f"{statement}/refuse", json={"reason": f"Non : {name}."})
        elif fate == "drop":
            await life.do("mediator", "POST", f"{statement}/drop")
        elif fate:
            await life.do("claimant", "POST", f"{statement}/allow")
            await life.do("claimant", "POST", f"{statement}/withdraw")


async def say_to_some(life: Life, name: str) -> None:
    """The mediator says two sentences to a third party alone, on the claimant's consent.

    One is withdrawn before it is read. The other is read, stopped as a mistake, asked about, and put back.
    """
    for read in (False, True):
        said = {"text": f"À vous seule : {name} ({read}).", "purpose": f"Pour {name}."}
        path = await _said_to_the_third(life, said)
        if not read:
            await life.do("claimant", "POST", f"{path}/withdraw")
            continue
        await life.do("insurer", "GET", life.room("caucus_insurer", api=False))
        await _stop_and_put_back(life, path, name)


async def hand_to_some(life: Life, name: str) -> None:
    """The mediator hands two exhibits to a third party alone, on the claimant's consent.

    One is withdrawn before it is opened. The other is opened, stopped as a mistake, asked about, and put back.
    """
    for opened in (False, True):
        exhibit_id = await life.lodge_apart("claimant", CAUCUS, f"{name}, pour vous seule ({opened})")
        request = f"{life.root}/exhibits/{exhibit_id}/disclosure"
        asked = {"purpose": f"Pour {name}.", "form": "original", "recipients": [life.stage.third.party_id]}
        made = await life.do("mediator", "POST", request, json=asked)
        await life.do("claimant", "POST", f"{request}/consent", json={"seen": made["id"]})
        await life.do("mediator", "POST", f"{request}/disclose")
        disclosure = f"{life.root}/disclosures/{life.remember('disclosure_id', str(made['id']))}"
        (*_earlier, handed) = await life.do("insurer", "GET", f"{life.room('caucus_insurer')}/handed")
        handed_id = life.remember("handed_id", str(handed["id"]))
        if not opened:
            await life.do("claimant", "POST", f"{disclosure}/withdraw")
            continue
        await life.do("insurer", "GET", f"{life.root}/handed/{handed_id}")
        await life.do("insurer", "GET", f"{life.root}/handed/{handed_id}/file")
        await _stop_and_put_back(life, disclosure, name)


async def paraphrase_an_exhibit(life: Life, name: str) -> None:
    """The mediator says in other words what caucus exhibits show: refused, to a third party alone, and outdated."""
    exhibits = [await life.lodge_apart("claimant", CAUCUS, f"{name}, annexe {number}") for number in (1, 2)]
    for exhibit_id in exhibits:
        said = {"text": f"Les comptes de {name} baissent.", "purpose": f"Pour {name}.", "exhibit_id": exhibit_id}
        made = await life.do("mediator", "POST", f"{life.room(CAUCUS)}/statements", json=said)
        refused = f"{life.root}/statements/{life.remember('statement_id', str(made['id']))}"
        await life.do("claimant", "POST", f"{refused}/refuse", json={"reason": f"Pas ainsi : {name}."})
        await _said_to_the_third(life, said)
        offered = await life.do("claimant", "POST", f"{life.room(CAUCUS)}/statements/offer", json=said)
        life.remember("statement_id", str(offered["id"]))
        await life.do("mediator", "GET", f"{life.root}/exhibits/{exhibit_id}/paraphrases")
    newer = f"{name}, annexe 2 bis"
    await life.lodge_apart("claimant", CAUCUS, newer, replaces=exhibits[-1], reason="Une page manquait.")
    outdated = f"{life.root}/statements/{life.made['statement_id'][-1]}"
    await life.is_refused("mediator", "POST", f"{outdated}/say")


async def _stop_and_put_back(life: Life, path: str, name: str) -> None:
    """What was let out to the third party is stopped as a mistake; it answers about copies; it is put back.

    What is stopped at one instant has no order in its list: it is the one that was not there before.
    """
    listed = f"{life.root}/quarantines"
    before = {each["id"] for each in await life.do("claimant", "GET", listed)}
    await life.do("claimant", "POST", f"{path}/stop", json={"why": f"Trop tôt : {name}."})
    (stopped,) = (each for each in await life.do("claimant", "GET", listed) if each["id"] not in before)
    quarantine = f"{listed}/{life.remember('quarantine_id', str(stopped['id']))}"
    await life.do("insurer", "POST", f"{quarantine}/copies", json={"copies": "none_kept"})
    await life.do("claimant", "POST", f"{quarantine}/restore")


async def _said_to_the_third(life: Life, said: dict[str, str]) -> str:
    """Have a sentence asked for, allowed and said to the third party alone; return its path."""
    asked = {**said, "recipients": [life.stage.third.party_id]}
    made = await life.do("mediator", "POST", f"{life.room(CAUCUS)}/statements", json=asked)
    path = f"{life.root}/statements/{life.remember('statement_id', str(made['id']))}"
    await life.do("claimant", "POST", f"{path}/allow")
    await life.do("mediator", "POST", f"{path}/say")
    return path


async def use_an_exception(life: Life, name: str) -> None:
    """The mediator uses an exception of the law twice on what was said in caucus: told at once, told later."""
    said = {"ground": "integrity", "matter": "sentence", "words": f"Il craint {name}.", "why": name, "read": True}
    said |= {"recipients": [{"name": f"Service de {name}", "office": "Parquet"}]}
    for later in (None, {"days": 3, "silence": f"Un danger : {name}."}):
        made = await life.do("mediator", "POST", f"{life.room(CAUCUS)}/exceptions", json={**said, **(later or {})})
        exception_id = life.remember("exception_id", str(made["id"]))
        await life.do("claimant", "GET", f"{life.root}/exceptions")
        if later:
            await life.do("mediator", "POST", f"{life.root}/exceptions/{exception_id}/tell")


async def offer_to_disclose(life: Life, name: str) -> None:
    """The claimant allows the mediator to disclose a caucus exhibit, who does not."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    offered = {"purpose": f"Si cela aide : {name}."}
    await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/disclosure/offer", json=offered)


async def _asked_for(life: Life, name: str) -> tuple[str, str]:
    """Have the mediator ask for a new caucus exhibit; return the disclosure's path and the request's id."""
    exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
    disclosure = f"{life.root}/exhibits/{exhibit_id}/disclosure"
    asked = await life.do("mediator", "POST", disclosure, json={"purpose": f"Pour {name}.", "form": "original"})
    return disclosure, str(asked["id"])
