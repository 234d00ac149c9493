"""An edit of the small base, as the fixture `edited` makes it."""

from __future__ import annotations

from collections.abc import Callable

from groundedqa.index.reading import Index

Edit = Callable[[dict[str, str]], Index]
