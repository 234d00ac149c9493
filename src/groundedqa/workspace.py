"""A base's workspace: where its index is, and all that is kept of it besides.

    STORE/
      (what `index/store.py` keeps: versions, encoders, vectors)
      calibration.json     how sure it is that this base answers; only where it was calibrated
      questions.jsonl      what people asked, without names
      proposed.yaml        gold cases made from answers, until an author writes them to the base
      seen.json            findings of the deep check that were marked as seen
      reach/               what each question of reachability found
      learners.sqlite      what learners remember, unless another database is named

Nothing heavy is imported before it is needed: the command line shows its help without an index.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from groundedqa.errors import BaseError, GroundedQAError, Hint, IndexDamaged, IndexMissing
from groundedqa.index.store import Store

if TYPE_CHECKING:
    from groundedqa.authoring.log import Log
    from groundedqa.authoring.proposals import Proposals, ProposedQuestions
    from groundedqa.authoring.seen import SeenFindings
    from groundedqa.index.build import BuildReport, Progress
    from groundedqa.index.reading import Index
    from groundedqa.review.learners import Learners
    from groundedqa.search.rerank import Reranker


class Settings(BaseSettings):
    """What is set for a workspace, else taken from variables of the environment such as GROUNDEDQA_STORE."""

    model_config = SettingsConfigDict(env_prefix="GROUNDEDQA_", env_ignore_empty=True, extra="ignore", frozen=True)

    store: Path = Path(".groundedqa")
    corpus: Path = Path("corpus")  # what a first index is built from
    model: str | None = None  # the encoder; None for the one that built the index, or the one that ships
    cross_encoder: str | None = None  # judges the best hits once more
    learners: str | None = None  # a URL as SQLAlchemy writes it; None for a file in the store
    watch: bool = False  # whether the app follows the pages while they are written
    log: bool = True  # whether the app keeps what is asked

    @classmethod
    def of(cls, **given: Any) -> Settings:
        """Settings with what is given and is not None taking precedence over the environment.

        Raises:
            GroundedQAError: a variable of the environment cannot be read.
        """
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            lines = [
                f"GROUNDEDQA_{e['loc'][0]!s}".upper() + f" cannot be read: {e['msg'].lower()}" for e in error.errors()
            ]
            raise GroundedQAError("\n".join(lines)) from None


@dataclass(frozen=True)
class Workspace:
    """The store of one base, opened or built where it has to be."""

    settings: Settings

    @classmethod
    def at(cls, store: Path) -> Workspace:
        """The workspace of a store, with what is set in the environment."""
        return cls(Settings.of(store=store))

    @cached_property
    def store(self) -> Store:
        """Where the index is kept."""
        return Store(self.settings.store)

    @property
    def model(self) -> str:
        """The encoder that a build takes: the one that is set, or that of the last build, or the shipped one."""
        from groundedqa.index.model import DEFAULT_MODEL

        return self.settings.model or self.store.model() or DEFAULT_MODEL

    @cached_property
    def reranker(self) -> Reranker | None:
        """What judges the best hits once more; None where none is set.

        Raises:
            GroundedQAError: there is no such cross-encoder.
        """
        if self.settings.cross_encoder is None:
            return None
        from groundedqa.search.rerank import CrossEncoder

        return CrossEncoder(self.settings.cross_encoder)

    def load(self) -> Index:
        """The version of the index that answers now; raises as `open_index`."""
        from groundedqa.index.reading import open_index

        return open_index(self.settings.store, self.settings.model)

    def open(self, progress: Progress | None = None, load: Callable[[], Index] | None = None) -> Index:
        """The index that answers now; built first where there is none, again where it is damaged.

        Args:
            load: what opens it, if not `load` of this workspace.

        Raises:
            BaseError: there is none, and no folder to build one from, or the pages hold errors.
            ModelMismatch: it was built with another encoder than the one that is set.
        """
        load = load or self.load
        try:
            return load()
        except IndexMissing:
            corpus = self.store.root() or self.settings.corpus
            if not corpus.is_dir():
                raise BaseError(
                    f"{self.settings.store}: there is no index yet, and no folder {corpus} here to build one from",
                    Hint.FOLDER,
                ) from None
            self._note(progress, f"There is no index in {self.settings.store} yet; building it from {corpus}.")
            self.build(corpus, progress)
        except IndexDamaged as damage:
            self._note(progress, f"{damage}; building the index again.")
            self.build(self.store.root() or self.settings.corpus, progress, force=True)
        return load()

    @staticmethod
    def _note(progress: Progress | None, words: str) -> None:
        if progress is not None:
            progress.note(words)

    def build(self, corpus: Path, progress: Progress | None = None, force: bool = False) -> BuildReport:
        """Bring the index up to date with a folder of pages; raises as `index.build.build`."""
        from groundedqa.index.build import Progress, build

        return build(corpus, self.settings.store, self.model, progress or Progress(), force)

    def follow(
        self, corpus: Path, told: Callable[[BuildReport | GroundedQAError], None], progress: Progress | None = None
    ) -> None:
        """Bring the index up to date whenever a page is saved, for ever; see `index.watch.follow`.

        Raises:
            BaseError: there is no such folder.
        """
        from groundedqa.index.build import Progress
        from groundedqa.index.watch import follow

        if not corpus.is_dir():
            raise BaseError(f"{corpus}: there is no such folder; name the folder that holds the pages")
        follow(corpus, self.settings.store, told, self.model, progress=progress or Progress())

    @contextmanager
    def beside(self, pages: Path, progress: Progress | None = None) -> Iterator[Index]:
        """The index of another folder, in a store of its own that begins with this one's vectors."""
        from groundedqa.answer.calibration import file_in as calibration_in

        with tempfile.TemporaryDirectory(prefix="groundedqa-") as scratch:
            own = Workspace(Settings.of(store=Path(scratch), model=self.model))
            if self.store.encoders.is_dir():
                shutil.copytree(self.store.encoders, own.store.encoders, copy_function=_linked)
            for file in (self.store.cache, calibration_in(self.settings.store)):  # as sure as learners' answers are
                if file.is_file():
                    shutil.copy(file, own.settings.store)
            own.build(pages, progress)
            yield own.load()

    def is_of(self, corpus: Path) -> bool:
        """Whether the index is of this folder, or of none yet."""
        return self.store.root() in (None, Path(os.path.abspath(corpus)))  # noqa: PTH100 -- as `build` has it

    @property
    def root(self) -> Path:
        """The folder of the pages that the index was built from.

        Raises:
            BaseError: nothing was built yet, or the folder is gone.
        """
        root = self.store.root()
        if root is None:
            raise BaseError(f"{self.settings.store}: no index was built here yet, so the base is not known", Hint.BUILD)
        if not root.is_dir():
            raise BaseError(f"{root}: the base is no longer there; index it at its new place", Hint.BUILD)
        return root

    @cached_property
    def log(self) -> Log:
        """What people asked."""
        from groundedqa.authoring.log import Log

        return Log(self.settings.store / "questions.jsonl")

    @cached_property
    def seen(self) -> SeenFindings:
        """Which findings of the deep check authors marked as seen."""
        from groundedqa.authoring.seen import SeenFindings

        return SeenFindings(self.settings.store / "seen.json")

    @cached_property
    def proposals(self) -> Proposals:
        """Gold cases that wait to be written to the base."""
        from groundedqa.authoring.proposals import Proposals

        return Proposals(self.settings.store / "proposed.yaml")

    @cached_property
    def proposed_questions(self) -> ProposedQuestions:
        """Questions of passages that wait to be written to the base."""
        from groundedqa.authoring.proposals import ProposedQuestions

        return ProposedQuestions(self.settings.store / "proposed")

    @property
    def reach_cache(self) -> Path:
        """The folder where it is kept what the questions of reachability found."""
        return self.settings.store / "reach"

    def open_learners(self) -> Learners:
        """The database of what learners remember.

        Raises:
            LearnerError: it cannot be opened.
        """
        from groundedqa.review.database import open_learners

        return open_learners(self.settings.learners or f"sqlite:///{self.settings.store}/learners.sqlite")


def pages_at(state: str, folder: Path, scratch: Path) -> Path:
    """The folder that holds a state of a base: a folder as it is, or a git revision of `folder`, unpacked.

    Raises:
        GroundedQAError: it is neither.
    """
    if Path(state).is_dir():
        return Path(state)
    if not folder.is_dir():
        raise GroundedQAError(f"{folder}: there is no such folder; name the folder that holds the pages")
    try:
        if state.startswith("-"):  # git would take it for an option
            raise subprocess.CalledProcessError(1, "git", stderr=b"no revision begins with a hyphen")
        command = ["git", "-C", str(folder), "archive", state, "."]
        archive = subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise GroundedQAError(
            f"{state}: there is no such folder, and git is not installed to look for a revision"
        ) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise GroundedQAError(
            f"{state}: this is neither a folder nor a git revision of {folder} ({said[-1] if said else 'git failed'})"
        ) from None
    place = scratch / "pages"
    try:
        with tarfile.open(fileobj=BytesIO(archive)) as unpacked:
            unpacked.extractall(place, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise GroundedQAError(f"{state}: this revision of {folder} cannot be unpacked ({error})") from None
    return place


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
