"""The neutral expert's mission."""

from typing import Any, Final

from web.expertise.desk import accept, decline, note, report_page, send_report
from web.expertise.routes import (
    ask_expert,
    end,
    end_page,
    new_mission,
    send_seen,
    show_mission,
    show_missions,
    supply,
    supply_page,
)

handlers: Final[tuple[Any, ...]] = (
    show_missions,
    new_mission,
    ask_expert,
    show_mission,
    supply_page,
    supply,
    end_page,
    end,
    send_seen,
    accept,
    decline,
    note,
    report_page,
    send_report,
)
