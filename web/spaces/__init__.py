"""The rooms of a dispute: draft, caucus, joint space, notes."""

from web.spaces.routes import back_to_room, show_room, speak

handlers = (show_room, speak, back_to_room)
