"""Exhibits: lodging, reading, sharing, consent before disclosure."""

from web.evidence.archives import choose, show_archive
from web.evidence.asking import ask, ask_form, confirm_disclosure, disclose_it
from web.evidence.consents import consent, consent_form, offer, offer_form, refuse
from web.evidence.handed import send_handed, send_handed_receipt, show_handed
from web.evidence.leaving import describe_file, send_existence, send_file, send_paper_receipt, send_receipt
from web.evidence.lodging import lodge_files
from web.evidence.routes import confirm_share, confirm_withdrawal, share, show_exhibit, take_it_back
from web.evidence.tus import handlers as tus_handlers
from web.evidence.versions import (
    confirm_leaving,
    infected_form,
    leave_room,
    receive_infected,
    redacting_form,
    replacing_form,
    send_redaction,
)

handlers = (
    show_archive,
    choose,
    lodge_files,
    show_exhibit,
    send_file,
    describe_file,
    send_receipt,
    send_existence,
    send_paper_receipt,
    confirm_share,
    share,
    confirm_withdrawal,
    take_it_back,
    replacing_form,
    redacting_form,
    confirm_leaving,
    leave_room,
    infected_form,
    receive_infected,
    send_redaction,
    show_handed,
    send_handed,
    send_handed_receipt,
    ask_form,
    offer_form,
    offer,
    ask,
    consent_form,
    consent,
    refuse,
    confirm_disclosure,
    disclose_it,
    *tus_handlers,
)
