"""Last touches on a rendered page: errors name their fields, numbers stay whole, addresses break at their joints."""

import re
from html import unescape
from typing import Final

from markupsafe import Markup, escape

from odr.words import _

_SUMMARY: Final = re.compile(
    r'(?P<head><div class="error-summary".*?<ul>\s*)<li>.*?</li>(?P<foot>\s*</ul>\s*</div>)', re.DOTALL
)
_ITEM: Final = re.compile(r"<li>.*?</li>", re.DOTALL)
_ERROR: Final = re.compile(r'<a href="#(?P<field>[^"]+)">(?P<sentence>.*?)</a>', re.DOTALL)
_ASIDE: Final = re.compile(r'<span class="(?:quiet|hint)">.*?</span>', re.DOTALL)
_NUMBER: Final = re.compile(  # or what stays as it is: a tag, what holds no tags, what people copy or is whole already
    r"<(?P<kept>textarea|option|script|style|title|code|pre)\b.*?</(?P=kept)>|<span class=\"number\".*?</span>|<[^>]*>"
    r"|(?<![\w-])(?:M-\w{4}-\w{4}|[A-Z]{1,3}-\d+|\d{1,4}-\d{1,3}|\d{4}-\d\d-\d\d|[Ee]-mails?|art\.\s\d[\d-]*)(?![\w-])",
    re.DOTALL,
)
_JOINT: Final = re.compile(r"(?<!^)(?=[@.])")
_SHORT: Final = 24  # characters of a part of an address that fits a phone's line
_ENDS: Final = ("?", "!", ".", "…", ":")


def name_errors(page: str) -> Markup:
    """Put its field's label before each sentence of the summary of errors, and the sentences in the fields' order.

    Sentences are often alike. A summary stands above its form, so the labels are known once the page is whole.
    """

    def named(error: re.Match[str]) -> str:
        label = _label(page, error["field"])
        if not label:
            return error[0]
        sentence = Markup(error["sentence"])  # noqa: S704 -- out of a page of ours, escaped as it was rendered
        return f'<a href="#{error["field"]}">{_joined(label, sentence)}</a>'

    def whole(summary: re.Match[str]) -> str:
        items = sorted(_ITEM.findall(summary[0]), key=lambda item: _place(page, item))
        return summary["head"] + "\n".join(_ERROR.sub(named, item) for item in items) + summary["foot"]

    return Markup(_SUMMARY.sub(whole, page))  # noqa: S704 -- a page of ours


def unbroken(text: str) -> Markup:
    """Keep every reference, date, exhibit's number ("C-12"), law's ("95-125", "art. 17"), SHA-256, e-mail on one line.

    What is copied from the page stays as it was written.
    """
    return Markup(_NUMBER.sub(_whole, escape(text)))  # noqa: S704 -- escaped right here


def whole(text: str) -> Markup:
    """A word that no line breaks: an address of which only letters are shown would part at its dots."""
    return Markup('<span class="whole">{}</span>').format(text)


def address(text: str) -> Markup:
    """Let a long e-mail address go on to the next line before its @ and its dots, and at no hyphen."""
    parts = [whole(part) if "-" in part and len(part) <= _SHORT else escape(part) for part in _JOINT.split(text)]
    return Markup("<wbr>").join(parts)


def _whole(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span class="whole">{found[0]}</span>'


def _place(page: str, item: str) -> int:
    """Where the field of an error stands; what is wrong with the whole form comes first."""
    error = _ERROR.search(item)
    return page.find(f' id="{error["field"]}"') if error else -1


def _label(page: str, field: str) -> str:
    place = re.escape(field)
    found = re.search(rf'<label[^>]* for="{place}">(.*?)</label>', page, re.DOTALL) or re.search(
        rf'<fieldset[^>]* id="{place}"[^>]*>\s*<legend>(.*?)</legend>', page, re.DOTALL
    )
    return unescape(re.sub(r"<[^>]*>", "", _ASIDE.sub("", found[1]))).strip() if found else ""


def _joined(label: str, sentence: Markup) -> Markup:
    if label.endswith(_ENDS):
        return escape(label) + Markup(" ") + sentence
    return escape(_("%(field)s: %(sentence)s")) % {"field": label, "sentence": sentence}
