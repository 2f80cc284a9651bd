"""Writing a request page by page, checking it, sending it."""

from web.intake.questionnaire import (
    begin,
    check_answers,
    keep,
    send,
    show_beginning,
    show_draft,
    show_topic,
)

handlers = (show_beginning, begin, show_draft, show_topic, keep, check_answers, send)
