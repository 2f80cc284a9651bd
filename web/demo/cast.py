"""Who takes part: the centre, the two companies and their people, all of them invented.

Domains end in .example or are example.org (RFC 2606); telephone numbers lie in the ranges that the French
regulator keeps for fiction; the companies' numbers fail the Luhn check.
"""

from decimal import Decimal
from typing import Final

from web.demo.shapes import Address, Centre, Company, Person

CENTRE: Final = Centre(
    name="Centre de médiation des affaires du Quai Saint-Corentin",
    short_name="Quai Saint-Corentin",
    address=Address("4, quai Saint-Corentin", "75004", "Paris"),
    email="greffe@quai-saint-corentin.example",
    phone="01 99 00 41 20",
    time_zone="Europe/Paris",
    language="fr",
)

CLAIMANT: Final = Company(
    name="Tréhoublan Agencement",
    legal_form="SAS",
    capital="120 000 €",
    siren="813460275",
    register="RCS Quimper",
    address=Address("17, rue des Charpentiers-de-Marine", "29000", "Quimper"),
    phone="02 61 91 34 10",
    domain="trehoublan-agencement.example",
    trade="agencement de boutiques et de bureaux, 41 salariés, agences à Quimper, Vannes et Rennes",
)

RESPONDENT: Final = Company(
    name="Lysandrel Logiciels",
    legal_form="SAS",
    capital="250 000 €",
    siren="798204613",
    register="RCS Lyon",
    address=Address("52, montée des Tisserands", "69004", "Lyon"),
    phone="04 65 71 80 60",
    domain="lysandrel.example",
    trade="éditeur du progiciel « Lysandrel Relation », 63 salariés",
)

_MANDATE: Final = Decimal(60_000)

PEOPLE: Final = (
    Person(
        "leguirrec", "Maïwenn", "Le Guirrec", "maiwenn.leguirrec@trehoublan-agencement.example",
        "Présidente", "representative", "claimant", mandate=_MANDATE,
    ),
    Person(
        "kervadec", "Tanguy", "Kervadec-Ollier", "tanguy.kervadec@trehoublan-agencement.example",
        "Responsable commercial et chef de projet CRM", "coordinator", "claimant",
    ),
    Person(
        "valadier", "Inès", "Valadier-Roche", "ines.valadier@valadier-roche-avocats.example",
        "Avocate au barreau de Quimper", "counsel", "claimant",
    ),
    Person(
        "montsegret", "Hadrien", "Montségret", "hadrien.montsegret@lysandrel.example",
        "Directeur général", "representative", "respondent", mandate=_MANDATE,
    ),
    Person(
        "berthomieux", "Nadia", "Berthomieux", "nadia.berthomieux@lysandrel.example",
        "Directrice de projet", "coordinator", "respondent",
    ),
    Person(
        "rimbourg", "Octave", "Rimbourg", "octave.rimbourg@rimbourg-lasseube.example",
        "Avocat au barreau de Lyon", "counsel", "respondent",
    ),
    Person(
        "vauquelin", "Claire", "Vauquelin-Strehl", "claire.vauquelin@mediateurs.example.org",
        "Médiatrice, ancienne directrice juridique", "mediator", "centre",
    ),
    Person(
        "harcastle", "Edmund", "Harcastle", "edmund.harcastle@mediateurs.example.org",
        "Médiateur suppléant", "co_mediator", "centre", language="en",
    ),
    Person(
        "thackeray", "Imogen", "Thackeray-Voss", "imogen.thackeray@expertise-si.example.org",
        "Ingénieure, experte en systèmes d'information", "expert", "centre", language="en",
    ),
    Person(
        "crozemarie", "Bastien", "Crozemarie", "bastien.crozemarie@quai-saint-corentin.example",
        "Archiviste", "archivist", "centre",
    ),
    Person(
        "diagourou", "Awa", "Diagourou", "awa.diagourou@quai-saint-corentin.example",
        "Secrétaire générale", "secretariat", "centre",
    ),
    Person(
        "escoffrel", "Paul-Henri", "Escoffrel", "paul-henri.escoffrel@quai-saint-corentin.example",
        "Chargé de procédure", "secretariat", "centre",
    ),
)  # fmt: skip

HOST_CONTACT: Final = Person(
    "garrigoux", "Solène", "Garrigoux", "solene.garrigoux@trois-ponts.example", "Directrice des opérations",
    "representative", "respondent",
)  # fmt: skip
"""Who answers for the other company of the managed-services case."""

BY_KEY: Final = {person.key: person for person in (*PEOPLE, HOST_CONTACT)}
