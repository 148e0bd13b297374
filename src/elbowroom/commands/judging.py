"""Judge runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from elbowroom.commands._runs import Method, Split, check_counts, open_run
from elbowroom.errors import ConfigError

if TYPE_CHECKING:
    from elbowroom.experiment import Comparison, Evaluation
    from elbowroom.metrics.disentanglement import Disentanglement

PLACE_IN_HELP = 2
_MODEST = 500
"""Examples that a report evaluates where nobody has: seconds to half a minute."""


def evaluate(
    run: Any,
    *,
    split: Split = "test",
    method: Method | None = None,
    samples: int | None = None,
    target_error: float | None = None,
    target: Literal["mean", "example"] | None = None,
    budget: int | None = None,
    steps: int | None = None,
    limit: int | None = None,
    full: bool = False,
    curve: bool = False,
    gap: bool = False,
    bidirectional: bool = False,
    quality: bool = False,
    per_example: Path | None = None,
    seed: int = 0,
    device: str = "auto",
    quiet: bool = False,
    trust: bool = False,
) -> "Evaluation":
    """Say how good a run is: log-evidence and other numbers, with their errors.

    The numbers are printed and written to the run folder as JSON, and the model card is brought up
    to date. Likelihoods are in nats per example. Effort follows need: each example gets as many
    samples, or as long an annealing, as the target error takes. An option of another method
    chooses that method.

    For example:

        elbowroom evaluate runs/digits-1
        elbowroom evaluate runs/digits-1 --target-error 0.01 --full
        elbowroom evaluate runs/digits-1 --samples 5000 --limit 500
        elbowroom evaluate runs/digits-1 --gap --per-example log-p.csv
        elbowroom evaluate runs/digits-1 --split validation --json

    Args:
        run: The run folder.
        split: Which examples to evaluate on.
        method: How log p(x) is estimated; when not given, the method that the options below belong
            to, or adaptive.
        samples: Samples for each example of importance-sampling, pareto-smoothed, elbo and
            prior-sampling; chains of annealed.
        target_error: Error to reach with adaptive, in nats (0.05 when not given).
        target: Whether that error is of the mean over the examples, or of each example.
        budget: Decoder evaluations that adaptive may spend on an example (20,000 when not given).
        steps: Temperature steps of annealed; more are more exact and take longer.
        limit: Use only the first so many examples of the split; all when not given.
        full: Measure all of the next four; takes minutes.
        curve: The bound against the number of samples, on 128 examples.
        gap: Which part of log p(x) - ELBO is the posterior family's and which the encoder's, on
            64 examples.
        bidirectional: Bounds from both sides on 32 examples simulated from the model.
        quality: How good samples are: two-sample tests, precision, recall, memorisation.
        per_example: Where to write a table with the numbers of each example: .csv, .parquet, .npz
            or .npy.
        seed: Seed of the samples.
        device: cpu, cuda, mps or auto.
        quiet: Show no progress.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The numbers, each with its errors.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ConfigError: If an option is out of range, or options of different methods are given.
        IncompatibleError: If a measurement means nothing for the model.
    """
    import elbowroom.experiment as experiment
    from elbowroom.array_files import check_suffix
    from elbowroom.report import write_card

    check_counts(samples=samples, budget=budget, steps=steps, limit=limit)
    check_suffix(per_example)
    effort = experiment.Effort.of(
        method, samples=samples, target_error=target_error, target=target, budget=budget,
        steps=steps,
    )  # fmt: skip
    asked = {"curve": curve, "gap": gap, "bidirectional": bidirectional, "quality": quality}
    opened = open_run(run, trust=trust, device=device)
    evaluation = experiment.evaluate(
        opened,
        split=split,
        effort=effort,
        also=tuple(name for name, wanted in asked.items() if wanted),
        full=full,
        limit=limit,
        seed=seed,
        quiet=quiet,
    )
    if per_example is not None:
        evaluation.table_of_examples.save(per_example)
    write_card(opened)
    return evaluation


def compare(
    *runs: Any,
    split: Split = "test",
    method: Method | None = None,
    samples: int | None = None,
    target_error: float | None = None,
    budget: int | None = None,
    steps: int | None = None,
    limit: int | None = None,
    figure: Path | None = None,
    seed: int = 0,
    device: str = "auto",
    quiet: bool = False,
    trust: bool = False,
) -> "Comparison":
    """Put the numbers of runs side by side, with paired differences and their errors.

    Runs are ranked only where their numbers mean the same: same examples, same kind of
    likelihood, same preprocessing where it makes other data of them. Where not, the reason is
    printed.

    For example:

        elbowroom compare runs/a runs/b
        elbowroom compare runs/* --figure rate-distortion.svg
        elbowroom compare runs/* --limit 200 --json

    Args:
        runs: Two run folders or more.
        split: Which examples to evaluate on.
        method: How log p(x) is estimated, as for `evaluate`.
        samples: Samples for each example, as for `evaluate`.
        target_error: Error to reach with adaptive, in nats on the mean (0.05 when not given).
        budget: Decoder evaluations that adaptive may spend on an example.
        steps: Temperature steps of annealed.
        limit: Use only the first so many examples of the split; all when not given.
        figure: Where to draw rate against distortion: .png or .svg.
        seed: Seed of the samples.
        device: cpu, cuda, mps or auto.
        quiet: Show no progress.
        trust: Allow runs to name classes outside Elbowroom, which runs their code.

    Returns:
        The comparison.

    Raises:
        ConfigError: If there are fewer than two runs, or an option is out of range.
        RunError: If a folder is not a run, or an incomplete one.
    """
    import elbowroom.experiment as experiment

    if len(runs) < 2:
        raise ConfigError(f"compare needs two run folders or more, got {len(runs)}")
    check_counts(samples=samples, budget=budget, steps=steps, limit=limit)
    if figure is not None and figure.suffix.lower() not in (".png", ".svg"):
        raise ConfigError(f"'{figure}' must end in .png or .svg")
    effort = experiment.Effort.of(
        method, samples=samples, target_error=target_error, budget=budget, steps=steps
    )
    opened = [open_run(run, trust=trust, device=device) for run in runs]
    comparison = experiment.compare(
        opened, split=split, effort=effort, limit=limit, seed=seed, quiet=quiet
    )
    if figure is not None:
        from elbowroom.report import write_rate_distortion

        write_rate_distortion(comparison, figure)
    return comparison


def disentangle(
    run: Any,
    *,
    split: Split = "test",
    factors: Path | None = None,
    metrics: str | None = None,
    ignore: str | None = None,
    limit: int = 20_000,
    references: bool = True,
    seed: int = 0,
    device: str = "auto",
    quiet: bool = False,
    trust: bool = False,
) -> "Disentanglement":
    """Say how the codes of a run and the factors of its data meet, beside floors and ceilings.

    Factors are those that the data were made from, or the columns of a table, or the labels as
    the only factor. The scores are printed and written to the run folder as JSON. Beside them stand
    those of a random encoder, of PCA and ICA codes, of the true factors, and of a random rotation
    of these: a score says something where it stands out from them. What has no meaning for the
    factors, as modularity has none for one alone, is left out with the reason.

    For example:

        elbowroom disentangle runs/sprites-1
        elbowroom disentangle runs/sprites-1 --metrics binned-mig,boosted-dci --ignore shape
        elbowroom disentangle runs/faces-1 --factors attributes.csv --split train

    Args:
        run: The run folder.
        split: Which examples to measure on.
        factors: A table with a column for each factor and a row for each example of the data.
        metrics: Names of metrics, separated by commas; when not given, all that take no minutes.
        ignore: Names of factors to leave out, separated by commas.
        limit: Largest number of examples, drawn at random from more.
        references: Measure floors and ceilings as well; takes six times as long.
        seed: Seed of everything random.
        device: cpu, cuda, mps or auto.
        quiet: Show no progress.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The scores.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        DataError: If there are no factors, they do not match the examples, or examples are too few.
        ConfigError: If there is no such metric or factor, or an option is out of range.
    """
    import elbowroom.experiment as experiment

    check_counts(limit=limit)
    opened = open_run(run, trust=trust, device=device)
    return experiment.disentangle(
        opened,
        split=split,
        factors=factors,
        metrics=None if metrics is None else _words(metrics),
        ignore=_words(ignore or ""),
        limit=limit,
        references=references,
        seed=seed,
        quiet=quiet,
    )


def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in listed.split(",") if word.strip())


def report(run: Any, *, device: str = "auto", trust: bool = False) -> Path:
    """Write a report on a run: one HTML page with everything in it, and its figures.

    A run that was never evaluated is evaluated first, on up to 500 examples.

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

    opened = open_run(run, trust=trust, device=device)
    if not any(name.startswith("evaluate-") for name in opened.results):
        import elbowroom.experiment as experiment

        splits = opened.facts["splits"]
        split = next(name for name in ("test", "validation", "train") if name in splits)
        experiment.evaluate(opened, split=split, limit=_MODEST)
    return write(opened)
