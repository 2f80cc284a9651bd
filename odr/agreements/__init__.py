"""Agreements to mediate and settlement agreements: text, versions, signatures."""
