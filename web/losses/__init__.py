"""Loss worksheets: a party's own, what was shared of them, and the sides held against each other."""

from web.losses.routes import add, back_to_sheet, change, edit, remove, show_losses
from web.losses.sharing import share, show_comparison, show_share, show_sharing
from web.losses.sheets import send_comparison, send_share, send_sheet

handlers = (
    show_losses,
    back_to_sheet,
    add,
    edit,
    change,
    remove,
    show_sharing,
    share,
    show_share,
    show_comparison,
    send_sheet,
    send_share,
    send_comparison,
)
