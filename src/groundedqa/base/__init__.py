"""What authors write: pages of concepts, claims with evidence and sources, read with their places."""

from groundedqa.base.files import fingerprint, read_page
from groundedqa.base.folder import find_again, read_base
from groundedqa.base.models import Base, Concept, Evidence, Kind, Passage, Problem, Source
from groundedqa.base.page import Page

__all__ = [
    "Base",
    "Concept",
    "Evidence",
    "Kind",
    "Page",
    "Passage",
    "Problem",
    "Source",
    "find_again",
    "fingerprint",
    "read_base",
    "read_page",
]
