"""The eight e-mails of the case, as they were exported from the parties' mailboxes."""

from datetime import date, time, timedelta
from random import Random
from typing import Final

from web.demo.cast import BY_KEY, CLAIMANT, RESPONDENT
from web.demo.evidence.letters import Attachment, Correspondent, Mail, as_bytes
from web.demo.evidence.sheets import import_rejects, likely_duplicates, requirement_matrix
from web.demo.milestones import Milestones, working_day
from web.demo.shapes import Company, in_french

_CSV: Final = "text/csv"
_PDF: Final = "application/pdf"
_REJECTED: Final = 143


def _person(key: str, company: Company) -> Correspondent:
    one = BY_KEY[key]
    return Correspondent(
        one.name,
        one.email,
        f"{one.name}\n{one.function}\n{company.name} · {company.address.on_one_line()}\n{company.phone}",
    )


def _colleague(name: str, mailbox: str, function: str, company: Company) -> Correspondent:
    signature = f"{name}\n{function}\n{company.name} · {company.phone}"
    return Correspondent(name, f"{mailbox}@{company.domain}", signature)


_MAIWENN: Final = _person("leguirrec", CLAIMANT)
_TANGUY: Final = _person("kervadec", CLAIMANT)
_HADRIEN: Final = _person("montsegret", RESPONDENT)
_NADIA: Final = _person("berthomieux", RESPONDENT)
_LUCIE: Final = _colleague("Lucie Massereau", "lucie.massereau", "Ingénieure, reprise de données", RESPONDENT)
_CLIENT_BOOKS: Final = _colleague("Rozenn Stervinou", "comptabilite", "Comptabilité fournisseurs", CLAIMANT)
_PUBLISHER_BOOKS: Final = _colleague("Service facturation", "facturation", "Facturation clients", RESPONDENT)
_INES: Final = Correspondent(
    BY_KEY["valadier"].name, BY_KEY["valadier"].email, "Inès Valadier-Roche\nAvocate au barreau de Quimper"
)


def specification_agreed(when: Milestones) -> bytes:
    """The publisher calls v1.0 complete and sufficient; the matrix of requirements is attached."""
    asked = Mail(
        _TANGUY, (_NADIA,), working_day(when.specification_agreed - timedelta(days=5)), time(18, 4),
        "Cahier des charges CRM - version définitive à valider", """
        Bonjour Nadia,

        Voici la version 1.0 après notre second atelier. J'y ai remis la liste des exigences, module par module, et les
        copies d'écran de notre devis actuel. Il me semble que tout y est, mais dites-moi franchement s'il vous manque
        quelque chose : Maïwenn veut signer avant la fin du mois, et je préfère une question de trop maintenant qu'une
        surprise dans six mois.

        Bonne soirée,
        """, cc=(_MAIWENN,),
    )  # fmt: skip
    return as_bytes(Mail(
        _NADIA, (_TANGUY,), when.specification_agreed, time(10, 27), f"RE: {asked.subject}", f"""
        Bonjour Tanguy,

        Merci, c'est un très bon travail. Nous avons relu le document avec l'équipe : pour nous, il est complet et
        suffisant pour démarrer. Je vous joins la matrice avec notre réponse pour chaque exigence (standard ou
        paramétrage). Aucune ne demande de développement hors forfait.

        Nous annexons donc cette version au contrat. De notre côté, la mise en production au
        {in_french(when.delivery_due)} est tenable sans difficulté.

        Bien à vous,
        """, cc=(_MAIWENN, _HADRIEN), answers=asked,
        attachments=(Attachment("Matrice des exigences - réponses éditeur.csv", _CSV, requirement_matrix()),),
    ))  # fmt: skip


def firm_date_asked(when: Milestones) -> bytes:
    """The claimant asks for a firm date, three weeks after the one that was promised; the answer gives none."""
    asked = Mail(
        _TANGUY, (_NADIA,), when.chased, time(8, 52), "Mise en production : une date ferme, s'il vous plaît", f"""
        Bonjour Nadia,

        La mise en production était due le {in_french(when.delivery_due)}. Nous n'avons ni plateforme de recette, ni
        date. Notre ancien outil est résilié : depuis trois semaines, onze commerciaux travaillent sur des tableurs.

        Je vous demande une date ferme, par écrit, d'ici vendredi, et le nom de la personne qui reprend nos fichiers.

        Bien à vous,
        """, cc=(_MAIWENN,),
    )  # fmt: skip
    return as_bytes(Mail(
        _NADIA, (_TANGUY,), when.chased, time(17, 40), f"RE: {asked.subject}", """
        Bonjour Tanguy,

        Je comprends votre impatience. Plusieurs de vos dernières demandes nous ont obligés à revoir le planning ; je
        préfère ne pas avancer une date que nous ne tiendrions pas. Je reviens vers vous dès que l'équipe s'est réunie.

        Bien à vous,
        """, cc=(_MAIWENN, _HADRIEN), answers=asked,
    ))  # fmt: skip


def import_interrupted(when: Milestones, rng: Random) -> bytes:
    """The claimant reports the failed imports; three messages, the import's own report attached."""
    next_day = working_day(when.import_failed + timedelta(days=1))
    first = Mail(
        _TANGUY, (_NADIA,), when.import_failed, time(10, 38), "URGENT : import des contacts interrompu à 60 s", """
        Bonjour Nadia,

        L'import du fichier complet (12 480 fiches) s'est arrêté deux fois ce matin, à 9 h 41 puis à 10 h 20. L'écran
        tourne une minute, puis affiche « 504 Gateway Time-out ». Rien ne dit ce qui est passé et ce qui ne l'est pas.
        L'essai de 1 900 fiches, lui, avait fonctionné.

        Pouvez-vous regarder tout de suite ? J'ai bloqué la semaine de deux commerciaux pour la recette.
        """, cc=(_MAIWENN,),
    )  # fmt: skip
    answer = Mail(
        _NADIA, (_TANGUY,), next_day, time(17, 51), f"RE: {first.subject}", """
        Bonjour Tanguy,

        Nous avons bien reproduit l'incident. Le serveur de recette coupe les traitements de plus d'une minute. En
        attendant un correctif, pouvez-vous découper votre fichier par tranches de 1 500 fiches ?

        Je reviens vers vous avec une date.
        """, answers=first,
    )  # fmt: skip
    return as_bytes(Mail(
        _TANGUY, (_NADIA,), import_complaint_day(when), time(17, 12), f"RE: {first.subject}", """
        Nadia,

        Toujours pas de date, et deux nouveaux essais interrompus aujourd'hui. Découper le fichier ne règle rien :

        - les sociétés déjà passées reviennent en double, il y en a plus de neuf cents ce soir ;
        - le rapport d'import rejette des lignes sans dire pourquoi (fichier joint, 143 rejets, « motif » vide) ;
        - les pièces jointes reprises sont vides.

        Nous ne pouvons pas former onze commerciaux sur cette base. Dites-moi ce que vous proposez et pour quand.
        """, cc=(_MAIWENN, _HADRIEN), answers=answer,
        attachments=(Attachment("rapport-import-rejets.csv", _CSV, import_rejects(rng, _REJECTED)),),
    ))  # fmt: skip


def unanswered_questions(when: Milestones, minutes: bytes) -> bytes:
    """The publisher forwards its two chasers to the claimant's head, with the steering committee's minutes."""

    def chaser(subject: str, at: time, text: str, *, second: bool) -> Mail:
        return Mail(_NADIA, (_TANGUY,), when.second_chaser if second else when.first_chaser, at, subject, text)

    first = chaser("DM-02, fichiers de contacts : question en attente", time(9, 16), f"""
        Bonjour Tanguy,

        Pour la demande n° 2 (trois fichiers au lieu d'un), j'ai besoin d'un exemple de chacun des trois fichiers et de
        savoir lequel l'emporte en cas d'écart. Ma question date du
        {in_french(when.after_signature(54))} ; sans réponse, Lucie ne peut pas commencer.

        Merci d'avance,
        """, second=False)  # fmt: skip
    second = chaser("TR: DM-02, fichiers de contacts : question en attente", time(11, 42), """
        Bonjour Tanguy,

        Je me permets une seconde relance. La conception de la reprise est à l'arrêt. Le contrat prévoit une réponse
        sous cinq jours ouvrés ; nous en sommes loin, et le planning va s'en ressentir.
        """, second=True)  # fmt: skip
    return as_bytes(Mail(
        _NADIA, (_MAIWENN,), when.steering_meeting, time(18, 20), "Questions en attente, et compte rendu du comité", """
        Bonjour Maïwenn,

        Comme convenu tout à l'heure, vous trouverez ci-joint le compte rendu du comité et, pour mémoire, mes deux
        relances sur la demande n° 2, restée cinq semaines sans réponse. Celle sur les droits par agence (n° 4) attend
        toujours.

        Je sais que Tanguy fait au mieux avec ses clients. Pourriez-vous lui dégager du temps, ou nommer quelqu'un qui
        puisse trancher ? Chaque semaine d'attente en coûte une au projet.

        Bien cordialement,
        """, cc=(_TANGUY, _HADRIEN), forwarded=(first, second),
        attachments=(Attachment("CR comité de pilotage.pdf", _PDF, minutes),),
    ))  # fmt: skip


def change_seven(when: Milestones) -> bytes:
    """Change request 7, from the question to the answer: taken in without a word about price or date."""
    asked = Mail(
        _TANGUY, (_NADIA,), when.after_signature(163), time(8, 47), "Demande n° 7 : dédoublonnage à l'import", """
        Bonjour Nadia,

        En préparant les fichiers, nous voyons beaucoup de sociétés en double. Il faudrait que l'import les reconnaisse
        sur la raison sociale et le code postal. C'est bien ce que dit « l'import évite les doublons », non ?
        """,
    )  # fmt: skip
    taken = Mail(
        _NADIA, (_TANGUY,), when.after_signature(166), time(14, 33), f"RE: {asked.subject}", """
        Bonjour Tanguy,

        Le cahier des charges ne dit pas sur quel critère. Nous le faisons, bien sûr. Pouvez-vous m'envoyer quelques
        exemples de ce qui doit fusionner et de ce qui ne doit pas ? Les accents et les formes juridiques changent tout.
        """, answers=asked,
    )  # fmt: skip
    return as_bytes(Mail(
        _TANGUY, (_NADIA,), when.after_signature(178), time(19, 8), f"RE: {asked.subject}", """
        Bonjour Nadia,

        Désolé pour le délai, semaine de salon. Six exemples en pièce jointe. Confirmez-moi que cela ne décale pas la
        recette.
        """, answers=taken, attachments=(Attachment("Exemples à fusionner.csv", _CSV, likely_duplicates()),),
    ))  # fmt: skip


def invoices_paid(when: Milestones, invoices: tuple[bytes, bytes]) -> bytes:
    """The claimant's books announce the payment of the first two invoices, both attached."""
    names = (f"Facture {invoice_number(when, 1)}.pdf", f"Facture {invoice_number(when, 2)}.pdf")
    return as_bytes(Mail(
        _CLIENT_BOOKS, (_PUBLISHER_BOOKS,), payment_day(when), time(11, 3),
        "Avis de virement - échéances 1 et 2 du contrat LYS-TRE-CRM-01", f"""
        Bonjour,

        Nous vous confirmons le virement de ce jour, d'un montant de 14 400,00 €, pour votre facture
        {invoice_number(when, 2)}. La facture {invoice_number(when, 1)} avait été réglée à son échéance, pour le même
        montant. Les deux premières échéances du contrat sont ainsi soldées, soit 28 800,00 € toutes taxes comprises.

        Cordialement,
        """, cc=(_MAIWENN,), html=False,
        attachments=tuple(Attachment(name, _PDF, pdf) for name, pdf in zip(names, invoices, strict=True)),
    ))  # fmt: skip


def workload_note(when: Milestones) -> bytes:
    """Inside the publisher: the import was never sized. Stays in its caucus."""
    asked = Mail(
        _LUCIE, (_NADIA,), when.workload_note, time(9, 55), "Tréhoublan : volume de la reprise", """
        Nadia, j'ai enfin reçu les trois fichiers complets. 12 480 fiches après rapprochement. Notre import insère une
        trentaine de fiches par seconde, d'un seul tenant : au-delà de 1 900, nginx coupe. Personne n'avait demandé le
        volume ?
        """, html=False,
    )  # fmt: skip
    return as_bytes(Mail(
        _NADIA, (_LUCIE,), when.workload_note, time(10, 21), f"RE: {asked.subject}", """
        Non, et c'est ma faute : nous avons repris l'hypothèse habituelle de deux mille fiches. Il faudrait passer par
        lots en tâche de fond. Tu l'estimes à six jours, mais tu es chez un autre client pour trois semaines encore et
        le forfait est déjà dépassé de vingt-six jours (à 610 € le jour, nous perdons de l'argent sur ce projet).

        On livre la recette ainsi et on corrige pendant. Je préviens Hadrien.
        """, cc=(_HADRIEN,), answers=asked, html=False,
    ))  # fmt: skip


def budget_note(when: Milestones) -> bytes:
    """From the claimant's head to her counsel: what she could live with. Never leaves the private space."""
    return as_bytes(Mail(
        _MAIWENN, (_INES,), when.internal_note, time(21, 14), "Médiation : ce que je peux accepter (confidentiel)", """
        Chère Maître,

        Avant de saisir le centre, voici où j'en suis. Changer d'éditeur nous coûterait, d'après Tanguy, entre 65 000 et
        80 000 € et une année. Je préfère donc sauver ce projet, à trois conditions :

        - l'import du fichier complet fonctionne devant nous avant tout paiement ;
        - un interlocuteur dédié pendant au moins deux mois ;
        - la facture de 14 400 € étalée, notre trésorerie ne permet pas mieux.

        Je renoncerais aux pénalités (plafonnées à 4 800 €) si j'obtiens une remise, même symbolique, sur la licence. Ne
        le dites pas d'entrée.

        Bien à vous,
        """, html=False,
    ))  # fmt: skip


def invoice_number(when: Milestones, rank: int) -> str:
    """The publisher's number of the contract's first, second or third invoice."""
    day, count = ((when.first_invoice, 287), (when.second_invoice, 391), (when.third_invoice, 164))[rank - 1]
    return f"F{day:%Y}-{count:04d}"


def payment_day(when: Milestones) -> date:
    """When the second invoice was paid."""
    return working_day(when.second_invoice + timedelta(days=28))


def import_complaint_day(when: Milestones) -> date:
    """When the claimant wrote the last message on the failed imports."""
    return working_day(when.import_failed + timedelta(days=5))
