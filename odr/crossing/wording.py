"""Whether a sentence is what it says it is: word for word, a passage, a text with passages left out; no I/O."""

from odr.crossing.models import Wording

GAP = "[…]"
"""What stands where a redacted text leaves something out."""


def agrees(wording: Wording, text: str, source: str) -> bool:
    """Tell whether a sentence stands to its source as its wording claims. White space does not count.

    *Redacted*: at least one gap, and what stands around the gaps occurs in the source in this order, each after the
    one before. A paraphrase claims nothing.
    """
    said, whole = _folded(text), _folded(source)
    if wording is Wording.PARAPHRASE:
        return True
    if wording is Wording.ORIGINAL:
        return said == whole
    if wording is Wording.EXCERPT:
        return said in whole
    parts = [part.strip() for part in said.split(GAP)]
    if len(parts) == 1:
        return False
    place = 0
    for part in parts:
        found = whole.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return any(parts)


def _folded(text: str) -> str:
    return " ".join(text.replace("[...]", GAP).split())
