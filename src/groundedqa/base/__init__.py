"""What authors write: pages of concepts, claims with evidence and sources, read with their places."""

from groundedqa.base.folder import fingerprint, read_base, read_page
from groundedqa.base.models import Base, Concept, Evidence, Kind, Passage, Problem, Source

__all__ = [
    "Base",
    "Concept",
    "Evidence",
    "Kind",
    "Passage",
    "Problem",
    "Source",
    "fingerprint",
    "read_base",
    "read_page",
]
