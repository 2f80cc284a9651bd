"""What pyHanko says of sealed documents, and damage done to them with it: the tests' own judge, never the program's."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESSubIndic
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import (
    AdESLTAValidationResult,
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

OFFLINE = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
NOWHERE, WHERE_NAMED = RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.CHECK_IF_DECLARED


def seal_of(pdf: bytes) -> EmbeddedPdfSignature:
    """The one signature of a document that is no time stamp."""
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return seal


def judged(
    pdf: bytes,
    roots: Sequence[bytes],
    *,
    at: datetime | None = None,
    maintained_until: datetime | None = None,
    revocation: RevocationCheckingRule = NOWHERE,
) -> AdESLTAValidationResult:
    """What long-term validation says of a document's first signature, under these roots (DER), at a simulated date.

    ``maintained_until``: at that date, had its time stamps been renewed up to then. ``revocation``: where lists of
    revoked certificates are looked at; the demo's authority has none.
    """
    seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    trusted = SimpleTrustManager.build(trust_roots=[x509.Certificate.load(root) for root in roots])
    revoked = CertRevTrustPolicy(RevocationCheckingPolicy(revocation, revocation))
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(trust_manager=trusted, revinfo_policy=revoked),
            revinfo_gathering_policy=OFFLINE,
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
