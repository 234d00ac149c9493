"""Text of pages and questions as HTML that is safe to show: nothing in it is ever run.

Everything that a page or a question contains goes through here or through `plain_label`. Raw HTML
shows as text, only web addresses and pages of the base become links, and images, which would be
fetched from elsewhere, show as their description.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from groundedqa.base.models import Passage
from groundedqa.index.reading import Index
from groundedqa.text.plain import CITATION, KEY, PAGE_LINK
from groundedqa.text.words import STOPWORDS, stem, terms, words_in

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/])")
# What Streamlit replaces in a label even where it is escaped: its logo, icons, and signs that stand alone.
_REPLACED = re.compile(r":(?=streamlit:|material[_/])|(?<!\S)[<>~-](?=(?:[->=]|->)(?!\S))")
_JOINER = "\N{WORD JOINER}"  # takes no room, and keeps the two sides from being read as one


def to_html(
    index: Index, text: str, highlight: Collection[str] = (), inline: bool = False, new_tab: bool = True
) -> str:
    """Markdown of a page as HTML; words whose stems are in `highlight` are marked.

    Args:
        inline: the text is one run of words, not paragraphs and lists.
        new_tab: links to pages of the base open beside what is shown now.
    """
    env = {"index": index, "highlight": frozenset(highlight), "target": "_blank" if new_tab else "_self"}
    return str(_markdown.renderInline(" ".join(text.split()), env) if inline else _markdown.render(text, env))


def plain_label(text: str) -> str:
    """A text for a widget's label, where Streamlit would read Markdown and directives: all escaped."""
    parted = _REPLACED.sub(lambda found: found[0] + _JOINER, " ".join(text.split()))
    return _MARKDOWN.sub(r"\\\1", parted)


def highlighted(query: str) -> frozenset[str]:
    """The stems that a query has in common with what it finds, to be marked there."""
    return frozenset(terms(query))


def concept_address(slug: str, passage: Passage | None = None) -> str:
    """The address of a concept's page in the app, at a passage."""
    place = {"concept": slug} | ({"passage": passage.id} if passage else {})
    return "concepts?" + urlencode(place)


def inspect_address(query: str, passage_id: str | None = None) -> str:
    """The relative address at which a question is inspected, for a passage that should have answered it."""
    named = {"q": query} | ({"claim": passage_id} if passage_id else {})
    return f"inspect?{urlencode(named)}"


def _wikilink_rule(state: StateInline, silent: bool) -> bool:
    found = PAGE_LINK.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = (found["label"] or found["page"]).strip()
        token.meta = {"target": found["page"].strip()}
    state.pos = found.end()
    return True


def _citation_rule(state: StateInline, silent: bool) -> bool:
    found = CITATION.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("citation", "", 0).content = found[0]
    state.pos = found.end()
    return True


class _Renderer(RendererHTML):
    """Renders the tokens that are ours, and text with the words of the query marked."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _mark_words(tokens[idx].content, env["highlight"])

    def wikilink(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        index: Index = env["index"]
        label = _mark_words(tokens[idx].content, env["highlight"])
        target = tokens[idx].meta["target"]
        slug = target if target in index.concepts else index.names.get(tuple(terms(target)))
        if slug is None:
            return label
        return f'<a href="{escape(concept_address(slug))}" target="{env["target"]}">{label}</a>'

    def citation(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        index: Index = env["index"]
        found = [index.sources[key] for key in KEY.findall(tokens[idx].content) if key in index.sources]
        if not found:
            return escape(tokens[idx].content)
        names = [
            f"{source.authors[0] if source.authors else source.title}{f' {source.year}' if source.year else ''}"
            for source in found
        ]
        cited = "; ".join(
            f'<a href="{escape(source.url)}" target="_blank" rel="noopener">{escape(name)}</a>'
            if source.url
            else escape(name)
            for source, name in zip(found, names, strict=True)
        )
        return f'<span class="gq-cite">({cited})</span>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return escape(tokens[idx].content)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        href = str(tokens[idx].attrs.get("href", ""))
        if href.startswith(("http://", "https://", "mailto:")):
            return f'<a href="{escape(href)}" target="_blank" rel="noopener">'
        page = re.sub(r"\.(?:md|markdown|txt)$", "", unquote(href.split("#")[0])).split("/")[-1]
        index: Index = env["index"]
        slug = next((s for s in index.concepts if s.split("/")[-1] == page), None) if page else None
        return f'<a href="{escape(concept_address(slug))}" target="{env["target"]}">' if slug else "<a>"


def _mark_words(text: str, stems: Any) -> str:
    if not stems:
        return escape(text)
    done, at = [], 0
    for start, end, word in words_in(text):
        if word not in STOPWORDS and stem(word) in stems:
            done += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    return "".join([*done, escape(text[at:])])


_markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
_markdown.inline.ruler.before("link", "wikilink", _wikilink_rule)
_markdown.inline.ruler.after("wikilink", "citation", _citation_rule)
