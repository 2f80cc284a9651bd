"""Last touches on a rendered page: errors that name their fields, exhibit numbers that stay whole."""

import re
from html import unescape
from typing import Final

from markupsafe import Markup, escape

from odr.words import _

_SUMMARY: Final = re.compile(r'<div class="error-summary".*?</div>', re.DOTALL)
_ERROR: Final = re.compile(r'<a href="#(?P<field>[^"]+)">(?P<sentence>.*?)</a>', re.DOTALL)
_ASIDE: Final = re.compile(r'<span class="(?:quiet|hint)">.*?</span>', re.DOTALL)
_NUMBER: Final = re.compile(r"<[^>]*>|(?<![\w-])(?:[A-Z]{1,3}|\d{1,2})-\d+(?![\w-])")  # or a tag, which stays
_ENDS: Final = ("?", "!", ".", "…", ":")


def name_errors(page: str) -> Markup:
    """Put its field's label before each sentence of the summary of errors, so that alike sentences are told apart.

    A summary stands above its form, so the labels are known once the page is whole.
    """

    def named(error: re.Match[str]) -> str:
        label = _label(page, error["field"])
        if not label:
            return error[0]
        sentence = Markup(error["sentence"])  # noqa: S704 -- out of a page of ours, escaped as it was rendered
        return f'<a href="#{error["field"]}">{_joined(label, sentence)}</a>'

    return Markup(_SUMMARY.sub(lambda summary: _ERROR.sub(named, summary[0]), page))  # noqa: S704 -- a page of ours


def unbroken(text: str) -> Markup:
    """Keep every exhibit's number ("C-12") and law's ("95-125") of a sentence on one line; its words stay."""
    return Markup(_NUMBER.sub(_whole, escape(text)))  # noqa: S704 -- escaped right here


def _whole(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span class="whole">{found[0]}</span>'


def _label(page: str, field: str) -> str:
    place = re.escape(field)
    found = re.search(rf'<label for="{place}">(.*?)</label>', page, re.DOTALL) or re.search(
        rf'<fieldset[^>]* id="{place}"[^>]*>\s*<legend>(.*?)</legend>', page, re.DOTALL
    )
    return unescape(re.sub(r"<[^>]*>", "", _ASIDE.sub("", found[1]))).strip() if found else ""


def _joined(label: str, sentence: Markup) -> Markup:
    if label.endswith(_ENDS):
        return escape(label) + Markup(" ") + sentence
    return escape(_("%(field)s: %(sentence)s")) % {"field": label, "sentence": sentence}
