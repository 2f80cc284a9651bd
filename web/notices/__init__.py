"""One's notices, how one is told, and an address that refuses our mails."""

from web.notices.choosing import keep_choices, say_mended, show_choices
from web.notices.reading import list_notices, open_one, read_all

handlers = (
    list_notices,
    open_one,
    read_all,
    show_choices,
    keep_choices,
    say_mended,
)
