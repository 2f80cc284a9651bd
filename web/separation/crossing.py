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
