"""The words with which agreements begin: a settlement's first draft, and how the values of clauses are written out.

One set a language, since a contract is written in one language and never half of it. Places in braces are filled by
drafting.py. The law cited is French; counsel must confirm that it fits the case. For the agreement to mediate see
convention.py.
"""

from dataclasses import dataclass
from textwrap import dedent
from typing import Final

from odr.agreements.text import TextLanguage


@dataclass(frozen=True, slots=True)
class Wording:
    """A text to begin with: its title, its preamble, its clauses (heading, body); of a convention, their keys."""

    title: str
    preamble: str
    clauses: tuple[tuple[str, str], ...]
    keys: tuple[str, ...] = ()


def prose(text: str) -> str:
    """Paragraphs without the source's line ends; lines that begin with a dash stay lines."""
    paragraphs = dedent(text).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()).replace(" ~ ", "\n- ") for paragraph in paragraphs)


SETTLEMENT: Final[dict[TextLanguage, Wording]] = {
    "fr": Wording(
        "Protocole d'accord transactionnel",
        prose("""
            Un différend est né entre les parties ; le centre de médiation le tient sous la référence {reference}. Au
            terme d'une médiation conduite par {mediator}, et sans reconnaissance de responsabilité au-delà de ce qui
            est écrit ici, elles conviennent de ce qui suit.
        """),
        (
            ("Objet", prose("""
                Le présent protocole met fin au différend né entre les parties, tel qu'il est décrit en préambule.
            """)),
            ("Renonciation et portée", prose("""
                En considération des concessions réciproques énoncées au présent protocole, et sous réserve de son
                exécution, les parties renoncent à toute réclamation ayant le même objet. Il vaut transaction au sens
                des articles 2044 et suivants du code civil.
            """)),
            ("Confidentialité", prose("""
                Le contenu du présent protocole est confidentiel, sauf pour son exécution, pour son homologation par un
                juge ou pour satisfaire à une obligation légale.
            """)),
        ),
    ),
    "en": Wording(
        "Settlement agreement",
        prose("""
            A dispute has arisen between the parties; the mediation centre keeps it under the reference {reference}.
            After a mediation led by {mediator}, and without any admission of liability beyond what is written here,
            they agree as follows.
        """),
        (
            ("Purpose", prose("""
                This agreement ends the dispute between the parties as the preamble describes it.
            """)),
            ("Waiver and effect", prose("""
                In consideration of the reciprocal concessions stated in this agreement, and subject to its performance,
                the parties waive any claim with the same subject matter. It is a settlement within the meaning of
                articles 2044 and following of the French Civil Code.
            """)),
            ("Confidentiality", prose("""
                The content of this agreement is confidential, save for performing it, for having it approved by a court
                or for complying with a legal duty.
            """)),
        ),
    ),
}  # fmt: skip

NO_NAME: Final[dict[TextLanguage, dict[str, str]]] = {
    "fr": {"mediator": "le médiateur que désigne le centre", "representative": "son représentant légal"},
    "en": {"mediator": "the mediator whom the centre appoints", "representative": "its legal representative"},
}
"""What stands where nobody is named yet."""

OFFERED: Final[dict[TextLanguage, tuple[str, str]]] = {
    "fr": ("Termes de l'offre acceptée", "Montant : {amount}"),
    "en": ("Terms of the accepted offer", "Amount: {amount}"),
}
"""How the article that an accepted offer becomes is called, and its amount."""

AND: Final[dict[TextLanguage, str]] = {"fr": " et ", "en": " and "}

MONTHS: Final[dict[TextLanguage, tuple[str, ...]]] = {
    "fr": ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
VALUES: Final[dict[TextLanguage, dict[str, str]]] = {
    "fr": {
        "month": "{n} mois",
        "months": "{n} mois",
        "year": "un an",
        "years": "{n} ans",
        "scale": "Les honoraires du médiateur et les frais du centre sont ceux du barème que le centre a remis aux"
        " parties avant la signature.",
        "amounts": "Les frais du centre sont de {fixed} ; les honoraires du médiateur sont de {hourly} par heure. Ces"
        " montants s'entendent hors taxes.",
        "equally": "Ils sont partagés à parts égales entre les parties.",
        "shares": "Ils sont partagés ainsi : {shares}.",
        "share": "{name}, {percent}",
        "bidding": "Les parties peuvent faire des offres à l'aveugle, que la plateforme compare sans les révéler.",
        "no_bidding": "Il n'est pas fait d'offres à l'aveugle.",
        "score": "La plateforme calcule un indice d'impact du différend, qui n'est qu'indicatif.",
        "no_score": "Aucun indice d'impact n'est calculé.",
    },
    "en": {
        "month": "{n} month",
        "months": "{n} months",
        "year": "one year",
        "years": "{n} years",
        "scale": "The mediator's fees and the centre's costs are those of the scale that the centre gave the parties"
        " before they signed.",
        "amounts": "The centre's costs are {fixed}; the mediator's fees are {hourly} an hour. Taxes are added to these"
        " amounts.",
        "equally": "The parties share them equally.",
        "shares": "They are shared as follows: {shares}.",
        "share": "{name}, {percent}",
        "bidding": "The parties may make blind bids, which the platform compares without revealing them.",
        "no_bidding": "No blind bids are made.",
        "score": "The platform computes a score of the dispute's impact, as an indication only.",
        "no_score": "No impact score is computed.",
    },
}
"""How the values of clauses are written out in their text (clauses.py)."""
