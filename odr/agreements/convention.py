"""The agreement to mediate as it is shipped, in both languages; the centre may reword it (template.py).

A wording is written in one language and never half of it. Places in braces are filled by drafting.py. The law cited is
French; counsel must confirm that it fits the case.
"""

from typing import Final

from odr.agreements.text import TextLanguage
from odr.agreements.wording import Wording, prose

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

CONVENTION: Final[dict[TextLanguage, Wording]] = {
    "fr": Wording(
        "Convention de médiation",
        prose("""
            Un différend oppose les parties. Le centre de médiation le tient sous la référence {reference}. Elles
            souhaitent rechercher ensemble, avec l'aide d'un tiers indépendant, une issue qui leur convienne.
        """),
        (
            ("Objet", prose("""
                Les parties confient à {mediator} la mission de les aider à trouver elles-mêmes une solution amiable à
                leur différend. Le médiateur ne tranche pas et n'impose rien : l'issue n'appartient qu'aux parties.
            """)),
            ("Libre adhésion", prose("""
                Chaque partie entre librement en médiation et peut en sortir à tout moment, sans motif, par une
                déclaration faite dans le dossier. Chacune y participe loyalement et donne à son représentant le pouvoir
                de transiger, dans la limite inscrite au dossier.
            """)),
            ("Confidentialité", prose("""
                Ce qui est dit, écrit ou constaté au cours de la médiation est confidentiel. Rien ne peut en être
                divulgué à des tiers ni invoqué devant un juge ou un arbitre sans l'accord de toutes les parties, sauf
                les deux exceptions de l'article 21-3 de la loi du 8 février 1995 : des raisons impérieuses d'ordre
                public ou de protection d'une personne, et ce qui est nécessaire à la mise en œuvre de l'accord.

                Ce qu'une partie confie au médiateur en entretien séparé n'est communiqué à l'autre qu'avec son
                consentement, donné pièce par pièce, pour des destinataires et un usage désignés.
            """)),
            ("Pièces produites, pièces élaborées", prose("""
                Les pièces élaborées dans le cadre de la médiation sont confidentielles. Celles qui existaient
                auparavant et que les parties produisent ne le deviennent pas du seul fait de leur dépôt (article 1528-3
                du code de procédure civile). Qui dépose une pièce dit à laquelle de ces deux sortes elle appartient.
            """)),
            ("Indépendance", prose("""
                Avant de commencer, le médiateur déclare son indépendance et tout lien de nature à l'affecter ; il
                signale sans délai ce qui surviendrait ensuite. Il en va de même de tout technicien désigné. Chaque
                partie peut s'opposer à une désignation ; le remplaçant reprend le dossier en l'état.
            """)),
            ("Durée", prose("""
                La médiation dure {months} à compter de son ouverture, une fois la présente convention signée par
                toutes les parties et l'indépendance déclarée. Le médiateur peut la prolonger une seule fois, pour
                {months}, en accord avec les parties.
            """)),
            ("Honoraires et frais", prose("""
                {fees} {split}

                Les frais d'un technicien n'engagent les parties qu'après leur accord, et sont partagés de même.
            """)),
            ("Ni enregistrement, ni captation", prose("""
                Les échanges de vive voix ne sont ni enregistrés, ni filmés, ni transcrits par une machine, par qui que
                ce soit.
            """)),
            ("Conservation et archivage", prose("""
                Le dossier est tenu sur la plateforme du centre, où chaque dépôt et chaque acte est horodaté et inscrit
                à un registre dont l'intégrité se vérifie. À la fin de la médiation, il est scellé et conservé par le
                centre pendant {years} ; sa lecture suppose un motif et l'autorisation d'une seconde personne. Les notes
                du médiateur ne sont jamais archivées : elles sont détruites.
            """)),
            ("Algorithmes", prose("""
                Aucune issue n'est décidée par un algorithme ; chaque partie peut à tout moment demander l'intervention
                d'une personne. {bidding} {score} La règle de calcul est publiée sur la plateforme.
            """)),
            ("Langues", prose("""
                La médiation se déroule en français. Une pièce rédigée dans une autre langue est lue telle quelle, sauf
                si une partie en demande la traduction ; les frais en sont partagés comme les autres.
            """)),
            ("Communications", prose("""
                Les parties, leurs conseils et le médiateur communiquent par la plateforme. Les courriels de la
                plateforme ne disent qu'une chose : que quelque chose y attend leur destinataire. Un délai court du
                moment où l'avis est visible sur la plateforme.
            """)),
            ("Signature électronique", prose("""
                La présente convention est signée sur la plateforme. Chaque représentant, connecté à son propre compte,
                donne de nouveau son mot de passe devant le texte dont l'empreinte lui est montrée. C'est une signature
                électronique simple au sens de l'article 3, point 10, du règlement (UE) n° 910/2014 (eIDAS) : ni
                avancée, ni qualifiée. Les parties conviennent qu'elle les engage.
            """)),
            ("Prescription", prose("""
                La prescription est suspendue à compter de la signature de la présente convention par toutes les
                parties. Elle recommence à courir, pour une durée qui ne peut être inférieure à six mois, à la date à
                laquelle une partie, toutes les parties ou le médiateur déclarent que la médiation est terminée (article
                2238 du code civil).
            """)),
            ("Fin de la médiation", prose("""
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
        prose("""
            A dispute has arisen between the parties. The mediation centre keeps it under the reference {reference}.
            They wish to look together, with the help of an independent third person, for an outcome that suits them.
        """),
        (
            ("Purpose", prose("""
                The parties entrust {mediator} with helping them to find an amicable solution to their dispute
                themselves. The mediator decides nothing and imposes nothing: the outcome is the parties' alone.
            """)),
            ("Free will", prose("""
                Each party enters mediation freely and may leave it at any time, without giving a reason, by saying so
                in the file. Each takes part in good faith and gives its representative the power to settle, within the
                limit entered in the file.
            """)),
            ("Confidentiality", prose("""
                What is said, written or observed in the mediation is confidential. None of it may be disclosed to
                others or invoked before a judge or an arbitrator without the agreement of every party, save the two
                exceptions of article 21-3 of the French law of 8 February 1995: overriding reasons of public policy or
                the protection of a person, and what is needed to perform the agreement.

                What a party confides to the mediator in caucus is passed on to the other only with its consent, given
                exhibit by exhibit, for named recipients and one purpose.
            """)),
            ("Exhibits produced, exhibits elaborated", prose("""
                Exhibits elaborated in the mediation are confidential. Those that existed before and that the parties
                produce do not become so merely because they are lodged (article 1528-3 of the French Code of Civil
                Procedure). Whoever lodges an exhibit says to which of the two kinds it belongs.
            """)),
            ("Independence", prose("""
                Before starting, the mediator declares independence and any tie that could affect it, and reports
                without delay whatever arises later. The same holds for any neutral expert. Each party may object to an
                appointment; a replacement takes the file over as it stands.
            """)),
            ("Term", prose("""
                The mediation lasts {months} from its opening, once every party has signed this agreement and
                independence has been declared. The mediator may extend it once only, by {months}, in agreement with the
                parties.
            """)),
            ("Fees and costs", prose("""
                {fees} {split}

                The costs of a neutral expert bind the parties only once they have agreed to them, and are shared in the
                same way.
            """)),
            ("No recording", prose("""
                What is said aloud is neither recorded, nor filmed, nor transcribed by a machine, by anyone.
            """)),
            ("Keeping and archiving", prose("""
                The file is kept on the centre's platform, where every deposit and every act is dated and entered in a
                register whose integrity can be verified. At the end of the mediation it is sealed and kept by the
                centre for {years}; reading it takes a reason and the authorisation of a second person. The mediator's
                notes are never archived: they are destroyed.
            """)),
            ("Algorithms", prose("""
                No outcome is decided by an algorithm; each party may ask for a person at any time. {bidding} {score}
                The rule of the computation is published on the platform.
            """)),
            ("Languages", prose("""
                The mediation is held in English. An exhibit in another language is read as it is, unless a party asks
                for its translation, whose cost is shared like the others.
            """)),
            ("Communication", prose("""
                The parties, their counsel and the mediator communicate through the platform. Its mails say one thing
                only: that something awaits their reader there. A period of time runs from the moment at which the
                notice can be seen on the platform.
            """)),
            ("Electronic signature", prose("""
                This agreement is signed on the platform. Each representative, signed in to their own account, gives
                their password again before the text whose digest is shown to them. This is a simple electronic
                signature within the meaning of article 3(10) of Regulation (EU) No 910/2014 (eIDAS): neither advanced
                nor qualified. The parties agree that it binds them.
            """)),
            ("Limitation period", prose("""
                The limitation period is suspended from the signature of this agreement by every party. It runs again,
                for six months at least, from the day on which a party, all the parties or the mediator declare that the
                mediation is over (French Civil Code, article 2238).
            """)),
            ("End of the mediation", prose("""
                The mediation ends: ~ by a settlement agreement; ~ by the withdrawal of a party; ~ by the mediator's
                decision; ~ when its term has run out.

                Without an agreement, a certificate is drawn up that states facts and dates only, without saying what
                was exchanged or who ended the mediation.
            """)),
        ),
        KEYS,
    ),
}  # fmt: skip
