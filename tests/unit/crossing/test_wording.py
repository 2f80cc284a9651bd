"""Whether a sentence is what it claims to be."""

import pytest

from odr.crossing.models import Wording
from odr.crossing.wording import agrees

SAID = "Nous pouvons payer 30 000 €\nsi la recette est signée avant juin."


@pytest.mark.parametrize(
    ("wording", "text", "holds"),
    [
        (Wording.PARAPHRASE, "Ils paieront peut-être.", True),
        (Wording.ORIGINAL, "Nous pouvons payer 30 000 € si la recette est signée avant juin.", True),
        (Wording.ORIGINAL, "Nous pouvons payer.", False),
        (Wording.EXCERPT, "si la recette est  signée", True),
        (Wording.EXCERPT, "si la livraison est signée", False),
        (Wording.REDACTED, "Nous pouvons payer […] si la recette est signée avant juin.", True),
        (Wording.REDACTED, "Nous pouvons payer [...] avant juin.", True),
        (Wording.REDACTED, "avant juin […] Nous pouvons payer", False),
        (Wording.REDACTED, "Nous pouvons payer 30 000 €", False),
        (Wording.REDACTED, "[…]", False),
    ],
)
def test_a_sentence_stands_to_its_source_as_it_says(wording: Wording, text: str, *, holds: bool) -> None:
    assert agrees(wording, text, SAID) is holds
