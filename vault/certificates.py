"""X.509 certificates as people and checks ask about them: who is named, who vouches for whom (RFC 5280); no I/O."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer itself signed the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def named(name: x509.Name) -> str:
    """The organisation that a name tells and what it is called there, else all of it (RFC 4514)."""
    told = [name.get_attributes_for_oid(each) for each in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)]
    words = [str(each[0].value) for each in told if each]
    return ", ".join(dict.fromkeys(words)) or name.rfc4514_string()
