"""Plays a QTI item in pyslet, a QTI 2.1 library by other people (https://www.pyslet.org)."""

from __future__ import annotations

import collections
import collections.abc

from lxml import etree

for _name in ("Mapping", "MutableMapping"):  # pyslet looks for them where they were before Python 3.10
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))

from pyslet.qtiv2.variables import ItemSessionState  # noqa: E402
from pyslet.qtiv2.xml import QTIDocument  # noqa: E402
from pyslet.xml.structures import XMLEntity  # noqa: E402

Response = str | list[str] | list[tuple[str, str]] | None


def outcome(item: etree._Element, response: Response) -> tuple[float, set[str]]:
    """The score and the feedback that an item gives to a response; pairs are of the left and the right side."""
    state = _begun(item)
    state["RESPONSE"].set_value(response)
    state.end_attempt()
    return state["SCORE"].value, set(state["FEEDBACK"].value)


def correct(item: etree._Element) -> Response:
    """The response that the item declares to be the right one; None if it declares none."""
    value = _begun(item).map.get("RESPONSE.CORRECT")
    if value is None or isinstance(value.value, str):
        return value and value.value
    return list(value.value)


def _begun(item: etree._Element) -> ItemSessionState:
    document = QTIDocument()
    document.read(XMLEntity(etree.tostring(item, encoding="unicode")))
    state = ItemSessionState(document.root)
    state.begin_session()
    return state
