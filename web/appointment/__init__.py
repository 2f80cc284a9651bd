"""Who mediates: the directory, proposing, declaring interests, objecting, deciding, stepping down."""

from typing import Any, Final

from web.appointment.choosing import ask_person, list_anew, rank, show_choice, show_listing
from web.appointment.declaring import declare, show_declaration
from web.appointment.directory import list_mediators, save_profile, show_profile
from web.appointment.ending import replace, show_recusal, show_replacement, step_down
from web.appointment.naming import propose, show_proposal
from web.appointment.objecting import (
    accept,
    decide,
    object_to,
    pass_on,
    show,
    show_appointment,
    show_decision,
    show_objecting,
)
from web.appointment.own import show_own

handlers: Final[tuple[Any, ...]] = (
    list_mediators,
    show_profile,
    save_profile,
    show_proposal,
    propose,
    show_listing,
    list_anew,
    show_choice,
    rank,
    ask_person,
    show_declaration,
    declare,
    show_appointment,
    accept,
    show_objecting,
    pass_on,
    object_to,
    show_decision,
    decide,
    show,
    show_recusal,
    step_down,
    show_replacement,
    replace,
    show_own,
)
