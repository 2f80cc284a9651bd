"""Sealed documents: PAdES B-LTA over exactly what was set, by the platform's seal; what an independent reader says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.pades import (
    WHERE_NAMED,
    a_signer,
    appended,
    judged,
    private_pem,
    said,
    seal_of,
    second_signer,
    signing_usage,
)
from tests.services.issuer import DAY, Issuer, running_issuer
from tests.services.time_authorities import start_certificate
from tests.tampering.documents import set_document, signed_twice, stripped
from vault import ConfigurationError, TimeAuthority
from vault.authority import make_authority, serve
from vault.pdf.lengths import mend_lengths
from vault.pdf.papers import Papers
from vault.pdf.seal import INTERNAL, load_pdf_seal

IN_TEN_YEARS = datetime.now(UTC) + timedelta(days=3652)
VALID = datetime.now(UTC) - timedelta(days=1), IN_TEN_YEARS
DEAD = TimeAuthority("Dead", "http://127.0.0.1:9/", b"none", None, independent=True)


@pytest.fixture(scope="module")
def set_pdf() -> bytes:
    found: bytes = set_document()
    return found


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """An authority whose certificate outlives ten years."""
    directory = tmp_path_factory.mktemp("lasting")
    make_authority(directory, lifetime=timedelta(days=7300))
    with serve(directory) as authority:
        yield replace(authority, name="Lasting")


@pytest.fixture(scope="module")
def papers(tmp_path_factory, lasting) -> Papers:
    return Papers(tmp_path_factory.mktemp("seal") / "seal.pem", "Centre de l'Essai", [lasting])


@pytest.fixture(scope="module")
def sealed(papers: Papers, set_pdf: bytes) -> bytes:
    return papers.seal(set_pdf).pdf


def roots_of(papers: Papers) -> list[bytes]:
    return [papers.key.certificates[-1], *(each.root_der() for each in papers.authorities if each is not DEAD)]


def test_a_sealed_document_holds_today_and_in_ten_years(papers, sealed):
    for at in (None, IN_TEN_YEARS):
        found = judged(sealed, roots_of(papers), at=at)
        assert found.ades_subindic is AdESPassed.OK
        assert found.api_status is not None
        assert found.api_status.modification_level is ModificationLevel.LTA_UPDATES
        assert found.api_status.docmdp_ok


def test_the_seal_is_an_appended_revision_and_changes_no_byte_of_what_was_set(papers, set_pdf, sealed):
    again = papers.seal(set_pdf).pdf
    assert sealed.startswith(set_pdf)
    assert again.startswith(set_pdf)
    assert again != sealed


def test_the_seal_is_invisible_so_that_the_archival_document_stays_one(set_pdf, sealed):
    with pikepdf.open(BytesIO(sealed)) as signed, pikepdf.open(BytesIO(set_pdf)) as plain:
        metadata = signed.Root.Metadata.read_bytes().decode()
        for claim in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"'):
            assert claim in metadata
        changed = datetime.strptime(str(signed.docinfo.ModDate), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
        assert f'xmp:ModifyDate="{changed.isoformat()}"' in metadata
        fields = list(signed.Root.AcroForm.Fields)
        assert len(fields) == 2
        for field in fields:
            assert [float(edge) for edge in field.Rect] == [0, 0, 0, 0]
            assert int(field.F) & 4  # printed, as ISO 19005-3 wants of every annotation
            assert int(field.F) & 3 == 0
        fonts = [sorted(str(name) for name in page.Resources.Font) for page in signed.pages]
        assert fonts == [sorted(str(name) for name in page.Resources.Font) for page in plain.pages]


def test_a_seal_that_nobody_vouches_for_says_so_in_its_own_name(papers, sealed):
    certificate = x509.load_der_x509_certificate(papers.key.certificates[0])
    assert "not qualified" in INTERNAL
    assert [each.value for each in certificate.subject] == ["Centre de l'Essai", INTERNAL]
    assert certificate.subject == certificate.issuer
    assert seal_of(sealed).signer_cert.dump() == papers.key.certificates[0]


def test_every_authority_stamps_the_document(tmp_path, set_pdf, certomancer, openssl_authority):
    papers = Papers(tmp_path / "seal.pem", "Centre", [certomancer, openssl_authority])
    pdf = papers.seal(set_pdf).pdf
    assert len(PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures) == 2
    assert said(pdf, roots_of(papers)) is AdESPassed.OK


def test_lists_of_revoked_certificates_are_kept_in_the_document_and_a_stripped_one_fails(
    tmp_path, set_pdf, certomancer
):
    papers = Papers(tmp_path / "seal.pem", "Centre", [certomancer])
    pdf = papers.seal(set_pdf).pdf
    assert len(PdfFileReader(BytesIO(pdf)).root["/DSS"]["/CRLs"]) == 1
    for at in (None, IN_TEN_YEARS):
        found = judged(pdf, roots_of(papers), maintained_until=at, revocation=WHERE_NAMED)
        assert found.ades_subindic is AdESPassed.OK
    found = judged(stripped(pdf, set_pdf), roots_of(papers), revocation=WHERE_NAMED)
    assert found.ades_subindic is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE


def test_an_absent_authority_loses_nothing_and_what_it_missed_is_sealed_anew_from_what_was_set(
    papers, set_pdf, lasting
):
    alone = Papers(papers._path, "Centre", [DEAD])  # noqa: SLF001 -- the same seal
    bare = alone.seal(set_pdf)
    assert bare.until is None
    assert seal_of(bare.pdf).compute_integrity_info() is None
    assert said(bare.pdf, roots_of(papers)) is AdESIndeterminate.SIG_CONSTRAINTS_FAILURE  # no proof of its time
    later = papers.seal(bare.pdf[: len(set_pdf)])
    assert later.until is not None
    assert said(later.pdf, roots_of(papers)) is AdESPassed.OK
    beside = Papers(papers._path, "Centre", [DEAD, lasting])  # noqa: SLF001 -- same
    assert beside.seal(set_pdf).until == later.until


def test_a_time_stamp_is_renewed_before_its_certificate_ends(tmp_path, set_pdf, certomancer):
    brief = replace(certomancer, url=certomancer.url.replace("stamps", "brief"))
    papers = Papers(tmp_path / "seal.pem", "Centre", [brief])
    first = papers.seal(set_pdf)
    assert first.until is not None
    assert first.until < datetime.now(UTC) + timedelta(days=31)
    renewed = Papers(tmp_path / "seal.pem", "Centre", [certomancer]).stamp(first.pdf)
    assert renewed.pdf.startswith(first.pdf)
    assert renewed.until is not None
    assert renewed.until > IN_TEN_YEARS

    stamps = PdfFileReader(BytesIO(renewed.pdf)).embedded_timestamp_signatures
    assert [ends(each.signer_cert.dump()) for each in stamps] == [first.until, renewed.until]
    found = judged(renewed.pdf, roots_of(papers), revocation=WHERE_NAMED)
    assert found.ades_subindic is AdESPassed.OK
    assert found.api_status is not None
    assert found.api_status.modification_level is ModificationLevel.LTA_UPDATES
    assert Papers(tmp_path / "seal.pem", "Centre", [DEAD]).stamp(first.pdf).until is None


def at_that_time(pdf: bytes, days: int, *issuers: Issuer) -> AdESSubIndic:
    """What a reader says so many days from now, who has the lists of revoked certificates of that day."""
    at = issuers[0].now + days * DAY
    roots, lists = [each.root_der for each in issuers], [each.revoked(at) for each in issuers]
    return judged(pdf, roots, at=at, revocation=WHERE_NAMED, lists=lists).ades_subindic


def test_a_renewed_document_outlives_its_first_authority_and_its_seal_and_one_that_was_not_renewed_does_not(
    tmp_path, set_pdf
):
    path = tmp_path / "seal.pem"
    with running_issuer() as old, running_issuer() as new:
        old.seal(path, 300 * DAY)
        first = Papers(path, "", [old.time_authority("brief", 60 * DAY)]).seal(set_pdf)
        renewed = Papers(path, "", [new.time_authority("lasting", 3650 * DAY)]).stamp(first.pdf)  # the old one is gone
    for pdf in (first.pdf, renewed.pdf):
        assert at_that_time(pdf, 59, old, new) is AdESPassed.OK
    for days in (61, 301, 3600):
        assert isinstance(at_that_time(first.pdf, days, old, new), AdESIndeterminate)
        assert at_that_time(renewed.pdf, days, old, new) is AdESPassed.OK
    assert isinstance(at_that_time(renewed.pdf, 3651, old, new), AdESIndeterminate)


def test_of_a_seal_that_nobody_vouches_for_a_strict_reader_finds_the_time_indeterminate_once_the_first_stamp_ended(
    tmp_path, set_pdf
):
    """Nobody says whether it was revoked (ADR 34); up to then it holds, and what it covers is never in question."""
    with running_issuer() as issuer:
        known = [issuer.time_authority("brief", 60 * DAY), issuer.time_authority("lasting", 3650 * DAY)]
        papers = Papers(tmp_path / "seal.pem", "Centre", known)
        pdf = papers.seal(set_pdf).pdf
    for days, wanted in ((59, AdESPassed.OK), (61, AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE)):
        at = issuer.now + days * DAY
        roots, lists = [papers.key.certificates[-1], issuer.root_der], [issuer.revoked(at)]
        found = judged(pdf, roots, at=at, revocation=WHERE_NAMED, lists=lists)
        assert found.ades_subindic is wanted
        assert found.api_status is not None
        assert found.api_status.intact


def test_a_seal_whose_certificate_has_ended_seals_nothing(tmp_path, set_pdf):
    Issuer().seal(tmp_path / "seal.pem", -DAY)
    with pytest.raises(ConfigurationError, match="has ended"):
        Papers(tmp_path / "seal.pem", "", []).seal(set_pdf)


def ends(certificate: bytes) -> datetime:
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc


def certificate_whose_length_ends_in_0x80() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    for size in count(100):
        extra = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.1"), bytes(size))
        made = start_certificate("a", "b", key, *VALID).add_extension(extra, critical=False).sign(key, hashes.SHA256())
        der = made.public_bytes(Encoding.DER)
        if der[3] == 0x80:
            return der
    raise AssertionError  # pragma: no cover -- every length comes


def test_what_has_a_length_that_ends_in_0x80_is_not_encoded_anew_on_each_level(monkeypatch):
    mend_lengths()
    der, anew, encode = certificate_whose_length_ends_in_0x80(), [], asn1_x509.Certificate._set_contents  # noqa: SLF001 -- what it does each time

    def noted(value, **how):
        anew.append(how)
        encode(value, **how)

    monkeypatch.setattr(asn1_x509.Certificate, "_set_contents", noted)
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(der)],
        "signer_infos": [],
    }
    assert der in cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    assert not anew


def test_a_byte_changed_under_the_seal_breaks_it(papers, set_pdf, sealed):
    damaged = bytearray(sealed)
    damaged[set_pdf.index(b"/CreationDate") + 20] ^= 1
    assert said(bytes(damaged), roots_of(papers)) is AdESFailure.HASH_FAILURE


def test_a_revision_appended_after_the_seal_is_found(papers, sealed):
    assert_found(appended(sealed), papers)


def test_a_second_signer_is_refused_by_the_seal_and_found_where_it_was_forced(papers, sealed):
    how = signers.PdfSignatureMetadata(field_name="Second")
    with pytest.raises(SigningError, match="forbids all changes"):
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(sealed)), how, signer=second_signer())
    assert_found(signed_twice(sealed), papers)


def assert_found(pdf: bytes, papers: Papers) -> None:
    """A reader sees that something was done after the seal that it doesn't allow."""
    found = judged(pdf, roots_of(papers))
    assert found.api_status is not None
    assert found.api_status.modification_level is not ModificationLevel.LTA_UPDATES
    assert not found.api_status.docmdp_ok
    assert not found.api_status.bottom_line


def test_the_seal_lies_in_a_file_that_nobody_else_reads_and_a_second_start_finds_it(tmp_path):
    path = tmp_path / "seal.pem"
    first = load_pdf_seal(path, "Centre")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_pdf_seal(path, "Un autre nom") == first
    assert first.until > datetime.now(UTC) + timedelta(days=3650)
    assert "key" not in repr(first)
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_pdf_seal(path, "Centre")


@pytest.mark.parametrize("wrong", ["nothing", "another certificate", "a weak key", "no certificate"])
def test_a_seal_that_cannot_be_used_is_refused(tmp_path: Path, wrong: str):
    path = tmp_path / "seal.pem"
    key, certificate = a_signer(rsa.generate_private_key(65537, 2048) if wrong == "a weak key" else None)
    pem = {"nothing": b"", "another certificate": key + a_signer()[1], "a weak key": key + certificate}.get(wrong, key)
    path.write_bytes(pem)
    path.chmod(0o600)
    with pytest.raises(ConfigurationError):
        load_pdf_seal(path, "Centre")


def test_a_seal_that_an_authority_issued_is_used_with_its_chain(tmp_path, set_pdf, lasting):
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = "Autorité de l'Essai"
    usage = x509.BasicConstraints(ca=True, path_length=None)
    root = start_certificate(name, name, authority, *VALID).add_extension(usage, critical=True)
    issued = start_certificate("Centre de l'Essai", name, own, *VALID).add_extension(signing_usage(), critical=True)
    chain = [each.sign(authority, hashes.SHA256()) for each in (issued, root)]
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    (tmp_path / "seal.pem").write_bytes(private_pem(own) + pem)
    (tmp_path / "seal.pem").chmod(0o600)
    papers = Papers(tmp_path / "seal.pem", "ignored", [lasting])
    trusted = ValidationContext(trust_roots=[asn1_x509.Certificate.load(papers.key.certificates[-1])], other_certs=[])
    assert validate_pdf_signature(seal_of(papers.seal(set_pdf).pdf), trusted).valid
