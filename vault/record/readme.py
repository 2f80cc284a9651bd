"""What a record says about itself to whoever opens it, in French and in English; no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NO_STAMP_FR: Final = "Aucun horodatage indépendant."
NO_STAMP_EN: Final = "No independent time stamp."
_INDEPENDENT: Final = "indépendante / independent"
_NOT_INDEPENDENT: Final = "PAS indépendante / NOT independent"


SEAL_CERTIFICATES: Final = "proof/certs/document-seal.pem"
_SEALED_FR: Final = f"""6. Les documents que la plateforme a établis (PDF de l'accord, attestations) portent aussi son
   cachet électronique : ouvrez-les dans un lecteur PDF, ou :
     pdfsig data/agreement/*.pdf
   Le certificat de ce cachet : {SEAL_CERTIFICATES}. S'il porte la mention « non qualifié », aucune autorité
   n'en répond : il identifie cette plateforme, rien de plus.
"""
_SEALED_EN: Final = f"""6. The documents that the platform made (the agreement's PDF, certificates) also bear its
   electronic seal: open them in a PDF reader, or:
     pdfsig data/agreement/*.pdf
   The certificate of that seal: {SEAL_CERTIFICATES}. If it says "not qualified", no authority vouches for
   it: it names this platform, and nothing more.
"""


@dataclass(frozen=True, slots=True)
class StampNote:
    """A time stamp as the reader meets it: its authority, what it is, and the three files to verify it with."""

    authority: str
    independent: bool
    checkpoint: str
    token: str
    root: str


def record_readme(
    reference: str, fingerprint: str, stamps: Sequence[StampNote], *, sealed: bool = False
) -> tuple[bytes, bytes]:
    """LISEZ-MOI.txt and README.txt of a record; ``sealed``: the platform's documents in it bear its seal."""
    independent = any(stamp.independent for stamp in stamps)
    french = f"""DOSSIER SCELLÉ {reference}

Ce dossier contient l'accord, les pièces produites et le registre de ce qui s'est passé, tels qu'ils étaient au
scellement. Il se vérifie sans nous et sans réseau.

Dans un navigateur :  ouvrez verifier.html, qui est dans ce dossier ; donnez-lui le fichier ZIP et le reçu.
                      Il n'a besoin ni de nous, ni d'un programme, ni d'un réseau. Prenez-en de préférence un exemplaire
                      venu d'ailleurs : une page jointe à un dossier altéré peut l'être aussi.
Avec le programme :   entente verify {reference}.zip
                ou :   python -m vault.verify {reference}.zip
(le fichier {reference}.receipt.json doit se trouver à côté du fichier ZIP)

À la main :
1. Décompressez le fichier ZIP, et placez-vous dans le dossier {reference}.
2. Les pièces sont-elles intactes ?
     sha256sum -c manifest-sha256.txt
3. Les preuves et descriptions sont-elles intactes ?
     sha256sum -c tagmanifest-sha256.txt
4. Cette liste est-elle celle qui a été scellée ?
     sha256sum tagmanifest-sha256.txt
   Le résultat doit être la valeur « tag_manifest_sha256 » du fichier {reference}.receipt.json.
5. Les horodatages :
{_steps(stamps) or "     aucun"}
   {"" if independent else NO_STAMP_FR}
{_SEALED_FR if sealed else ""}
Clé de la plateforme (proof/certs/platform-key.txt), empreinte SHA-256 :
     {fingerprint}
Comparez-la à celle que publie le centre de médiation : une clé jointe à un dossier ne prouve rien à elle seule.
"""
    english = f"""SEALED RECORD {reference}

This record holds the agreement, the exhibits that were produced and the register of what happened, as they were when
it was sealed. It can be verified without us and without a network.

In a browser:       open verifier.html, which is in this folder; give it the ZIP and the receipt. It needs neither us,
                    nor a program, nor a network. Rather take a copy that came from elsewhere: a page that lies in an
                    altered record may be altered as well.
With the program:   entente verify {reference}.zip
              or:   python -m vault.verify {reference}.zip
(the file {reference}.receipt.json must lie beside the ZIP)

By hand:
1. Unpack the ZIP and enter the folder {reference}.
2. Are the exhibits untouched?
     sha256sum -c manifest-sha256.txt
3. Are the proofs and descriptions untouched?
     sha256sum -c tagmanifest-sha256.txt
4. Is this list the one that was sealed?
     sha256sum tagmanifest-sha256.txt
   The result must be the value "tag_manifest_sha256" in {reference}.receipt.json.
5. The time stamps:
{_steps(stamps) or "     none"}
   {"" if independent else NO_STAMP_EN}
{_SEALED_EN if sealed else ""}
The platform's key (proof/certs/platform-key.txt), SHA-256 fingerprint:
     {fingerprint}
Compare it with the one that the mediation centre publishes: a key enclosed in a record proves nothing by itself.
"""
    return french.encode(), english.encode()


def package_readme(reference: str) -> tuple[bytes, bytes]:
    """LISEZ-MOI.txt and README.txt of the file that a person downloads."""
    french = f"""{reference}.zip            le dossier scellé (son LISEZ-MOI.txt explique comment le vérifier à la main)
{reference}.receipt.json   le reçu de son scellement, à garder à côté

Vérifier :   déposez CE_FICHIER.zip sur la page de vérification (le verifier.html d'un dossier scellé, ou celle du
             centre) ; ou : entente verify CE_FICHIER.zip
"""
    english = f"""{reference}.zip            the sealed record (its README.txt tells how to verify it by hand)
{reference}.receipt.json   the receipt of its sealing, to be kept beside it

Verify:   drop THIS_FILE.zip on the page that verifies (the verifier.html of a sealed record, or the centre's);
          or: entente verify THIS_FILE.zip
"""
    return french.encode(), english.encode()


def _steps(stamps: Sequence[StampNote]) -> str:
    return "\n".join(
        f"     {stamp.authority} ({_INDEPENDENT if stamp.independent else _NOT_INDEPENDENT})\n"
        f"     openssl ts -verify -data {stamp.checkpoint} -in {stamp.token} -CAfile {stamp.root}"
        for stamp in stamps
    )
