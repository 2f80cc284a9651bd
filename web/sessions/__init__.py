"""Meetings: called, moved, called off, and noted as held or missed."""

from web.sessions.routes import call, call_form, cancel, held, missed, move, move_form, show_meeting, show_meetings

handlers = (show_meetings, call_form, call, show_meeting, move_form, move, cancel, held, missed)
