"""The infra files hold what infra/README.md promises, as far as can be told without a container engine."""

import asyncio
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import yaml

import run
from odr.evidence.scanning import Outcome, Verdict, begin_scan
from odr.settings import TcpClamd, read_settings
from tests.services.clamd import INFECTION, SIGNATURE
from tests.services.programs import accepts_connections, find_program, free_port, running_program
from vault import open_vault

INFRA = run.ROOT / "infra"
SETTINGS = "".join((run.ROOT / "odr" / name).read_text() for name in ("settings.py", "vault_settings.py"))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((INFRA / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    directory = tmp_path_factory.mktemp("infra") / "secrets"
    subprocess.run([sys.executable, str(INFRA / "make_secrets.py"), str(directory)], check=True, capture_output=True)  # noqa: S603 -- fixed argv
    return directory


def test_every_container_is_read_only_without_rights_and_may_gain_none(compose):
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}, name


def test_only_the_tls_proxy_listens_to_the_outside(compose):
    open_ports = {
        name: port
        for name, service in compose["services"].items()
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    }
    assert set(open_ports) == {"caddy"}
    assert compose["networks"]["back"]["internal"] is True
    assert [name for name, s in compose["services"].items() if name == "postgres" and s["networks"] != ["back"]] == []


def test_every_image_is_pinned_and_named_without_a_registry(compose):
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"(?m)^FROM (\S+)", (INFRA / "Dockerfile").read_text())
    for image in images:
        name, _, tag = image.partition(":")
        assert re.search(r"\d", tag), image
        assert "." not in name.split("/")[0], image


def test_every_setting_given_is_one_that_the_site_reads(compose):
    given = compose["services"]["app"]["environment"]
    for name in given:
        if name.startswith("ENTENTE_"):
            short = name.removeprefix("ENTENTE_").removesuffix("_FILE")
            assert f'"{short}"' in SETTINGS or f'"{name}"' in SETTINGS, name


def test_every_secret_that_is_mounted_is_made_and_none_is_in_the_environment(compose, secrets):
    mounted = {name: Path(entry["file"]).name for name, entry in compose["secrets"].items()}
    assert set(mounted.values()) == {path.name for path in secrets.iterdir()}
    used = {name for service in compose["services"].values() for name in service.get("secrets", [])}
    assert used == set(mounted)
    text = (INFRA / "compose.yaml").read_text()
    assert not re.search(
        r"(?i)(password|secret_key|access_key)\s*:\s*(?!/run/secrets/)\S*[^{\s]", text.split("\nsecrets:")[0]
    )


def test_the_secrets_are_readable_by_their_owner_alone(secrets):
    for path in secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o400, path
    if os.geteuid() == 0:
        owners = {path.name: path.stat().st_uid for path in secrets.iterdir()}
        assert (owners["postgres_password"], owners["seaweedfs_s3"], owners["root_key"]) == (999, 1000, 10001)


def test_the_secrets_are_never_written_over(secrets):
    before = (secrets / "root_key").read_bytes()
    again = subprocess.run(  # noqa: S603 -- fixed argv
        [sys.executable, str(INFRA / "make_secrets.py"), str(secrets)], check=False, capture_output=True, text=True
    )
    assert again.returncode == 1
    assert "nothing was written over" in again.stderr
    assert (secrets / "root_key").read_bytes() == before


def test_the_site_starts_its_vault_with_the_secrets_that_were_made(secrets, tmp_path):
    centre = dict(line.split("=", 1) for line in (secrets.parent / ".env").read_text().splitlines())
    settings = read_settings(
        {
            **centre,
            "ENTENTE_DATA_DIR": str(tmp_path),
            "ENTENTE_DATABASE_URL": "postgresql://entente@postgres:5432/entente",
            "ENTENTE_STORE": f"files:{tmp_path}",
            "ENTENTE_KEY_ROOT": f"file:{secrets / 'root_key'}",
            "ENTENTE_SIGNING_KEY": str(secrets / "signing_key"),
            "ENTENTE_TOKEN_KEY": str(secrets / "token_key"),
            "ENTENTE_MAIL": "smtp://mail:1025?starttls=0",
            "ENTENTE_MAIL_FROM": "mediation@example.org",
            "ENTENTE_WORKER": "apart",
        }
    )
    assert open_vault(settings.vault).keys is not None


def test_seaweedfs_in_compose_binds_nothing_but_loopback(compose, secrets, tmp_path):
    """The very command of compose.yaml is run; only its ports, its directory and its file are changed."""
    ports = {"s3": free_port(), "master": free_port(), "volume": free_port(), "filer": free_port()}
    changed = {"-dir": str(tmp_path), "-s3.config": str(secrets / "seaweedfs_s3"), "-s3.port": str(ports["s3"])}
    argv = [
        f"{name}={changed.get(name, value)}" if value else name
        for name, _, value in (part.partition("=") for part in compose["services"]["seaweedfs"]["command"])
    ]
    argv += [f"-{name}.port={ports[name]}" for name in ("master", "volume", "filer")]
    log = tmp_path / "log"
    with running_program(
        [str(run.BIN / "weed"), *argv], log=log, ready=lambda: accepts_connections(ports["s3"])
    ) as process:
        bound = [c.laddr for c in psutil.Process(process.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert ports["s3"] in {address.port for address in bound}
    assert {address.ip for address in bound} == {"127.0.0.1"}


def test_clamd_in_compose_takes_its_settings_and_keeps_what_it_is_shown_in_memory(compose, tmp_path):
    """The very file is read; only its directories and its port are changed."""
    service, port = compose["services"]["clamav"], free_port()
    settings = dict(line.split(" ", 1) for line in (INFRA / "clamd.conf").read_text().splitlines() if line[0] != "#")
    assert service["networks"] == ["back"]
    assert "clamav:/var/lib/clamav:ro" in service["volumes"]
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == [settings["TemporaryDirectory"]]
    assert f"tcp:clamav:{settings['TCPSocket']}" in (INFRA / "compose.yaml").read_text()
    (tmp_path / "entente.ndb").write_text(f"{SIGNATURE}:0:*:{INFECTION.hex()}\n")
    places = {"DatabaseDirectory": tmp_path, "TemporaryDirectory": tmp_path, "TCPSocket": port, "TCPAddr": "127.0.0.1"}
    changed = tmp_path / "clamd.conf"
    changed.write_text("".join(f"{name} {value}\n" for name, value in (settings | places).items()))
    argv = [find_program("clamd"), f"--config-file={changed}"]
    with running_program(argv, log=tmp_path / "log", ready=lambda: accepts_connections(port)):
        found = asyncio.run(scanned(TcpClamd("127.0.0.1", port), INFECTION))
    assert found.outcome is Outcome.INFECTED


async def scanned(clamd: TcpClamd, data: bytes) -> Verdict:
    scan = begin_scan(clamd)
    await scan.update(data)
    return await scan.finish()


def test_the_store_lets_the_site_do_what_it_needs_and_nothing_else(secrets):
    (identity,) = json.loads((secrets / "seaweedfs_s3").read_text())["identities"]
    assert identity["credentials"] == [
        {
            "accessKey": (secrets / "s3_access_key").read_text(),
            "secretKey": (secrets / "s3_secret_key").read_text(),
        }
    ]
    assert not [action for action in identity["actions"] if "Bypass" in action or "Admin" in action]
    assert all(action.endswith(":evidence") for action in identity["actions"])


def test_the_image_runs_as_nobody_in_particular_and_tells_its_health():
    last = (INFRA / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"(?m)^USER 10001:10001$", last)
    assert 'CMD ["entente", "health"]' in last
    assert "pip install" not in last
