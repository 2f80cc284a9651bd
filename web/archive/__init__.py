"""Sealed records, access to them, reopening."""

from web.archive.deciding import (
    agree,
    allow_access,
    close,
    refuse,
    refuse_access,
    send_reopening,
    show_access,
    show_ask_reopening,
    show_close,
    show_reopening,
)
from web.archive.records import (
    ask,
    ask_before_infected,
    list_records,
    send_package,
    show_record,
    show_record_of_dispute,
    take_infected,
)

handlers = (
    list_records,
    show_record,
    ask,
    send_package,
    ask_before_infected,
    take_infected,
    show_record_of_dispute,
    show_access,
    allow_access,
    refuse_access,
    show_reopening,
    agree,
    refuse,
    show_ask_reopening,
    send_reopening,
    show_close,
    close,
)
