"""What crosses from a caucus to the joint space: sentences that may be said; and what is stopped."""

from web.crossing.bundles import answer_for_party, send_bundle, show_bundle
from web.crossing.handings import stop_handed, stop_handed_form, withdraw_handed
from web.crossing.quarantines import (
    answer_copies,
    copies_form,
    remove,
    restore,
    send_record,
    show_quarantine,
    stop_exhibit,
    stop_exhibit_form,
    stop_message,
    stop_message_form,
)
from web.crossing.seeing import see_as, see_as_after_exhibit, see_as_after_statement, see_exhibit_as, see_offer_as
from web.crossing.statements import (
    allow,
    draw,
    draw_form,
    drop,
    refuse,
    say,
    show_statement,
    show_tickets,
    withdraw,
)
from web.crossing.stopping import stop_offer, stop_offer_form, stop_statement, stop_statement_form

handlers = (
    show_bundle,
    send_bundle,
    answer_for_party,
    see_as,
    see_as_after_exhibit,
    see_as_after_statement,
    see_exhibit_as,
    see_offer_as,
    show_tickets,
    draw_form,
    draw,
    show_statement,
    allow,
    refuse,
    withdraw,
    say,
    drop,
    stop_statement_form,
    stop_statement,
    stop_offer_form,
    stop_offer,
    withdraw_handed,
    stop_handed_form,
    stop_handed,
    stop_exhibit_form,
    stop_exhibit,
    stop_message_form,
    stop_message,
    show_quarantine,
    restore,
    remove,
    copies_form,
    answer_copies,
    send_record,
)
