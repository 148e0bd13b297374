"""Use a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from elbowroom.commands._runs import Split, check_counts, columns_of, open_run

if TYPE_CHECKING:
    from elbowroom.outputs import Codes, Examples

PLACE_IN_HELP = 3


def encode(
    run: Any,
    data: Any = None,
    *,
    split: Split = "test",
    scales: bool = False,
    labels: str | None = None,
    label: str | None = None,
    out: Path | None = None,
    device: str = "auto",
    trust: bool = False,
) -> "Codes":
    """Return the codes of examples: the means of q(z|x).

    Of a model with several levels those of all levels, top first, in columns named z2_0, z2_1, ...,
    z1_0, ...: z1 is the lowest level, next to the data.

    For example:

        elbowroom encode runs/digits-1 --out codes.csv
        elbowroom encode runs/digits-1 new.npy --scales --out codes.parquet

    Args:
        run: The run folder.
        data: Examples to encode, as for `train`; when not given, the run's own data.
        split: Which part of the run's own data.
        scales: The standard deviations of q(z|x) as well.
        labels: Which column or array of new data holds the labels that a conditional model asks
            for; where they were in the run's own when not given.
        label: One label for all examples, in place of their own.
        out: Where to write the codes: .npy, .npz, .csv or .parquet.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The codes, a row for each example, in the order of the data.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ShapeError: If the data do not fit the model.
        ConfigError: If `out` has another suffix.
    """
    import elbowroom.experiment as experiment
    from elbowroom.array_files import check_suffix
    from elbowroom.outputs import Codes

    check_suffix(out)
    opened = open_run(run, trust=trust, device=device)
    found = experiment.encode(opened, data, split=split, scales=scales, labels=labels, label=label)
    codes = Codes(*found, labels=opened.model.unit_labels)
    return codes if out is None else codes.save(out)


def reconstruct(
    run: Any,
    data: Any = None,
    *,
    split: Split = "test",
    count: int = 32,
    draw: bool = False,
    seed: int = 0,
    labels: str | None = None,
    label: str | None = None,
    out: Path | None = None,
    device: str = "auto",
    trust: bool = False,
) -> "Examples":
    """Return what the model makes of examples after encoding and decoding them.

    For images a picture of originals beside their reconstructions is written beside the array.

    For example:

        elbowroom reconstruct runs/digits-1 --count 16 --out reconstructions.npy

    Args:
        run: The run folder.
        data: Examples to reconstruct, as for `train`; when not given, the run's own data.
        split: Which part of the run's own data.
        count: How many examples, from the first on.
        draw: Draw values from p(x|z); otherwise its mean is shown, and of categories the most
            probable one.
        seed: Seed of the drawn codes and values.
        labels: Which column or array of new data holds the labels, as for `encode`.
        label: One label for all examples, in place of their own.
        out: Where to write the reconstructions, in the units of the data: .npy, .npz, .csv,
            .parquet, or .png for the picture alone.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The originals and their reconstructions.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ShapeError: If the data do not fit the model.
        ConfigError: If `count` is below 1 or `out` has another suffix.
    """
    import elbowroom.experiment as experiment
    from elbowroom.array_files import check_suffix
    from elbowroom.outputs import Examples

    check_counts(count=count)
    check_suffix(out, picture=True)
    opened = open_run(run, trust=trust, device=device)
    originals, made = experiment.reconstruct(
        opened, data, split=split, limit=count, draw=draw, seed=seed, labels=labels, label=label
    )
    examples = Examples(made, opened.domain, originals, columns=columns_of(opened))
    return examples if out is None else examples.save(out)


def sample(
    run: Any,
    *,
    count: int = 64,
    label: str | None = None,
    draw: bool | None = None,
    seed: int = 0,
    out: Path | None = None,
    device: str = "auto",
    trust: bool = False,
) -> "Examples":
    """Make new examples: codes from the prior, decoded.

    For images a picture of them all is written beside the array.

    For example:

        elbowroom sample runs/digits-1 --count 100 --out samples.npy
        elbowroom sample runs/digits-1 --out samples.png
        elbowroom sample runs/conditional-1 --label 3 --out threes.npy

    Args:
        run: The run folder.
        count: How many examples.
        label: What examples a conditional model is to make: the name or number of a class, or a
            quantity. When not given, labels are drawn as frequent as among the training examples.
        draw: Draw values from p(x|z), its noise included; otherwise its mean is shown. When not
            given, values are drawn for tables, whose means are often no possible rows.
        seed: Seed of the codes and values.
        out: Where to write the examples, in the units of the data: .npy, .npz, .csv, .parquet, or
            .png for the picture alone.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The examples.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ConfigError: If `count` is below 1, `out` has another suffix, or there is no such label.
    """
    import elbowroom.experiment as experiment
    from elbowroom.array_files import check_suffix
    from elbowroom.outputs import Examples

    check_counts(count=count)
    check_suffix(out, picture=True)
    opened = open_run(run, trust=trust, device=device)
    labels = experiment.labels_to_make(opened, count, label, seed=seed)
    drawn = opened.facts["kind"] == "table" if draw is None else draw
    examples = Examples(
        experiment.sample(opened, count, draw=drawn, seed=seed, labels=labels),
        opened.domain,
        columns=columns_of(opened),
        labels=None if labels is None else opened.labelling.named(labels),
    )
    return examples if out is None else examples.save(out)
