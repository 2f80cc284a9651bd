"""Offers: made at the table, answered, withdrawn."""

from web.offers.answering import accept, accept_form, refuse, refuse_form, withdraw, withdraw_form
from web.offers.routes import offer, offer_form, show_offer, show_offers

handlers = (
    show_offers,
    offer_form,
    offer,
    show_offer,
    accept_form,
    accept,
    refuse_form,
    refuse,
    withdraw_form,
    withdraw,
)
