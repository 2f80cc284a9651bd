"""Every table that names a room ends with it, or says here why not."""

from odr.custody.rooms import OF_A_ROOM
from odr.tables import metadata

STAYS = {
    "events": "the ledger forgets nothing but by its own way",
    "exhibit_versions": "where it was lodged first: a tombstone, whatever rooms are gone",
    "documents": "of the procedure and the joint space, which no destruction reaches",
    "records": "as the documents",
    "missions": "as the documents",
    "proposals": "of the room of both companies, which no destruction reaches",
    "uploads": "its sender's own, under the upload's key, and gone within days by itself",
    "unpackings": "as the uploads",
    "quarantines": "taken out and forgotten one by one: what was stopped is decided with its room",
}
ROOMS = ("space_id", "caucus_id")


def test_every_table_that_names_a_room_ends_with_it_or_has_a_reason():
    ending = {table.__tablename__ for table in OF_A_ROOM}
    naming = {table.name for table in metadata.sorted_tables if any(name in table.columns for name in ROOMS)}
    assert naming == ending | STAYS.keys()
    assert not ending & STAYS.keys()
