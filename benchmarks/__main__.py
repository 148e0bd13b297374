"""Run the timings and print the ratios."""

from pathlib import Path

import torch
from cyclopts import App

from benchmarks.contests import CONTESTS
from elbowroom.allocator import keep_freed_memory

app = App(name="python -m benchmarks", help=__import__("benchmarks").__doc__)


@app.default
def main(
    *names: str,
    mnist: Path | None = None,
    rounds: int = 7,
    threads: int | None = None,
    compiled: bool = False,
    allocator: bool = False,
) -> None:
    """Time our training step, evaluator and encoder against others.

    Args:
        names: Which contests; all when none is named.
        mnist: A folder with MNIST's IDX files; random images when not given.
        rounds: Interleaved rounds that count.
        threads: Threads of torch; its own choice when not given.
        compiled: Time our compiled step as well.
        allocator: Keep freed memory, as our command line does; it speeds up all contestants.
    """
    if threads:
        torch.set_num_threads(threads)
    if allocator:
        keep_freed_memory()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {rounds} rounds")
    for name in names or CONTESTS:
        print("\n".join(CONTESTS[name](mnist, rounds, compiled).lines()), flush=True)


app()
