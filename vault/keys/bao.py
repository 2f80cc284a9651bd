"""A narrow client of OpenBao: a token that is read again when its file changes, two verbs, and errors without text.

Nothing that was sent or answered is ever in an error, a log or a traceback: httpx's own errors carry their request, so
they are dropped where they arise.
"""

import logging
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from vault.config import BaoKey
from vault.errors import ConfigurationError, KeyRootError, KeyRootUnavailableError
from vault.keys.files import read_secret
from vault.keys.secret import Secret, zero

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0
MAX_ANSWER: Final = 256 * 1024
_FORBIDDEN: Final = 403
_TOO_MANY: Final = 429
_SERVER_FAILS: Final = 500
_MOVED: Final = 300

for _noisy in ("httpx", "httpcore"):  # at DEBUG they write headers, the token among them
    logging.getLogger(_noisy).setLevel(logging.WARNING)


class _Answer(msgspec.Struct):
    data: dict[str, Any]


class _Token(msgspec.Struct):
    client_token: str


class _SignedIn(msgspec.Struct):
    auth: _Token


class Bao:
    """One transit key's service. Used from threads; nothing is contacted before the first call."""

    def __init__(self, config: BaoKey) -> None:
        if config.token_file is None and (config.role_id is None or config.secret_id_file is None):
            raise ConfigurationError("OpenBao needs a token file, or a role id and a file with its secret id")
        address = httpx.URL(config.url)
        *mount, self.key = address.path.strip("/").split("/")
        self.mount = "/".join(mount)
        if not self.mount or not self.key:
            raise ConfigurationError("OpenBao's address must end with the transit engine's place and the key's name")
        self.place = "/".join(part for part in (config.namespace, self.mount, self.key) if part)
        self._config = config
        self._token: str | None = None
        self._token_seen: tuple[int, int] | None = None
        self._login = threading.Lock()
        try:
            self._trust = ssl.create_default_context(cafile=None if config.ca_file is None else str(config.ca_file))
        except OSError:
            raise ConfigurationError(f"{config.ca_file} is no certificate of an authority in PEM") from None
        self._base = address.copy_with(path="/v1/")

    def get(self, path: str) -> dict[str, Any]:
        """Ask for facts. Raises KeyRootError, KeyRootUnavailableError."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Have something done. Raises KeyRootError, KeyRootUnavailableError."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        token, fresh = self._current_token()
        status, answer = self._send(method, path, body, token)
        if status == _FORBIDDEN and self._config.token_file is None and not fresh:  # the AppRole's token has ended
            token, _ = self._current_token(again=token)
            status, answer = self._send(method, path, body, token)
        return _judged(status, answer)

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None, token: str | None) -> tuple[int, bytes]:
        """One request; the status and the body, cut where it is longer than any answer of transit."""
        answer = bytearray()
        headers = {"X-Vault-Request": "true"}
        if self._config.namespace:
            headers["X-Vault-Namespace"] = self._config.namespace
        if token is not None:
            headers["X-Vault-Token"] = token
        try:
            with self._connection() as http, http.stream(method, path, json=body, headers=headers) as response:
                for part in response.iter_bytes():
                    answer += part
                    if len(answer) > MAX_ANSWER:
                        break
                return response.status_code, bytes(answer[:MAX_ANSWER])
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            kind = type(error).__name__
        raise KeyRootUnavailableError(f"OpenBao cannot be reached ({kind})")

    def _connection(self) -> httpx.Client:
        """A connection for one call: calls are rare, since space keys are cached, and nothing is left to be closed."""
        return httpx.Client(
            base_url=self._base,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
        )

    def _current_token(self, *, again: str | None = None) -> tuple[str, bool]:
        """The token, and whether it was got just now. ``again``: the token that no longer serves."""
        with self._login:
            if self._config.token_file is not None:
                return self._token_of(self._config.token_file), True
            if self._token is not None and self._token != again:
                return self._token, False
            self._token = self._sign_in()
            return self._token, True

    def _token_of(self, path: Path) -> str:
        try:
            facts = path.stat()
        except OSError:
            raise KeyRootUnavailableError("the file with OpenBao's token is not there") from None
        seen = facts.st_mtime_ns, facts.st_ino
        if self._token is None or seen != self._token_seen:
            try:
                self._token = _printable(read_secret(path))
            except ConfigurationError as error:
                raise KeyRootError(str(error)) from None
            self._token_seen = seen
        return self._token

    def _sign_in(self) -> str:
        if self._config.role_id is None or self._config.secret_id_file is None:  # pragma: no cover -- see __init__
            raise KeyRootError("OpenBao needs a role id and a secret id")
        try:
            secret_id = _printable(read_secret(self._config.secret_id_file))
        except ConfigurationError as error:
            raise KeyRootError(str(error)) from None
        body = {"role_id": self._config.role_id, "secret_id": secret_id}
        status, answer = self._send("POST", "auth/approle/login", body, None)
        _judged(status, b"")
        try:
            return msgspec.json.decode(answer, type=_SignedIn).auth.client_token
        except msgspec.MsgspecError:
            raise KeyRootError("OpenBao did not let the role in") from None


def number_of(facts: Mapping[str, Any], name: str) -> int:
    """A whole number of an answer. Raises KeyRootError."""
    found = facts.get(name)
    if not isinstance(found, int) or found < 1:
        raise KeyRootError("OpenBao answered with something else than was asked")
    return found


def text_of(facts: Mapping[str, Any], name: str) -> str:
    """A text of an answer. Raises KeyRootError."""
    found = facts.get(name)
    if not isinstance(found, str):
        raise KeyRootError("OpenBao answered with something else than was asked")
    return found


def _judged(status: int, answer: bytes) -> dict[str, Any]:
    """The data of an answer. Only its status is told: its text may repeat what was sent."""
    if status == _TOO_MANY or status >= _SERVER_FAILS:  # throttled, sealed, standing by, failing
        raise KeyRootUnavailableError(f"OpenBao does not answer now ({status})")
    if status >= _MOVED:
        raise KeyRootError(f"OpenBao refused ({status})")
    try:
        return msgspec.json.decode(answer, type=_Answer).data if answer else {}
    except msgspec.MsgspecError:
        raise KeyRootError("OpenBao answered with something else than was asked") from None


def _printable(content: Secret) -> str:
    text = content.decode("latin-1").strip()
    zero(content)
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigurationError("the secret file for OpenBao holds no token")
    return text
