"""Whether a graph says what PyTorch says, by the runtime that the page runs it with as well."""

import numpy as np
import torch
from torch import Tensor

from elbowroom.errors import IncompatibleError
from elbowroom.explore.onnx.graph import Graph

WRONG = 1e-3
"""Share of a number's size that rounding never reaches: logits of values near their ends lose 1e-4
of it, everything else less than 1e-5."""

_ROWS, _SEED = 8, 0


def check_agrees(graph: Graph, content: bytes) -> None:
    """Refuse a graph that answers something else than the module that it was written from.

    Both are asked about codes of the prior, or about what the model makes of these.

    Args:
        graph: The module.
        content: The same as ONNX, its weights inside.

    Raises:
        IncompatibleError: If the answers differ by more than rounding.
    """
    off = disagreement(graph, content)
    if not off <= WRONG:
        raise IncompatibleError(
            f"its graph answers something else than PyTorch does, by {off:.2g} of a number's size"
        )


def disagreement(graph: Graph, content: bytes) -> float:
    """Return the largest difference of two answers, as a share of the column's largest number.

    Numbers below 1 count as 1.
    """
    import onnxruntime

    inputs = graph.likely_inputs(_ROWS, _SEED)
    with torch.no_grad():
        wanted = graph.answer(dict(zip(graph.names, inputs, strict=True)))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    given = {name: x.numpy() for name, x in zip(names, inputs, strict=True)}
    found = (np.asarray(one) for one in session.run(None, given))
    return max(map(_off, found, wanted))


def _off(found: np.ndarray, wanted: Tensor) -> float:
    known = wanted.double().numpy()
    size = np.fmax(np.abs(known).max(0, initial=1), 1)
    with np.errstate(invalid="ignore"):
        off = np.abs(found - known) / size
    same = (found == known) | (np.isnan(found) & np.isnan(known))  # where no difference is a number
    return float(np.where(same, 0, off).max(initial=0))
