"""A document of one empty page, with which sealing is tried out."""

from typing import Final

_OBJECTS: Final = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
)


def _written() -> bytes:
    body, places = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for number, each in enumerate(_OBJECTS, start=1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places), len(body))
    return body + b"xref\n0 %d\n%s" % (len(places), b"".join(places)) + end


PROBE: Final = _written()
