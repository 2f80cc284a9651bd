"""Filing, qualifying, inviting, answering; a dispute's page."""

from web.disputes.inviting import (
    remind,
    send_attempt,
    send_attempt_receipt,
    send_invitation,
    show_invitation_sent,
    show_invite,
)
from web.disputes.lists import list_disputes
from web.disputes.page import show_dispute, show_request
from web.disputes.procedure import (
    change_pause,
    extend,
    qualify,
    show_extend,
    show_pause,
    show_qualify,
    show_step,
    take_step,
)
from web.disputes.seats import back_to_member, end_member, save_delegation, save_mandate, save_role, show_member
from web.disputes.targets import keep_targets, show_targets
from web.disputes.team import invite_member, show_team, withdraw_link

handlers = (
    list_disputes,
    show_targets,
    keep_targets,
    show_dispute,
    show_request,
    show_qualify,
    qualify,
    show_invite,
    send_invitation,
    show_invitation_sent,
    remind,
    send_attempt,
    send_attempt_receipt,
    show_extend,
    extend,
    show_pause,
    change_pause,
    show_step,
    take_step,
    show_team,
    invite_member,
    show_member,
    back_to_member,
    save_role,
    save_mandate,
    save_delegation,
    end_member,
    withdraw_link,
)
