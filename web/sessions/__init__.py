"""Meetings: called, moved, called off, noted as held or missed; and their minutes."""

from web.sessions.minutes import approve, contest, show_minutes, write_minutes
from web.sessions.routes import call, call_form, cancel, held, missed, move, move_form, show_meeting, show_meetings

handlers = (
    show_meetings,
    call_form,
    call,
    show_meeting,
    move_form,
    move,
    cancel,
    held,
    missed,
    show_minutes,
    write_minutes,
    approve,
    contest,
)
