"""What a recipe may ask for by name: facts of the data, no options."""

from typing import Any

from elbowroom.data import Domain


def recipe_context(domain: Domain, dataset_size: int) -> dict[str, Any]:
    """Return the values for a recipe's positional parameters, by name.

    Args:
        domain: What the examples are, as the model sees them.
        dataset_size: Number of training examples.

    Returns:
        `dataset_size`; `event_shape`, the shape of one example; `levels`, the number of values that
        each of its numbers can have, if any; `span`, largest minus smallest possible value,
        infinite without bounds.

    Example:
        >>> recipe_context(Domain((1, 8, 8), levels=17, low=0.0, high=1.0), 1000)
        {'dataset_size': 1000, 'event_shape': (1, 8, 8), 'levels': 17, 'span': 1.0}
    """
    return {
        "dataset_size": dataset_size,
        "event_shape": domain.shape,
        "levels": domain.levels,
        "span": domain.high - domain.low,
    }
