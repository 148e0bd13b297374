"""What codes stand for: the values that p(x|z) gives, and how probable each choice is."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution

from elbowroom.errors import IncompatibleError
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.latents import Latents
from elbowroom.explore.reach import check_within_reach
from elbowroom.explore.seeing import SEED, drawing, raw_again
from elbowroom.run import Run

_AT_ONCE = 2**20
_BEYOND = "what this code stands for cannot be computed"


@dataclass(frozen=True, eq=False)
class Maker:
    """Makes examples of codes.

    Attributes:
        run: The run.
        latents: The codes of its model.
    """

    run: Run
    latents: Latents

    def values(self, z: Tensor, draw: int | None, condition: float | None) -> np.ndarray:
        """Return raw values, (n, values): those that stand for p(x|z), or by a seed drawn from it.

        Raises:
            DataError: If a value is no finite number.
        """
        parts = z.split(max(_AT_ONCE // self.run.domain.size, 1))
        if draw is not None:
            with drawing(draw):
                made = np.concatenate([self._made(part, True, condition) for part in parts])
        else:
            # Nothing is drawn, and nothing else touches the global random state: this may run
            # beside what does.
            with torch.inference_mode():
                made = np.concatenate([self._made(part, False, condition) for part in parts])
        check_within_reach(_BEYOND, made)
        return made

    def chances(self, z: Tensor, condition: float | None) -> np.ndarray:
        """Return the probability of each choice of each column of names, (n, choices).

        Raises:
            IncompatibleError: If no column has names.
        """
        with torch.inference_mode():
            found = self.run.model.likelihood.chances(self._px(z, condition))
        if found is None:
            raise IncompatibleError("no column of these data has choices with names")
        return found.cpu().numpy()

    def turned(self, z: Tensor, unit: int, condition: float | None) -> np.ndarray:
        """Return codes in which a unit was turned, with what the prior expects below its level.

        Raises:
            DataError: If a code is no finite number.
        """
        with drawing(SEED):
            above = self.latents.levels(z)[: self.latents.place(unit) + 1]
            completed = conditioned(self.run, len(z), condition).completed(above)
            turned = self.latents.space.join(completed).cpu().numpy()
        check_within_reach(_BEYOND, turned)
        return turned

    def _made(self, z: Tensor, drawn: bool, condition: float | None) -> np.ndarray:
        px = self._px(z, condition)
        x = px.sample() if drawn else self.run.model.likelihood.representative(px)
        return raw_again(self.run, x).reshape(len(z), -1)

    def _px(self, z: Tensor, condition: float | None) -> Distribution:
        model = conditioned(self.run, len(z), condition)
        return model.generate(given=self.latents.levels(z)).px
