"""The JSON API: the same commands, the same queries, known by bearer only."""

from litestar import Router
from litestar.di import Provide

from web.api import (
    agreements,
    appointment,
    archive,
    bearer,
    bundles,
    choices,
    complaints,
    disclosures,
    disputes,
    drafting,
    exceptions,
    exhibits,
    expertise,
    files,
    intake,
    invitations,
    losses,
    mediators,
    negotiating,
    notices,
    objections,
    people,
    performing,
    procedure,
    quarantines,
    questionnaire,
    refusals,
    reopening,
    rooms,
    seeing,
    sessions,
    statements,
    team,
    template,
    uploads,
    versions,
    wording,
)
from web.api.bearer import provide_bearer
from web.api.description import describe

__all__ = ["describe", "handlers"]

handlers = (
    Router(
        path="/api/v1",
        route_handlers=[
            Router("/", route_handlers=room.handlers, tags=[tag])
            for tag, room in (
                ("People", bearer),
                ("People", people),
                ("Notices", notices),
                ("Disputes", disputes),
                ("Intake", intake),
                ("Intake", complaints),
                ("Intake", questionnaire),
                ("Procedure", procedure),
                ("Invitations", invitations),
                ("Appointment", appointment),
                ("Appointment", mediators),
                ("Appointment", choices),
                ("Appointment", objections),
                ("Team", team),
                ("Rooms", rooms),
                ("Exhibits", exhibits),
                ("Exhibits", uploads),
                ("Exhibits", files),
                ("Exhibits", versions),
                ("Disclosures", disclosures),
                ("Disclosures", statements),
                ("Rooms", seeing),
                ("Disclosures", quarantines),
                ("Disclosures", bundles),
                ("Meetings", sessions),
                ("Disclosures", exceptions),
                ("Expertise", expertise),
                ("Losses", losses),
                ("Agreements", agreements),
                ("Agreements", drafting),
                ("Agreements", negotiating),
                ("Agreements", performing),
                ("Agreements", template),
                ("Archive", archive),
                ("Archive", reopening),
                ("Centre", wording),
            )
        ],
        dependencies={"actor": Provide(provide_bearer)},
        exception_handlers=refusals.HANDLERS,
        include_in_schema=True,
    ),
)
