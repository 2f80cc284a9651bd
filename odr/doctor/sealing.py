"""The seal on documents: its key, its certificates, and what each time authority gives for a PDF."""

import asyncio

from odr.doctor.finding import Finding, State
from odr.documents.standing import ENDS_SOON, FAULTS
from odr.platform import Platform
from odr.words import _, day
from vault import Fault, SealFacts, Tried, VaultError


async def check_seal(platform: Platform) -> list[Finding]:
    """Look at the seal's file and certificates, and have each authority stamp a sealed probe. Nothing is made."""
    name, papers = _("Seal on documents"), platform.vault.papers
    try:
        facts = await asyncio.to_thread(papers.facts, platform.clock())
    except VaultError as error:
        words = _(
            "It cannot be used. Check the file that ENTENTE_PDF_SEAL names: a private key, its certificate, those that"
            " vouch for it, in PEM, mode 0600."
        )
        return [Finding(name, State.FAIL, words, str(error))]
    found = [_certificate(name, facts, platform)]
    if facts is None or Fault.ENDED not in facts.faults:
        found += [_stamped(each) for each in await asyncio.to_thread(papers.try_out)]
    return found


def _certificate(name: str, facts: SealFacts | None, platform: Platform) -> Finding:
    if facts is None:
        words = _("None yet: the first document makes one that says “internal, not qualified”.")
        return Finding(name, State.NONE, words)
    print_of_it = facts.sha256.hex(" ", 4)
    if facts.faults:
        words = " ".join(_(FAULTS[fault]) for fault in facts.faults)
        return Finding(name, State.FAIL, f"{words} {_remedy(facts)}", print_of_it)
    if facts.until < platform.clock() + ENDS_SOON:
        words = _("Its certificate ends on %(day)s; nothing can be sealed after that.", day=day(facts.until))
        return Finding(name, State.WARN, f"{words} {_remedy(facts)}", print_of_it)
    if facts.internal:
        words = _("Internal, not qualified: nobody vouches for it. It lasts until %(day)s.", day=day(facts.until))
    else:
        words = _("Issued by %(issuer)s; it lasts until %(day)s.", issuer=facts.issuer, day=day(facts.until))
    return Finding(name, State.OK, words, print_of_it)


def _remedy(facts: SealFacts) -> str:
    """What to do about a certificate."""
    if facts.internal:
        return _(
            "Move its file away: the next document makes a new one. Or ask an authority for a certificate. Documents"
            " sealed before keep theirs."
        )
    return _(
        "Ask its issuer for another, and put the file in the place of this one (ENTENTE_PDF_SEAL). Documents sealed"
        " before keep theirs."
    )


def _stamped(tried: Tried) -> Finding:
    name = _("Seal on documents, %(authority)s", authority=tried.authority.name)
    if not tried.stamped:
        words = _("It did not stamp a sealed PDF. Documents are sealed all the same, and stamped once it does.")
        return Finding(name, State.FAIL, words)
    if not tried.lasting:
        words = _(
            "It stamps PDFs, but no list of revoked certificates could be had: PDF readers take such a stamp only as"
            " long as its certificate lasts. Use an authority that publishes one, or open the way to it."
        )
        return Finding(name, State.WARN, words)
    return Finding(name, State.OK, _("It stamped a sealed PDF, and its list of revoked certificates is kept in it."))
