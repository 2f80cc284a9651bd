"""With an authority configured, the seal itself bears a time stamp that a stranger can verify."""

from pathlib import Path

import msgspec

from odr.archive.releasing import release_record
from tests.builders import Hands, a_platform
from tests.integration.archive.hands import an_ended_case
from vault import TimeAuthority, verify_record


async def test_the_seal_is_stamped_at_the_next_tick(tmp_path: Path, certomancer: TimeAuthority):
    (tmp_path / "root.pem").write_bytes(certomancer.root_certificate_pem)
    entry = {"name": "Essai", "url": certomancer.url, "root_certificate": "root.pem", "independent": True}
    (tmp_path / "authorities.json").write_bytes(msgspec.json.encode([entry]))
    changes = {"ENTENTE_TIME_AUTHORITIES": str(tmp_path / "authorities.json")}
    clock, directory = Hands(), tmp_path / "data"
    directory.mkdir()
    async with a_platform(directory, changes, clock=clock) as platform:
        case, record = await an_ended_case(platform, clock)
        release = await release_record(platform, case.people["mediator"], record.id)
        package = tmp_path / release.name
        package.write_bytes(b"".join([piece async for piece in release.stream()]))
    report = verify_record(package, trusted_roots=[certomancer.root()])
    assert report.holds
    assert report.time.status == "holds"
    assert "Essai" in report.time.english
