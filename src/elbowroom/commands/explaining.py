"""Explain runs."""

from typing import TYPE_CHECKING, Any

from elbowroom.commands._runs import Split, check_counts, open_run

if TYPE_CHECKING:
    from elbowroom.metrics.principal_directions import Directions

PLACE_IN_HELP = 3


def directions(
    run: Any,
    *,
    split: Split = "test",
    limit: int = 1000,
    seed: int = 0,
    device: str = "auto",
    trust: bool = False,
) -> "Directions":
    """Say how latent units meet the decoder's principal directions, and those of PCA.

    The Jacobian of the decoder at the code of an example has principal directions, and the distance
    to orthogonality says how far they are from the latent axes: 0 where each unit, moved alone,
    moves x along one of them. Beside it stands that of a random rotation; one unit has neither.
    Units are active, passive or mixed by the variance of their posteriors, now and over the
    training; the variance that each carries stands beside an eigenvalue of PCA. Written to the run
    folder as JSON.

    For example:

        elbowroom directions runs/digits-1
        elbowroom directions runs/digits-1 --split train --limit 200 --json

    Args:
        run: The run folder.
        split: Which examples to measure on.
        limit: Largest number of examples, drawn at random from more.
        seed: Seed of the examples drawn and of the random rotations.
        device: cpu, cuda, mps or auto.
        trust: Allow the run to name classes outside Elbowroom, which runs their code.

    Returns:
        The numbers.

    Raises:
        RunError: If the folder is not a run, or an incomplete one.
        ConfigError: If an option is out of range.
        IncompatibleError: If a Jacobian means nothing for the model, as with several levels.
    """
    import elbowroom.experiment as experiment

    check_counts(limit=limit)
    opened = open_run(run, trust=trust, device=device)
    return experiment.directions(opened, split=split, limit=limit, seed=seed)
