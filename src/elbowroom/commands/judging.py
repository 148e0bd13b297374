"""Judge runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.commands._runs import Split, check_counts, open_run
from elbowroom.errors import ConfigError

if TYPE_CHECKING:
    from elbowroom.experiment import Comparison, Evaluation

PLACE_IN_HELP = 2


def evaluate(
    run: Any,
    *,
    split: Split = "test",
    samples: int = 1000,
    limit: int | None = None,
    seed: int = 0,
    device: str = "auto",
    quiet: bool = False,
    trust: bool = False,
) -> "Evaluation":
    """Say how good a run is: log-evidence and other numbers, with their errors.

    The numbers are printed as a table and written to the run folder as JSON. Likelihoods are in
    nats per example.

    For example:

        elbowroom evaluate runs/digits-1
        elbowroom evaluate runs/digits-1 --samples 5000 --limit 500
        elbowroom evaluate runs/digits-1 --split validation --json

    Args:
        run: The run folder.
        split: Which examples to evaluate on.
        samples: Importance samples for each example; more are more exact and take longer.
        limit: Use only the first so many examples of the split; all when not given.
        seed: Seed of the samples.
        device: cpu, cuda, mps or auto.
        quiet: Show no progress.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The numbers, each with its errors.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ConfigError: If `samples` or `limit` is below 1.
    """
    import elbowroom.experiment as experiment

    check_counts(samples=samples, limit=limit)
    opened = open_run(run, trust=trust, device=device)
    return experiment.evaluate(
        opened, split=split, samples=samples, limit=limit, seed=seed, quiet=quiet
    )


def compare(
    *runs: Any,
    split: Split = "test",
    samples: int = 1000,
    limit: int | None = None,
    seed: int = 0,
    device: str = "auto",
    quiet: bool = False,
    trust: bool = False,
) -> "Comparison":
    """Put the numbers of runs side by side, with paired differences and their errors.

    Runs are ranked only where their numbers mean the same: same data, same split, same kind of
    likelihood. Where not, the reason is printed.

    For example:

        elbowroom compare runs/a runs/b
        elbowroom compare runs/* --samples 200 --json

    Args:
        runs: Two run folders or more.
        split: Which examples to evaluate on.
        samples: Importance samples for each example.
        limit: Use only the first so many examples of the split; all when not given.
        seed: Seed of the samples.
        device: cpu, cuda, mps or auto.
        quiet: Show no progress.
        trust: Allow runs to name classes outside Elbowroom, which runs their code.

    Returns:
        The comparison.

    Raises:
        ConfigError: If there are fewer than two runs.
        RunError: If a folder is not a run, or an incomplete one.
    """
    import elbowroom.experiment as experiment

    if len(runs) < 2:
        raise ConfigError(f"compare needs two run folders or more, got {len(runs)}")
    check_counts(samples=samples, limit=limit)
    opened = [open_run(run, trust=trust, device=device) for run in runs]
    return experiment.compare(
        opened, split=split, samples=samples, limit=limit, seed=seed, quiet=quiet
    )


def report(run: Any, *, device: str = "auto", trust: bool = False) -> Path:
    """Write a report on a run: one HTML page with everything in it, and its figures.

    For example:

        elbowroom report runs/digits-1

    Args:
        run: The run folder.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The page.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
    """
    from elbowroom.report import write

    return write(open_run(run, trust=trust, device=device))
