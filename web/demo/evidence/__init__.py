"""The evidence of the CRM case, written on the spot from a seed and a day.

`write_evidence` is the only door. Everything is invented; nothing large is kept in the repository.
"""

from web.demo.evidence.catalogue import EvidenceFile, write_evidence

__all__ = ["EvidenceFile", "write_evidence"]
