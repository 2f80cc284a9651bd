from pathlib import Path

from tests.browser import story
from tests.browser.cast import Table
from tests.browser.site import running_site
from tests.services.browser import Persons
from tests.services.programs import scratch_directory

MET = {  # kinds of pages that the story must pass by, so that looking at them means something
    *("/", "/sign-in", "/sign-up", "/invitation/{token}", "/people", "/disputes", "/disputes/new", "/archive"),
    *("/disputes/{id}/draft", *(f"/disputes/{{id}}/draft/{page}" for page in ("facts", "steps", "loss", "others"))),
    *("/disputes/{id}", "/disputes/{id}/check", "/disputes/{id}/qualify", "/disputes/{id}/mediator"),
    *("/disputes/{id}/invite", "/disputes/{id}/independence", "/disputes/{id}/rooms/{id}"),
    *(f"/disputes/{{id}}/exhibits/{{id}}{page}" for page in ("", "/share", "/ask", "/consent", "/disclose")),
    *(f"/disputes/{{id}}/expertise{page}" for page in ("", "/new", "/{id}", "/{id}/supply", "/{id}/report")),
    *(f"/disputes/{{id}}/agreements{page}" for page in ("", "/{id}", "/{id}/sign", "/{id}/edit", "/{id}/freeze")),
    *("/disputes/{id}/agreements/{id}/changes", "/disputes/{id}/record", "/disputes/{id}/closing"),
    *(f"/disputes/{{id}}/losses{page}" for page in ("", "/share", "/shared/{id}", "/comparison")),
    *("/disputes/{id}/team", "/disputes/{id}/team/{id}"),
    *("/disputes/{id}/reopening", "/archive/{id}", "/archive/access/{id}", "/archive/reopenings/{id}"),
}


async def test_five_people_mediate_one_dispute_from_its_filing_to_its_verified_record(lived):
    assert lived.record, "the story was lived to its end"
    assert not lived.persons.complaints, lived.persons.complaints


async def test_no_page_that_they_met_is_hard_to_read_at_a_desk_or_on_a_phone(lived):
    missed = MET - {kind.partition(" ")[0] for kind in lived.looks.seen}
    assert not missed, f"the story no longer passes by {sorted(missed)}"
    assert not lived.looks.findings, "\n".join(lived.looks.findings)


async def test_what_was_said_apart_left_no_trace_with_the_others(lived):
    apart = [lived.said("caucus_claimant", 1)[:40], lived.papers.apart[0].name, "Nos marges, entre nous"]
    respondent = lived["respondent"]
    places = [lived.dispute, lived.rooms["joint"], lived.mission, lived.settlement, lived.exhibits["disclosed"]]
    for path in (*places, "/disputes", f"{lived.dispute}/request", f"{lived.dispute}/record"):
        await respondent.goto(path)
        await respondent.sees_nothing_of(*apart, lived.rooms["caucus_claimant"], lived.rooms["private"])


async def test_no_mail_says_what_the_dispute_is_about(lived):
    confidential = [
        lived.request.title,
        lived.request.company,
        lived.papers.disclosed.name,
        lived.papers.log.name,
        lived.case.disclosures[0].purpose[:30],
    ]
    mails = lived.site.mails()
    assert len(mails) > 20
    for path, _address, subject, _text in mails:
        whole = path.read_bytes().decode("utf-8", "replace")
        assert not [word for word in confidential if word in subject or word in whole], subject


async def test_the_same_case_is_mediated_on_postgresql_and_seaweedfs_by_a_worker_of_its_own(
    browser, fresh_postgres, seaweedfs, tmp_path
):
    keys = {name: tmp_path / name for name in ("access", "secret")}
    keys["access"].write_text(seaweedfs.access_key)
    keys["secret"].write_text(seaweedfs.secret_key)
    changes = {
        "ENTENTE_DATABASE_URL": fresh_postgres.replace("postgresql+psycopg:", "postgresql:"),
        "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
        "ENTENTE_S3_ENDPOINT": seaweedfs.url,
        "ENTENTE_S3_REGION": seaweedfs.region,
        "ENTENTE_S3_ACCESS_KEY_FILE": str(keys["access"]),
        "ENTENTE_S3_SECRET_KEY_FILE": str(keys["secret"]),
    }
    persons = Persons(browser)
    with (
        scratch_directory("grand") as directory,
        running_site(directory, changes, worker_apart=True) as grand,
    ):
        table = Table(grand, persons, Path(tmp_path))
        try:
            await story.live(table)
        finally:
            await persons.leave()
        assert not grand.failures()
    assert not persons.complaints, persons.complaints
