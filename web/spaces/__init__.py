"""The rooms of a dispute: draft, caucus, joint space, notes."""

from web.spaces.routes import back_to_room, confirm_taking_back, show_room, speak, take_back

handlers = (show_room, speak, back_to_room, confirm_taking_back, take_back)
