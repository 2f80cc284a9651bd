"""Writing a request page by page, checking it, sending it; complaining first; what the centre makes of it."""

from web.intake.complaints import (
    accept,
    correct,
    propose,
    show_complaint,
    show_proposal,
    show_way_out,
    take_way_out,
)
from web.intake.qualification import complete, set_score, show_completion, show_rule, show_score
from web.intake.questionnaire import (
    begin,
    check_answers,
    keep,
    send,
    send_complaint,
    show_beginning,
    show_complain,
    show_draft,
    show_topic,
)

handlers = (
    show_beginning,
    begin,
    show_draft,
    show_topic,
    keep,
    check_answers,
    send,
    show_complain,
    send_complaint,
    show_complaint,
    correct,
    show_way_out,
    take_way_out,
    propose,
    show_proposal,
    accept,
    show_rule,
    show_score,
    set_score,
    show_completion,
    complete,
)
