"""How digests and names are written, the same in every language."""


def digest_groups(digest: bytes | str) -> list[str]:
    """A digest in hexadecimal, in groups of eight, to be compared by eye."""
    written = digest.hex() if isinstance(digest, bytes) else digest
    return [written[start : start + 8] for start in range(0, len(written), 8)]


def digest_text(digest: bytes | str) -> str:
    """The groups of eight on one line."""
    return " ".join(digest_groups(digest))


def initials(name: str) -> str:
    """`ML` of Marie Lefèvre: two letters at most, or `?` of no name."""
    words = [word for word in name.split() if word[0].isalnum()]
    picked = words if len(words) < 2 else [words[0], words[-1]]  # noqa: PLR2004 -- first and last
    return "".join(word[0].upper() for word in picked) or "?"
