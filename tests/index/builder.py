"""A process that forks builders on demand, so that a test which kills them need not wait for imports.

Each line of standard input is a job, `BASE STORE` (JSON); each line of standard output an event,
`[PID, WHAT, ...]`: "start", "stage" NAME, "waiting", "done" CHANGED, "failed" ERROR.
"""

import json
import os
import sys
from pathlib import Path

import sentence_transformers  # noqa: F401 -- imported here once for all builders
import torch.onnx  # noqa: F401

import groundedqa.index.chroma  # noqa: F401
from groundedqa.index.build import Progress, build


def tell(*event: object) -> None:
    os.write(1, (json.dumps([os.getpid(), *event]) + "\n").encode())


if __name__ == "__main__":
    for line in sys.stdin:
        base, store = map(Path, json.loads(line))
        if os.fork() == 0:
            tell("start")
            progress = Progress(stage=lambda name, _: tell("stage", name), waiting=lambda: tell("waiting"))
            try:
                tell("done", build(base, store, progress=progress).changed)
            except BaseException as error:
                tell("failed", repr(error))
            os._exit(0)
        while True:  # builders that have ended are not kept as zombies
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
