"""Every part of the pages' look on one sheet, served on loopback under the real content security policy, to be seen."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
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


class _Server(ThreadingHTTPServer):
    orders: list[list[str]]


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
            file = STATIC / address.path.removeprefix("/static/")
            self._answer(200, guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())
        elif address.path == "/home":
            self._answer(200, "text/html; charset=utf-8", page("home/page.html", language).encode())
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
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fence = b"--" + self.headers["Content-Type"].partition("boundary=")[2].encode()
        parts = [part.removeprefix(b"\r\n").partition(b"\r\n\r\n") for part in body.split(fence)[1:-1]]
        self.server.orders.append([head.partition(b'name="')[2].partition(b'"')[0].decode() for head, _, _ in parts])
        head, _blank, data = parts[-1]
        data = data.removesuffix(b"\r\n")
        name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
        answer: dict[str, object]
        if "refused" in name:
            answer, status = {"title": "Ce fichier est infecté.", "what_to_do": "Nettoyez-le, puis renvoyez-le."}, 422
        else:
            digest = sha256(data + (b"!" if "swapped" in name else b"")).hexdigest()
            answer, status = (
                {
                    "exhibit": {
                        "number": "C-7",
                        "name": name,
                        "size": len(data),
                        "sha256": digest,
                        "receipt_pdf_url": "/receipt",
                        "url": "/exhibit",
                    }
                },
                201,
            )
        self._answer(status, "application/json", json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it
        """Say nothing."""


@contextmanager
def served_gallery() -> Iterator[_Server]:
    """Serve the sheets on a free port of loopback; `orders` lists the parts' names of each upload, as they came."""
    with _Server(("127.0.0.1", 0), _Sheets) as server:
        server.orders = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
