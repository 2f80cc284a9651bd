import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, UndefinedError
from markupsafe import Markup

from odr import words
from odr.ids import AccountId, new_id
from odr.visibility.actor import Actor, CentreRole
from web import rendering
from web.answer import menu
from web.markup import address, name_errors, unbroken

TEMPLATES = sorted(rendering.TEMPLATES.rglob("*.html"))
HOSTILE = '"><script>alert(1)</script>'
IMPORTS = '{% import "shared/forms.html" as forms %}{% import "shared/parts.html" as parts %}'


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    with words.use_language("fr"):
        yield


@pytest.fixture(scope="module")
def environment() -> Environment:
    return rendering.make_environment()


def shown(environment: Environment, body: str, **context: object) -> str:
    return environment.from_string(IMPORTS + body).render(**context)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(rendering.TEMPLATES)))
def test_every_template_compiles(environment: Environment, file: Path):
    name = str(file.relative_to(rendering.TEMPLATES))
    assert environment.get_template(name).name == name


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(rendering.TEMPLATES)))
def test_no_template_holds_what_the_content_policy_refuses(file: Path):
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\ssrc=\"/static/)", source)


def test_rendering_reaches_no_database_and_no_vault():
    tree = ast.parse(Path(rendering.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {
        name for name in imported if name and name.split(".")[0] in {"sqlalchemy", "vault", "boto3", "litestar"}
    }


def test_a_name_that_nobody_gave_is_an_error(environment: Environment):
    with pytest.raises(UndefinedError):
        environment.from_string("{{ forgotten }}").render()


def test_a_page_stands_on_its_defaults_alone():
    page = rendering.render("home/page.html")
    assert '<html lang="fr">' in page
    assert "Se connecter" in page


def test_the_same_page_follows_the_readers_language():
    with words.use_language("en"):
        page = rendering.render("home/page.html")
    assert '<html lang="en">' in page
    assert "Sign in" in page
    assert "Se connecter" not in page


def test_macros_follow_the_reader_though_their_file_is_kept(environment: Environment):
    assert "Aparté" in shown(environment, '{{ parts.room_banner("caucus") }}')
    with words.use_language("en"):
        assert "Caucus" in shown(environment, '{{ parts.room_banner("caucus") }}')


def test_what_people_typed_is_escaped_wherever_it_is_shown(environment: Environment):
    form = {"values": {"title": HOSTILE, "story": HOSTILE, "kind": HOSTILE}, "errors": {"title": HOSTILE}}
    body = (
        "{{ forms.error_summary(form) }}{{ forms.field(form, 'title', bad) }}{{ forms.textarea(form, 'story', bad) }}"
        "{{ forms.select(form, 'kind', bad, [(bad, bad)]) }}{{ forms.radios(form, 'kind', bad, [(bad, bad, bad)]) }}"
        "{{ parts.message(bad, 'claimant', now, bad) }}{{ parts.summary_list([(bad, bad, bad, bad)]) }}"
        "{{ parts.room_banner('caucus', party=bad, mediator=true) }}{{ parts.copyable(bad, bad) }}"
        "{{ _('%(party)s and you. No other party sees anything of this.', party=bad) }}"
    )
    page = shown(environment, body, form=form, bad=HOSTILE, now=datetime.now(UTC))
    assert "<script>" not in page
    assert '""' not in page.replace('value=""', "")


def test_a_form_gives_back_what_was_typed_and_says_what_is_wrong(environment: Environment):
    form = {
        "values": {"title": "Courriels", "story": "Rien", "kind": "mail", "origin": "produced", "agree": "yes"},
        "errors": {"title": "Trop court.", "": "Deux personnes ont agi."},
    }
    body = (
        "{{ forms.error_summary(form) }}{{ forms.field(form, 'title', 'Titre', hint='Bref') }}"
        "{{ forms.textarea(form, 'story', 'Récit') }}{{ forms.select(form, 'kind', 'Nature', [('mail', 'Courriel')]) }}"
        "{{ forms.radios(form, 'origin', 'Origine', [('produced', 'Produite'), ('elaborated', 'Élaborée')]) }}"
        "{{ forms.checkbox(form, 'agree', 'Je consens') }}"
    )
    page = shown(environment, body, form=form)
    assert '<a href="#f-title">Trop court.</a>' in page
    assert "<li>Deux personnes ont agi.</li>" in page
    assert re.search(
        r'value="Courriels" required aria-describedby="f-title-hint f-title-error" aria-invalid="true"', page
    )
    assert re.search(r"<textarea[^>]*>\nRien</textarea>", page)
    assert '<option value="mail" selected>' in page
    assert re.search(r'value="produced" checked', page)
    assert not re.search(r'value="elaborated" checked', page)
    assert re.search(r'name="agree" value="yes" checked', page)


def test_the_summary_of_errors_names_each_field(environment: Environment):
    form = {
        "values": {},
        "errors": {"name": "Requis.", "why": "Requis.", "kind": "Choisissez.", "": "Seul.", "x": "Y."},
    }
    body = (
        "{{ forms.error_summary(form) }}{{ forms.field(form, 'name', 'Nom & titre', optional=true) }}"
        "{{ forms.textarea(form, 'why', 'Pourquoi ?') }}{{ forms.radios(form, 'kind', 'Nature', [('a', 'A')]) }}"
    )
    page = name_errors(shown(environment, body, form=form))
    for named in ('name">Nom &amp; titre\u00a0: Requis.', 'why">Pourquoi ? Requis.', 'kind">Nature\u00a0: Choisissez.'):
        assert f'<a href="#f-{named}</a>' in page
    assert "<li>Seul.</li>" in page
    assert re.findall(r'<a href="#f-(\w+)"', page) == ["x", "name", "why", "kind"]  # as the fields stand
    assert '<a href="#f-x">Y.</a>' in page
    assert '<p class="error" id="f-why-error"><span class="visually-hidden">Erreur\u00a0: </span>Requis.</p>' in page


def test_a_number_stays_whole_and_its_words_stay_as_they_are():
    def whole(number: str) -> str:
        return f'<span class="whole">{number}</span>'

    assert unbroken("La pièce C-1 <b>, M-NVPS-73GQ") == f"La pièce {whole('C-1')} &lt;b&gt;, {whole('M-NVPS-73GQ')}"
    assert unbroken(Markup('<a href="/C-1">loi 95-125</a> 2026-11-26')) == (
        f'<a href="/C-1">loi {whole("95-125")}</a> {whole("2026-11-26")}'
    )
    assert unbroken("(GDPR, art. 17)") == f"(GDPR, {whole('art. 17')})"
    assert unbroken("Your e-mail") == f"Your {whole('e-mail')}"


@pytest.mark.parametrize(
    "kept",
    [
        '<textarea name="t">\nC-1 and M-NVPS-73GQ</textarea>',
        '<option value="C-1">C-1</option>',
        "<code>entente verify C-1</code>",
        '<span class="number" data-side="claimant">C-1</span>',
        '<input value="M-NVPS-73GQ">',
        "dossier-C-1.pdf",
    ],
)
def test_what_people_copy_or_send_is_never_touched(kept: str):
    assert unbroken(Markup(kept)) == kept  # noqa: S704 -- our own, just above


def test_an_address_goes_on_to_the_next_line_at_its_joints_and_stays_escaped():
    assert address("louise.marchand@mercier.example") == "louise<wbr>.marchand<wbr>@mercier<wbr>.example"
    assert address("a@quai-saint-corentin.example") == (
        'a<wbr><span class="whole">@quai-saint-corentin</span><wbr>.example'
    )
    assert address('"<x>"@a.b') == "&#34;&lt;x&gt;&#34;<wbr>@a<wbr>.b"


def test_a_password_is_never_given_back(environment: Environment):
    form = {"values": {"password": "correct horse"}, "errors": {"password": "Non."}}
    assert "correct horse" not in shown(
        environment, "{{ forms.field(form, 'password', 'P', type='password') }}", form=form
    )


def test_the_token_is_the_first_field_of_an_upload_and_the_file_its_last(environment: Environment):
    body = "{% call forms.upload('/x', 'token-1', 5000000, 'F', 'Déposer') %}<input name=title>{% endcall %}"
    page = shown(environment, body)
    names = re.findall(r'<input[^>]* ?name="?([a-z_]+)', page)
    assert names == ["csrf_token", "title", "file"]
    assert "Jusqu\u2019à 5\u00a0Mo par fichier." in page


@pytest.mark.parametrize("kind", ["private", "caucus", "joint", "expert", "notes"])
def test_a_room_is_told_by_a_word_a_sentence_and_a_shape_not_by_colour_alone(environment: Environment, kind: str):
    banner = shown(environment, "{{ parts.room_banner(kind, party='Lumen') }}", kind=kind)
    assert "<svg" in banner
    assert re.search(r"<strong>[^<]+</strong>", banner)
    assert re.search(r'class="room-sentence">[^<]{5,}\.</span>', banner)


def test_the_page_names_the_person_and_posts_sign_out_with_the_token():
    page = rendering.render(
        "home/page.html",
        actor=SimpleNamespace(name="Marie Lefèvre", email="marie@lumen.example"),
        csrf_token="t0ken",
        checkpoint=b"\x00" * 32,
        demo=True,
        menu=[("Différends", "/disputes", True)],
    )
    assert 'action="/sign-out" method="post"' in page
    assert page.count('name="csrf_token" value="t0ken"') == 2
    assert "00000000" in page
    assert 'aria-current="page"' in page


def test_an_error_page_says_what_happened_what_was_kept_and_what_to_do():
    texts = {"happened": "A.", "kept": "B.", "what_to_do": "C.", "reference": "7F3A"}
    for template in ("errors/page.html", "errors/_fragment.html"):
        page = rendering.render(template, title="Titre", **texts)
        assert all(text in page for text in ("Titre", *texts.values()))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in {"meta", "link", "input", "br", "hr", "path", "rect", "circle"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("template", ["home/page.html", "errors/page.html"])
def test_a_page_closes_what_it_opens_and_repeats_no_id(template: str):
    texts = {"title": "T", "happened": "A.", "kept": "B.", "what_to_do": "C.", "reference": "7F3A"}
    tags = _Tags()
    tags.feed(re.sub(r"/>", ">", rendering.render(template, **texts)))
    assert not tags.open
    assert len(tags.ids) == len(set(tags.ids))


def test_compiled_templates_are_kept_where_asked(tmp_path: Path):
    rendering.make_environment(tmp_path).get_template("errors/_fragment.html")
    assert list(tmp_path.iterdir())


def test_the_style_sheet_stays_small_and_asks_nothing_of_elsewhere():
    sheet = (rendering.STATIC / "app.css").read_text(encoding="utf-8")
    assert len(sheet.encode()) < 40_000
    assert "url(" not in sheet
    assert "@import" not in sheet


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/archive", "/archive"),
        ("/archive/1", "/archive"),
        ("/archives", ""),
        ("/custody/1", "/archive"),
        ("/mail-texts", "/people"),
        ("/disputes/1/team", "/disputes"),
        ("/account", ""),
    ],
)
def test_the_menu_says_under_which_entry_a_page_is_found(path: str, entry: str):
    roles = frozenset({CentreRole.SECRETARIAT, CentreRole.ARCHIVIST})
    actor = Actor(AccountId(new_id()), "A", "a@example.org", "fr", "Europe/Paris", roles, ())
    assert [href for _label, href, current in menu(actor, path) if current] == ([entry] if entry else [])
