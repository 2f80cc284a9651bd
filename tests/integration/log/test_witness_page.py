"""The witness: whoever kept a mail learns whether the register still is what it was, in plain words."""

import re

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import delete, update

from tests.builders import a_case
from vault.ledger import merkle, tables
from vault.ledger.checkpoint import sign_checkpoint

PAGE = "/log/witness"
FIRM = "\u00a0"


def signer_of(platform):
    """The platform's own key, as somebody who stole it would use it."""
    return load_pem_private_key(platform.settings.vault.signing_key.read_bytes(), password=None)


async def ticks(platform, clock, count: int) -> list[bytes]:
    signed = []
    for _ in range(count):
        async with platform.unit() as uow:
            signed.append((await uow.vault.ledger.tick(uow.session, uow.now())).text)
        clock.advance(minutes=1)
    return signed


async def hand_in(client, text: str | bytes, language: str = "fr", **how):
    if how:
        return await client.post(PAGE, headers={"Accept-Language": language}, **how)
    return await client.post(
        PAGE, data={"text": text if isinstance(text, str) else text.decode()}, headers={"Accept-Language": language}
    )


async def test_a_checkpoint_from_an_old_mail_is_consistent_and_its_proof_can_be_downloaded(platform, clock, sign_in):
    anyone = await sign_in(None)
    first, *_ = await ticks(platform, clock, 5)
    quoted = "\r\n".join(f"> {line}" for line in first.decode().split("\n"))
    french = await hand_in(anyone, f"Bonjour,\r\n{quoted}")
    assert french.status_code == 200
    assert "Conforme au registre d\u2019aujourd\u2019hui" in french.text
    assert "Consistent with today" in (await hand_in(anyone, first, "en")).text
    (link,) = re.findall(r'href="(/log/consistency[^"]+)"', french.text)
    assert (await anyone.get(link.replace("&amp;", "&"))).status_code == 200
    assert "set-cookie" not in french.headers


async def test_a_mail_may_be_handed_in_as_a_file_signed_in_or_not(platform, clock, sign_in):
    first, *_ = await ticks(platform, clock, 2)
    mail = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + first
    case = await a_case(platform)
    for who in (None, case.people["claimant"]):
        browser = await sign_in(who)
        browser.headers.pop("X-CSRF-Token", None)
        answer = await hand_in(browser, b"", data={"text": ""}, files={"file": ("old.eml", mail)})
        assert "Conforme au registre" in answer.text


async def test_the_newest_checkpoint_has_no_later_one_to_be_proven_by_yet(platform, clock, sign_in):
    anyone = await sign_in(None)
    signed = await ticks(platform, clock, 2)
    answer = await hand_in(anyone, signed[-1], "en")
    assert "It is the newest one" in answer.text
    assert "/log/consistency?first=2&amp;second=2" not in answer.text


async def test_a_fork_a_rollback_and_a_rewriting_are_alarms(platform, clock, sign_in):
    anyone = await sign_in(None)
    signed = await ticks(platform, clock, 4)
    ledger, signer = platform.vault.ledger, signer_of(platform)
    forked = sign_checkpoint(ledger.key.name, 3, bytes(32), signer)
    answer = await hand_in(anyone, forked.text, "en")
    assert "two histories" in answer.text
    assert signed[2].decode().split("\n")[2] in answer.text.replace("&#43;", "+")
    longer = sign_checkpoint(ledger.key.name, 9, bytes(32), signer)
    assert "shorter than it was" in (await hand_in(anyone, longer.text, "en")).text
    async with platform.unit() as uow:
        await uow.session.execute(
            update(tables.nodes)
            .where(tables.nodes.c.tree == platform.settings.centre_id, tables.nodes.c.level == 1)
            .values(hash=bytes(32))
        )
    assert "was rewritten" in (await hand_in(anyone, signed[2], "en")).text
    async with platform.unit() as uow:
        await uow.session.execute(delete(tables.nodes).where(tables.nodes.c.tree == platform.settings.centre_id))
    assert "Alerte" in (await hand_in(anyone, signed[3])).text


async def test_what_we_did_not_sign_is_no_alarm_about_us(platform, clock, sign_in):
    anyone = await sign_in(None)
    (own,) = await ticks(platform, clock, 1)
    altered = own.decode().replace("\n1\n", "\n2\n")
    answer = await hand_in(anyone, altered, "en")
    assert "not signed by our register" in answer.text
    assert "Alarm" not in answer.text
    assert merkle.EMPTY_ROOT.hex() not in answer.text


async def test_alarms_come_first_and_every_checkpoint_is_answered(platform, clock, sign_in):
    anyone = await sign_in(None)
    signed = await ticks(platform, clock, 3)
    ledger = platform.vault.ledger
    forked = sign_checkpoint(ledger.key.name, 2, bytes(32), signer_of(platform)).text
    page = (await hand_in(anyone, signed[0] + signed[2] + forked, "en")).text
    assert page.index("two histories") < page.index("Consistent with")
    assert page.count("Consistent with today") == 2


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize(("text", "said"), [("", "Collez le texte"), ("Bonjour", "pas de point de contrôle entier")])
async def test_what_is_no_checkpoint_is_said_and_kept(sign_in, text, said):
    anyone = await sign_in(None)
    answer = await hand_in(anyone, text)
    assert answer.status_code == 422
    assert said in answer.text.replace(FIRM, " ")
    assert text in answer.text


@pytest.mark.usefixtures("platform")
async def test_a_text_beyond_the_limit_is_refused(sign_in):
    anyone = await sign_in(None)
    assert (await hand_in(anyone, "x" * (256 * 1024 + 1))).status_code == 422
    assert (await hand_in(anyone, "x" * (600 * 1024))).status_code == 413


async def test_readers_who_hurry_are_asked_to_wait_and_lose_nothing(platform, clock, sign_in):
    anyone = await sign_in(None)
    (signed,) = await ticks(platform, clock, 1)
    answers = [await hand_in(anyone, signed, "en") for _ in range(40)]
    late = next(answer for answer in answers if answer.status_code == 429)
    assert "Wait a minute" in late.text
    assert signed.decode().split("\n")[0] in late.text
