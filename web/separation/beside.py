"""What may happen apart beside the rooms: requests that are being written, choices, answers to the centre."""

from datetime import datetime

from web.separation.hands import Life


async def write_another_request(life: Life, name: str) -> None:
    """The claimant writes another request against the same company, page by page, and does not send it."""
    respondent = life.stage.people["respondent"].email
    about = {"title": f"Encore : {name}", "respondent": f"Une société de {name}", "contact_email": respondent}
    made = await life.do("claimant", "POST", "/api/v1/disputes", json=about)
    draft = f"/api/v1/disputes/{life.remember('dispute_id', str(made['id']))}/draft"
    await life.do("claimant", "PUT", f"{draft}/facts", json={"answers": {"facts": f"Le contrat de {name} est rompu."}})
    await life.do("claimant", "PUT", f"{draft}/about", json={"answers": {"title": name, "category": "defects"}})
    await life.do("claimant", "GET", draft)


async def rank_mediators(life: Life, _name: str) -> None:
    """The claimant ranks the mediators that the centre lists, in another order each time; equal and late is refused.

    Late is a minute after the list's day; then the clock stands again where the story says.
    """
    choice = f"/api/v1/disputes/{life.stage.choosing.dispute_id}/choice"
    listed = life.stage.choosing.listed
    turned = [*listed[life.acts % len(listed) :], *listed[: life.acts % len(listed)]]
    equal = dict.fromkeys(listed, "1")
    await life.is_refused("claimant", "PUT", f"{choice}/ranking", json={"ranks": equal})
    ranks = {account: str(place) for place, account in enumerate(turned, start=1)}
    if life.acts % 2:
        ranks[turned[-1]] = "strike"
    shown = await life.do("claimant", "PUT", f"{choice}/ranking", json={"ranks": ranks})
    late = (datetime.fromisoformat(shown["due"]) - life.stage.clock.at).total_seconds() + 60
    life.stage.clock.advance(seconds=late)
    await life.is_refused("claimant", "PUT", f"{choice}/ranking", json={"ranks": ranks})
    life.stage.clock.advance(seconds=-late)


async def have_no_objection(life: Life, _name: str) -> None:
    """The claimant tells the centre that it does not object to an expert, to whom the other party may still object."""
    appointments = f"{life.root}/appointments"
    for appointed in await life.do("claimant", "GET", appointments):
        if appointed["window"] and appointed["window"]["may_answer"]:
            await life.do("claimant", "POST", f"{appointments}/{appointed['id']}/no-objection")


async def ask_a_colleague_out(life: Life, name: str) -> None:
    """The claimant invites somebody to its team, and takes the invitation back before it is used."""
    address = f"{'.'.join(name.split())}.repris@trehoublan.example"
    colleague = {"email": address, "name": name, "role": "member", "language": "en"}
    await life.do("claimant", "POST", f"{life.root}/team", json=colleague)
    team = await life.do("claimant", "GET", f"{life.root}/team")
    link = life.remember("invitation_id", next(str(each["id"]) for each in team["invited"] if each["email"] == address))
    await life.is_sent_on("claimant", f"{life.page}/team/links/{link}/withdraw", {})


async def mind_ones_own(life: Life, name: str) -> None:
    """The claimant chooses how to be told, and asks for another address, which it does not confirm."""
    chosen = {"talk": "daily" if life.acts % 2 else "at_once", "hour": life.acts % 24}
    await life.do("claimant", "PUT", "/api/v1/notices/choices", json=chosen)
    asked = {"email": f"{'.'.join(name.split())}@ailleurs.example", "password": life.stage.password}
    await life.do("claimant", "POST", "/account/address", data=asked)


async def read_notices(life: Life, _name: str) -> None:
    """Claimant and mediator read their notices."""
    for who in ("claimant", "mediator"):
        for told in (await life.do(who, "GET", "/api/v1/notices"))["notices"]:
            life.remember("notice_id", str(told["id"]))
        await life.do(who, "POST", "/api/v1/notices/read")


async def ask_into_team(life: Life, name: str) -> tuple[str, str]:
    """The claimant invites somebody to its team; return the link's id, and the address it goes to."""
    address = f"{'.'.join(name.split())}@trehoublan.example"
    colleague = {"email": address, "name": name, "role": "member", "language": "fr"}
    await life.do("claimant", "POST", f"{life.root}/team", json=colleague)
    team = await life.do("claimant", "GET", f"{life.root}/team")
    link = next(str(each["id"]) for each in team["invited"] if each["email"] == address)
    return life.remember("invitation_id", link), address


async def invite_a_colleague(life: Life, name: str) -> None:
    """The claimant invites somebody to its team, who has not come yet."""
    await ask_into_team(life, name)
