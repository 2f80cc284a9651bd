"""What the parties say: complaint, response, messages in caucus and in the joint space."""

from decimal import Decimal

from web.demo.milestones import Milestones
from web.demo.shapes import Complaint, Message, in_french, prose, typeset

CONTRACT_REFERENCE = "LYS-TRE-CRM-01"


def complaint(when: Milestones) -> Complaint:
    """What Tréhoublan Agencement files."""
    return Complaint(
        title=typeset("CRM sur mesure : six mois de retard, et une recette qui n'aboutit pas"),
        category="late_delivery",
        contract_reference=CONTRACT_REFERENCE,
        amount=Decimal(48_000),
        what_happened=prose(f"""
            Nous agençons des boutiques et des bureaux, avec trois agences et onze commerciaux. Le
            {in_french(when.contract_signed)}, nous avons commandé à Lysandrel Logiciels son progiciel « Lysandrel
            Relation », adapté à notre façon de chiffrer les devis, pour un prix forfaitaire de 48 000 € hors taxes
            (57 600 € toutes taxes comprises). La mise en production était due le {in_french(when.delivery_due)}.

            Le cahier des charges version 1.0 avait été arrêté ensemble le {in_french(when.specification_agreed)}, après
            deux ateliers, et la directrice de projet de Lysandrel nous a écrit qu'il était « complet et suffisant
            pour démarrer ». Il a été annexé au contrat. Nous avons payé les deux premières échéances sans discuter.

            La plateforme n'a été ouverte en recette que le {in_french(when.acceptance_opened)}, plus de deux mois après
            la date de mise en production promise. L'import de nos 12 480 contacts, qui est le cœur du projet, s'est
            interrompu dès le premier essai sérieux, le {in_french(when.import_failed)}, puis à chaque nouvel essai. Le
            procès-verbal du {in_french(when.acceptance_report)} relève quatorze réserves, dont cinq bloquantes. À ce
            jour, aucune n'est levée par écrit.

            Nous avions résilié notre ancien outil pour l'échéance du contrat. Depuis, nos commerciaux travaillent sur
            des tableurs, les relances de devis partent en retard ou ne partent pas, et notre taux de transformation
            est passé de 21,0 % à 14,7 % : trois prospects gagnés sur dix ne le sont plus. Notre mise en demeure du
            {in_french(when.formal_notice)} n'a reçu qu'une réponse d'attente.
        """),
        wished_outcome=prose("""
            Nous voulons un outil qui marche plus qu'un procès. Nous demandons une date ferme, la levée des réserves
            bloquantes avant tout nouveau paiement, un interlocuteur qui réponde quand l'import s'arrête, et un geste
            financier qui tienne compte des mois perdus. À défaut, nous demanderons la résolution du contrat et la
            restitution des 28 800 € déjà versés.
        """),
    )


def response(when: Milestones) -> str:
    """What Lysandrel Logiciels answers when it accepts the mediation."""
    return prose(f"""
        Nous acceptons la médiation et ne contestons pas le calendrier des faits : la recette a ouvert le
        {in_french(when.acceptance_opened)} alors que la mise en production était prévue pour le
        {in_french(when.delivery_due)}. Nous en contestons la cause.

        Le cahier des charges version 1.0 tient en quelques pages. Il dit « importer les contacts existants » sans dire
        combien, ni depuis quels fichiers ; il en est venu trois, de formats différents. Entre la signature et
        l'ouverture de la recette, notre cliente nous a adressé onze demandes de modification. Nous les avons toutes
        traitées, sans avenant et sans facturer un jour de plus, parce que nous voulions réussir ce projet. Elles
        pèsent trente jours de travail, sur un forfait qui en comptait soixante-deux.

        Nos questions sont restées trop souvent sans réponse : cinq semaines pour la deuxième demande, près de quatre
        semaines pour la quatrième, alors que le contrat prévoit cinq jours ouvrés. Après le procès-verbal de recette,
        plus aucun utilisateur ne s'est connecté pendant deux semaines, quand nous attendions les essais.

        Notre facture du {in_french(when.third_invoice)}, de 14 400 € toutes taxes comprises, correspond à la mise à
        disposition en recette, qui a eu lieu. Elle est échue depuis le {in_french(when.third_invoice_due)} et reste
        impayée. Quant à la baisse du taux de transformation, rien ne permet aujourd'hui de l'attribuer à notre logiciel
        plutôt qu'au marché de l'agencement.
    """)


def messages() -> tuple[Message, ...]:
    """The conversations, room by room, in the order in which they are written."""
    return (
        Message("joint", "vauquelin", prose("""
            Bonjour à toutes et à tous. La convention est signée, la médiation est ouverte. Je propose d'entendre
            chacun en entretien séparé avant notre première réunion commune. Ce que vous m'écrivez en aparté n'est lu
            que par votre équipe et par moi, et je n'en dis rien à l'autre partie sans votre consentement écrit, pièce
            par pièce. Déposez ici, dans l'espace commun, ce que vous souhaitez discuter ensemble.
        """)),
        Message("caucus_claimant", "vauquelin", prose("""
            Madame Le Guirrec, au-delà de ce que dit la saisine : qu'est-ce qui vous ferait dire, dans trois mois, que
            nous avons bien fait de nous asseoir à cette table ?
        """)),
        Message("caucus_claimant", "leguirrec", prose("""
            Que mes commerciaux ouvrent l'outil le matin sans y penser. Je vous le dis franchement : je n'ai pas envie
            de recommencer avec un autre éditeur, cela me coûterait une année. Je peux régler la facture, mais pas d'un
            coup, et pas avant d'avoir vu l'import aller jusqu'au bout. Je sais aussi que nous avons traîné à répondre :
            Tanguy portait ce projet en plus de ses clients, et je ne l'ai pas assez déchargé.
        """)),
        Message("caucus_claimant", "vauquelin", prose("""
            Merci de cette franchise, elle reste entre nous. Le relevé mensuel de vos taux de transformation
            aiderait Lysandrel à comprendre que le préjudice n'est pas une formule. Je vous adresse une demande de
            communication pour cette seule pièce ; vous êtes libre de refuser, et je n'en tirerai aucune conclusion.
        """)),
        Message("caucus_respondent", "montsegret", prose("""
            Madame la médiatrice, je préfère vous l'écrire avant que l'experte ne le trouve : nous avons dimensionné
            l'import pour deux mille fiches, par habitude. Personne chez nous n'a demandé le volume avant la recette. Le
            journal applicatif que je dépose ici le montre. Ce que je ne peux pas accepter, c'est d'avoir absorbé trente
            jours de modifications et de passer pour celui qui n'a rien fait.
        """)),
        Message("caucus_respondent", "vauquelin", prose("""
            Je vous remercie. Reconnaître un défaut d'anticipation n'est pas reconnaître que tout le retard vous
            revient. Seriez-vous prêt à porter vous-même ce journal dans l'espace commun, pour que l'experte l'examine
            et que la discussion porte sur des faits ?
        """)),
        Message("caucus_respondent", "berthomieux", prose("""
            D'accord pour le journal, nous le versons nous-mêmes. En revanche, la note interne sur la charge nomme des
            collègues et contient nos coûts : nous ne souhaitons pas qu'elle sorte de cet espace.
        """)),
        Message("joint", "kervadec", prose("""
            Nous versons le procès-verbal de recette et l'échange où les spécifications ont été déclarées suffisantes.
            Nous souhaitons que l'experte dise si l'import pouvait aboutir avec la configuration livrée.
        """)),
        Message("joint", "berthomieux", prose("""
            Nous versons le registre des onze demandes, les quatre états du planning et les journaux de la
            plateforme de recette. Nous demandons que l'experte distingue ce qui précisait le besoin de ce qui
            l'étendait.
        """)),
        Message("joint", "leguirrec", prose("""
            J'ai lu le rapport. Six semaines nous reviennent, je les prends. J'aurais dû désigner quelqu'un à plein
            temps pour répondre à vos questions.
        """)),
        Message("joint", "montsegret", prose("""
            Merci. De notre côté, nous aurions dû demander vos volumes avant d'écrire la première ligne, et vous
            dire dès la deuxième modification ce qu'elle déplaçait. Nous pouvons prolonger la période d'essai de
            trois mois, avec un référent qui ne fera que cela.
        """)),
        Message("joint", "vauquelin", prose("""
            Je relève quatre points d'accord : trois mois d'essai avec un support renforcé, une remise sur la
            première année de licence, la facture réglée en trois fois, et une règle écrite pour demander une
            modification. Je vous propose un texte aujourd'hui même ; relisez-le avec vos conseils avant de le figer.
        """)),
    )  # fmt: skip
