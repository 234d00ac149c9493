"""Which findings an author has seen. Kept in the store, so that no page is touched."""

from __future__ import annotations

import json
from pathlib import Path

import portalocker

from groundedqa.errors import GroundedQAError


class SeenFindings:
    """The keys of findings that were marked, in a file; one whose claims change gets another key, and returns."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> frozenset[str]:
        """The keys that are marked.

        Raises:
            GroundedQAError: the file cannot be read.
        """
        try:
            keys = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else []
            if not isinstance(keys, list):
                raise ValueError("it holds no list")
        except (OSError, ValueError) as error:
            raise GroundedQAError(
                f"{self._file}: the marks of what was seen cannot be read ({error}); mend the file or remove it"
            ) from None
        return frozenset(str(key) for key in keys)

    def set(self, key: str, seen: bool) -> None:
        """Mark a finding as seen, or take the mark back.

        Raises:
            GroundedQAError: the file cannot be read or written.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with portalocker.Lock(f"{self._file}.lock", flags=portalocker.LockFlags.EXCLUSIVE):
                keys = self.read() | {key} if seen else self.read() - {key}
                beside = self._file.with_suffix(".new")
                beside.write_text(json.dumps(sorted(keys), indent=0), encoding="utf-8")
                beside.replace(self._file)
        except (OSError, portalocker.LockException) as error:
            raise GroundedQAError(
                f"{self._file}: the mark cannot be kept ({error}); make the folder writable"
            ) from None
