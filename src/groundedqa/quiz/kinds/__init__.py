"""The kinds of item, one file each: how to make such an item from a claim, or to leave the claim alone."""

from __future__ import annotations

from importlib import import_module

from groundedqa.quiz.item_kind import ItemKind
from groundedqa.quiz.kinds.maker import Maker

MAKERS: dict[ItemKind, Maker] = {kind: import_module(f"{__name__}.{kind}").items for kind in ItemKind}
"""What makes each kind: the function `items` of the module that is named after it."""
