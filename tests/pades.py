"""What pyHanko says of sealed documents, and damage done to them with it: the tests' own judge, never the program's."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO

from asn1crypto import x509
from asn1crypto.crl import CertificateList
from asn1crypto.tsp import TimeStampResp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import KeyUsage
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import (
    AdESLTAValidationResult,
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from tests.services.time_authorities import start_certificate

OFFLINE = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
NOWHERE, WHERE_NAMED = RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.CHECK_IF_DECLARED


def seal_of(pdf: bytes) -> EmbeddedPdfSignature:
    """The one signature of a document that is no time stamp."""
    seal: EmbeddedPdfSignature
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return seal


def judged(
    pdf: bytes,
    roots: Sequence[bytes],
    *,
    at: datetime | None = None,
    maintained_until: datetime | None = None,
    revocation: RevocationCheckingRule = NOWHERE,
    lists: Sequence[bytes] = (),
) -> AdESLTAValidationResult:
    """What long-term validation says of a document's first signature, under these roots (DER), at a simulated date.

    ``maintained_until``: at that date, had its time stamps been renewed up to then. ``revocation``: where lists of
    revoked certificates are looked at; the demo's authority has none. ``lists``: those (DER) of that date.
    """
    seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    trusted = SimpleTrustManager.build(trust_roots=[x509.Certificate.load(root) for root in roots])
    revoked = CertRevTrustPolicy(RevocationCheckingPolicy(revocation, revocation))
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(trust_manager=trusted, revinfo_policy=revoked),
            revinfo_gathering_policy=OFFLINE,
            local_knowledge=LocalKnowledge(known_crls=[CRLContainer(CertificateList.load(each)) for each in lists]),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )
    if maintained_until is not None:
        return asyncio.run(simulate_future_ades_lta_validation(seal, spec, maintained_until))
    timing = ValidationTimingInfo(at, at, point_in_time_validation=True) if at else None
    return asyncio.run(ades_lta_validation(seal, spec, timing_info=timing))


def said(pdf: bytes, roots: Sequence[bytes], *, at: datetime | None = None) -> AdESSubIndic:
    """The same, in one word."""
    return judged(pdf, roots, at=at).ades_subindic


def token_signature(answer: bytes) -> tuple[bool, bool]:
    """Of an authority's answer: whether its signature is over what the token says, and whether it is right."""
    signed = TimeStampResp.load(answer)["time_stamp_token"]["content"]
    (signer,) = signed["signer_infos"]
    certificates = [each.chosen for each in signed["certificates"]]
    own = next(each for each in certificates if each.serial_number == signer["sid"].chosen["serial_number"].native)
    digest = hashlib.sha256(signed["encap_content_info"]["content"].contents).digest()
    return validate_sig_integrity(signer, own, "tst_info", digest)


def appended(pdf: bytes) -> bytes:
    """A document with one more revision, in which its page was turned."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page, _resources = writer.find_page_for_modification(0)
    page.get_object()[NameObject("/Rotate")] = NumberObject(90)
    writer.mark_update(page)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def second_signer() -> signers.SimpleSigner:
    """Somebody else who signs."""
    key, certificate = a_signer()
    return signers.SimpleSigner(
        signing_cert=next(iter(load_certs_from_pemder_data(certificate))),
        signing_key=load_private_key_from_pemder_data(key, None),
        cert_registry=SimpleCertificateStore(),
    )


def private_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signing_usage(*, allowed: bool = True) -> KeyUsage:
    """What a seal's key is for: signing, or where that is not ``allowed``, encryption."""
    return KeyUsage(
        digital_signature=allowed,
        content_commitment=allowed,
        key_encipherment=not allowed,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def a_signer(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None) -> tuple[bytes, bytes]:
    """Somebody else's key and certificate, in PEM."""
    used = key or ec.generate_private_key(ec.SECP256R1())
    name, now = "Un second signataire", datetime.now(UTC)
    built = start_certificate(name, name, used, now - timedelta(days=1), now + timedelta(days=3652))
    certificate = built.add_extension(signing_usage(), critical=True).sign(used, hashes.SHA256())
    return private_pem(used), certificate.public_bytes(Encoding.PEM)
