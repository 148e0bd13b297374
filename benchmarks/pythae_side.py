"""pythae 0.1.2 with the same layers, where it is installed (the extra 'bench')."""

import contextlib
import io
import logging
from importlib.util import find_spec
from tempfile import mkdtemp
from typing import Any

from torch import Tensor

from benchmarks.plain import PlainVAE

installed = find_spec("pythae") is not None


def pythae_model(plain: PlainVAE, shape: tuple[int, ...], loss: str = "bce") -> Any:
    """Return a pythae VAE that uses a plain VAE's layers; loss is 'bce' or 'mse'."""
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.body = plain.encoder

        def forward(self, x: Tensor) -> ModelOutput:
            mu, log_var = self.body(x).chunk(2, dim=1)
            return ModelOutput(embedding=mu, log_covariance=log_var)

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.body = plain.decoder

        def forward(self, z: Tensor) -> ModelOutput:
            raw = self.body(z).reshape(len(z), *shape)
            return ModelOutput(reconstruction=raw.sigmoid() if loss == "bce" else raw)

    config = VAEConfig(input_dim=shape, latent_dim=plain.latent, reconstruction_loss=loss)
    return VAE(config, encoder=Encoder(), decoder=Decoder())


class PythaeLoop:
    """Trains with pythae's trainer, some epochs a call."""

    def __init__(self, plain: PlainVAE, x: Tensor, batch_size: int, epochs: int) -> None:
        from pythae.data.datasets import BaseDataset
        from pythae.trainers import BaseTrainer, BaseTrainerConfig

        self.epochs = epochs
        logging.getLogger("pythae").setLevel(logging.ERROR)
        config = BaseTrainerConfig(
            output_dir=mkdtemp(),
            num_epochs=1,
            per_device_train_batch_size=batch_size,
            learning_rate=1e-3,
            no_cuda=True,
        )
        labels = x.new_zeros(len(x))
        quiet = contextlib.redirect_stdout(io.StringIO())
        with contextlib.redirect_stderr(io.StringIO()), quiet:
            self.trainer = BaseTrainer(
                pythae_model(plain, tuple(x.shape[1:])), BaseDataset(x, labels), None, config
            )
            self.trainer.prepare_training()

    def __call__(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            for epoch in range(self.epochs):
                self.trainer.train_step(epoch + 1)
