"""What a reader must know to use the numbers about principal directions."""

from collections.abc import Iterator, Sequence

from elbowroom.metrics.principal_directions.regime import Regime

_READ = "Read the distance of the units in use."
_UNREAD = (
    "Fewer than two units are in use, and one alone has no direction to be off: the distance of "
    "all units says nothing."
)


def notes_of(
    regime: Regime | None, used: Sequence[int], latent: int, spanned: int
) -> Iterator[str]:
    """Say what a reader must know to use the numbers.

    Args:
        regime: What the units are; None where the posterior has no noise.
        used: Units that are not passive.
        latent: Number of units.
        spanned: Dimensions that the columns of the units in use span, at most over the examples.
    """
    yield from _notes_on_distance(latent)
    if regime is not None:
        yield (
            "On: examples at which the variance of q is at most 0.1 of the prior's; off: within "
            "0.1 of it. Active: at most 0.1 on average; passive: within 0.1 of the prior's on "
            "average; mixed: neither, or with a variance over examples above 0.1."
        )
    if regime is None:
        yield (
            "The posterior has no noise: units are neither active nor passive, and nothing ties "
            "the scale of the codes to the prior's."
        )
    elif latent > max(1, len(used)):
        yield (
            f"{latent - len(used)} of {latent} units are passive: how their axes lie says nothing. "
            f"{_READ if len(used) > 1 else _UNREAD}"
        )
    if spanned < len(used):
        yield (
            f"The decoder's columns of the {len(used)} units in use span {spanned} dimensions at "
            "most: some units move nothing, or the same as others. Angles are those of these "
            f"{spanned}."
        )
    yield (
        "Carried variance: variance of the means times the squared length of the unit's column of "
        "the Jacobian; the variance of x along it for a linear decoder, more for a curved one."
    )
    yield (
        "Linear VAE's means: the variance of the means that a linear VAE has at this eigenvalue, "
        "1 - noise / eigenvalue, and 0 where it is dead."
    )


def _notes_on_distance(latent: int) -> Iterator[str]:
    if latent < 2:
        yield (
            "One unit has no direction to be off: the Jacobian has one principal direction, which "
            "is the unit's axis whatever was learnt. There is no distance to report."
        )
        return
    yield "+- of a distance is over examples of this model, not over trainings of it."
    yield (
        "A random rotation has this mean and spread: a model whose axes are nowhere in particular "
        "is one draw of it."
    )
    yield (
        "Ambiguous: examples with two neighbouring singular values within 5 %, whose directions "
        "are then left to chance."
    )
