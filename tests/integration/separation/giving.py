"""Which routes give somebody something: in the walk every one must, but those named here, each with its reason."""

from collections.abc import Iterable, Iterator
from itertools import product
from uuid import UUID

from odr.ids import DisputeId
from odr.platform import Platform
from odr.visibility.actor import Actor
from tests.application import application
from tests.integration.separation.ids import Rows, rows_with_ids
from tests.integration.separation.walking import OTHERS, OWNERS, a_walker, alike, randomly, routes
from web.separation.walking import Route, Seen

DISPUTE, API_DISPUTE = "/disputes/{dispute_id:uuid}", "/api/v1/disputes/{dispute_id:uuid}"

NOTHING_TO_GIVE = {
    "a form's or a list's own address, which leads on to the page that it stands on": (
        f"{DISPUTE}/losses/lines",
        f"{DISPUTE}/rooms/{{space_id:uuid}}/exhibits",
        f"{DISPUTE}/rooms/{{space_id:uuid}}/messages",
        f"{DISPUTE}/team/{{seat_id:uuid}}/delegation",
        f"{DISPUTE}/team/{{seat_id:uuid}}/end",
        f"{DISPUTE}/team/{{seat_id:uuid}}/mandate",
        f"{DISPUTE}/team/{{seat_id:uuid}}/role",
    ),
    "only with a link's token, which nobody else has": (
        "/api/v1/invitations/{token:str}",
        "/former-address/{token:str}",
        "/invitation/{token:str}",
        "/invitation/{token:str}/colleague",
        "/invitation/{token:str}/decline",
    ),
    "the register's own, asked for with numbers and the same for everybody": (
        "/log/consistency",
        "/log/tile/{name:path}",
    ),
    "where a seal was bought": ("/about/seal.pem",),
    "where an archive was sent: tests/integration/evidence/test_archives.py": (
        f"{DISPUTE}/uploads/{{upload_id:uuid}}/archive",
    ),
}
"""Routes that give nothing in any dispute that is walked through, by the reason why."""

BEFORE = (
    f"{API_DISPUTE}/invitations",
    f"{API_DISPUTE}/invitations/{{party_id:uuid}}/receipt",
    f"{API_DISPUTE}/invitations/{{party_id:uuid}}/record",
    f"{DISPUTE}/agreements/{{agreement_id:uuid}}/clauses/{{clause:str}}",
    f"{DISPUTE}/appointment/{{appointment_id:uuid}}/objection",
    f"{DISPUTE}/choice",
    f"{DISPUTE}/complaint",
    f"{DISPUTE}/complaint/{{way:str}}",
    f"{DISPUTE}/completion",
    f"{DISPUTE}/invitation",
    f"{DISPUTE}/invitation/{{party_id:uuid}}/receipt",
    f"{DISPUTE}/invitation/{{party_id:uuid}}/record",
    f"{DISPUTE}/invite",
    f"{DISPUTE}/pause",
    f"{DISPUTE}/proposals/{{proposal_id:uuid}}",
)
"""Routes that give something on the way to the open table, or while the work rests: test_on_the_way meets each."""

AFTER = (
    "/api/v1/records/{record_id:uuid}",
    "/api/v1/records/{record_id:uuid}/infected",
    "/api/v1/records/{record_id:uuid}/package",
    "/archive/access/{access_id:uuid}",
    "/archive/reopenings/{reopening_id:uuid}",
    "/archive/{record_id:uuid}",
    "/archive/{record_id:uuid}/infected",
    "/custody/{destruction_id:uuid}",
    "/custody/{destruction_id:uuid}/certificate.pdf",
    "/custody/{destruction_id:uuid}/destruction.json",
    "/custody/{destruction_id:uuid}/receipt.json",
    f"{API_DISPUTE}/agreements/{{agreement_id:uuid}}/document",
    f"{API_DISPUTE}/agreements/{{agreement_id:uuid}}/receipt",
    f"{API_DISPUTE}/certificate",
    f"{API_DISPUTE}/certificate/receipt",
    f"{API_DISPUTE}/record",
    f"{DISPUTE}/agreements/certificate",
    f"{DISPUTE}/agreements/certificate/receipt",
    f"{DISPUTE}/agreements/{{agreement_id:uuid}}/document",
    f"{DISPUTE}/agreements/{{agreement_id:uuid}}/receipt",
    f"{DISPUTE}/agreements/{{agreement_id:uuid}}/refuse",
    f"{DISPUTE}/agreements/{{agreement_id:uuid}}/sign",
    f"{DISPUTE}/closing",
    f"{DISPUTE}/reopening",
)
"""Routes that give something once a text is frozen, signed, sealed or destroyed: test_afterwards meets each."""


def routes_that_gave(platform: Platform, answers: set[str]) -> set[str]:
    """The routes whose paths are among these."""
    every = routes(platform, "GET")
    return {route.path for route in every if any(route.read(path) is not None for path in answers)}


def gave(answer: Seen) -> bool:
    return 200 <= answer.status < 300


def filled(route: Route, rows: Rows, dispute_id: UUID) -> Iterator[dict[str, str]]:
    """Every way to fill a route with what belongs to one dispute."""

    def values(name: str) -> list[str]:
        if name == "dispute_id":
            return [str(dispute_id)]
        return [str(row.id) for row in rows[OWNERS[name]] if getattr(row, "dispute_id", dispute_id) == dispute_id]

    choices = [values(name) if name in OWNERS else [OTHERS[name]] for name in route.parameters]
    for chosen in product(*choices):
        yield dict(zip(route.parameters, chosen, strict=True))


async def given_to(
    platform: Platform, dispute_id: DisputeId, people: Iterable[Actor], outsider: Actor, paths: Iterable[str]
) -> set[str]:
    """Have a dispute's people, and somebody else, ask what these routes give of it; return the routes that gave.

    Whoever is not at the table is answered as of a dispute that is not there.
    """
    rows, app, given = await rows_with_ids(platform), application(platform), set[str]()
    asked = [route for route in routes(platform, "GET") if route.path in paths]
    for actor in (*people, outsider):
        async with a_walker(platform, app, actor) as walker:
            for route, values in ((each, values) for each in asked for values in filled(each, rows, dispute_id)):
                answer = await walker.ask(route.fill(values))
                if actor is not outsider:
                    given |= {route.path} if gave(answer) else set()
                    continue
                other = randomly(values)
                nothing = alike(await walker.ask(route.fill(other)), other)
                assert alike(answer, values) == nothing, (route.path, answer.status)
    return given
