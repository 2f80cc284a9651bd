"""Letters that a formal document can print: what its typefaces hold, and how typed text is made uniform.

An archival PDF (ISO 19005-3 § 6.2.11.8) may hold no character without a glyph. What a document could not print is
refused where it is typed, by the field, rather than lost or altered at the moment of signing. Bidirectional controls
and other invisible characters are refused with the rest: they can make a text read differently from what it says.
"""

import re
import unicodedata
from typing import Final

# Inclusive ranges of code points, each held by all styles of Libertinus Serif (a test prints every one of them).
PRINTABLE: Final = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00AC),  # Latin-1 Supplement, without the soft hyphen
    (0x00AE, 0x00FF),
    (0x0100, 0x0217),  # Latin Extended A and B, with the Romanian letters
    (0x0218, 0x021B),
    (0x0386, 0x038A),  # Greek
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),  # Cyrillic
    (0x1E80, 0x1E85),  # Welsh
    (0x1E9E, 0x1E9E),  # capital ß
    (0x1EA0, 0x1EF9),  # Vietnamese
    (0x2010, 0x2014),  # hyphens and dashes
    (0x2018, 0x201E),  # quotation marks
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x202F),  # narrow no-break space
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x2070, 0x2070),  # superscripts
    (0x2074, 0x2079),
    (0x20AC, 0x20AC),  # euro
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
)
_FORBIDDEN: Final = re.compile("[^\n" + "".join(f"{chr(a)}-{chr(b)}" for a, b in PRINTABLE) + "]")
_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_DROPPED: Final[dict[int, None]] = dict.fromkeys(
    (0x00AD, 0x200B, 0x2060, 0xFEFF)
)  # what word processors leave between letters, unseen
_SPACES: Final = {9: " ", **dict.fromkeys(range(0x2000, 0x2007), " "), 0x2007: "\u00a0", 0x2008: " ", 0x2009: "\u202f"}
_NAMED_AT_MOST: Final = 12


def uniform(typed: str, *, lines: bool) -> str:
    """Typed text in one form: NFC, line feeds, plain spaces, nothing at the ends, two line ends in a row at most.

    With `lines` false, line ends become spaces too. Characters that leave no trace on paper (soft hyphen, zero-width
    space, byte order mark) are dropped; directional controls stay, to be refused.
    """
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", typed).translate(_DROPPED).translate(_SPACES))
    if not lines:
        return re.sub("[ \n]+", " ", text).strip()
    return re.sub("\n{3,}", "\n\n", re.sub(" *\n", "\n", text)).strip()


def unprintable(text: str) -> tuple[str, ...]:
    """The distinct characters that a document can't print, in order of appearance, twelve at most."""
    return tuple(dict.fromkeys(_FORBIDDEN.findall(text)))[:_NAMED_AT_MOST]


def spelled(text: str) -> str:
    """The same line with each character that can't be printed spelled out: `[U+1F600]`."""
    return _FORBIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
