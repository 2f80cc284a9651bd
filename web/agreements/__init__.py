"""Drafting, freezing and signing agreements."""

from typing import Any, Final

from web.agreements.adding import add_own_clause, show_new_clause
from web.agreements.editing import edit, show_editor
from web.agreements.negotiating import agree, keep, propose, show_clause
from web.agreements.performing import confirm_done, contest_done, say_done
from web.agreements.routes import (
    begin,
    leave_draft,
    send_agreement_receipt,
    send_certificate,
    send_certificate_receipt,
    send_document,
    show_agreement,
    show_agreements,
    show_changes,
    show_version,
    write_remark,
)
from web.agreements.signing import freeze, freeze_page, refuse, refuse_page, sign, sign_page
from web.agreements.template import change_part, choose_left_out, restore, show_part, show_template, show_whole

handlers: Final[tuple[Any, ...]] = (
    show_agreements,
    begin,
    leave_draft,
    send_certificate,
    send_certificate_receipt,
    show_agreement,
    write_remark,
    show_version,
    show_changes,
    send_document,
    send_agreement_receipt,
    show_editor,
    edit,
    freeze_page,
    freeze,
    sign_page,
    sign,
    refuse_page,
    refuse,
    show_clause,
    propose,
    agree,
    keep,
    say_done,
    confirm_done,
    contest_done,
    show_template,
    show_new_clause,
    add_own_clause,
    show_whole,
    show_part,
    change_part,
    restore,
    choose_left_out,
)
