import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from referencing import Registry

from odr.bootstrap import Platform
from tests.application import application
from tests.builders import a_browser

OPEN = {
    "get_token",
    "ask_for_account",
    "show_invitation",
    "open_invitation_page",
    "take_invitation",
    "decline_invitation",
    "have_code_sent",
    "pass_invitation_on",
    "show_keys",
}


@pytest.fixture
async def schema(platform: Platform) -> dict[str, Any]:
    async with a_browser(platform, application(platform), None) as browser:
        answer = await browser.get("/api/schema/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()
    ]


@pytest.fixture
def each_registry_crawled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry can't change, and yet the validator walks through the whole of OpenAPI's schema at each look-up."""
    crawl, crawled = Registry.crawl, dict[int, tuple[Registry[Any], Registry[Any]]]()

    def once(registry: Registry[Any]) -> Registry[Any]:
        if id(registry) not in crawled:
            crawled[id(registry)] = (registry, crawl(registry))  # kept, so that no other gets its id
        return crawled[id(registry)][1]

    monkeypatch.setattr(Registry, "crawl", once)


@pytest.mark.roams
@pytest.mark.usefixtures("each_registry_crawled_once")
async def test_the_api_describes_itself_in_valid_openapi(schema: dict[str, Any]) -> None:
    validate(schema)


async def test_no_page_shows_up_in_the_schema(schema: dict[str, Any]) -> None:
    assert schema["paths"]
    assert all(path.startswith("/api/v1/") for path in schema["paths"])


async def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(set(names)) == len(names)
    assert all(len(operation["description"]) > 20 for _path, _method, operation in operations(schema))


async def test_every_operation_wants_a_bearer_but_those_that_give_one_or_need_none(schema: dict[str, Any]) -> None:
    assert schema["security"] == [{"bearer": []}]
    scheme = schema["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    without = {op["operationId"] for _path, _method, op in operations(schema) if op.get("security") == [{}]}
    assert without == OPEN


async def test_every_operation_says_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        for status in ("401", "403", "404", "409", "422", "503"):
            content = operation["responses"][status]["content"]["application/json"]["schema"]
            assert content == {"$ref": "#/components/schemas/Refusal"}, (path, method, status)


async def test_a_deposit_is_described_as_raw_bytes(schema: dict[str, Any]) -> None:
    lodge = schema["paths"]["/api/v1/disputes/{dispute_id}/rooms/{space_id}/exhibits"]["post"]
    assert list(lodge["requestBody"]["content"]) == ["application/octet-stream"]
    parameters = {each["name"] for each in lodge["parameters"]}
    assert {"name", "title", "kind", "origin", "document_date", "again", "X-Content-SHA256"} <= parameters


async def test_every_route_in_the_guide_exists(schema: dict[str, Any]) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    table = guide[guide.index("## The routes at a glance") :]
    named = {path for path in re.findall(r"`(/[^`]*)`", table) if path.count("/") > 1 or path[1:].islower()}
    known = {path.removeprefix("/api/v1") for path in schema["paths"]}
    whole = {path for path in named if path in known}
    parts = {path for path in named - whole if any(path in each for each in known)}
    assert len(whole) >= 10
    assert named == whole | parts
