"""What may be sent apart: refused files, resumable uploads, several files at once, and archives."""

import io
from zipfile import ZipFile

from web.separation.hands import CAUCUS, MINE, OCTETS, TUS, Life
from web.separation.stage import OK


async def be_refused_in_caucus(life: Life, name: str) -> None:
    """The claimant sends a file that was altered on the way, and an empty one: both are refused."""
    path, params = f"{life.room(CAUCUS)}/exhibits", {"name": f"{name}.txt", "kind": "letter"}
    wrong = {"X-Content-SHA256": "0" * 64}
    await life.is_refused("claimant", "POST", path, params=params, content=name.encode() * 9, headers=wrong)
    await life.is_refused("claimant", "POST", path, params=params, content=b"")


async def leave_an_upload(life: Life, name: str) -> None:
    """The claimant begins to send a large file, and leaves."""
    await life.begin_upload("claimant", CAUCUS, name, 50_000_000)


async def finish_an_upload(life: Life, name: str) -> None:
    """The claimant sends a file by the resumable way, and lodges it."""
    content = f"{name}\n".encode() * 60
    place = await life.begin_upload("claimant", CAUCUS, name, len(content))
    life.remember("exhibit_id", await life.send_upload("claimant", place, content))


async def give_an_upload_up(life: Life, name: str) -> None:
    """The claimant gives an upload up."""
    place = await life.begin_upload("claimant", MINE, name, 9_000_000)
    await life.do("claimant", "DELETE", place, headers=TUS)


async def send_many(life: Life, name: str) -> None:
    """The claimant lodges several files in caucus at once."""
    contents = {f"{name} {number}.txt": f"{name} {number}\n".encode() * 50 for number in (1, 2)}
    files = [("file", (file, content, "text/plain")) for file, content in contents.items()]
    said = {"kind": "letter", "origin": "produced"}
    made = await life.do("claimant", "POST", f"{life.room(CAUCUS)}/exhibits/batch", data=said, files=files)
    life.sent += contents.values()
    for each in made["lodged"]:
        life.remember("exhibit_id", str(each["id"]))


async def bundle_for_a_court(life: Life, name: str) -> None:
    """The claimant puts a draft and a caucus exhibit of its own into a bundle for a court."""
    exhibits = [await life.lodge_apart("claimant", room, f"{name} {room}") for room in (MINE, CAUCUS)]
    answer = await life.walkers["claimant"].ask(f"{life.root}/bundle", "POST", json={"exhibits": exhibits})
    if answer.status not in OK:
        raise life.hollow("claimant", "POST", answer)
    await life.worker.drain()


async def send_an_archive(life: Life, name: str) -> None:
    """The claimant sends an archive, whose files are lodged in caucus one by one."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for number in (1, 2):
            content = f"{name}, feuille {number}\n".encode() * 50
            archive.writestr(f"{name}/feuille {number}.txt", content)
            life.sent.append(content)
    content = packed.getvalue()
    place = await life.begin_upload("claimant", CAUCUS, name, len(content), ending="zip")
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": OCTETS}
    await life.do("claimant", "PATCH", place, headers=headers, content=content)
    await life.is_sent_on("claimant", f"{place}/archive", {"what": "all"})
