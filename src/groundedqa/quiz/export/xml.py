"""Quotes as HTML, and XML documents that give back every character that was put in."""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from groundedqa.answer.answers import Quote
from groundedqa.quiz.export.shown import legible, support
from groundedqa.quiz.items import Item, Option


def escaped(text: str) -> str:
    """Text as HTML that is XML too."""
    # A reader of XML or HTML turns a bare carriage return into a line feed.
    return escape(legible(text), quote=False).replace("\r", "&#13;")


def paragraph(text: str) -> str:
    """Text as one paragraph."""
    return f"<p>{escaped(text)}</p>"


def quoted(cited: Quote) -> str:
    """A quote with its evidence, sources and page."""
    return f"<blockquote>{paragraph(cited.text)}</blockquote><p>{'<br />'.join(map(escaped, support(cited)))}</p>"


def explained(item: Item) -> str:
    """All quotes that explain an item."""
    return "".join(map(quoted, item.quotes))


def why_wrong(option: Option) -> str:
    """The claim that shows where a wrong choice comes from; nothing where it comes from none."""
    return paragraph("Compare this claim:") + quoted(option.origin) if option.origin else ""


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """A new element inside another."""
    child = SubElement(parent, tag, {name: legible(value) for name, value in attributes.items()})
    child.text = text if text is None else legible(text)
    return child


def add_html(parent: Element, html: str) -> None:
    """What `html` holds, as elements inside another."""
    parent.extend(ElementTree.fromstring(f"<div>{html}</div>"))


def document(root: Element) -> bytes:
    """An XML document in UTF-8."""
    # ElementTree writes carriage returns of a text as they are, and a reader would drop them.
    written = ElementTree.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()
