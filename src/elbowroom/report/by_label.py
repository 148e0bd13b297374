"""What a conditional model makes when it is told labels."""

from typing import TYPE_CHECKING

import numpy as np
import torch

from elbowroom.using.labelled import labels_to_make

if TYPE_CHECKING:
    from elbowroom.report.material import Material

_SEED = 0


def conditions_drawn(material: "Material", count: int) -> np.ndarray | None:
    """Return conditions as frequent as in training, (count, c), or None without any."""
    run = material.run
    labels = labels_to_make(run, count, seed=_SEED)
    if run.labelling is None or labels is None:
        return None
    return run.labelling.encode(labels).numpy()


def samples_by_label(material: "Material", count: int) -> tuple[list[str], np.ndarray] | None:
    """Return names of labels and what a conditional model makes for each from the same codes.

    Args:
        material: What the report is about.
        count: Number of codes, drawn from the prior.

    Returns:
        Names (labels,) and examples (labels, count, *shape), in raw units.
    """
    if (labelling := material.run.labelling) is None:
        return None
    shown = labelling.examples()
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(_SEED)
        # As many codes as examples: the model is bound to some, the first again and again.
        model = material.model.at(torch.zeros(count, dtype=torch.long))
        codes = model.joined(level.z for level in model.generate((count,)).levels).cpu().numpy()
    made = material.decode(np.stack([codes] * len(shown)), labelling.encode(shown).numpy()[:, None])
    named = labelling.named(shown).tolist()
    return [one if isinstance(one, str) else f"{one:.3g}" for one in named], made
