"""A deck for Anki: one note an item. Importing again updates the notes and keeps their history."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable, Iterable

import genanki  # type: ignore[import-untyped]

from groundedqa.answer.answers import Quote
from groundedqa.quiz.export.shown import answers, evidence, options, place, source
from groundedqa.quiz.export.xml import escaped, why_wrong
from groundedqa.quiz.items import Choose, Fill, Item, Quiz

_FIELDS = ("Prompt", "Options", "Answer", "Typed", "Quote", "Evidence", "Source", "Page", "Wrong choices")
_QUESTION = '<div class="prompt">{{Prompt}}</div><div class="options">{{Options}}</div>'
_TYPED = "{{type:Typed}}"
_EXPLAINED = (
    '<hr id="answer"><div class="answer">{{Answer}}</div>'
    '<blockquote>{{Quote}}</blockquote><div class="support"><div>Evidence: {{Evidence}}</div>'
    "<div>Source: {{Source}}</div><div>Page: {{Page}}</div></div>"
    '{{#Wrong choices}}<div class="support">{{Wrong choices}}</div>{{/Wrong choices}}'
)
_CSS = """
.card { font-family: system-ui, sans-serif; font-size: 1.1rem; line-height: 1.5; max-width: 42rem; margin: 1rem auto; }
.options, .answer { margin-top: 1rem; white-space: pre-wrap; }
.answer { font-weight: 600; }
blockquote { border-left: 3px solid #8aa; margin: 1rem 0; padding-left: 1rem; white-space: pre-wrap; }
.support { font-size: 0.85rem; color: #667; }
.nightMode .support { color: #aab; }
"""


def write(quiz: Quiz, title: str) -> bytes:
    """The deck as an .apkg file."""
    deck = genanki.Deck(_id_of("deck", title), title)
    choice, typed = _model("choice", _QUESTION), _model("typed", _QUESTION + _TYPED)
    for item in quiz.items:
        claim, kind = item.cards[0]
        deck.add_note(
            genanki.Note(
                model=typed if isinstance(item.task, Fill) else choice,
                fields=_fields(item),
                guid=genanki.guid_for("groundedqa", claim, kind.value),
                tags=_tags(item),
            )
        )
    package = io.BytesIO()
    genanki.Package(deck).write_to_file(package)
    return package.getvalue()


def _model(name: str, question: str) -> genanki.Model:
    return genanki.Model(
        _id_of("model", name),
        f"Grounded {name}",
        fields=[{"name": field} for field in _FIELDS],
        templates=[{"name": "Item", "qfmt": question, "afmt": question + _EXPLAINED}],
        css=_CSS,
    )


def _id_of(*what: str) -> int:
    """A number for Anki that is the same in every export; genanki asks for one of at most 31 bits."""
    return int.from_bytes(hashlib.sha256("\x1f".join(what).encode()).digest()[:4]) >> 1 | 1 << 30


def _fields(item: Item) -> list[str]:
    wrong = item.task.options if isinstance(item.task, Choose) else ()
    return [
        _html(item.prompt),
        "<br>".join(map(_html, options(item.task))),
        "<br>".join(map(_html, answers(item.task))),
        _html(item.task.accepted[0]) if isinstance(item.task, Fill) else "",
        _listed(item.quotes, lambda cited: cited.text),
        _listed(item.quotes, evidence),
        _listed(item.quotes, source),
        _listed(item.quotes, place),
        "".join(f"<p>{_html(option.text)}</p>{_safe(why_wrong(option))}" for option in wrong if option.origin),
    ]


def _listed(quotes: Iterable[Quote], part: Callable[[Quote], str]) -> str:
    """One part of each quote; where there are several, in lists whose numbers go together."""
    parts = [_html(part(cited)) for cited in quotes]
    return parts[0] if len(parts) == 1 else f"<ol>{''.join(f'<li>{text}</li>' for text in parts)}</ol>"


def _html(text: str) -> str:
    return _safe(escaped(text))


def _safe(html: str) -> str:
    # Anki takes [sound:...] and [latex] for commands, and composes accents (NFC) unless they are entities.
    html = html.replace("[", "&#91;")
    if unicodedata.is_normalized("NFC", html):
        return html
    return html.encode("ascii", "xmlcharrefreplace").decode()


def _tags(item: Item) -> list[str]:
    levels = {cited.evidence for cited in item.claims if cited.evidence}
    concepts = {cited.concept.slug for cited in item.claims}
    tags = [f"concept::{slug}" for slug in sorted(concepts)] + [f"evidence::{level}" for level in sorted(levels)]
    return ["_".join(tag.split()) for tag in tags]
