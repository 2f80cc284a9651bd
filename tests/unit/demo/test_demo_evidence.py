"""The evidence of the CRM case: same bytes each time, well formed, and of one mind about the facts."""

import csv
import email
import email.policy
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from odr.evidence.models import ExhibitKind, Origin
from web.demo.case import crm_case
from web.demo.evidence import EvidenceFile, write_evidence
from web.demo.evidence.facts import CHANGES, PRICE, REQUIREMENTS, RESERVATIONS
from web.demo.evidence.traffic import CLAIMANT_ACCOUNTS
from web.demo.milestones import milestones

TODAY = date(2026, 11, 22)
CLOCKS_WENT_BACK = date(2027, 1, 10)  # the logs cover the last Sunday of October
MSPDI = "{http://schemas.microsoft.com/project}"
LOG_TIME = re.compile(r"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]")
Files = Mapping[str, EvidenceFile]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    written = write_evidence(tmp_path_factory.mktemp("evidence"), TODAY)
    return {one.path.name: one for one in written}


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


def pdf_text(files: Files, name: str) -> str:
    return text_of(files[name].path.read_bytes())


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


def rows(files: Files, name: str) -> list[dict[str, str]]:
    return rows_of(files[name].path.read_bytes())


def project(files: Files, name: str) -> ET.Element:
    return ET.fromstring(files[name].path.read_bytes())  # noqa: S314 -- our own file


def day_of(text: str) -> date:
    day, month, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


def mail(files: Files, name: str) -> EmailMessage:
    parsed = email.message_from_bytes(files[name].path.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def attachment(message: EmailMessage, name: str) -> bytes:
    for part in message.iter_attachments():
        if part.get_filename() == name:
            content = part.get_content()
            return content.encode() if isinstance(content, str) else content
    raise AssertionError(f"nothing attached is called {name}")


def access_times(files: Files) -> list[datetime]:
    text = files["recette-nginx-access.log"].path.read_text("utf-8")
    return [datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z") for stamp in LOG_TIME.findall(text)]


def application_times(path: Path) -> list[datetime]:
    lines = path.read_text("utf-8").splitlines()
    return [datetime.fromisoformat(line[:29]) for line in lines if not line.startswith(" ")]


def test_the_same_day_and_seed_give_the_same_bytes(files: Files, tmp_path: Path) -> None:
    for again in write_evidence(tmp_path, TODAY):
        assert again.path.read_bytes() == files[again.path.name].path.read_bytes(), again.path.name


def test_another_seed_gives_another_traffic_but_the_same_contract(files: Files, tmp_path: Path) -> None:
    other = {one.path.name: one.path for one in write_evidence(tmp_path, TODAY, seed=7)}
    assert other["recette-application.log"].read_bytes() != files["recette-application.log"].path.read_bytes()
    assert other["contrat-signe.pdf"].read_bytes() == files["contrat-signe.pdf"].path.read_bytes()


def test_each_file_is_of_a_kind_and_origin_that_the_vaults_rooms_know(files: Files) -> None:
    assert len(files) == 24
    for one in files.values():
        assert ExhibitKind(one.kind)
        assert Origin(one.origin) is (Origin.ELABORATED if one.party == "expert" else Origin.PRODUCED)
        assert one.path.parent.name == one.party
        assert one.document_date <= TODAY


def test_the_case_names_only_files_that_are_written_and_may_go_where_it_sends_them(files: Files) -> None:
    case = crm_case(TODAY)
    for name in case.mission.supplied:
        assert files[name].first_space == "joint" or files[name].then == "to_joint"
    for one in case.disclosures:
        assert files[one.file].party == one.owner
        assert files[one.file].first_space == "caucus"
        assert files[one.file].then == ("disclosed_on_consent" if one.answer == "consent" else "refused")
    assert files[case.mission.report].party == "expert"


def test_the_register_lists_eleven_changes_worth_thirty_days(files: Files) -> None:
    *changes, total = rows(files, "registre-demandes-modification.csv")
    assert [row["numero"] for row in changes] == [f"DM-{number:02d}" for number in range(1, 12)]
    workdays = sum(Decimal(row["charge_estimee_jours"].replace(",", ".")) for row in changes)
    assert workdays == Decimal(total["charge_estimee_jours"].replace(",", ".")) == 30
    assert {row["avenant_signe"] for row in changes} == {"non"}
    for row in changes:
        asked, answered = (day_of(row[key]) for key in ("date_question_editeur", "date_reponse_client"))
        assert int(row["delai_reponse_jours"]) == (answered - asked).days > 0


def test_the_expert_sorts_the_eleven_changes_as_the_case_says(files: Files) -> None:
    natures = {
        nature: [c for c in CHANGES if c.nature == nature] for nature in ("précision", "extension", "correction")
    }
    assert {nature: len(found) for nature, found in natures.items()} == {
        "précision": 5, "extension": 4, "correction": 2,
    }  # fmt: skip
    assert sum(change.workdays for change in natures["extension"]) == Decimal("18.5")
    report = pdf_text(files, "rapport-d-expertise.pdf")
    assert all(change.code in report for change in CHANGES)
    for weeks in ("9 semaines", "6 semaines", "11 semaines"):
        assert weeks in report


def test_four_equal_invoices_make_the_price_with_its_vat(files: Files) -> None:
    payments = mail(files, "reglement-premieres-factures.eml")
    paid = [text_of(part.get_content()) for part in payments.iter_attachments()]
    unpaid = pdf_text(files, "facture-recette-impayee.pdf")
    assert len(paid) == 2
    for rank, text in enumerate([*paid, unpaid], start=1):
        assert f"Échéance {rank} sur 4" in text
        amounts = [
            Decimal(re.sub(r"\s", "", found).replace(",", "."))
            for found in re.findall(r"(\d{1,3}(?:\s\d{3})*,\d\d)\s?€", text.split("Total hors taxes")[1])
        ]
        net, vat, gross = amounts[:3]
        assert net * 4 == PRICE
        assert vat == net * Decimal("0.2")
        assert gross == net + vat == 14_400
    schedule = crm_case(TODAY).agreement.schedule
    assert sum(line.amount for line in schedule) == 14_400


def test_the_conversion_falls_by_thirty_percent_and_both_sheets_agree(files: Files) -> None:
    *months, before, after = rows(files, "taux-de-transformation.csv")
    leads = rows(files, "suivi-prospects.csv")
    assert len(months) == 12
    for month in months:
        inside = [lead for lead in leads if lead["date_entree"].endswith(month["mois"])]
        assert len(inside) == int(month["prospects"])
        assert sum(lead["statut"] == "gagné" for lead in inside) == int(month["gagnes"])
    rates = [int(part["gagnes"]) / int(part["prospects"]) for part in (before, after)]
    assert round(100 * (1 - rates[1] / rates[0])) == 30
    assert (before["taux_transformation_pct"], after["taux_transformation_pct"]) == ("21,0", "14,7")
    assert "21,0\u202f% à 14,7\u202f%" in crm_case(TODAY).complaint.what_happened


@pytest.mark.parametrize(("version", "changes"), [("planning-reference-v1.xml", 0), ("planning-v4.xml", 11)])
def test_a_project_file_is_whole_and_shows_its_changes(files: Files, version: str, changes: int) -> None:
    root = project(files, version)
    assert root.tag == f"{MSPDI}Project"
    tasks = root.findall(f"{MSPDI}Tasks/{MSPDI}Task")
    names = [task.findtext(f"{MSPDI}Name") or "" for task in tasks]
    assert len([name for name in names if name.startswith("DM-")]) == changes
    uids = {task.findtext(f"{MSPDI}UID") for task in tasks}
    resources = {one.findtext(f"{MSPDI}UID") for one in root.findall(f"{MSPDI}Resources/{MSPDI}Resource")}
    assert len(uids) == len(tasks) == 11 + changes
    assert {one.text for one in root.iter(f"{MSPDI}PredecessorUID")} <= uids
    for assigned in root.findall(f"{MSPDI}Assignments/{MSPDI}Assignment"):
        assert assigned.findtext(f"{MSPDI}TaskUID") in uids
        assert assigned.findtext(f"{MSPDI}ResourceUID") in resources
    for task in tasks:
        start, finish = (datetime.fromisoformat(task.findtext(f"{MSPDI}{tag}") or "") for tag in ("Start", "Finish"))
        assert start <= finish
        assert re.fullmatch(r"PT\d+H0M0S", task.findtext(f"{MSPDI}Duration") or "")


def test_the_last_planning_keeps_the_first_as_its_baseline(files: Files) -> None:
    def finishes(name: str, path: str) -> list[str | None]:
        tasks = project(files, name).findall(f"{MSPDI}Tasks/{MSPDI}Task")
        return [task.findtext(path) for task in tasks[:11]]

    reference = finishes("planning-reference-v1.xml", f"{MSPDI}Finish")
    assert finishes("planning-v4.xml", f"{MSPDI}Baseline/{MSPDI}Finish") == reference
    slip = datetime.fromisoformat(finishes("planning-v4.xml", f"{MSPDI}Finish")[-1] or "") - datetime.fromisoformat(
        reference[-1] or ""
    )
    assert timedelta(weeks=26) <= slip <= timedelta(weeks=26, days=4)


def test_the_calendar_obeys_rfc_5545_in_its_lines_and_blocks(files: Files) -> None:
    raw = files["planning-v3.ics"].path.read_bytes()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert all(line.decode() is not None for line in raw.split(b"\r\n"))  # no fold inside a character
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    starts = [line[17:] for line in lines if line.startswith("DTSTART;VALUE=DATE:")]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(starts) == 11 + 8
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == 19
    changes = [line for line in lines if line.startswith("SUMMARY:DM-")]
    assert len(changes) == 8


def test_the_second_planning_slips_by_seven_weeks(files: Files) -> None:
    *tasks, slip = rows(files, "planning-v2.csv")
    assert 49 <= int(slip["ecart_jours"]) <= 52
    assert all(int(row["ecart_jours"]) >= 0 for row in tasks)


@pytest.mark.parametrize(
    "name",
    [
        "accord-sur-les-specifications.eml",
        "reglement-premieres-factures.eml",
        "relance-date-ferme.eml",
        "import-interrompu.eml",
        "note-interne-budget.eml",
        "demande-dm-07-dedoublonnage.eml",
        "relances-questions-sans-reponse.eml",
        "note-interne-charge-reprise.eml",
    ],
)
def test_a_mail_parses_without_a_defect(files: Files, name: str) -> None:
    message = mail(files, name)
    raw = files[name].path.read_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    for part in message.walk():
        assert part.defects == []
        assert [defect for header in part.values() for defect in getattr(header, "defects", ())] == []
    assert message["Message-ID"].startswith("<")
    sent = message["Date"].datetime
    assert sent.date() == files[name].document_date
    if message["In-Reply-To"]:
        assert message["References"].split()[-1] == message["In-Reply-To"]
        body = message.get_body(("plain",))
        assert body is not None
        assert "\n> " in body.get_content()


def test_the_specification_was_called_sufficient_before_the_signature(files: Files) -> None:
    message = mail(files, "accord-sur-les-specifications.eml")
    body = message.get_body(("plain",))
    assert body is not None
    assert "complet et suffisant pour démarrer" in " ".join(body.get_content().split())
    assert message["Date"].datetime.date() < milestones(TODAY).contract_signed
    matrix = rows_of(attachment(message, "Matrice des exigences - réponses éditeur.csv"))
    wanted = [one for one in REQUIREMENTS if one.in_version(0)]
    assert [row["code"] for row in matrix] == [one.code for one in wanted]


def test_a_mail_carries_its_forwarded_mails_and_its_minutes(files: Files) -> None:
    message = mail(files, "relances-questions-sans-reponse.eml")
    kinds = [part.get_content_type() for part in message.iter_attachments()]
    assert sorted(kinds) == ["application/pdf", "message/rfc822", "message/rfc822"]
    minutes = text_of(attachment(message, "CR comité de pilotage.pdf"))
    assert "comité de pilotage n° 4" in minutes.replace("\xa0", " ")
    inner = [part.get_content() for part in message.iter_attachments() if part.get_content_type() == "message/rfc822"]
    assert all(one["Date"].datetime < message["Date"].datetime for one in inner)


def test_the_import_report_rejects_as_many_lines_as_the_mail_says(files: Files) -> None:
    message = mail(files, "import-interrompu.eml")
    rejects = rows_of(attachment(message, "rapport-import-rejets.csv"))
    assert len(rejects) == 143
    assert {row["motif"] for row in rejects} == {""}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contrat-signe.pdf", ["48 000 € hors taxes", "57 600,00 €", "22 mai 2026", "cinq jours ouvrés", "4 800 €"]),
        ("cahier-des-charges-v1.0.pdf", ["1.0", "Importer les contacts existants", "L’import évite les doublons"]),  # noqa: RUF001 -- French
        ("cahier-des-charges-v1.3.pdf", ["Suivi des versions", "Importer les contacts de trois fichiers", "DM-08"]),
        ("pv-de-recette.pdf", ["sept essais", "Quatorze réserves", "5 bloquantes", "12 480 fiches"]),
        ("mise-en-demeure.pdf", ["mettons en demeure", "14 400 €", "28 800 €", "F2026-0164"]),
        ("facture-recette-impayee.pdf", ["F2026-0164", "14 400,00 €", "mise à disposition en recette"]),
        ("rapport-d-expertise.pdf", ["Imogen Thackeray-Voss", "elle ne tranche aucune responsabilité"]),
    ],
)
def test_a_document_opens_and_says_what_the_story_needs(files: Files, name: str, words: list[str]) -> None:
    text = re.sub(r"\s", " ", pdf_text(files, name))
    for word in words:
        assert word in text, word


def test_every_document_carries_its_fonts_and_its_own_date(files: Files) -> None:
    for one in files.values():
        if one.path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(one.path)
            try:
                assert one.document_date.strftime("D:%Y%m%d") in document.get_metadata_dict()["CreationDate"]
            finally:
                document.close()
            assert b"/FontFile" in one.path.read_bytes()


def test_the_report_of_acceptance_counts_its_own_reservations() -> None:
    assert len(RESERVATIONS) == 14
    assert [sum(line[0] == level for line in RESERVATIONS) for level in ("bloquante", "majeure", "mineure")] == [
        5,
        6,
        3,
    ]
    assert {line[1] for line in RESERVATIONS} <= {one.code for one in REQUIREMENTS}
    assert len([one for one in REQUIREMENTS if one.in_version(8)]) == 22


def test_the_logs_are_long_and_never_go_back_in_time(files: Files) -> None:
    for times in (access_times(files), application_times(files["recette-application.log"].path)):
        assert len(times) >= 20_000
        assert times == sorted(times)


def test_the_logs_stay_in_order_when_the_clocks_go_back(tmp_path: Path) -> None:
    files = {one.path.name: one for one in write_evidence(tmp_path, CLOCKS_WENT_BACK)}
    for times in (access_times(files), application_times(files["recette-application.log"].path)):
        assert times == sorted(times)
        assert {one.utcoffset() for one in times} == {timedelta(hours=1), timedelta(hours=2)}


def test_the_two_logs_tell_of_the_same_imports(files: Files) -> None:
    access = files["recette-nginx-access.log"].path.read_text("utf-8").splitlines()
    application = files["recette-application.log"].path.read_text("utf-8")
    timeouts = [line for line in access if "/reprise/contacts" in line and '" 504 ' in line]
    assert len(timeouts) == application.count("DelaiDepasseException") == 9
    for line in timeouts:
        ident = line.rsplit("rid=", 1)[1]
        assert f"[{ident}] délai de 60 s dépassé après 1960 fiches sur 12480" in application
    assert application.count("import terminé") == 3


def test_errors_burst_on_the_first_days_and_the_report_counts_them(files: Files) -> None:
    lines = files["recette-nginx-access.log"].path.read_text("utf-8").splitlines()
    errors = [line for line in lines if '" 500 ' in line]
    outage = [line for line in lines if '" 502 ' in line]
    days = list(dict.fromkeys(line.split("[")[1][:11] for line in lines if "/connexion" in line))
    early = [line for line in errors if line.split("[")[1][:11] in days[:3]]
    assert len(early) > len(errors) * 0.6
    assert {line.split("[")[1][:11] for line in outage} == {days[1]}
    report = pdf_text(files, "rapport-d-expertise.pdf").replace("\u202f", "")
    assert f"premiers jours ouvrés {len(errors)}" in report
    assert f"10 h 53 {len(outage)}" in report


def test_nobody_of_the_claimants_signs_in_during_the_quiet_weeks(files: Files) -> None:
    when = milestones(TODAY)
    seen: set[date] = set()
    for line in files["recette-nginx-access.log"].path.read_text("utf-8").splitlines():
        account = line.split(" ", 3)[2]
        if account in CLAIMANT_ACCOUNTS:
            found = LOG_TIME.search(line)
            assert found is not None
            seen.add(datetime.strptime(found[1], "%d/%b/%Y:%H:%M:%S %z").date())
    assert not {day for day in seen if when.quiet_from <= day < when.quiet_until}
    assert min(seen) == when.acceptance_opened
    assert max(seen) == when.acceptance_closed


def test_only_reserved_addresses_and_domains_appear(files: Files) -> None:
    domains = re.compile(r"[\w.-]+@([\w.-]+\w)")
    for one in files.values():
        if one.path.suffix == ".eml":
            parts = [part for part in mail(files, one.path.name).walk() if not part.is_multipart()]
            texts = [part.get_content() for part in parts if part.get_content_maintype() == "text"]
            texts.append(str(mail(files, one.path.name).items()))
        elif one.path.suffix != ".pdf":
            texts = [one.path.read_text("utf-8")]
        else:
            texts = [pdf_text(files, one.path.name)]
        found = {domain for text in texts for domain in domains.findall(text)}
        assert all(domain.endswith((".example", "example.org")) for domain in found), one.path.name
    addresses = set(re.findall(r"^\S+", files["recette-nginx-access.log"].path.read_text("utf-8"), re.MULTILINE))
    assert all(one.startswith(("192.0.2.", "198.51.100.", "203.0.113.")) for one in addresses)
