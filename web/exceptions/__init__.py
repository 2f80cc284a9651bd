"""Disclosing without consent, under an exception of the law: read what it does, do it, hand the extract over."""

from web.exceptions.routes import (
    check_exception,
    exception_form,
    list_exceptions,
    send_extract,
    show_exception,
    tell_now,
    use_it,
)

handlers = (
    list_exceptions,
    exception_form,
    check_exception,
    use_it,
    show_exception,
    tell_now,
    send_extract,
)
