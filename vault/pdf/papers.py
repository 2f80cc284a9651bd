"""Sealing PDF documents: PAdES B-LTA, invisible, over the exact bytes that were set; and renewing their time stamps.

Every change is an appended revision, so a sealed document begins with the bytes of the one that was set. All of it
blocks, on processor and network: call it in a thread. pyHanko is slow to import and partly untyped; it is loaded with
the first document, and only bytes go in and come out (ADR 34).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from vault.errors import ConfigurationError, TimeStampError
from vault.pdf.lengths import mend_lengths
from vault.pdf.probe import PROBE
from vault.pdf.seal import PdfSeal, load_pdf_seal
from vault.pdf.standing import SealFacts, facts_of
from vault.timestamps import TimeAuthority, request_over_digest

FIELD: Final = "Seal"
_DIGEST: Final = "sha256"


@dataclass(frozen=True, slots=True)
class SealedPdf:
    """A sealed document. ``until``: when the certificate of its last time stamp ends (UTC); None where it has none."""

    pdf: bytes
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a probe: whether this authority stamped it, and whether a list of revoked certificates is kept.

    Without such a list a PDF reader takes the stamp only as long as the authority's certificate lasts.
    """

    authority: TimeAuthority
    stamped: bool
    lasting: bool


class Papers:
    """What seals documents: the platform's seal (made at its first use, where there is none) and time authorities."""

    def __init__(self, path: Path | None, holder: str, authorities: Sequence[TimeAuthority]) -> None:
        self._path = path
        self._holder = holder
        self.authorities = tuple(authorities)

    @property
    def key(self) -> PdfSeal:
        """The key and its certificates, read anew: an operator may replace them. Raises ConfigurationError."""
        return self._trial if self._path is None else load_pdf_seal(self._path, self._holder)

    @cached_property
    def _trial(self) -> PdfSeal:
        return load_pdf_seal(None, self._holder)

    def facts(self, now: datetime) -> SealFacts | None:
        """What the seal is at a moment (UTC); None where the first document is still to make it.

        Raises ConfigurationError.
        """
        made = self._path is None or self._path.exists()
        return facts_of(self.key, now) if made else None

    @property
    def certificates(self) -> bytes:
        """The seal's certificate and those that vouch for it, in PEM. Raises ConfigurationError."""
        pems = (load_der_x509_certificate(each).public_bytes(Encoding.PEM) for each in self.key.certificates)
        return b"".join(pems)

    def seal(self, pdf: bytes) -> SealedPdf:
        """Seal a document and have it time-stamped by every authority; one that is away holds it up for seconds only.

        With no time stamp it is PAdES B-B, to be stamped later; ``until`` tells. Raises ConfigurationError, also for a
        certificate that has ended.
        """
        if self.key.until < datetime.now(UTC):
            raise ConfigurationError("the certificate of the seal on documents has ended")
        for at, authority in enumerate(self.authorities):
            try:
                stamper = _Stamper(authority)
                sealed = SealedPdf(self._signed(pdf, stamper), stamper.until)
            except TimeStampError:
                continue
            return self._stamped(sealed, self.authorities[at + 1 :])
        return SealedPdf(self._signed(pdf, None), None)

    def stamp(self, pdf: bytes) -> SealedPdf:
        """Add a time stamp of every authority to a sealed document, which covers all that it bore before.

        ``until`` is None, and nothing was changed, when no authority answered.
        """
        return self._stamped(SealedPdf(pdf, None), self.authorities)

    def try_out(self) -> list[Tried]:
        """Have each authority stamp a sealed probe, apart from the others; nothing is kept, and no seal is made."""
        made = self._path is not None and self._path.exists()
        alone = [Papers(self._path if made else None, self._holder, [each]) for each in self.authorities]
        return [Tried(one.authorities[0], *_level(one.seal(PROBE))) for one in alone]

    def _signed(self, pdf: bytes, stamper: "_Stamper | None") -> bytes:
        mend_lengths()
        signers: Any = import_module("pyhanko.sign.signers")
        fields: Any = import_module("pyhanko.sign.fields")
        how = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=_DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,  # nothing may be changed any more, but for proofs of this seal: no second signer
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            embed_validation_info=stamper is not None,
            use_pades_lta=stamper is not None,
            validation_context=self._trusting(stamper.root) if stamper else None,
        )
        signer = signers.PdfSigner(how, signer=self._signer(), timestamper=stamper.stamper if stamper else None)
        return _bytes_of(signer.sign_pdf(_appending(pdf)))

    def _stamped(self, sealed: SealedPdf, authorities: Sequence[TimeAuthority]) -> SealedPdf:
        """Add a document time stamp of each; the lists that the one before it rests on are fetched anew first."""
        mend_lengths()
        signers: Any = import_module("pyhanko.sign.signers")
        reading: Any = import_module("pyhanko.pdf_utils.reader")
        errors: Any = import_module("pyhanko.sign.validation.errors")
        for authority in authorities:
            try:
                stamper = _Stamper(authority)
                adding = signers.PdfTimeStamper(stamper.stamper)
                reader = reading.PdfFileReader(BytesIO(sealed.pdf))
                trusting = self._trusting(*_roots(self.authorities), *_roots_in(reader))
                try:
                    out = adding.update_archival_timestamp_chain(reader, trusting, in_place=False)
                except (errors.SignatureValidationError, TypeError):  # no path leads to that authority's root any more
                    out = adding.timestamp_pdf(_appending(sealed.pdf), _DIGEST, trusting)
            except TimeStampError:
                continue
            sealed = SealedPdf(_bytes_of(out), stamper.until)
        return sealed

    def _signer(self) -> Any:  # noqa: ANN401 -- pyHanko's, which is partly untyped
        signers: Any = import_module("pyhanko.sign.signers")
        keys: Any = import_module("asn1crypto.keys")
        registry: Any = import_module("pyhanko_certvalidator.registry")
        own, *others = _certificates(self.key.certificates)
        return signers.SimpleSigner(
            signing_cert=own,
            signing_key=keys.PrivateKeyInfo.load(self.key.key),
            cert_registry=registry.SimpleCertificateStore.from_certs(others),
        )

    def _trusting(self, *authorities: bytes) -> Any:  # noqa: ANN401 -- same
        """What the seal and a time stamp rest on; lists of revoked certificates are fetched where they are named."""
        validation: Any = import_module("pyhanko_certvalidator")
        roots = _certificates([self.key.certificates[-1], *authorities])
        others = _certificates(self.key.certificates[:-1])
        return validation.ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=True)


class _Stamper:
    """pyHanko's way to a time authority: our own request, bounded and checked against the pinned root.

    Raises TimeStampError, also for an authority whose root is no certificate.
    """

    def __init__(self, authority: TimeAuthority) -> None:
        timestamps: Any = import_module("pyhanko.sign.timestamps")
        self._authority = authority
        self.root = authority.root_der()
        self.until: datetime | None = None
        self.stamper: Any = timestamps.TimeStamper()
        self.stamper.async_request_tsa_response = self._ask

    async def _ask(self, request: Any) -> Any:  # noqa: ANN401 -- asn1crypto's, untyped
        tsp: Any = import_module("asn1crypto.tsp")
        digest: bytes = request["message_imprint"]["hashed_message"].native
        answer, facts = await asyncio.to_thread(
            request_over_digest, request.dump(), digest, request["nonce"].native, self._authority
        )
        self.until = facts.until
        return tsp.TimeStampResp.load(answer)


def _level(sealed: SealedPdf) -> tuple[bool, bool]:
    """Whether a probe was stamped, and whether it keeps a list of revoked certificates or an answer in its place."""
    reading: Any = import_module("pyhanko.pdf_utils.reader")
    root: Any = reading.PdfFileReader(BytesIO(sealed.pdf)).root
    kept = "/DSS" in root and ("/CRLs" in root["/DSS"] or "/OCSPs" in root["/DSS"])
    return sealed.until is not None, kept


def _roots(authorities: Sequence[TimeAuthority]) -> list[bytes]:
    """The roots of those whose root is a certificate."""
    found: list[bytes] = []
    for authority in authorities:
        with suppress(TimeStampError):
            found.append(authority.root_der())
    return found


def _roots_in(reader: Any) -> list[bytes]:  # noqa: ANN401 -- pyHanko's
    """Roots that a document's stamps bear: of authorities that were pinned once, and may be configured no more.

    Each stamp was checked under its pinned root when it was asked for; here only its lists are fetched anew.
    """
    found: list[bytes] = []
    for stamp in reader.embedded_timestamp_signatures:
        for each in (stamp.signer_cert, *stamp.other_embedded_certs):
            found += [each.dump()] if each.issuer == each.subject else []
    return found


def _certificates(ders: Sequence[bytes]) -> list[Any]:
    x509: Any = import_module("asn1crypto.x509")
    return [x509.Certificate.load(der) for der in ders]


def _appending(pdf: bytes) -> Any:  # noqa: ANN401 -- pyHanko's
    writing: Any = import_module("pyhanko.pdf_utils.incremental_writer")
    return writing.IncrementalPdfFileWriter(BytesIO(pdf))


def _bytes_of(out: Any) -> bytes:  # noqa: ANN401 -- a BytesIO, says pyHanko
    written: bytes = out.getvalue()
    return written
