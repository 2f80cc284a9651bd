"""What crosses from a caucus to the joint space: sentences that the mediator may say."""

from web.crossing.statements import (
    allow,
    draw,
    draw_form,
    drop,
    refuse,
    say,
    show_statement,
    show_tickets,
    withdraw,
)

handlers = (show_tickets, draw_form, draw, show_statement, allow, refuse, withdraw, say, drop)
