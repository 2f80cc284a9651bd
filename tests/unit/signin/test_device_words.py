import pytest

from odr.words import use_language
from web.signin.phrases import device_words

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (MAC, "Safari sur macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("python-httpx/0.28.1", "python-httpx/0.28.1"),
        ("x" * 500, "x" * 60),
        ("", "Appareil inconnu"),
    ],
)
def test_a_device_is_called_by_its_browser_and_its_system(agent: str, words: str) -> None:
    with use_language("fr"):
        assert device_words(agent) == words
