# ruff: noqa: E501 (a paragraph of a page is one line)
"""What all tests share: their lanes, a frozen base indexed once, and a small base of their own to write to.

Each test runs in one lane, a marker. A mark of its own says which; else its folder and its fixtures do.
`pytest -m unit` imports no file that gives itself another lane, and so no torch.

Everything here is real: the packaged model, its export, Chroma. Exporting takes seconds and 90 MB,
so it is kept between runs, and further stores start with a link to it (`new_store`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import portalocker
import pytest

import groundedqa.index
from groundedqa.index.build import build
from groundedqa.index.model import DEFAULT_MODEL, Model
from groundedqa.index.reading import Index, open_index
from groundedqa.quiz.bank import ClaimBank

HERE = Path(__file__).parent
LANES = ("unit", "model", "process", "browser", "corpus")
ALL_OF_ANOTHER_LANE = re.compile(r"^pytestmark = pytest\.mark\.(?:model|process|browser)$", re.MULTILINE)


def lane_of(item: pytest.Item) -> str:
    """The lane of a test: what it says itself, its folder, or the dearest of what its fixtures need."""
    marked = [mark.name for mark in item.iter_markers() if mark.name in LANES]
    if marked:
        return marked[0]
    if item.path.is_relative_to(HERE / "corpus"):
        return "corpus"
    needed = set(getattr(item, "fixturenames", ()))
    if "chromium" in needed:
        return "browser"
    return "model" if "frozen_store" in needed else "unit"


def pytest_itemcollected(item: pytest.Item) -> None:
    lane = lane_of(item)
    item.add_marker(lane)
    # The workers of pytest-xdist share out groups: what is made once for a file is made by one of them.
    item.add_marker(pytest.mark.xdist_group(str(item.path)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest lanes come first, so that no worker is left with a long file at the end."""
    first = ("browser", "process", "model", "corpus", "unit")
    items.sort(key=lambda item: first.index(lane_of(item)))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what holds no unit test, where only those are to run; None lets pytest decide."""
    if config.option.markexpr != "unit":
        return None
    if collection_path.suffix != ".py":
        return collection_path == HERE / "corpus" or None
    return bool(ALL_OF_ANOTHER_LANE.search(collection_path.read_text(encoding="utf-8"))) or None


@pytest.fixture(scope="session", autouse=True)
def unit_tests_import_no_torch(request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds at the end of a run of unit tests alone."""
    yield
    if "torch" in sys.modules and all(lane_of(item) == "unit" for item in request.session.items):
        pytest.fail("a unit test has imported torch")


@pytest.fixture(autouse=True)
def only_some_lanes_start_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that starts a process says so with `pytest.mark.process`."""
    if lane_of(request.node) in ("unit", "model"):
        monkeypatch.setattr(
            subprocess.Popen,
            "__init__",
            lambda *_, **__: pytest.fail("this test starts a process, and its lane has none"),
        )


# Three pages that no other test data resembles: claims of every level, an open question on each
# page, relations both ways, a source that two pages cite, and text that is not ASCII.
SMALL_PAGES = {
    "tide-pools.md": """---
title: Tide Pools
kind: concept
status: settled
aliases: [rock pools, tidal pools]
summary: A tide pool is sea water that stays behind in the hollows of a rocky shore when the tide goes out.
---

A tide pool warms, cools and grows saltier within hours, so that only hardy animals live in it [@okafor2019pools].

## Life between the tides
Anemones close and keep water inside; crabs hide under weed. Café owners in Étretat sell maps of the pools.

## Key Claims
- **Tide pools grow saltier on hot days.** Evaporation raised the salinity of small pools by a third within one low tide. Evidence: strong [@okafor2019pools] {#pools-salinity date=2019-06}
- **Hermit crabs trade shells in a queue.** Several crabs line up by size and swap shells within seconds when a larger one is found. Evidence: moderate [@lindqvist2021crabs] {#pools-shell-queue date=2021-03}
- **Pools with starfish hold more species.** Removing the starfish let mussels crowd out the rest. Evidence: contested [@okafor2019pools; @lindqvist2021crabs] {#pools-starfish date=2020}

## Open Questions
- Do anemones remember the rhythm of the tide when they are kept in an aquarium? {#oq-pools-rhythm}

## Related Concepts
- [[Lighthouses]]: lamps of lighthouses draw night-feeding crabs out of the pools.
""",
    "lighthouses.md": """---
title: Lighthouses
kind: concept
aliases: [beacons]
summary: A lighthouse is a tower with a lamp that tells ships where the coast is.
---

A Fresnel lens bends the light of one lamp into a beam that can be seen from thirty kilometres away.

## Key Claims
- **The Fresnel lens multiplied the range of lighthouses.** Engineers measured a beam four times as far-reaching as that of a mirror. Evidence: strong [@marchetti2015lamps] {#lighthouses-fresnel date=2015-11}
- **Automatic lamps ended the keepers' trade.** The last keeper on the northern coast left in 1998. Evidence: weak [@marchetti2015lamps] {#lighthouses-keepers}

## Open Questions
- How many migrating birds does a rotating beam lead astray each autumn? {#oq-lighthouses-birds}

## Related Concepts
- [[Tide Pools]]: keepers were the first to write down when the pools filled.
- [[Salt Marshes]]: marsh birds rest near the towers.
""",
    "coast/salt-marshes.md": """---
title: Salt Marshes
kind: concept
summary: A salt marsh is a meadow that the sea floods at high tide.
---

Cordgrass holds the mud together, and its roots breathe through hollow stems.

## Key Claims
- **Salt marshes store carbon faster than forests.** Cores showed burial rates forty times those of a temperate forest. Evidence: moderate [@okafor2019pools] {#marshes-carbon date=2019}

## Open Questions
- Can a marsh climb inland as fast as the sea rises? {#oq-marshes-climb}

## Related Concepts
- [[Tide Pools]]: both are flooded twice a day.
""",
}

SMALL_SOURCES = """- id: okafor2019pools
  type: article-journal
  title: "Salinity and Survival in Rock Pools"
  author:
    - {family: "Okafor", given: "Ada"}
  issued: {date-parts: [[2019, 6]]}
  URL: https://example.org/okafor2019
- id: lindqvist2021crabs
  type: article-journal
  title: "Vacancy Chains of Hermit Crabs"
  author:
    - {family: "Lindqvist", given: "Bo"}
  issued: {date-parts: [[2021, 3]]}
  DOI: 10.5555/crabs.2021
- id: marchetti2015lamps
  type: book
  title: "Lamps of the Coast"
  author:
    - {family: "Marchetti", given: "Lia"}
  issued: {date-parts: [[2015]]}
"""


def write_small_base(root: Path) -> Path:
    """Write three pages and their bibliography into `root`, and give it back."""
    for path, text in SMALL_PAGES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "references.yaml").write_text(SMALL_SOURCES, encoding="utf-8")
    return root


def encoded(base: Path, store: Path, config: pytest.Config) -> Path:
    """Give a new store the default model's export and the vectors of a base, both kept between runs.

    What is kept belongs to one model, to the versions of the libraries that made it and to our own code
    that did; a lock lets one process make it while others wait.
    """
    made_by = sha256(Model.find(DEFAULT_MODEL).key.encode())
    for name in ("numpy", "onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers"):
        made_by.update(f" {name} {version(name)}".encode())
    for file in sorted(Path(groundedqa.index.__file__).parent.rglob("*.py")):
        made_by.update(file.read_bytes())
    home = config.cache.mkdir(f"encoded-{base.name}")  # type: ignore[union-attr]
    kept = home / made_by.hexdigest()[:16]
    with portalocker.Lock(home / "lock", timeout=600):
        for other in set(home.iterdir()) - {kept, home / "lock"}:
            shutil.rmtree(other)
        build(base, kept)  # which does nothing where nothing has changed, and mends what is damaged
        shutil.copytree(kept / "encoders", store / "encoders")
        shutil.copy(kept / "vectors.sqlite", store)
    return store


@pytest.fixture(scope="session")
def frozen_base() -> Path:
    """Real pages that stay as they are, whatever becomes of the shipped ones; never write to them."""
    return HERE / "data" / "base"


@pytest.fixture(scope="session")
def frozen_store(frozen_base: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A store built from the frozen base; read it, never write to it."""
    store = encoded(frozen_base, tmp_path_factory.mktemp("frozen") / "store", pytestconfig)
    build(frozen_base, store)
    return store


@pytest.fixture(scope="session")
def frozen_index(frozen_store: Path) -> Index:
    """The frozen base, open for reading."""
    return open_index(frozen_store)


@pytest.fixture(scope="session")
def frozen_bank(frozen_index: Index) -> ClaimBank:
    """What quizzes are made from, for the frozen base."""
    return ClaimBank(frozen_index)


@pytest.fixture
def small_base(tmp_path: Path) -> Path:
    """A folder of three pages that a test may change as it likes."""
    return write_small_base(tmp_path / "base")


@pytest.fixture(scope="session")
def seed_encoders(frozen_store: Path) -> Callable[[Path], Path]:
    """Gives a store the default model's export by links, so that it need not be made again.

    The files are shared: a test that damages them copies `encoders/` itself.
    """

    def seed(store: Path) -> Path:
        shutil.copytree(frozen_store / "encoders", store / "encoders", copy_function=os.link)
        return store

    return seed


@pytest.fixture(scope="session")
def first_small_store(tmp_path_factory: pytest.TempPathFactory, seed_encoders: Callable[[Path], Path]) -> Path:
    folder = tmp_path_factory.mktemp("small")
    store = seed_encoders(folder / "store")
    build(write_small_base(folder / "base"), store)
    return store


@pytest.fixture
def new_store(tmp_path: Path, seed_encoders: Callable[[Path], Path]) -> Path:
    """A store with nothing but the default model's export in it."""
    return seed_encoders(tmp_path / "store")


@pytest.fixture
def small_store(small_base: Path, new_store: Path, first_small_store: Path) -> Path:
    """A store built from `small_base`; its vectors come from a first build, so it takes no time."""
    shutil.copy(first_small_store / "vectors.sqlite", new_store)
    build(small_base, new_store)
    return new_store


@pytest.fixture
def small_index(small_store: Path) -> Index:
    """`small_base`, open for reading."""
    return open_index(small_store)
