"""What the page asks of a run: examples, codes, pictures, numbers.

Pure functions of a run: nothing here knows of browsers or servers. Values of examples are raw,
those of the data; codes are those of all levels side by side.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.explore.about import About, about_of
from elbowroom.explore.admission import admitted
from elbowroom.explore.asked import check_count, check_number, check_unit, codes_of
from elbowroom.explore.conditions import conditioned
from elbowroom.explore.encoding import Encoded, drawn_around, encoded, seen_alone
from elbowroom.explore.gallery import MOST, Gallery
from elbowroom.explore.latents import Latents
from elbowroom.explore.making import Maker
from elbowroom.explore.naming import rename
from elbowroom.explore.neighbours import Neighbours
from elbowroom.explore.parts import Part, drawn_from_prior, parts_of
from elbowroom.explore.pictures import read_picture
from elbowroom.explore.reach import check_within_reach
from elbowroom.explore.scoring import Score, score
from elbowroom.explore.seeing import ONE_GENERATOR, seen_with_jacobian
from elbowroom.explore.survey import survey
from elbowroom.explore.telling import Tell, quietly
from elbowroom.run import Run


@dataclass(eq=False)
class Session:
    """A run that is being explored.

    Args:
        gallery: The examples that it shows.
        latents: The codes of its model.
        neighbours: Finds the nearest examples.
        parts: The arrays that can be asked for.
        about: What the page is told first.

    Example:
        >>> from elbowroom import Run
        >>> session = Session.open(Run.load("runs/digits-1"))  # doctest: +SKIP
        >>> session.decode(session.part("start").values[None])  # doctest: +SKIP
    """

    gallery: Gallery
    latents: Latents
    neighbours: Neighbours
    parts: dict[str, Part]
    about: About

    @classmethod
    def open(
        cls, run: Run, *, split: str | None = None, examples: int = MOST, tell: Tell = quietly
    ) -> "Session":
        """Look at a run once, and be ready to answer.

        Args:
            run: The run.
            split: Which of its examples to show; the test set or the best there is when not given.
            examples: How many at most.
            tell: Told what is being done.

        Raises:
            ConfigError: If there is no such split, or `examples` is out of range.
            RunError: If the data are not to be had, or the names of units cannot be read.
        """
        gallery = Gallery.of(run, split, examples)
        latents = Latents.of(conditioned(run, 1, None))
        found = survey(gallery, latents.space, partial(tell, "encoding the examples"))
        parts = parts_of(gallery, latents.space, found, tell)
        about = about_of(gallery, latents, found, parts)
        return cls(gallery, latents, Neighbours(gallery, found.ruler), parts, about)

    @property
    def run(self) -> Run:
        """The run."""
        return self.gallery.run

    @property
    def maker(self) -> Maker:
        """What makes examples of codes."""
        return Maker(self.run, self.latents)

    @property
    def units(self) -> int:
        """Number of latent units, of all levels together."""
        return self.latents.space.size

    def decode(
        self, codes: np.ndarray, *, draw: int | None = None, condition: float | None = None
    ) -> np.ndarray:
        """Return what p(x|z) is for codes: its mean, and of categories the most probable one.

        Args:
            codes: Codes, (n, units).
            draw: Seed of a draw from p(x|z), in place of its mean.
            condition: What a conditional model is given.

        Returns:
            Raw values, (n, values).

        Raises:
            ShapeError: If the codes are not of that shape, or too many for one answer.
        """
        return self.maker.values(self._codes(codes), draw, condition)

    def chances(self, codes: np.ndarray, *, condition: float | None = None) -> np.ndarray:
        """Return how probable p(x|z) makes each choice of each column of a table that has names.

        Args:
            codes: Codes, (n, units).
            condition: What a conditional model is given.

        Returns:
            One column's probabilities after the other's, (n, choices of all columns).

        Raises:
            ShapeError: If the codes are not of that shape, or too many for one answer.
            IncompatibleError: If no column has names.
        """
        return self.maker.chances(self._codes(codes), condition)

    def turned(self, codes: np.ndarray, unit: int, *, condition: float | None = None) -> np.ndarray:
        """Return codes in which one unit was turned, with what follows from it.

        The levels below the unit's become what the prior expects of them given those above: of a
        ladder, the picture depends on the levels above in no other way. With one level, or at
        the lowest one, nothing follows.

        Args:
            codes: Codes, (n, units).
            unit: The unit.
            condition: What a conditional model is given.

        Raises:
            ShapeError: If the codes are not of that shape.
            ConfigError: If there is no such unit.
        """
        check_unit(unit, self.units)
        return self.maker.turned(self._codes(codes), unit, condition)

    def encode(self, values: np.ndarray, *, condition: float | None = None) -> Encoded:
        """Return the code of one example.

        Args:
            values: Its raw values, (values,).
            condition: What a conditional model is given.

        Raises:
            ShapeError: If there are more or fewer values than an example has.
            DataError: If a value cannot be one of the data, or lies too far outside them.
        """
        x = seen_alone(self.run, self._admitted(values), self.gallery.data.columns)
        return encoded(self.run, self.latents.space, x, condition)

    def around(
        self, values: np.ndarray, count: int, seed: int, *, condition: float | None = None
    ) -> np.ndarray:
        """Return codes drawn from q(z|x) of one example, (count, units).

        Args:
            values: Its raw values, (values,).
            count: How many.
            seed: Seed of the draws.
            condition: What a conditional model is given.

        Raises:
            ConfigError: If there are too many for one answer.
            ShapeError: If there are more or fewer values than an example has.
            DataError: If a value cannot be one of the data, or lies too far outside them.
        """
        check_count(count, max(self.units, self.gallery.values))
        x = seen_alone(self.run, self._admitted(values), self.gallery.data.columns)
        return drawn_around(self.run, self.latents.space, x, count, seed, condition)

    def score(
        self,
        values: np.ndarray,
        *,
        condition: float | None = None,
        samples: int | None = None,
        seed: int = 0,
    ) -> Score:
        """Return rate, distortion, ELBO and log evidence of one example, in nats.

        Args:
            values: Its raw values, (values,).
            condition: What a conditional model is given.
            samples: Codes from q(z|x) that the evidence is estimated with; when not given, the
                adaptive estimator of `elbowroom.evidence` spends what it takes.
            seed: Seed of the draws.

        Raises:
            IncompatibleError: If the posterior of the model has no density.
            ConfigError: If samples is out of range.
            ShapeError: If there are more or fewer values than an example has.
            DataError: If a value cannot be one of the data, or lies too far outside them.
        """
        if isinstance(reason := self.about.can["score"], str):
            raise IncompatibleError(reason)
        x, jacobian = seen_with_jacobian(self.run, self._admitted(values))
        model = conditioned(self.run, 1, condition)
        with ONE_GENERATOR:
            return score(model, self.latents.space, x, jacobian, samples=samples, seed=seed)

    def sample(self, count: int, seed: int, *, condition: float | None = None) -> np.ndarray:
        """Return codes drawn from the prior, (count, units).

        Args:
            count: How many.
            seed: Seed of the draws.
            condition: What a conditional model is given.

        Raises:
            ConfigError: If there are too many for one answer.
        """
        check_count(count, max(self.units, self.gallery.values))
        return drawn_from_prior(self.run, self.latents.space, count, seed, condition)

    def examples(self, places: np.ndarray) -> np.ndarray:
        """Return examples as the model sees them, raw, (n, values).

        Args:
            places: Which, (n,) int64.

        Raises:
            ConfigError: If there is no such example, or there are too many for one answer.
        """
        check_count(len(places), self.gallery.values)
        if places.min() < 0 or places.max() >= len(self.gallery):
            raise ConfigError(f"the examples have numbers from 0 to {len(self.gallery) - 1:,}")
        return self.gallery.shown(torch.from_numpy(places)).reshape(len(places), -1)

    def nearest(self, values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of the examples nearest to one, and their distances.

        Args:
            values: Its raw values, (values,).
            count: How many.

        Raises:
            ConfigError: If count is out of range.
            ShapeError: If there are more or fewer values than an example has.
            DataError: If a value cannot be one of the data, or lies too far outside them.
        """
        check_number(count, len(self.gallery))
        places, distances = self.neighbours.nearest(self._admitted(values), count)
        check_within_reach("no distance to this example can be computed", distances)
        return places, distances

    def part(self, name: str) -> Part:
        """Return an array by name.

        Raises:
            ConfigError: If there is none of that name.
        """
        if name not in self.parts:
            raise ConfigError(f"there is no part of that name; there are {', '.join(self.parts)}")
        return self.parts[name]

    def read(self, content: bytes) -> np.ndarray:
        """Return the raw values of an image file, (values,), brought to what the model knows.

        Raises:
            IncompatibleError: If the data are no images.
            DataError: If the file cannot be read.
        """
        return read_picture(self.run, content, self.about.range.low, self.about.range.high)

    def rename(self, unit: int, name: str) -> None:
        """Give a unit a name, or take it away, and save that with the run.

        Raises:
            ConfigError: If there is no such unit, or the name cannot be one.
            ElbowroomError: If it cannot be written.
        """
        check_unit(unit, self.units)
        known = list(self.about.units)
        rename(self.run, known[unit].label, name)
        known[unit] = replace(known[unit], name=name.strip() or None)
        self.about = replace(self.about, units=tuple(known))

    def warm_up(self) -> None:
        """Do once what will be asked for often: the first time of anything is slow."""
        for _ in range(3):
            values = self.decode(self.part("start").values[None])
        self.encode(values[0])

    def _codes(self, codes: np.ndarray) -> Tensor:
        return codes_of(codes, self.units, self.gallery.values).to(self.run.device)

    def _admitted(self, values: np.ndarray) -> Tensor:
        return admitted(np.asarray(values, dtype=np.float64)[None], self.run.domain)
