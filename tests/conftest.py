# ruff: noqa: E501 (a paragraph of a page is one line)
"""Fixtures that all tests share: the shipped base indexed once, and a small base of their own to write to.

Everything here is real: the packaged model, its export, Chroma. Exporting takes seconds and 90 MB,
so further stores start with a link to the one export (`new_store`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groundedqa.index.build import build
from groundedqa.index.reading import Index, open_index
from groundedqa.quiz.bank import ClaimBank

CORPUS = Path(__file__).parent.parent / "corpus"

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


@pytest.fixture(scope="session")
def corpus_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built once from the shipped corpus; read it, never write to it."""
    store = tmp_path_factory.mktemp("corpus") / "store"
    build(CORPUS, store)
    return store


@pytest.fixture(scope="session")
def corpus_index(corpus_store: Path) -> Index:
    """The shipped corpus, open for reading."""
    return open_index(corpus_store)


@pytest.fixture(scope="session")
def corpus_bank(corpus_index: Index) -> ClaimBank:
    """What quizzes are made from, for the shipped corpus."""
    return ClaimBank(corpus_index)


@pytest.fixture
def small_base(tmp_path: Path) -> Path:
    """A folder of three pages that a test may change as it likes."""
    return write_small_base(tmp_path / "base")


@pytest.fixture(scope="session")
def seed_encoders(corpus_store: Path) -> Callable[[Path], Path]:
    """Gives a store the default model's export by links, so that it need not be made again.

    The files are shared: a test that damages them copies `encoders/` itself.
    """

    def seed(store: Path) -> Path:
        shutil.copytree(corpus_store / "encoders", store / "encoders", copy_function=os.link)
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
