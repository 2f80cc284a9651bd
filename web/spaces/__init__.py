"""The rooms of a dispute: draft, caucus, joint space, notes."""

from web.spaces.routes import show_room, speak

handlers = (show_room, speak)
