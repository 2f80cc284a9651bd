"""The page that verifies, opened from the disk in a real browser: against what is good, and every tampering."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import rfc8785
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.async_api import Browser, BrowserContext, Page, expect

from odr.custody.certificates import certificate_pdf
from odr.custody.queries import CertificateFacts
from tests.browser.eyes import GRAVE, violations
from tests.fuzzing import Edit, damaged
from tests.pades import a_signer, token_signature
from tests.proofs import NOW, a_receipt, stamped_by
from tests.services.browser import Persons
from tests.services.time_authorities import new_key, running_openssl_authority, signed_with_pss
from tests.tampering import TABLE, Good, Handed, Tampering, good
from tests.tampering.documents import (
    Signed,
    document,
    document_flipped,
    document_stripped,
    sealed_document,
    set_document,
)
from tests.tampering.table import (
    EXHIBIT,
    OTHER,
    exhibit,
    existing,
    flipped,
    package,
    record,
    renewed,
    sha256,
)
from tests.unit.evidence.test_paper_receipt import facts, make
from tests.unit.vault.test_tampering import GOOD, verified
from vault import (
    JSON,
    PAGE_STATIC,
    Stamp,
    TimeAuthority,
    TimeStampError,
    check_token,
    der,
    request_stamp,
    retold,
    verifier_page,
)
from vault.ledger.entry import canonical
from vault.pdf.papers import Papers

PATIENCE = 30_000
PARIS = ZoneInfo("Europe/Paris")
CHANCES = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 60
PEM = Encoding.PEM


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Good]:
    yield good(tmp_path_factory.mktemp("good"))
    good.cache_clear()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "verifier.html"
    path.write_bytes(verifier_page())
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(browser: Browser) -> AsyncIterator[Persons]:
    persons = Persons(browser)
    yield persons
    await persons.leave()
    assert not persons.complaints


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def context(people: Persons) -> BrowserContext:
    """A browser without any network: what it asked for is remembered, and refused."""
    made = await people(locale="en-GB")
    await made.set_offline(True)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(context: BrowserContext, page_file: Path) -> Page:
    opened = await context.new_page()
    await opened.goto(page_file.as_uri())
    return opened


def as_file(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


async def hand(page: Page, handed: Handed, proof_name: str = "receipt.json") -> dict[str, str]:
    """Give the page what a person was handed; its four verdicts."""
    await page.clock.set_fixed_time(handed.now or datetime.now(UTC))
    await page.locator("#again").evaluate("button => button.click()")
    await page.locator("#trust").evaluate("details => { details.open = true; }")
    await page.fill("#key", "\n".join(key.text for key in handed.keys))
    await page.fill("#roots", "".join(root.public_bytes(PEM).decode() for root in handed.roots))
    if handed.proof is not None:
        await page.set_input_files("#receipt", as_file(proof_name, handed.proof))
    await page.set_input_files("#file", as_file("handed.bin", handed.content))
    await expect(page.locator("html[data-state=done] #report")).to_be_visible(timeout=PATIENCE)
    rows = await page.locator("[data-verdict]").all()
    return {str(await row.get_attribute("data-verdict")): str(await row.get_attribute("data-status")) for row in rows}


HOLDS = dict.fromkeys(("bytes", "inclusion", "time", "signature"), "holds")


@pytest.mark.parametrize("give", GOOD)
async def test_what_is_good_holds(page: Page, right: Good, give):
    said = await hand(page, give(right))
    assert set(said) >= set(HOLDS)
    assert set(said.values()) == {"holds"}
    await expect(page.locator("#summary")).to_have_text(
        "All that is claimed holds.Tout ce qui est prétendu est confirmé."
    )
    await expect(page.locator("#whose")).to_be_visible()


def in_paris(words: str) -> str:
    """What the command says, with each moment as the page says it to a reader there."""

    def said(moment: datetime, written: str) -> str:
        own = moment.astimezone(PARIS)
        day = "%d/%m/%Y" if "/" in written else "%Y-%m-%d"
        return f"{own:{day} %H:%M:%S} UTC+0{(own.utcoffset() or timedelta()) // timedelta(hours=1)}:00 ({written})"

    return retold(words, said)


async def seal_said(page: Page) -> str:
    return await page.locator("[data-verdict=seal] .reason [lang=en]").text_content() or ""


async def test_the_seal_of_a_pdf_is_a_fifth_answer_with_or_without_a_receipt(page: Page, right: Good, tmp_path: Path):
    assert (await hand(page, document(right)))["seal"] == "holds"
    words = await seal_said(page)
    assert words.endswith("the receipt vouches for what follows it")
    command = verified(document(right), tmp_path).seal
    assert command is not None
    assert words.rsplit(";", 1)[0] == in_paris(command.english).rsplit(";", 1)[0]

    said = await hand(page, replace(document(right), proof=None))
    assert said == dict.fromkeys(HOLDS, "not claimed") | {"seal": "not claimed"}
    assert "this page does not read them, a PDF reader does" in await seal_said(page)
    assert "no confirmation" in await page.locator("#summary").inner_text()
    assert (await hand(page, replace(document_stripped(right), proof=None)))["seal"] == "holds"  # nothing follows it
    assert "with no time stamp of the whole" in await seal_said(page)

    signed = Signed(sealed_document(right))
    await hand(page, replace(document(right), roots=(signed.certificate, *signed.roots)))
    assert "whose certificate you trust" in await seal_said(page)
    assert "enclosed" not in await seal_said(page)
    assert "seal" not in await hand(page, exhibit(right))


async def test_a_pdf_whose_seal_is_broken_is_still_the_file_that_was_recorded(page: Page, right: Good):
    broken = document_flipped(right).content
    event: dict[str, JSON] = {"event": "ExhibitLodged", "sha256": sha256(broken), "size": len(broken)}
    receipt = stamped_by(a_receipt(event), right.authority).to_json()
    assert await hand(page, Handed(broken, receipt)) == HOLDS | {"seal": "fails"}
    assert "but the seal inside it does not hold" in await page.locator("#summary").inner_text()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("DocumentHanded", "a document was handed over in a caucus"),
        ("ConventionDocumented", "a signed agreement to mediate was drawn up"),
    ],
)
async def test_what_a_receipt_is_of_is_said_in_words(page: Page, right: Good, event: str, words: str):
    told: dict[str, JSON] = {"event": event, "sha256": sha256(EXHIBIT), "size": len(EXHIBIT)}
    receipt = stamped_by(a_receipt(told), right.authority).to_json()
    assert await hand(page, Handed(EXHIBIT, receipt)) == HOLDS
    await expect(page.locator("#report")).to_contain_text(words)


@pytest.mark.parametrize("kind", ["rsa", "p384", "p521"])
async def test_a_seal_of_another_kind_of_key_holds_and_its_damage_fails(page: Page, tmp_path: Path, kind: str):
    key, certificate = a_signer(rsa.generate_private_key(65537, 3072) if kind == "rsa" else new_key(kind))
    (tmp_path / "seal.pem").write_bytes(key + certificate)
    (tmp_path / "seal.pem").chmod(0o600)
    pdf = (await asyncio.to_thread(Papers(tmp_path / "seal.pem", "", []).seal, set_document())).pdf
    assert (await hand(page, Handed(pdf, None)))["seal"] == "holds"
    assert "Un second signataire" in await seal_said(page)
    assert (await hand(page, Handed(flipped(pdf, 200), None)))["seal"] == "fails"


@pytest.mark.parametrize(
    ("pdf", "status"),
    [(b"/ByteRange [0 1 2 3]", "fails"), (b"/ByteRange [0 20 24 1] <00> x /SubFilter /x", "fails")],
)
async def test_a_pdf_that_only_names_a_signature_never_breaks_the_page(page: Page, pdf: bytes, status: str):
    assert (await hand(page, Handed(b"%PDF-1.7\n" + pdf, None)))["seal"] == status


async def test_with_the_trusted_key_and_root_nothing_is_believed_because_it_is_enclosed(page: Page, right: Good):
    handed = package(right)
    assert right.seal.log
    trusting = Handed(handed.content, None, (right.seal.log.key,), (right.authority.root,))
    assert await hand(page, trusting) == HOLDS
    await expect(page.locator("#whose")).to_be_hidden()
    assert "enclosed" not in await page.locator("#verdicts").inner_text()


async def test_a_proof_of_existence_holds_and_says_no_more_than_it_knows(page: Page, right: Good):
    assert await hand(page, existing(right)) == {**HOLDS, "time": "not claimed"}
    assert "Exhibit" not in await page.locator("#facts").inner_text()


async def test_a_receipt_on_paper_gives_the_machine_s_receipt_that_it_holds(page: Page):
    paper = Handed(b"contract", make())
    assert await hand(page, paper, "recu-C-3.pdf") == {**HOLDS, "time": "not claimed"}
    assert "contrat-cadre.pdf" in await page.locator("#facts").inner_text()
    plain = Handed(b"contract", facts().receipt.to_json())
    assert await hand(page, plain) == {**HOLDS, "time": "not claimed"}


@pytest.mark.parametrize("tampering", TABLE, ids=lambda each: each.name)
async def test_the_page_and_the_command_agree_on_every_tampering(
    page: Page, right: Good, tmp_path: Path, tampering: Tampering
):
    handed = tampering.make(right)
    said = await hand(page, handed)
    command = verified(handed, tmp_path)
    reasons = await page.locator("#report").inner_text()
    unread = {"seal"} if said.get("seal") == "not claimed" else set()  # what follows a seal the page does not read
    wanted = {name: verdict.status for name, verdict in command.verdicts.items()}
    assert said == wanted | dict.fromkeys(unread, "not claimed"), reasons
    assert {name for name, status in said.items() if status == "fails"} == tampering.fails - unread, reasons
    assert (await page.locator("#report").get_attribute("data-holds") == "true") is command.holds
    if command.time.status != "fails":
        words = page.locator("[data-verdict=time] .reason")
        assert await words.locator("[lang=en]").text_content() == in_paris(command.time.english)
        french = await words.locator("[lang=fr]").text_content() or ""
        assert french.replace("\u00a0", " ").replace("\u2019", "'") == in_paris(command.time.french)


def by_chance(chance: Random, right: Good) -> Handed:
    """Something good, with a few of its bytes damaged."""
    edits: list[Edit] = [
        (chance.randrange(1 << 40), chance.choice([0, 1, 1, 2, 30]), chance.choice([None, b"", b"\xff", b"0", b"\n"]))
        for _ in range(chance.randint(1, 3))
    ]
    handed = chance.choice([exhibit, renewed, existing, record])(right)
    assert handed.proof is not None
    if chance.random() < 0.7:
        return replace(handed, proof=damaged(handed.proof, edits))
    return replace(handed, content=damaged(handed.content, edits))


async def test_the_page_and_the_command_agree_on_what_chance_damages(page: Page, right: Good, tmp_path: Path):
    chance = Random(20261126)  # noqa: S311 -- the same damage at every run
    for turn in range(CHANCES):
        handed = by_chance(chance, right)
        said = await hand(page, handed)
        command = verified(handed, tmp_path)
        assert said == {name: verdict.status for name, verdict in command.verdicts.items()}, (turn, handed.proof)


async def test_a_damaged_receipt_on_paper_is_refused_and_never_breaks_the_page(page: Page):
    chance, paper = Random(7), make()  # noqa: S311 -- the same damage at every run
    for place in [chance.randrange(len(paper)) for _ in range(20)]:
        said = await hand(page, Handed(b"contract", damaged(paper, [(place, 40, b"\0")])), "recu.pdf")
        assert said["bytes"] in {"holds", "fails"}  # what is damaged may be its look, which proves nothing
    assert (await hand(page, Handed(b"contract", b"%PDF-1.7\n%%EOF\n"), "recu.pdf"))["bytes"] == "fails"
    assert "no receipt is attached" in await page.locator("#verdicts").inner_text()


def certificates_in(token: bytes) -> range:
    """Where a token's certificates lie, which no signature covers and of which only the signer's is needed."""
    answer = der.read(token, 0, len(token))
    wrapped = list(der.children(token, list(der.children(token, answer))[1]))[-1]
    (signed,) = der.children(token, wrapped)
    certificates = next(part for part in der.children(token, signed) if part.tag == 0xA0)
    return range(certificates.start, certificates.stop)


@pytest.mark.parametrize("name", ["certomancer", "openssl_authority"])
async def test_tokens_of_authorities_that_are_not_ours_hold_and_their_damage_fails(
    page: Page, right: Good, request: pytest.FixtureRequest, name: str
):
    authority: TimeAuthority = request.getfixturevalue(name)
    assert right.receipt.log
    token = await asyncio.to_thread(request_stamp, right.receipt.log.checkpoint.text, authority)
    stamp = Stamp(authority.name, independent=True, token=token, root=authority.root_der())
    for roots in ((), (authority.root(),)):
        handed = Handed(EXHIBIT, replace(right.receipt, stamps=(stamp,)).to_json(), roots=roots)
        assert await hand(page, handed) == HOLDS, await page.locator("#report").inner_text()
    enclosed = certificates_in(token)
    for place in [place for place in range(0, len(token), max(1, len(token) // 24)) if place not in enclosed]:
        bad = replace(stamp, token=flipped(token, place))
        try:
            check_token(bad.token, right.receipt.log.checkpoint.text, [authority.root()])
            wanted = "holds"
        except TimeStampError:
            wanted = "fails"
        said = await hand(page, Handed(EXHIBIT, replace(right.receipt, stamps=(bad,)).to_json()))
        assert said["time"] in {wanted, "fails"}, place  # stricter about DER perhaps, never laxer


@pytest.mark.parametrize("kind", ["pss", "p256", "p384", "p521"])
async def test_other_kinds_of_signature_hold_and_their_damage_fails(page: Page, right: Good, tmp_path: Path, kind: str):
    """Certificates signed with RSA-PSS, tokens and certificates with ECDSA over each curve."""
    assert right.receipt.log
    text = right.receipt.log.checkpoint.text
    with running_openssl_authority(tmp_path, kind) as authority:
        token = await asyncio.to_thread(request_stamp, text, authority)
    stamp = Stamp(authority.name, independent=True, token=token, root=authority.root_der())
    handed = Handed(EXHIBIT, replace(right.receipt, stamps=(stamp,)).to_json())
    assert await hand(page, handed) == HOLDS, await page.locator("#report").inner_text()
    assert {name: each.status for name, each in verified(handed, tmp_path).verdicts.items()} == HOLDS
    signature = len(token) - 8  # the token ends with its signature
    signer = certificates_in(token).stop - 8  # and its certificate with that of its issuer
    for place in (signature, signer):
        bad = replace(stamp, token=flipped(token, place))
        damaged_one = Handed(EXHIBIT, replace(right.receipt, stamps=(bad,)).to_json())
        assert (await hand(page, damaged_one))["time"] == "fails", place
        assert verified(damaged_one, tmp_path).time.status == "fails", place


async def test_a_token_signed_with_rsa_pss_is_refused_by_the_page_as_by_the_command(
    page: Page, right: Good, tmp_path: Path
):
    """Their certificates may be signed so (above); tokens may not: neither OpenSSL nor the command takes any."""
    assert right.receipt.log
    text = right.receipt.log.checkpoint.text
    with running_openssl_authority(tmp_path, "pss") as authority:
        token = await asyncio.to_thread(request_stamp, text, authority)
    again = signed_with_pss(token, (tmp_path / "tsa.key").read_bytes())
    assert token_signature(token) == token_signature(again) == (True, True)
    stamp = Stamp(authority.name, independent=True, token=again, root=authority.root_der())
    handed = Handed(EXHIBIT, replace(right.receipt, stamps=(stamp,)).to_json())
    assert (await hand(page, handed))["time"] == "fails"
    assert verified(handed, tmp_path).time.status == "fails"


async def test_two_files_dropped_at_once_find_their_places(page: Page, right: Good):
    await page.locator("#again").evaluate("button => button.click()")
    await page.fill("#key", "")
    await page.fill("#roots", "")
    drop = """([file, receipt]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([receipt], "receipt.json"));
        carried.items.add(new File([file], "mails.eml"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    }"""
    await page.evaluate(drop, [EXHIBIT.decode(), right.receipt.to_json().decode()])
    await expect(page.locator("html[data-state=done] #report[data-holds=true]")).to_be_visible(timeout=PATIENCE)
    await expect(page.locator("#file-name")).to_have_text("mails.eml")


async def test_a_receipt_alone_confirms_no_file(page: Page, right: Good):
    await page.locator("#again").evaluate("button => button.click()")
    await page.set_input_files("#receipt", as_file("receipt.json", right.receipt.to_json()))
    await expect(page.locator("html[data-state=done] #report[data-holds=false]")).to_be_visible(timeout=PATIENCE)
    await expect(page.locator("[data-verdict=bytes]")).to_have_attribute("data-status", "not claimed")
    assert "no confirmation" in await page.locator("#summary").inner_text()


async def test_a_certificate_of_destruction_given_by_itself_is_answered_as_what_it_is(page: Page, tmp_path: Path):
    destroyed: dict[str, JSON] = {
        "id": "3",
        "scope": "item",
        "because": "court",
        "rule": "K2",
        "dispute": "M-2026-0001",
        "files": 1,
        "destroyed_at": NOW.isoformat(),
        "asked_by": "Anne",
        "decided_by": "Basile",
        "bytes": 8,
        "items": [],
        "format": "entente-destruction/v1",
        "withheld": {},
    }
    whole = canonical(destroyed)
    event: dict[str, JSON] = {"event": "Destroyed", "sha256": sha256(whole), "size": len(whole)}
    receipt = a_receipt(event)
    paper = partial(certificate_pdf, centre="Centre", language="fr", issued_at=NOW)
    right_one = paper(CertificateFacts(whole, destroyed, receipt))
    other = paper(CertificateFacts(whole.replace(b"court", b"owner"), destroyed, receipt))
    for pdf, status in ((right_one, "holds"), (other, "fails")):
        said = await hand(page, Handed(pdf, None))
        assert said == HOLDS | {"time": "not claimed", "bytes": status}
        reason = page.locator("[data-verdict=bytes] .reason [lang=en]")
        words = await reason.text_content() or ""
        assert words.startswith("this is a certificate of destruction")
        assert words == verified(Handed(pdf, None), tmp_path).bytes.english
        assert await page.locator("#receipt-name").inner_text() == ""
        assert "destroyed for good" in await page.locator("#facts").inner_text()
        await page.locator("#again").click()
        await page.set_input_files("#receipt", as_file("certificate.pdf", pdf))
        await expect(page.locator("html[data-state=done] #report")).to_be_visible(timeout=PATIENCE)
        assert await reason.text_content() == words
    drop = """(files) => {
        const carried = new DataTransfer();
        for (const [name, bytes] of files) carried.items.add(new File([new Uint8Array(bytes)], name));
        dispatchEvent(new DragEvent("drop", { dataTransfer: carried }));
    }"""
    for files in (
        [("c.pdf", right_one), ("destruction.json", whole)],
        [("destruction.json", whole), ("c.pdf", right_one)],
    ):
        await page.locator("#again").click()
        await page.evaluate(drop, [[name, list(content)] for name, content in files])
        await expect(page.locator("html[data-state=done] #report[data-holds=true]")).to_be_visible(timeout=PATIENCE)
        assert await page.locator("#file-name").inner_text() == "destruction.json"


async def test_a_key_that_cannot_be_read_stops_everything(page: Page):
    await page.set_input_files("#file", as_file("mails.eml", EXHIBIT))
    await page.fill("#key", "no key")
    await page.locator("#key").blur()
    await expect(page.locator("#trust-fault")).to_contain_text("cannot be read")
    await expect(page.locator("#report")).to_be_hidden()
    await page.fill("#key", "")
    await page.locator("#key").blur()


async def test_the_digest_of_a_scanned_code_is_compared_and_called_no_proof(context: BrowserContext, page_file: Path):
    page = await context.new_page()
    await page.goto(f"{page_file.as_uri()}#sha256={sha256(EXHIBIT)}")
    await expect(page.locator("#code")).to_contain_text("proves nothing by itself")
    for data, same in ((EXHIBIT, "true"), (OTHER, "false")):
        await page.set_input_files("#file", as_file("mails.eml", data))
        await expect(page.locator(f"#code-verdict[data-same={same}]")).to_be_visible()
        await expect(page.locator("#report")).to_have_attribute("data-holds", "false")
    await page.close()


async def test_a_word_of_a_receipt_is_shown_as_text_and_never_run(page: Page, right: Good):
    document = json.loads(right.receipt.to_json())
    document["event"]["number"] = "<img src=x onerror=document.title='run'>"
    await hand(page, Handed(EXHIBIT, rfc8785.dumps(document)))
    assert "<img" in await page.locator("#facts").inner_text()
    assert await page.title() != "run"


async def test_a_browser_without_ed25519_verifies_the_same(context: BrowserContext, page_file: Path, right: Good):
    page = await context.new_page()
    await page.add_init_script(
        "const subtle = crypto.subtle; const known = subtle.importKey.bind(subtle);"
        "subtle.importKey = (format, key, how, ...rest) => how === 'Ed25519'"
        " ? Promise.reject(new DOMException('', 'NotSupportedError')) : known(format, key, how, ...rest);"
    )
    await page.goto(page_file.as_uri())
    assert await hand(page, exhibit(right)) == HOLDS
    broken = next(each for each in TABLE if each.name == "other_signature")
    assert (await hand(page, broken.make(right)))["signature"] == "fails"
    await page.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_page_reads_well(people: Persons, page_file: Path, right: Good, width: int, language: str):
    context = await people(viewport={"width": width, "height": 900})
    page = await context.new_page()
    await page.goto(page_file.as_uri())
    await page.click(f"[data-speak={language}]")
    await hand(page, package(right))
    assert not [found.id for found in await violations(page) if found.impact in GRAVE]
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    other = {"fr": "en", "en": "fr"}[language]
    for hidden in await page.locator(f"main [lang={other}]").all():
        assert not await hidden.is_visible()
    await context.close()


def test_the_page_is_one_file_whose_policy_allows_no_connection():
    text = verifier_page().decode()
    assert "default-src 'none'; script-src 'sha256-" in text
    assert not {"src=", "connect-src", "unsafe-inline"} & set(text.split())
    assert verifier_page() == verifier_page()
    assert (PAGE_STATIC / "vendor" / "README.md").is_file()
