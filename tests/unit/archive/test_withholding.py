"""What was taken back from the table is told in no record by its name or digest."""

from odr.archive.withholding import withheld


def events(*told: str) -> list[tuple[int, dict[str, str]]]:
    """Events as `name thing`, in their order."""
    made: list[tuple[int, dict[str, str]]] = []
    for index, each in enumerate(told):
        name, thing = each.split()
        made.append((index, {"event": name, "exhibit_id": thing, "message_id": thing}))
    return made


def test_what_stands_is_told():
    assert withheld(events("ExhibitLodged a", "ExhibitReplaced a", "SpokenTogether m", "AgreementSigned x")) == {}


def test_what_was_taken_back_is_told_without_its_name_and_digest_in_all_its_versions():
    told = events("ExhibitLodged a", "ExhibitLodged b", "ExhibitReplaced a", "ExhibitTakenBack a")
    assert withheld(told) == {0: "ExhibitLodged", 2: "ExhibitReplaced"}


def test_a_sentence_that_was_withdrawn_or_stopped_leaves_no_digest():
    told = events("SpokenTogether m", "SpokenTogether n", "MessageWithdrawn n", "MessageTakenBack m")
    assert withheld(told) == {0: "SpokenTogether", 1: "SpokenTogether"}


def test_what_stands_there_again_is_told_again():
    exhibit = events("ExhibitLodged a", "ExhibitTakenBack a", "ExhibitRestored a")
    message = events("SpokenTogether m", "MessageWithdrawn m", "MessageRestored m")
    assert withheld(exhibit) == withheld(message) == {}


def test_an_exhibit_that_was_laid_on_the_table_anew_is_told_from_then_on():
    told = events("ExhibitLodged a", "ExhibitTakenBack a", "ExhibitLodged a")
    assert withheld(told) == {0: "ExhibitLodged"}
