"""What each direct dependency costs: megabytes on disk and seconds to import.

    python benchmarks/costs.py

Run it with the interpreter of the environment that is to be measured. What a dependency is for is read from
the table "Choices of libraries" in docs/architecture.md; one that has no row there is an error.

Direct are the dependencies and those of the extras, but for what only our own tests need.

Size is that of the files that a package's installation record names and that are there, in MB of 10^6 bytes.
A dependency has its own files and those of all packages that it alone brings in, by the requirements that
hold on this platform; other direct dependencies have rows of their own, so they are not followed. What several
bring in is counted once, under "shared".

Time is that of the import statements of src/groundedqa that name the package (of `import package` where there is
none), in a fresh process with nothing imported before, less that of a bare interpreter; medians, after one run that
does not count and brings the files into the system's cache. What a package imports counts in its own row too.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
import subprocess
import sys
import time
import tomllib
from collections import Counter
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
CHOICES = ROOT / "docs" / "architecture.md"
LARGE = 5.0
"""Megabytes from which on a package that is brought in is named."""


def installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        sys.exit(f"{name} is not installed in {sys.prefix}; run this with the environment that has all of groundedqa")


def purposes() -> dict[str, str]:
    """What each library of the table is for, by its normalized name."""
    section = CHOICES.read_text(encoding="utf-8").split("## Choices of libraries", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("|")]
    return {canonicalize_name(name): row[0] for row in rows[2:] for name in re.findall(r"`([\w-]+)`", row[1])}


def brought_in(name: str, extras: frozenset[str], stops: set[str]) -> set[str]:
    """Normalized names of the packages that one requires, directly or not, without those that have rows."""
    found: set[str] = set()
    seen = set()
    left = [(name, extras)]
    while left:
        package, wanted = left.pop()
        if (package, wanted) in seen:
            continue
        seen.add((package, wanted))
        for requirement in map(Requirement, installed(package).requires or []):
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in wanted or {""}):
                continue
            needed = canonicalize_name(requirement.name)
            if needed not in stops:
                found.add(needed)
                left.append((needed, frozenset(requirement.extras)))
    return found


def megabytes(name: str) -> float:
    places = {Path(str(file.locate())) for file in installed(name).files or []}
    return sum(place.stat().st_size for place in places if place.is_file()) / 1e6


def import_statements() -> dict[str, set[str]]:
    """The import statements of the product by the top-level module that they name."""
    found: dict[str, set[str]] = {}
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(alias.name.partition(".")[0], set()).add(f"import {alias.name}")
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.setdefault(node.module.partition(".")[0], set()).add(ast.unparse(node))
    return found


def seconds(code: str, repeat: int) -> float:
    times = []
    for _ in range(1 + repeat):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [needed for name, some in project["optional-dependencies"].items() if name != "dev" for needed in some]
    direct = {canonicalize_name(r.name): r for r in map(Requirement, project["dependencies"] + extras)}
    said = purposes()
    if missing := sorted(direct.keys() - said.keys()):
        sys.exit(f'{CHOICES}: the table "Choices of libraries" does not name {", ".join(missing)}; add a row for each')

    brought = {name: brought_in(name, frozenset(r.extras), set(direct)) for name, r in direct.items()}
    times_brought = Counter(package for packages in brought.values() for package in packages)
    shared = {package for package, times in times_brought.items() if times > 1}
    sizes = {package: megabytes(package) for package in direct.keys() | times_brought.keys()}
    modules: dict[str, set[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(canonicalize_name(owner), set()).add(module)
    statements = import_statements()

    def large(packages: set[str]) -> str:
        named = sorted((p for p in packages if sizes[p] >= LARGE), key=lambda p: -sizes[p])
        return ", ".join(f"{p} {sizes[p]:.0f}" for p in named)

    bare = seconds("pass", 3 * repeat)
    rows = []
    for name, requirement in direct.items():
        own = brought[name] - shared
        used = sorted({line for module in modules[name] for line in statements.get(module, ())})
        code = "\n".join(used) or f"import {name.replace('-', '_')}"
        taken = max(0.0, seconds(code, repeat) - bare)
        rows.append((sizes[name] + sum(sizes[p] for p in own), requirement.name, said[name], large(own), taken))

    print(f"| package | for | MB | of which, from {LARGE:.0f} MB on | import, s |")
    print("|---|---|---|---|---|")
    for size, package, purpose, others, taken in sorted(rows, reverse=True):
        print(f"| `{package}` | {purpose} | {size:.1f} | {others} | {taken:.2f} |")
    print(f"| shared | what several of them bring in | {sum(sizes[p] for p in shared):.1f} | {large(shared)} | |")
    print(f"| all | {len(sizes)} packages | {sum(sizes.values()):.1f} | | |")


if __name__ == "__main__":
    main()
