"""What one may not read answers, on every route, exactly as what does not exist."""

import re
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from tests.application import inner_application
from tests.builders import Case, a_case

BODY: Final[dict[str, Any]] = {"string": "x", "integer": 1, "boolean": True, "number": 1}


def sample(schema: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """The smallest value that a schema allows."""
    if "$ref" in schema:
        return sample(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(schema["properties"][name], shapes) for name in schema.get("required", [])}
    if kind == "array":
        return [sample(schema["items"], shapes)]
    choices = schema.get("enum") or [str(uuid4()) if schema.get("format") == "uuid" else BODY.get(str(kind), "x")]
    return sample(schema["oneOf"][0], shapes) if "oneOf" in schema else choices[0]


def requests_of(schema: dict[str, Any], *needed: str) -> list[tuple[str, str, Any]]:
    """Every request whose path holds all the ``needed`` parameters."""
    shapes = schema["components"]["schemas"]
    found: list[tuple[str, str, Any]] = []
    for path, methods in schema["paths"].items():
        if not all("{" + name + "}" in path for name in needed):
            continue
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = sample(content["application/json"]["schema"], shapes) if "application/json" in content else None
            found.append((method.upper(), path.removeprefix("/api/v1"), body))
    assert found
    return found


async def told(client: httpx.AsyncClient, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    params = {"name": "x.txt"} if path.endswith("/exhibits") and method == "POST" else None
    content = b"some bytes" if params else None
    answer = await client.request(method, path, json=body, params=params, content=content)
    said: dict[str, Any] = answer.json() if answer.content else {}
    said.pop("reference", None)
    return answer.status_code, said


async def a_caucus_exhibit(case: Case, program: Any) -> str:
    client = await program(case.people["claimant"])
    lodged = await client.post(
        f"/disputes/{case.id}/rooms/{case.spaces['caucus_claimant']}/exhibits",
        params={"name": "secret.txt", "title": "Notre secret"},
        content=b"what only the mediator may read",
    )
    assert lodged.status_code == 201, lodged.text
    return str(lodged.json()["id"])


def invented(path: str) -> dict[str, str]:
    """Return something for each parameter of a path that is nobody's."""
    names = re.findall(r"{([a-z_]+)}", path)
    return {name: str(uuid4()) if name.endswith("_id") else "1" for name in names}


async def alike(client: httpx.AsyncClient, schema: dict[str, Any], real: dict[str, str], hidden: str) -> int:
    """Ask every route that names ``hidden`` with its real id and with an invented one."""
    count = 0
    for method, path, body in requests_of(schema, hidden):
        others = {name: value for name, value in real.items() if name != hidden}
        ids = invented(path) | others
        with_real = await told(client, method, path.format(**{**ids, hidden: real[hidden]}), body)
        with_random = await told(client, method, path.format(**{**ids, hidden: str(uuid4())}), body)
        assert with_real == with_random, (method, path)
        assert with_real[0] in {404, 403, 422}, (method, path, with_real)
        count += 1
    return count


@pytest.fixture
def schema(platform: Any) -> dict[str, Any]:
    return inner_application(platform).openapi_schema.to_schema()


async def test_a_stranger_cannot_tell_a_dispute_from_an_invented_one(platform, program, schema) -> None:
    case = await a_case(platform)
    exhibit = await a_caucus_exhibit(case, program)
    real = {"dispute_id": str(case.id), "exhibit_id": exhibit, "space_id": str(case.spaces["joint"])}
    client = await program(case.people["stranger"])
    assert await alike(client, schema, real, "dispute_id") > 50


@pytest.mark.parametrize("who", ["respondent", "expert", "secretariat"])
async def test_nobody_outside_a_caucus_can_tell_its_exhibit_from_an_invented_one(
    platform, program, schema, who
) -> None:
    case = await a_case(platform)
    exhibit = await a_caucus_exhibit(case, program)
    client = await program(case.people[who])
    real = {"dispute_id": str(case.id), "exhibit_id": exhibit}
    assert await alike(client, schema, real, "exhibit_id") > 10


@pytest.mark.parametrize(
    ("who", "room"),
    [
        ("respondent", "caucus_claimant"),
        ("respondent", "private_claimant"),
        ("respondent", "notes"),
        ("mediator", "private_claimant"),
        ("expert", "joint"),
        ("secretariat", "joint"),
    ],
)
async def test_nobody_can_tell_a_closed_room_from_an_invented_one(platform, program, schema, who, room) -> None:
    case = await a_case(platform)
    client = await program(case.people[who])
    real = {"dispute_id": str(case.id), "space_id": str(case.spaces[room])}
    assert await alike(client, schema, real, "space_id") >= 4


@pytest.mark.parametrize("who", ["respondent", "expert", "secretariat", "archivist", "stranger"])
async def test_nothing_that_the_others_can_read_names_a_caucus_exhibit(platform, program, schema, who) -> None:
    case = await a_case(platform)
    exhibit = await a_caucus_exhibit(case, program)
    said = await program(case.people["claimant"])
    room = case.spaces["caucus_claimant"]
    await said.post(f"/disputes/{case.id}/rooms/{room}/messages", json={"text": "Un secret dit à part."})
    client = await program(case.people[who])
    ids = {"dispute_id": str(case.id), "space_id": str(case.spaces["joint"]), "number": "1"}
    for path, methods in schema["paths"].items():
        if "get" not in methods or "exhibit_id" in path or "token" in path:
            continue
        filled = path.removeprefix("/api/v1").format(**invented(path) | ids)
        answer = await client.get(filled, params={"search": "secret"} if "search" in str(methods) else None)
        for secret in (exhibit, "secret.txt", "Notre secret", "Un secret", str(room)):
            assert secret not in answer.text, path


async def test_the_comparison_would_see_a_difference(platform, program, schema) -> None:
    case = await a_case(platform)
    exhibit = await a_caucus_exhibit(case, program)
    client = await program(case.people["mediator"])
    with pytest.raises(AssertionError):
        await alike(client, schema, {"dispute_id": str(case.id), "exhibit_id": exhibit}, "exhibit_id")
