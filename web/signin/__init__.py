"""Signing in and out, links that came by mail, one's account, the people of the centre."""

from web.signin.account import end_every_session, end_session, save_account, save_password, show_account
from web.signin.address import ask_address, put_back, show_address, show_former, show_new_address, use_address
from web.signin.links import (
    decline_invitation,
    forgotten,
    name_colleague,
    open_page,
    send_code,
    show_colleague,
    show_decline,
    show_forgotten,
    show_invitation,
    show_sign_up,
    sign_up,
    take_invitation,
)
from web.signin.people import invite, show_people
from web.signin.routes import enter, leave, show_sign_in

handlers = (
    show_sign_in,
    enter,
    leave,
    show_sign_up,
    sign_up,
    show_forgotten,
    forgotten,
    show_invitation,
    open_page,
    send_code,
    take_invitation,
    show_decline,
    decline_invitation,
    show_colleague,
    name_colleague,
    show_account,
    save_account,
    save_password,
    end_session,
    end_every_session,
    show_address,
    ask_address,
    show_new_address,
    use_address,
    show_former,
    put_back,
    show_people,
    invite,
)
