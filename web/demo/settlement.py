"""What they sign, and how they get there: convention, disclosures, expert's mission, settlement agreement."""

from decimal import Decimal

from web.demo.milestones import Milestones, plus_months
from web.demo.pleadings import CONTRACT_REFERENCE
from web.demo.shapes import (
    Agreement,
    ArchiveRequest,
    Clause,
    Convention,
    Disclosure,
    Instalment,
    Mission,
    in_french,
    prose,
    typeset,
)

INVOICE_TOTAL = Decimal(14_400)
INSTALMENTS = 3


def convention() -> Convention:
    """The agreement to mediate that both parties sign before the mediation opens."""
    return Convention(
        title="Convention de médiation",
        preamble=prose("""
            Un différend oppose les parties au sujet de l'exécution du contrat LYS-TRE-CRM-01, qui porte sur la
            fourniture et l'adaptation d'un logiciel de gestion de la relation client. Elles souhaitent rechercher
            ensemble, avec l'aide d'un tiers indépendant, une issue qui préserve leur relation.
        """),
        term_months=3,
        fees=Decimal(3_600),
        clauses=(
            Clause("Objet", prose("""
                Les parties confient à Mme Claire Vauquelin-Strehl la mission de les aider à trouver elles-mêmes une
                solution au différend né de l'exécution du contrat LYS-TRE-CRM-01. M. Edmund Harcastle la supplée en
                cas d'empêchement. La médiatrice n'a pas le pouvoir de trancher.
            """)),
            Clause("Libre adhésion", prose("""
                Chaque partie entre librement en médiation et peut en sortir à tout moment, sans motif, par une
                déclaration écrite dans le dossier.
            """)),
            Clause("Confidentialité", prose("""
                Ce qui est dit, écrit ou élaboré pour la médiation est confidentiel et ne peut être invoqué devant un
                juge ou un arbitre sans l'accord de toutes les parties. Les pièces qui existaient auparavant ne le
                deviennent pas du seul fait de leur dépôt. Ce qu'une partie confie à la médiatrice en entretien séparé
                n'est communiqué à l'autre qu'avec son consentement, donné pièce par pièce, pour des destinataires et
                un usage désignés.
            """)),
            Clause("Indépendance", prose("""
                La médiatrice et l'experte déclarent avant de commencer tout intérêt ou lien de nature à affecter leur
                indépendance. Chaque partie peut s'opposer à leur désignation dans les cinq jours de cette déclaration.
            """)),
            Clause("Durée", prose("""
                La médiation dure trois mois à compter de la dernière signature. Elle peut être prolongée une fois,
                pour trois mois au plus, par accord écrit des parties.
            """)),
            Clause("Prescription", prose("""
                Les parties rappellent que la prescription est suspendue à compter de la signature de la présente
                convention et qu'elle recommence à courir, pour six mois au moins, à la fin déclarée de la médiation
                (article 2238 du code civil).
            """)),
            Clause("Mandat", prose("""
                Chaque partie désigne un représentant qui dispose du pouvoir de transiger, dans la limite du montant
                inscrit au dossier, et un interlocuteur référent qui répond aux messages sous cinq jours ouvrés.
            """)),
            Clause("Honoraires", prose("""
                Les honoraires de la médiatrice sont fixés à 3 600 € hors taxes, frais du centre compris, et partagés
                par moitié. Les frais d'expertise, s'il y a lieu, le sont de la même façon.
            """)),
            Clause("Fin de la médiation", prose("""
                La médiation s'achève par un protocole d'accord, par un constat de non-accord, par le retrait d'une
                partie ou par l'arrivée du terme. Le dossier est alors scellé et conservé par le centre ; les notes de
                la médiatrice sont détruites.
            """)),
        ),
        independence=prose("""
            Je déclare n'avoir aucun lien personnel, financier ou professionnel avec les parties, leurs dirigeants ou
            leurs conseils, ni aucun intérêt dans l'issue du différend. J'ai animé il y a quatre ans une table ronde à
            laquelle participait Me Rimbourg ; je n'y vois pas de motif d'abstention et le porte à la connaissance de
            tous.
        """),
    )  # fmt: skip


def disclosures() -> tuple[Disclosure, ...]:
    """One request that is granted, and one that is refused."""
    return (
        Disclosure(
            file="taux-de-transformation.csv",
            owner="claimant",
            asked_by="vauquelin",
            answered_by="leguirrec",
            recipients=("montsegret", "berthomieux", "rimbourg", "thackeray"),
            purpose=typeset(
                "Permettre à Lysandrel et à l'experte de mesurer l'évolution mensuelle du taux de transformation, "
                "pour discuter de la remise ; aucun autre usage."
            ),
            form="original",
            answer="consent",
            answer_text=typeset(
                "D'accord pour ce relevé mensuel, sans les noms de clients. Il ne doit servir qu'à cette médiation."
            ),
        ),
        Disclosure(
            file="note-interne-charge-reprise.eml",
            owner="respondent",
            asked_by="vauquelin",
            answered_by="montsegret",
            recipients=("leguirrec", "kervadec", "valadier"),
            purpose=typeset("Éclairer la demanderesse sur la date à laquelle la difficulté d'import a été connue."),
            form="excerpt",
            answer="refuse",
            answer_text=typeset(
                "Nous refusons : ce message nomme des salariés et détaille nos coûts. Le journal applicatif, que nous "
                "avons versé, suffit à établir les faits."
            ),
        ),
    )


def mission() -> Mission:
    """The neutral expert's mission, and what she finds."""
    return Mission(
        title="Causes et répartition du retard, aptitude de l'import à aboutir",
        question=prose("""
            Au vu des seules pièces communiquées par la médiatrice, dire : 1° si le cahier des charges version 1.0
            permettait à un éditeur diligent de dimensionner la reprise des données ; 2° pour chacune des onze demandes
            de modification, si elle précise, étend ou corrige ; 3° quelles causes expliquent les vingt-six semaines de
            retard, et dans quelle proportion ; 4° si l'import pouvait aboutir avec la configuration livrée en recette,
            et ce qui suffirait à l'y faire aboutir.
        """),
        supplied=(
            "cahier-des-charges-v1.0.pdf",
            "cahier-des-charges-v1.3.pdf",
            "registre-demandes-modification.csv",
            "planning-reference-v1.xml",
            "planning-v4.xml",
            "relances-questions-sans-reponse.eml",
            "recette-nginx-access.log",
            "recette-application.log",
            "pv-de-recette.pdf",
        ),
        days=21,
        declaration=prose("""
            Je n'ai jamais travaillé pour l'une ou l'autre des parties ni pour un concurrent de Lysandrel Logiciels, et
            je ne détiens aucun intérêt dans l'issue de cette médiation.
        """),
        conclusions=(
            typeset(
                "Le cahier des charges version 1.0 décrit bien les usages, mais ne donne ni le volume ni le format "
                "des données à reprendre. Un éditeur diligent devait les demander avant de chiffrer ; un client "
                "attentif pouvait les donner."
            ),
            typeset(
                "Sur les onze demandes, cinq précisent le besoin (8 jours), quatre l'étendent (18,5 jours) et deux "
                "corrigent des anomalies (3,5 jours) : 30 jours en tout."
            ),
            typeset(
                "Les vingt-six semaines de retard se répartissent ainsi : neuf semaines pour les demandes de "
                "modification, six pour les réponses tardives du client, onze pour le sous-dimensionnement de "
                "l'import et son traitement tardif."
            ),
            typeset(
                "Avec un délai limite de 60 secondes et un import d'un seul tenant, un fichier de 12 480 fiches "
                "ne pouvait pas aboutir. Un traitement par lots de 500 fiches, en tâche de fond, suffit ; c'est "
                "six jours de travail."
            ),
        ),
        report="rapport-d-expertise.pdf",
    )


def schedule(base: Milestones) -> tuple[Instalment, ...]:
    """Three equal instalments of the unpaid invoice: one, two and three months from the settlement."""
    share = INVOICE_TOTAL / INSTALMENTS
    ordinals = ("Première", "Deuxième", "Troisième")
    return tuple(
        Instalment(f"{ordinal} échéance", share, plus_months(base.today, month))
        for month, ordinal in enumerate(ordinals, start=1)
    )


def agreement(when: Milestones) -> Agreement:
    """The settlement that both representatives sign on the day of the demo."""
    due = schedule(when)
    trial_end = plus_months(when.today, 3)
    return Agreement(
        title=typeset("Protocole d'accord transactionnel"),
        preamble=prose(f"""
            Le {in_french(when.contract_signed)}, les parties ont conclu le contrat {CONTRACT_REFERENCE}, relatif à la
            fourniture et à l'adaptation du progiciel « Lysandrel Relation » pour un prix forfaitaire de 48 000 € hors
            taxes. La mise en production, due le {in_french(when.delivery_due)}, n'a pas eu lieu. Le client soutient que
            les spécifications étaient arrêtées et que rien d'utilisable ne lui a été livré ; l'éditeur, qu'elles
            étaient imprécises, qu'elles ont changé onze fois et que sa facture du {in_french(when.third_invoice)} reste
            impayée. Éclairées par le rapport de l'experte et sans que l'une ou l'autre ne reconnaisse de
            responsabilité au-delà de ce qui est écrit ici, elles conviennent de ce qui suit.
        """),
        clauses=(
            Clause("Objet", prose("""
                Le présent protocole met fin au différend décrit ci-dessus. Le contrat se poursuit, modifié par les
                articles suivants, qui valent avenant.
            """)),
            Clause(typeset("Prolongation de la période d'essai"), prose(f"""
                La période d'essai est prolongée de trois mois, jusqu'au {in_french(trial_end)}, sans frais pour le
                client. L'éditeur affecte au projet un référent dédié, répond à tout incident bloquant sous quatre
                heures ouvrées, tient chaque semaine un point de trente minutes et réserve deux journées
                d'accompagnement dans les agences. L'import par lots, en tâche de fond, est livré dans les trois
                premières semaines et vérifié sur le fichier complet de 12 480 fiches.
            """), "respondent"),
            Clause("Remise sur la licence", prose("""
                L'éditeur consent une remise de 25 % sur la licence annuelle de première année, ramenée de 7 200 € à
                5 400 € hors taxes. La licence ne court qu'à compter du procès-verbal de recette sans réserve bloquante.
            """), "respondent"),
            Clause("Règlement de la facture en trois échéances", prose(f"""
                Le client règle la facture de 14 400 € toutes taxes comprises du {in_french(when.third_invoice)} en
                trois échéances de 4 800 € chacune, les {in_french(due[0].due)}, {in_french(due[1].due)} et
                {in_french(due[2].due)}, par virement et sans intérêts. À défaut de paiement d'une échéance dans les
                quinze jours d'une mise en demeure restée sans effet, le solde devient immédiatement exigible.
            """), "claimant"),
            Clause("Solde du prix", prose("""
                La quatrième et dernière échéance du contrat, de 12 000 € hors taxes, soit 14 400 € toutes taxes
                comprises, n'est facturée qu'après le procès-verbal de recette sans réserve bloquante.
            """)),
            Clause(typeset("Avenant : demander une modification"), prose("""
                Toute demande de modification est faite par écrit, sur une fiche numérotée, par l'interlocuteur référent
                du client. L'éditeur répond sous cinq jours ouvrés : nature de la demande (précision, extension ou
                correction), charge, prix et effet sur le calendrier. Le client décide sous cinq jours ouvrés ; son
                silence vaut abandon de la demande. Aucune extension n'est réalisée sans la signature des deux
                interlocuteurs. Les précisions et les corrections sont comprises dans le forfait.
            """)),
            Clause("Demandes antérieures", prose("""
                Les onze demandes antérieures au présent protocole, soit trente jours de travail, sont soldées sans
                supplément de prix.
            """), "respondent"),
            Clause("Ce que reconnaît le client", prose("""
                Le client reconnaît que ses réponses tardives ont contribué au retard pour six semaines. Il nomme sous
                huit jours un interlocuteur disponible deux journées par semaine jusqu'à la fin de la période d'essai.
            """), "claimant"),
            Clause(typeset("Ce que reconnaît l'éditeur"), prose("""
                L'éditeur reconnaît n'avoir pas anticipé le volume des données à reprendre, ni annoncé à temps les
                effets des modifications sur le calendrier.
            """), "respondent"),
            Clause("Renonciation", prose("""
                Le client renonce à demander la résolution du contrat, les pénalités de retard de son article 9 et
                l'indemnisation de la baisse de son taux de transformation. En considération des concessions réciproques
                qui précèdent, et sous réserve de leur exécution, les parties renoncent à toute réclamation ayant le
                même objet. Le présent protocole vaut transaction au sens des articles 2044 et suivants du code civil.
            """), "claimant"),
            Clause("Confidentialité", prose("""
                Le contenu du protocole est confidentiel, sauf pour son exécution, pour sa présentation au juge en vue
                de son homologation ou pour satisfaire à une obligation légale.
            """)),
        ),
        payer="claimant",
        payee="respondent",
        schedule=due,
    )  # fmt: skip


def archive_request() -> ArchiveRequest:
    """The archivist's request to read the sealed record."""
    return ArchiveRequest(
        asked_by="crozemarie",
        motive=typeset(
            "Contrôle périodique d'intégrité du versement : vérification hors ligne des empreintes, de l'inclusion au "
            "registre et du protocole signé."
        ),
        authorised_by="diagourou",
        authorisation=typeset("Lecture autorisée pour ce seul contrôle, pendant sept jours."),
    )
