"""With an authority configured, the seal itself bears a time stamp that a stranger can verify."""

import html
from pathlib import Path

import msgspec

from odr.archive.releasing import release_record
from tests.builders import Hands, a_browser, a_platform
from tests.integration.archive.hands import an_ended_case
from vault import DEMO_AUTHORITY, TimeAuthority, verify_record
from web.app import build_app


async def test_the_seal_is_stamped_at_the_next_tick(tmp_path: Path, certomancer: TimeAuthority):
    (tmp_path / "root.pem").write_bytes(certomancer.root_certificate_pem)
    entry = {"name": "Essai", "url": certomancer.url, "root_certificate": "root.pem", "independent": True}
    shown = {**entry, "name": DEMO_AUTHORITY, "independent": False}
    (tmp_path / "authorities.json").write_bytes(msgspec.json.encode([entry, shown]))
    changes = {"ENTENTE_TIME_AUTHORITIES": str(tmp_path / "authorities.json")}
    clock, directory = Hands(), tmp_path / "data"
    directory.mkdir()
    async with a_platform(directory, changes, clock=clock) as platform:
        case, record = await an_ended_case(platform, clock)
        release = await release_record(platform, case.people["mediator"], record.id)
        package = tmp_path / release.name
        package.write_bytes(b"".join([piece async for piece in release.stream()]))
        async with a_browser(platform, build_app(platform), case.people["archivist"]) as client:
            page = html.unescape((await client.get(f"/archive/{record.id}")).text)
    page = page.replace("\u2019", "'")
    stamps, _, details = page.partition("Le nom que porte son certificat")
    assert "L'autorité d'horodatage de la démonstration (non indépendante), Essai (indépendante)" in stamps
    assert DEMO_AUTHORITY not in stamps
    assert page.count(DEMO_AUTHORITY) == details.count(DEMO_AUTHORITY) == 1  # by its certificate, beside
    report = verify_record(package, trusted_roots=[certomancer.root()])
    assert report.holds
    assert report.time.status == "holds"
    assert "Essai" in report.time.english
