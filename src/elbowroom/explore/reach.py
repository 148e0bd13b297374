"""What can be computed in floating point of an example or a code, or why it cannot, in words."""

import numpy as np
import torch
from torch import Tensor

from elbowroom.errors import DataError


def check_within_reach(words: str, *numbers: Tensor | np.ndarray | float) -> None:
    """Refuse an example that a finite but extreme value took beyond what floats can hold.

    Args:
        words: What cannot be computed.
        numbers: What was computed.

    Raises:
        DataError: If any number is not finite.

    Example:
        >>> check_within_reach("the code cannot be computed", np.zeros(3), 1.0)
    """
    if not all(torch.as_tensor(part).isfinite().all() for part in numbers):
        raise DataError(f"{words}: a value lies far outside the data")
