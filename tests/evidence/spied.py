"""Counts what a model's decoder really does."""

from dataclasses import dataclass

import pytest

from elbowroom.models import VAE


@dataclass
class Spy:
    """Decoder evaluations so far; a pass whose gradient is wanted counts double."""

    evaluations: int = 0
    listening: bool = True


def decoded(model: VAE, monkeypatch: pytest.MonkeyPatch) -> Spy:
    """Return a counter of the codes that the model decodes from now on."""
    spy = Spy()
    forward = model.decoder.forward

    def counting(z):
        if spy.listening:
            spy.evaluations += (1 + z.requires_grad) * z[..., 0].numel()
        return forward(z)

    monkeypatch.setattr(model.decoder, "forward", counting)
    return spy
