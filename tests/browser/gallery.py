"""Every part of the pages' look on one sheet, served on loopback under the real content security policy, to be seen."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from jinja2 import ChoiceLoader, FileSystemLoader

from odr import words
from odr.archive.verifying import PAGE_STATIC
from web.rendering import STATIC, make_environment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DIGEST = sha256(b"planning").digest()


def _context(room: str, *, wrong: bool) -> dict[str, object]:
    typed = {
        "title": "Courriels <mars>",
        "amount": "48000",
        "story": "Rien de tel n'est venu.",
        "origin": "produced",
    }
    errors = {"day": "Indiquez une date qui existe.", "kind": "Choisissez la nature de la pièce."} if wrong else {}
    return {
        "room": room,
        "form": {"values": typed, "errors": errors},
        "actor": SimpleNamespace(name="Marie Lefèvre", email="marie@lumen.example"),
        "menu": [("Différends", "#", True), ("Tâches", "#", False), ("Archives", "#", False)],
        "centre_name": "Centre de médiation",
        "checkpoint": DIGEST,
        "demo": True,
        "now": NOW,
        "earlier": NOW - timedelta(days=3),
        "digest": DIGEST,
        "steps": [
            {"label": "Saisine", "state": "done", "note": "3 nov."},
            {"label": "Recevabilité", "state": "done", "note": "5 nov."},
            {"label": "Invitation", "state": "done", "note": "9 nov."},
            {"label": "Convention", "state": "done", "note": "12 nov."},
            {"label": "Médiation", "state": "current", "note": "2 janv."},
            {"label": "Accord", "state": "todo", "note": ""},
            {"label": "Signature", "state": "todo", "note": ""},
            {"label": "Archives", "state": "todo", "note": ""},
        ],
        "tasks": [
            {
                "label": "Répondre à la demande de divulgation",
                "href": "#",
                "hint": "La médiatrice voudrait montrer la pièce 4.",
                "due": NOW + timedelta(hours=7),
                "urgent": True,
            },
            {"label": "Relire le compte rendu du 18 novembre", "href": "#", "due": NOW + timedelta(days=3, hours=8)},
            {"label": "Signer la convention", "href": "#", "done": True},
        ],
        "rows": [
            ("C-1", "Contrat de licence", "joint", 812_000),
            ("C-2", "Courriels de mars à juin", "caucus", 4_215_332),
            ("E-1", "Rapport d'expertise", "expert", 99),
        ],
        "events": [
            {
                "when": NOW - timedelta(minutes=20),
                "text": "Logiciels Cobalt a déposé R-4",
                "by": "Paul Cobalt",
                "href": "#",
                "room": "joint",
            },
            {"when": NOW - timedelta(days=1), "text": "La médiatrice vous a écrit", "room": "caucus"},
            {"when": NOW - timedelta(days=12), "text": "La convention est signée par tous"},
        ],
    }


def gallery(room: str = "joint", language: str = "fr", *, wrong: bool = False) -> str:
    """The sheet as HTML."""
    environment = make_environment()
    assert environment.loader
    environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(Path(__file__).parent)])
    with words.use_reader(words.Reader(words.known_language(language) or words.FRENCH, words.home_zone, NOW)):
        return environment.get_template("gallery.html").render(**_context(room, wrong=wrong))


def page(template: str, language: str, **context: object) -> str:
    """A page of the product, rendered as a stranger sees it."""
    with words.use_reader(words.Reader(words.known_language(language) or words.FRENCH, words.home_zone, NOW)):
        return make_environment().get_template(template).render(**context)


@dataclass
class _Upload:
    """A file on its way to this sheet's stand-in for the server: as tus 1.0 has it, nothing kept."""

    name: str
    size: int
    bytes: bytes = b""


class _Server(ThreadingHTTPServer):
    orders: list[list[str]]
    uploads: list[_Upload]


class _Sheets(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        language = asked.get("language", "fr")
        if address.path.startswith("/static/"):
            name = address.path.removeprefix("/static/")
            file = next(place / name for place in (STATIC, PAGE_STATIC) if (place / name).is_file())
            self._answer(200, guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())
        elif address.path == "/home":
            self._answer(200, "text/html; charset=utf-8", page("home/page.html", language).encode())
        elif address.path == "/upload":
            self._answer(200, "application/json", b'{"uploads": []}')
        elif address.path == "/error":
            texts = {
                "title": "Ce fichier n'a pas pu être reçu",
                "happened": "La connexion s'est arrêtée avant la fin de l'envoi.",
                "kept": "Votre brouillon et les autres pièces sont intacts.",
                "what_to_do": "Renvoyez le fichier depuis la page de dépôt.",
                "reference": "7F3A-22C1",
            }
            self._answer(200, "text/html; charset=utf-8", page("errors/page.html", language, **texts).encode())
        else:
            sheet = gallery(asked.get("room", ""), language, wrong="wrong" in asked)
            self._answer(200, "text/html; charset=utf-8", sheet.encode())

    def do_POST(self) -> None:
        uploads = self.server.uploads
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path == "/upload":
            pairs = [pair.partition(" ") for pair in self.headers["Upload-Metadata"].split(",")]
            said = {key: b64decode(value).decode() for key, _, value in pairs}
            self.server.orders.append(sorted(said))
            uploads.append(_Upload(said["name"], int(self.headers["Upload-Length"])))
            if "refused" in said["name"]:
                told = {"title": "Ce fichier est infecté.", "what_to_do": "Nettoyez-le, puis renvoyez-le.", "code": "x"}
                self._answer(422, "application/json", json.dumps(told).encode())
            else:
                self._tell(201, Location=f"/upload/{len(uploads) - 1}")
            return
        upload = self._upload()
        digest = sha256(upload.bytes + (b"!" if "swapped" in upload.name else b"")).hexdigest()
        facts = {"number": "C-7", "name": upload.name, "size": upload.size, "sha256": digest}
        answer = {"exhibit": {**facts, "receipt_pdf_url": "/receipt", "url": "/exhibit"}}
        self._answer(201, "application/json", json.dumps(answer).encode())

    def do_HEAD(self) -> None:
        upload = self._upload()
        self._tell(200, **{"Upload-Offset": str(len(upload.bytes)), "Upload-Length": str(upload.size)})

    def do_PATCH(self) -> None:
        upload = self._upload()
        assert int(self.headers["Upload-Offset"]) == len(upload.bytes)
        upload.bytes += self.rfile.read(int(self.headers["Content-Length"]))
        self._tell(204, **{"Upload-Offset": str(len(upload.bytes))})

    def do_DELETE(self) -> None:
        self._tell(204)

    def _upload(self) -> "_Upload":
        return self.server.uploads[int(self.path.split("/")[2])]

    def _tell(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it
        """Say nothing."""


@contextmanager
def served_gallery() -> Iterator[_Server]:
    """Serve the sheets on a free port of loopback; `orders` lists what each upload's maker said of it."""
    with _Server(("127.0.0.1", 0), _Sheets) as server:
        server.orders, server.uploads = [], []
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
