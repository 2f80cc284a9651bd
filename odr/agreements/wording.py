"""The words with which agreements begin: the agreement to mediate, whole, and the first draft of a settlement.

One set a language, since a contract is written in one language and never half of it. Places in braces are filled by
drafting.py. The law cited is French; counsel must confirm that it fits the case.
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


KEYS: Final = (
    "purpose",
    "free_will",
    "confidentiality",
    "exhibits",
    "independence",
    "term",
    "fees",
    "recording",
    "retention",
    "algorithms",
    "languages",
    "communication",
    "signature",
    "limitation",
    "end",
)
"""The clauses of an agreement to mediate, by what they are about, in their order. Both languages have all of them."""


def _prose(text: str) -> str:
    """Paragraphs without the source's line ends; lines that begin with a dash stay lines."""
    paragraphs = dedent(text).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()).replace(" ~ ", "\n- ") for paragraph in paragraphs)


CONVENTION: Final[dict[TextLanguage, Wording]] = {
    "fr": Wording(
        "Convention de médiation",
        _prose("""
            Un différend oppose les parties. Le centre de médiation le tient sous la référence {reference}. Elles
            souhaitent rechercher ensemble, avec l'aide d'un tiers indépendant, une issue qui leur convienne.
        """),
        (
            ("Objet", _prose("""
                Les parties confient à {mediator} la mission de les aider à trouver elles-mêmes une solution amiable à
                leur différend. Le médiateur ne tranche pas et n'impose rien : l'issue n'appartient qu'aux parties.
            """)),
            ("Libre adhésion", _prose("""
                Chaque partie entre librement en médiation et peut en sortir à tout moment, sans motif, par une
                déclaration faite dans le dossier. Chacune y participe loyalement et donne à son représentant le pouvoir
                de transiger, dans la limite inscrite au dossier.
            """)),
            ("Confidentialité", _prose("""
                Ce qui est dit, écrit ou constaté au cours de la médiation est confidentiel. Rien ne peut en être
                divulgué à des tiers ni invoqué devant un juge ou un arbitre sans l'accord de toutes les parties, sauf
                les deux exceptions de l'article 21-3 de la loi du 8 février 1995 : des raisons impérieuses d'ordre
                public ou de protection d'une personne, et ce qui est nécessaire à la mise en œuvre de l'accord.

                Ce qu'une partie confie au médiateur en entretien séparé n'est communiqué à l'autre qu'avec son
                consentement, donné pièce par pièce, pour des destinataires et un usage désignés.
            """)),
            ("Pièces produites, pièces élaborées", _prose("""
                Les pièces élaborées dans le cadre de la médiation sont confidentielles. Celles qui existaient
                auparavant et que les parties produisent ne le deviennent pas du seul fait de leur dépôt (article 1528-3
                du code de procédure civile). Qui dépose une pièce dit à laquelle de ces deux sortes elle appartient.
            """)),
            ("Indépendance", _prose("""
                Avant de commencer, le médiateur déclare son indépendance et tout lien de nature à l'affecter ; il
                signale sans délai ce qui surviendrait ensuite. Il en va de même de tout technicien désigné. Chaque
                partie peut s'opposer à une désignation ; le remplaçant reprend le dossier en l'état.
            """)),
            ("Durée", _prose("""
                La médiation dure {months} à compter de son ouverture, une fois la présente convention signée par
                toutes les parties et l'indépendance déclarée. Le médiateur peut la prolonger une seule fois, pour
                {months}, en accord avec les parties.
            """)),
            ("Honoraires et frais", _prose("""
                {fees} {split}

                Les frais d'un technicien n'engagent les parties qu'après leur accord, et sont partagés de même.
            """)),
            ("Ni enregistrement, ni captation", _prose("""
                Les échanges de vive voix ne sont ni enregistrés, ni filmés, ni transcrits par une machine, par qui que
                ce soit.
            """)),
            ("Conservation et archivage", _prose("""
                Le dossier est tenu sur la plateforme du centre, où chaque dépôt et chaque acte est horodaté et inscrit
                à un registre dont l'intégrité se vérifie. À la fin de la médiation, il est scellé et conservé par le
                centre pendant {years} ; sa lecture suppose un motif et l'autorisation d'une seconde personne. Les notes
                du médiateur ne sont jamais archivées : elles sont détruites.
            """)),
            ("Algorithmes", _prose("""
                Aucune issue n'est décidée par un algorithme ; chaque partie peut à tout moment demander l'intervention
                d'une personne. {bidding} {score} La règle de calcul est publiée sur la plateforme.
            """)),
            ("Langues", _prose("""
                La médiation se déroule en français. Une pièce rédigée dans une autre langue est lue telle quelle, sauf
                si une partie en demande la traduction ; les frais en sont partagés comme les autres.
            """)),
            ("Communications", _prose("""
                Les parties, leurs conseils et le médiateur communiquent par la plateforme. Les courriels de la
                plateforme ne disent qu'une chose : que quelque chose y attend leur destinataire. Un délai court du
                moment où l'avis est visible sur la plateforme.
            """)),
            ("Signature électronique", _prose("""
                La présente convention est signée sur la plateforme. Chaque représentant, connecté à son propre compte,
                donne de nouveau son mot de passe devant le texte dont l'empreinte lui est montrée. C'est une signature
                électronique simple au sens de l'article 3, point 10, du règlement (UE) n° 910/2014 (eIDAS) : ni
                avancée, ni qualifiée. Les parties conviennent qu'elle les engage.
            """)),
            ("Prescription", _prose("""
                La prescription est suspendue à compter de la signature de la présente convention par toutes les
                parties. Elle recommence à courir, pour une durée qui ne peut être inférieure à six mois, à la date à
                laquelle une partie, toutes les parties ou le médiateur déclarent que la médiation est terminée (article
                2238 du code civil).
            """)),
            ("Fin de la médiation", _prose("""
                La médiation prend fin : ~ par un protocole d'accord ; ~ par le retrait d'une partie ; ~ par la décision
                du médiateur ; ~ par l'arrivée du terme.

                À défaut d'accord, il est dressé un constat qui n'énonce que des faits et des dates, sans dire ce qui
                s'est échangé ni qui a mis fin à la médiation.
            """)),
        ),
        KEYS,
    ),
    "en": Wording(
        "Agreement to mediate",
        _prose("""
            A dispute has arisen between the parties. The mediation centre keeps it under the reference {reference}.
            They wish to look together, with the help of an independent third person, for an outcome that suits them.
        """),
        (
            ("Purpose", _prose("""
                The parties entrust {mediator} with helping them to find an amicable solution to their dispute
                themselves. The mediator decides nothing and imposes nothing: the outcome is the parties' alone.
            """)),
            ("Free will", _prose("""
                Each party enters mediation freely and may leave it at any time, without giving a reason, by saying so
                in the file. Each takes part in good faith and gives its representative the power to settle, within the
                limit entered in the file.
            """)),
            ("Confidentiality", _prose("""
                What is said, written or observed in the mediation is confidential. None of it may be disclosed to
                others or invoked before a judge or an arbitrator without the agreement of every party, save the two
                exceptions of article 21-3 of the French law of 8 February 1995: overriding reasons of public policy or
                the protection of a person, and what is needed to perform the agreement.

                What a party confides to the mediator in caucus is passed on to the other only with its consent, given
                exhibit by exhibit, for named recipients and one purpose.
            """)),
            ("Exhibits produced, exhibits elaborated", _prose("""
                Exhibits elaborated in the mediation are confidential. Those that existed before and that the parties
                produce do not become so merely because they are lodged (article 1528-3 of the French Code of Civil
                Procedure). Whoever lodges an exhibit says to which of the two kinds it belongs.
            """)),
            ("Independence", _prose("""
                Before starting, the mediator declares independence and any tie that could affect it, and reports
                without delay whatever arises later. The same holds for any neutral expert. Each party may object to an
                appointment; a replacement takes the file over as it stands.
            """)),
            ("Term", _prose("""
                The mediation lasts {months} from its opening, once every party has signed this agreement and
                independence has been declared. The mediator may extend it once only, by {months}, in agreement with the
                parties.
            """)),
            ("Fees and costs", _prose("""
                {fees} {split}

                The costs of a neutral expert bind the parties only once they have agreed to them, and are shared in the
                same way.
            """)),
            ("No recording", _prose("""
                What is said aloud is neither recorded, nor filmed, nor transcribed by a machine, by anyone.
            """)),
            ("Keeping and archiving", _prose("""
                The file is kept on the centre's platform, where every deposit and every act is dated and entered in a
                register whose integrity can be verified. At the end of the mediation it is sealed and kept by the
                centre for {years}; reading it takes a motive and the authorisation of a second person. The mediator's
                notes are never archived: they are destroyed.
            """)),
            ("Algorithms", _prose("""
                No outcome is decided by an algorithm; each party may ask for a person at any time. {bidding} {score}
                The rule of the computation is published on the platform.
            """)),
            ("Languages", _prose("""
                The mediation is held in English. An exhibit in another language is read as it is, unless a party asks
                for its translation, whose cost is shared like the others.
            """)),
            ("Communication", _prose("""
                The parties, their counsel and the mediator communicate through the platform. Its mails say one thing
                only: that something awaits their reader there. A period of time runs from the moment at which the
                notice can be seen on the platform.
            """)),
            ("Electronic signature", _prose("""
                This agreement is signed on the platform. Each representative, signed in to their own account, gives
                their password again before the text whose digest is shown to them. This is a simple electronic
                signature within the meaning of article 3(10) of Regulation (EU) No 910/2014 (eIDAS): neither advanced
                nor qualified. The parties agree that it binds them.
            """)),
            ("Limitation period", _prose("""
                The limitation period is suspended from the signature of this agreement by every party. It runs again,
                for six months at least, from the day on which a party, all the parties or the mediator declare that the
                mediation is over (French Civil Code, article 2238).
            """)),
            ("End of the mediation", _prose("""
                The mediation ends: ~ by a settlement agreement; ~ by the withdrawal of a party; ~ by the mediator's
                decision; ~ when its term has run out.

                Without an agreement, a certificate is drawn up that states facts and dates only, without saying what
                was exchanged or who ended the mediation.
            """)),
        ),
        KEYS,
    ),
}  # fmt: skip

SETTLEMENT: Final[dict[TextLanguage, Wording]] = {
    "fr": Wording(
        "Protocole d'accord transactionnel",
        _prose("""
            Un différend est né entre les parties ; le centre de médiation le tient sous la référence {reference}. Au
            terme d'une médiation conduite par {mediator}, et sans reconnaissance de responsabilité au-delà de ce qui
            est écrit ici, elles conviennent de ce qui suit.
        """),
        (
            ("Objet", _prose("""
                Le présent protocole met fin au différend né entre les parties, tel qu'il est décrit en préambule.
            """)),
            ("Renonciation et portée", _prose("""
                En considération des concessions réciproques énoncées au présent protocole, et sous réserve de son
                exécution, les parties renoncent à toute réclamation ayant le même objet. Il vaut transaction au sens
                des articles 2044 et suivants du code civil.
            """)),
            ("Confidentialité", _prose("""
                Le contenu du présent protocole est confidentiel, sauf pour son exécution, pour son homologation par un
                juge ou pour satisfaire à une obligation légale.
            """)),
        ),
    ),
    "en": Wording(
        "Settlement agreement",
        _prose("""
            A dispute has arisen between the parties; the mediation centre keeps it under the reference {reference}.
            After a mediation led by {mediator}, and without any admission of liability beyond what is written here,
            they agree as follows.
        """),
        (
            ("Purpose", _prose("""
                This agreement ends the dispute between the parties as the preamble describes it.
            """)),
            ("Waiver and effect", _prose("""
                In consideration of the reciprocal concessions stated in this agreement, and subject to its performance,
                the parties waive any claim with the same subject matter. It is a settlement within the meaning of
                articles 2044 and following of the French Civil Code.
            """)),
            ("Confidentiality", _prose("""
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
