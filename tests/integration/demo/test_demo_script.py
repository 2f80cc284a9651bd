"""`entente demo --script`: the whole main job through the public interfaces, on both pairs of services."""

import subprocess
from pathlib import Path
from typing import Any

from tests.integration.demo.starting import ENTENTE, a_free_port, environment

ORDER = (
    "5 steps with their dates, 3 documents lodged as proof",
    "complains to the other company first",
    "reminds Hadrien Montségret that the complaint awaits an answer",
    "contests the complaint",
    "steps down, and says why",
    "reminds Lysandrel Logiciels",
    "reads the proofs: sent",
    "proposes another term: two months",
    "consents: this exhibit",
    "refuses, and says why",
    "reads the very words, and allows them",
    "stops the disclosure",
    "every copy was deleted",
    "takes the dated record of it all",
    "withdraws it once it was opened",
    "refuses it",
    "an agreement in principle",
    "Bastien Crozemarie is awaited",
    "its article 2 has the terms that were accepted",
    "the dispute is settled",
)
"""How the CRM case goes: what it passes through, one after the other."""


def script(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own command
        [*ENTENTE, "--script", "--directory", str(directory), "--port", str(a_free_port()), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=400,
        check=False,
        env=environment(),
    )


def proves(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "All that is claimed holds." in done.stdout
    assert "NOT independent" in done.stdout
    assert "refused, as it must be" in done.stdout
    assert "opens the linked file" in done.stdout
    told = done.stdout.partition("The guided request")[2]
    for step in ORDER:
        _before, found, told = told.partition(step)
        assert found, step
    assert done.stderr == ""


def test_the_whole_case_is_played_and_proved_on_sqlite_and_files(tmp_path: Path) -> None:
    done = script(tmp_path / "place", "--language", "en")
    proves(done)
    log = (tmp_path / "place" / "log.jsonl").read_text(encoding="utf-8")
    assert '"bug"' not in log
    assert "/invitation" not in log.replace("/invitations/{token}", "")


def test_the_whole_case_is_played_and_proved_on_postgresql_and_s3(
    tmp_path: Path, fresh_postgres: str, seaweedfs: Any
) -> None:
    for name, value in (("access", seaweedfs.access_key), ("secret", seaweedfs.secret_key)):
        (tmp_path / name).write_text(value)
    settings = {
        "ENTENTE_DATABASE_URL": fresh_postgres.replace("postgresql+psycopg:", "postgresql:"),
        "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
        "ENTENTE_S3_ENDPOINT": seaweedfs.url,
        "ENTENTE_S3_REGION": seaweedfs.region,
        "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
        "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
    }
    given = [part for name, value in settings.items() for part in ("--setting", f"{name}={value}")]
    done = script(tmp_path / "place", "--language", "en", *given)
    proves(done)
    assert not (tmp_path / "place" / "platform" / "entente.sqlite3").exists()


def test_an_unexpected_answer_ends_the_script_with_its_reason(tmp_path: Path) -> None:
    done = script(tmp_path / "place", "--language", "en", "--setting", "ENTENTE_UPLOAD_LIMIT=1000")
    assert done.returncode == 1
    assert "The demo failed: Maïwenn Le Guirrec: POST /disputes/" in done.stderr
    assert "422" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = script(tmp_path, "--language", "en")
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
