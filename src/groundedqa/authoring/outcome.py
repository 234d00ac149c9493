"""What becomes of one passage when a question is answered, in a sentence."""

from __future__ import annotations

from groundedqa.answer.answers import Abstention
from groundedqa.answer.compose import Fate, choose, decide
from groundedqa.answer.retrieval import retrieve
from groundedqa.base.models import Passage
from groundedqa.index.reading import Index
from groundedqa.search.hybrid import Filters
from groundedqa.search.rerank import Reranker


def outcome(
    index: Index, question: str, passage: Passage, filters: Filters = Filters(), reranker: Reranker | None = None
) -> str:
    """Whether a passage is quoted when a question is asked, and if not, what keeps it out."""
    if not filters.passes(passage):
        return "The filters keep it out."
    found = retrieve(index, question, filters=filters, reranker=reranker)
    given = decide(index, found, filters)
    if isinstance(given, Abstention):
        return f"It is not quoted, for the base is silent: {given.reason}"
    fates = {choice.hit.passage.id: choice for choice in choose(index, found)}
    if any(quote.passage.id == passage.id for quote in given.quotes):
        return "It is quoted in the answer."
    choice = fates.get(passage.id)
    if choice is None:
        form = given.question.form.value
        if any(hit.passage.id == passage.id for hit in found.hits):
            return f"It is not quoted: what kind of passage it is does not answer a question of the form “{form}”."
        return "It is not quoted: too many passages match better for it to be looked at."
    match choice.fate:
        case Fate.SAME:
            assert choice.same_as
            return f"It is not quoted: {choice.same_as.passage.id} says nearly the same and comes before it."
        case Fate.BELOW:
            return "It is not quoted: its score falls too far below that of the best one."
        case Fate.FULL:
            return "It is not quoted: as many as an answer shows come before it."
        case _:
            return "It is withdrawn: its page has changed since it was indexed and no longer says so."
