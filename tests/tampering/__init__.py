"""Every tampering that both verifiers must find: one table, run through each, and written out as docs/tampering.md."""

from tests.tampering import documents, receipts, records, redactions, renewals, stamps, zips
from tests.tampering.table import TABLE, Good, Handed, Tampering, good, markdown

__all__ = [
    "TABLE",
    "Good",
    "Handed",
    "Tampering",
    "documents",
    "good",
    "markdown",
    "receipts",
    "records",
    "redactions",
    "renewals",
    "stamps",
    "zips",
]
