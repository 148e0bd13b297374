"""The papers behind a run, each with the condition under which it is one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Reference:
    """A paper.

    Attributes:
        short: How it is cited in a sentence.
        purpose: What of it is used.
        bibtex: Its entry.
        applies: Whether a run with this configuration uses it.
    """

    short: str
    purpose: str
    bibtex: str
    applies: Callable[[Plain], bool]


def references_of(config: Plain) -> list[Reference]:
    """Return the papers behind a configuration, given as nested dictionaries.

    Example:
        >>> plain = {"model": {"posterior": {"kind": "diagonal-gaussian"}, "likelihood": None},
        ...          "objective": {"kind": "elbo", "beta": 4.0}}
        >>> [paper.short for paper in references_of(plain)][-2:]
        ['Vehtari et al. (2024)', 'Higgins et al. (2017)']
    """
    return [reference for reference in _REFERENCES if reference.applies(config)]


def _kind(config: Plain, slot: str) -> str | None:
    found = config["model"][slot]
    return found.get("kind") if isinstance(found, Mapping) else found


def _probabilistic(config: Plain) -> bool:
    return _kind(config, "posterior") != "deterministic"


def _weighted(config: Plain) -> bool:
    return config["objective"].get("beta", 1.0) != 1.0


_REFERENCES = (
    Reference(
        "Kingma & Welling (2014)",
        "the variational autoencoder",
        """@inproceedings{kingma2014auto,
  title = {Auto-Encoding Variational {Bayes}},
  author = {Kingma, Diederik P. and Welling, Max},
  booktitle = {International Conference on Learning Representations},
  year = {2014},
  eprint = {1312.6114},
  archivePrefix = {arXiv}
}""",
        _probabilistic,
    ),
    Reference(
        "Rezende et al. (2014)",
        "the same, at the same time",
        """@inproceedings{rezende2014stochastic,
  title = {Stochastic Backpropagation and Approximate Inference in Deep Generative Models},
  author = {Rezende, Danilo Jimenez and Mohamed, Shakir and Wierstra, Daan},
  booktitle = {International Conference on Machine Learning},
  year = {2014}
}""",
        _probabilistic,
    ),
    Reference(
        "Hinton & Salakhutdinov (2006)",
        "the autoencoder",
        """@article{hinton2006reducing,
  title = {Reducing the Dimensionality of Data with Neural Networks},
  author = {Hinton, Geoffrey E. and Salakhutdinov, Ruslan R.},
  journal = {Science},
  volume = {313},
  number = {5786},
  pages = {504--507},
  year = {2006}
}""",
        lambda config: not _probabilistic(config),
    ),
    Reference(
        "Burda et al. (2016)",
        "log evidence by importance sampling and active units",
        """@inproceedings{burda2016importance,
  title = {Importance Weighted Autoencoders},
  author = {Burda, Yuri and Grosse, Roger and Salakhutdinov, Ruslan},
  booktitle = {International Conference on Learning Representations},
  year = {2016},
  eprint = {1509.00519},
  archivePrefix = {arXiv}
}""",
        _probabilistic,
    ),
    Reference(
        "Vehtari et al. (2024)",
        "Pareto k, which says whether the samples are enough",
        """@article{vehtari2024pareto,
  title = {{Pareto} Smoothed Importance Sampling},
  author = {Vehtari, Aki and Simpson, Daniel and Gelman, Andrew and Yao, Yuling and Gabry, Jonah},
  journal = {Journal of Machine Learning Research},
  volume = {25},
  number = {72},
  year = {2024}
}""",
        _probabilistic,
    ),
    Reference(
        "Higgins et al. (2017)",
        "the weight beta of the rate",
        """@inproceedings{higgins2017beta,
  title = {beta-{VAE}: Learning Basic Visual Concepts with a Constrained Variational Framework},
  author = {Higgins, Irina and Matthey, Loic and Pal, Arka and Burgess, Christopher and
            Glorot, Xavier and Botvinick, Matthew and Mohamed, Shakir and Lerchner, Alexander},
  booktitle = {International Conference on Learning Representations},
  year = {2017}
}""",
        _weighted,
    ),
    Reference(
        "Rybkin et al. (2021)",
        "the scale of the likelihood at its optimum",
        """@inproceedings{rybkin2021simple,
  title = {Simple and Effective {VAE} Training with Calibrated Decoders},
  author = {Rybkin, Oleh and Daniilidis, Kostas and Levine, Sergey},
  booktitle = {International Conference on Machine Learning},
  year = {2021}
}""",
        lambda config: _kind(config, "likelihood") == "optimal-gaussian",
    ),
)
