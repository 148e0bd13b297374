"""The loop that people write by hand: DataLoader, sigmoid, binary cross-entropy, default Adam."""

from math import prod

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from elbowroom.networks import Architecture


class PlainVAE(nn.Module):
    """A VAE in one module, with the same layers as ours."""

    def __init__(self, architecture: Architecture, shape: tuple[int, ...], latent: int) -> None:
        super().__init__()
        self.latent = latent
        # torch's own memory layout, as a hand-written model has it.
        self.encoder = architecture.down(shape, (2 * latent,)).body.to(
            memory_format=torch.contiguous_format
        )
        self.decoder = architecture.up((latent,), shape).body.to(
            memory_format=torch.contiguous_format
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, log_var = self.encoder(x).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
        return torch.sigmoid(self.decoder(z).reshape(x.shape)), mu, log_var


class PlainLoop:
    """Trains a plain VAE, some epochs a call."""

    def __init__(self, model: PlainVAE, x: Tensor, batch_size: int, epochs: int) -> None:
        self.model = model
        self.epochs = epochs
        self.loader = DataLoader(TensorDataset(x), batch_size, shuffle=True, drop_last=True)
        self.optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def __call__(self) -> None:
        for _ in range(self.epochs):
            self.epoch()

    def epoch(self) -> None:
        self.model.train()
        total = 0.0
        for (x,) in self.loader:
            recon, mu, log_var = self.model(x)
            bce = F.binary_cross_entropy(recon, x, reduction="sum") / len(x)
            kld = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp()) / len(x)
            loss = bce + kld
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            total += loss.item()


@torch.no_grad()
def plain_log_evidence(model: PlainVAE, x: Tensor, samples: int) -> float:
    """The evaluator that people write by hand: one example at a time, all samples at once."""
    total = 0.0
    for one in x:
        mu, log_var = model.encoder(one[None]).chunk(2, dim=1)
        std = torch.exp(0.5 * log_var)
        z = mu + std * torch.randn(samples, model.latent)
        recon = torch.sigmoid(model.decoder(z)).reshape(samples, prod(one.shape))
        target = one.reshape(1, -1).expand(samples, -1)
        log_px = -F.binary_cross_entropy(recon, target, reduction="none").sum(1)
        log_pz = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
        log_qz = torch.distributions.Normal(mu, std).log_prob(z).sum(1)
        log_w = log_px + log_pz - log_qz
        total += float(torch.logsumexp(log_w, 0)) - float(torch.log(torch.tensor(float(samples))))
    return total / len(x)
