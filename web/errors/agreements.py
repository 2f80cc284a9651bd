"""Refusals about texts that are negotiated and signed: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "already_signed": Words(
        phrase("This is signed already"),
        phrase("Your party's signature is recorded once, and holds. There is nothing more to do."),
    ),
    "not_frozen": Words(
        phrase("This text cannot be signed now"),
        phrase("It is not frozen, or no longer: look at the agreement's page to see where it stands."),
    ),
    "mediator_awaited": Words(
        phrase("The mediator whom this text names no longer mediates"),
        phrase(
            "Nothing was signed. The centre names a successor; a version that names them then awaits your signature."
        ),
    ),
    "mandatory_clause": Words(
        phrase("This clause can't be left out"),
        phrase("The law or the platform relies on it: its page says for what. Reword it instead."),
    ),
    "too_many_own_clauses": Words(
        phrase("Thirty clauses of your own are the most"),
        phrase("Nothing was added. Reword one that is left out, and take it in again."),
    ),
    "reworded_meanwhile": Words(
        phrase("This clause has changed meanwhile"),
        phrase("Read it as it stands now, then send your wording again."),
    ),
    "under_discussion": Words(
        phrase("A clause is being discussed"),
        phrase(
            "Nothing was signed: the text may still change. Answer the proposal on the agreement's page; you can sign"
            " once it is settled."
        ),
    ),
    "proposal_closed": Words(
        phrase("This proposal is no longer open"),
        phrase("Somebody answered it or took it back meanwhile. Look at the agreement's page to see where it stands."),
    ),
    "being_discussed": Words(
        phrase("Another wording of this clause is proposed already"),
        phrase("Nothing was recorded. Look at that proposal, then answer it with yours."),
    ),
    "clause_changed": Words(
        phrase("The text has changed meanwhile"),
        phrase("Nothing was recorded. Look at the clause as it stands now, then propose again."),
    ),
    "another_text": Words(
        phrase("The text has changed since it was shown to you"),
        phrase("Nothing was recorded. Open the agreement again, read the text that stands there now, and decide."),
    ),
    "not_a_draft": Words(
        phrase("This text is not being drafted"),
        phrase("It is frozen, signed or given up: look at the agreement's page to see where it stands."),
    ),
    "text_altered": Words(
        phrase("This text is not the one that was kept"),
        phrase("Nothing was recorded, and nothing can be signed on it. Tell the centre, with the reference below."),
    ),
    "signature_of_another_text": Words(
        phrase("A signature belongs to another text"),
        phrase("The document was not made. Tell the centre, with the reference below."),
    ),
    "signature_of_no_party": Words(
        phrase("A signature belongs to none of the parties"),
        phrase("The document was not made. Tell the centre, with the reference below."),
    ),
    "commitment_told": Words(
        phrase("This is said to be done already"),
        phrase("Nothing more was recorded: the others are asked to confirm it."),
    ),
    "commitment_confirmed": Words(
        phrase("This commitment is done, and confirmed"),
        phrase("Nothing more was recorded: there is nothing left to say."),
    ),
    "commitment_not_told": Words(
        phrase("Nobody says that this is done"),
        phrase("Nothing was recorded. It can be confirmed or contested once the party that owes it has said so."),
    ),
}
