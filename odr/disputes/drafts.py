"""A draft's answers: their shape, and what each must be before it is kept or sent; no I/O."""

from typing import Final

import msgspec

from odr.disputes.models import Category
from odr.parties.commands import ADDRESS_LIMIT, NAME_LIMIT, REGISTRATION_LIMIT
from odr.typed import Typed

TITLE_LIMIT: Final = 200
LINE_LIMIT: Final = 300
TEXT_LIMIT: Final = 20_000
CONTACT_LIMIT: Final = 120
OTHERS_LIMIT: Final = 4
CURRENCIES: Final = ("EUR", "CHF", "GBP", "USD")


class OtherRespondent(msgspec.Struct, frozen=True):
    """A further company that the claimant wants at the table: an integrator, say, or an insurer."""

    name: str = ""
    registration: str = ""
    address: str = ""
    contact_name: str = ""
    contact_email: str = ""


class Draft(msgspec.Struct, frozen=True):
    """The claimant's answers, as typed. ``amount`` as people write it; ``category`` one of :class:`Category`.

    ``answers`` and ``kept`` are the questionnaire's (odr/intake), which has checked them.
    """

    title: str = ""
    category: str = Category.OTHER.value
    contract: str = ""
    amount: str = ""
    currency: str = "EUR"
    facts: str = ""
    wished: str = ""
    company: str = ""
    registration: str = ""
    address: str = ""
    respondent: str = ""
    respondent_registration: str = ""
    respondent_address: str = ""
    contact_name: str = ""
    contact_email: str = ""
    others: tuple[OtherRespondent, ...] = ()
    answers: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    kept: tuple[str, ...] = ()


class CleanDraft(msgspec.Struct, frozen=True):
    """A draft whose every answer is usable. ``cents``: the amount."""

    draft: Draft
    category: Category
    cents: int | None


def clean_draft(draft: Draft, *, whole: bool) -> CleanDraft:
    """Clean all answers; ``whole``: what must be there is there. Raises InvalidInputError with every problem."""
    typed = Typed()
    category = typed.choice("category", draft.category, Category)
    cents = typed.cents("amount", draft.amount, required=False)
    email = draft.contact_email
    if email.strip() or whole:
        email = typed.email("contact_email", email)
    if draft.currency not in CURRENCIES:
        typed.wrong("currency", "choose_one")
    clean = Draft(
        title=typed.line("title", draft.title, limit=TITLE_LIMIT, required=whole),
        category=category.value,
        contract=typed.line("contract", draft.contract, limit=LINE_LIMIT, required=False),
        amount=draft.amount.strip(),
        currency=draft.currency,
        facts=typed.text("facts", draft.facts, limit=TEXT_LIMIT, required=whole),
        wished=typed.text("wished", draft.wished, limit=TEXT_LIMIT, required=whole),
        company=typed.line("company", draft.company, limit=NAME_LIMIT, required=whole),
        registration=typed.line("registration", draft.registration, limit=REGISTRATION_LIMIT, required=False),
        address=typed.text("address", draft.address, limit=ADDRESS_LIMIT, required=False),
        respondent=typed.line("respondent", draft.respondent, limit=NAME_LIMIT, required=whole),
        respondent_registration=typed.line(
            "respondent_registration", draft.respondent_registration, limit=REGISTRATION_LIMIT, required=False
        ),
        respondent_address=typed.text(
            "respondent_address", draft.respondent_address, limit=ADDRESS_LIMIT, required=False
        ),
        contact_name=typed.line("contact_name", draft.contact_name, limit=CONTACT_LIMIT, required=whole),
        contact_email=email,
        others=tuple(_clean_other(typed, place, other, whole=whole) for place, other in enumerate(draft.others, 1)),
        answers=draft.answers,
        kept=draft.kept,
    )
    if len(clean.others) > OTHERS_LIMIT:
        typed.wrong("others", "too_long")
    typed.check()
    return CleanDraft(clean, category, cents)


def _clean_other(typed: Typed, place: int, other: OtherRespondent, *, whole: bool) -> OtherRespondent:
    def line(name: str, limit: int, *, required: bool = False) -> str:
        return typed.line(f"other_{place}_{name}", getattr(other, name), limit=limit, required=required)

    email = other.contact_email
    if email.strip() or whole:
        email = typed.email(f"other_{place}_contact_email", email)
    return OtherRespondent(
        name=line("name", NAME_LIMIT, required=whole),
        registration=line("registration", REGISTRATION_LIMIT),
        address=line("address", ADDRESS_LIMIT),
        contact_name=line("contact_name", CONTACT_LIMIT, required=whole),
        contact_email=email,
    )
