"""One's notices, how one is told, and an address that refuses our mails."""

from web.notices.choosing import keep_choices, say_mended, show_choices
from web.notices.reading import list_notices, open_one, read_all
from web.notices.texts import list_texts, restore_text, save_text, show_text

handlers = (
    list_texts,
    show_text,
    save_text,
    restore_text,
    list_notices,
    open_one,
    read_all,
    show_choices,
    keep_choices,
    say_mended,
)
