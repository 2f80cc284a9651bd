"""What must be kept and what must go: destructions, certificates, legal holds, one's own erasure."""

from web.custody.erasing import erase, show_erase
from web.custody.papers import send_certificate, send_facts, send_receipt
from web.custody.routes import ask, destroy, hold, lift, refuse, show_custody, show_destruction

handlers = (
    show_custody,
    ask,
    hold,
    lift,
    show_destruction,
    destroy,
    refuse,
    send_certificate,
    send_facts,
    send_receipt,
    show_erase,
    erase,
)
