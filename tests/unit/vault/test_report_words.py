"""The verdicts count as people write: with their own separators, one is one."""

from vault.record.report import in_english, in_french


def test_counts_are_written_as_each_language_does():
    assert in_english(1, "file") == "1 file"
    assert in_english(15_964_272, "byte") == "15,964,272 bytes"
    assert in_french(1, "fichier") == "1 fichier"
    assert in_french(0, "fichier") == "0 fichier"
    assert in_french(15_964_272, "octet") == "15\u202f964\u202f272 octets"
