"""The decoder's local axes: the Jacobian of the mean of p(x|z), taken apart at each code.

    J(z) = d E[x|z] / dz = U S V',    S_1 >= ... >= S_D >= 0

A small step along the column V_k of the code moves the decoded mean by S_k along U_k. Everything is
in the space that the model sees, after preprocessing (Rolinek et al. 2019, 'Variational
autoencoders pursue PCA directions (by accident)').
"""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from elbowroom.data.columns import KINDS
from elbowroom.distributions import Columns, Space
from elbowroom.errors import DataError, IncompatibleError, ShapeError
from elbowroom.models import VAE, LatentModel
from elbowroom.models.mode import evaluating

_VALUES = 2**22
"""Values of a Jacobian held at a time, 32 MiB of them in double precision."""
_ROUNDING = 1e-6
"""Singular values below this share of the largest are rounding errors of single precision."""


class PrincipalDirections(NamedTuple):
    """The factors of J = U S V', one for each code.

    Attributes:
        U: Directions in the space of examples, (B, prod(event), D), of unit length; a column is 0
            where its singular value is.
        S: Singular values, (B, D), from the largest to the smallest.
        V: Directions in the space of codes, (B, D, D): the column V[b, :, k] belongs to S[b, k].
    """

    U: Tensor
    S: Tensor
    V: Tensor


def jacobian(model: LatentModel, z: Tensor) -> Tensor:
    """Return the derivatives of the mean of p(x|z) with respect to the code.

    J_bji = d E[x_j|z_b] / d z_bi, one reverse pass for each unit, in evaluation mode, in parts that
    fit into memory.

    Args:
        model: A model of one level; a conditional one given the conditions of these codes.
        z: Codes, (B, D).

    Returns:
        Jacobians, (B, prod(event), D), on the codes' device.

    Raises:
        IncompatibleError: If there are several levels of codes, if codes lie on a sphere, or if the
            mean of a column of categories has no meaning.
        ShapeError: If the codes are not of shape (B, D), or as many as the model is bound to.
        DataError: If there are no codes.

    Example:
        >>> from elbowroom import MLP, VAE, Gaussian
        >>> model = VAE.of(Gaussian((3,)), latent=2, network=MLP(hidden=()))
        >>> W = model.decoder.network.body[-1].weight  # a linear decoder: J is W everywhere
        >>> bool(torch.allclose(jacobian(model, torch.randn(5, 2)), W.expand(5, 3, 2)))
        True
    """
    return torch.cat(list(_in_parts(model, z)))


def principal_directions(model: LatentModel, z: Tensor) -> PrincipalDirections:
    """Return the singular value decomposition of the decoder's Jacobian at each code.

    Args:
        model: A model of one level; a conditional one given the conditions of these codes.
        z: Codes, (B, D).

    Returns:
        U, S and V in double precision, on the CPU; V is complete, also for more units than values
        in x.

    Raises:
        IncompatibleError: If the Jacobian means nothing for the model.
        ShapeError: If the codes are not of shape (B, D), or as many as the model is bound to.
        DataError: If there are no codes.

    Example:
        >>> from elbowroom import MLP, VAE, Gaussian
        >>> model = VAE.of(Gaussian((3,)), latent=2, network=MLP(hidden=(8,)))
        >>> z = torch.randn(5, 2)
        >>> U, S, V = principal_directions(model, z)
        >>> J = jacobian(model, z).double()
        >>> bool(torch.allclose(U * S[:, None] @ V.mT, J, atol=1e-6))
        True
    """
    parts = [_apart(J) for J in _in_parts(model, z)]
    return PrincipalDirections(*(torch.cat(factor) for factor in zip(*parts, strict=True)))


def jacobian_products(model: LatentModel, z: Tensor, axes: Tensor) -> tuple[Tensor, Tensor]:
    """Return J'J, (B, D, D), and A'J, (B, K, D), at each code, in double precision, on the CPU.

    They say all that singular values, V and angles to the axes A need, and no Jacobian is kept.

    Args:
        model: A model of one level; a conditional one given the conditions of these codes.
        z: Codes, (B, D).
        axes: Orthonormal columns A in the space of examples, (prod(event), K).

    Raises:
        IncompatibleError: If the Jacobian means nothing for the model.
        ShapeError: If the codes are not of shape (B, D), or as many as the model is bound to.
        DataError: If there are no codes.
    """
    axes = axes.cpu().double()
    parts = [(gram(J), axes.mT @ _exact(J)) for J in _in_parts(model, z)]
    grams, projected = zip(*parts, strict=True)
    return torch.cat(grams), torch.cat(projected)


def gram(J: Tensor) -> Tensor:
    """Return J'J in double precision: inner products of the columns, (B, D, D), on the CPU."""
    J = _exact(J)
    return J.mT @ J


def _exact(J: Tensor) -> Tensor:
    """Return J in double precision, on the CPU: not every device has that."""
    return J.cpu().double()


def decomposed(grams: Tensor) -> tuple[Tensor, Tensor]:
    """Return S, (B, D), and V, (B, D, D), of Jacobians given J'J = V S^2 V'.

    Singular values below a millionth of the largest are 0: that is what single precision leaves of
    a zero. J'J has the squares of the singular values, which double precision holds with ease.
    """
    squares, V = torch.linalg.eigh(grams)
    S, V = squares.clamp(min=0).sqrt().flip(-1), V.flip(-1)
    return S.masked_fill(S / S[..., :1] < _ROUNDING, 0.0), V


def check_differentiable(model: LatentModel, what: str = "a Jacobian") -> VAE:
    """Return the model if the derivatives of its mean tell how codes move examples.

    Args:
        model: Any model.
        what: What is asked of it, the subject of the sentence.

    Raises:
        IncompatibleError: With the mathematical reason.
    """
    if not isinstance(model, VAE):
        raise IncompatibleError(
            f"{what} of the decoder takes one code that x is decoded from, and "
            f"{type(model).__name__} has {len(model.code_shapes)} levels of codes, of which the "
            "lower are drawn given the upper. Use a model of one level, such as "
            "structure = 'single-level'"
        )
    if model.space is not Space.REAL:
        raise IncompatibleError(
            f"the codes of this model lie in {model.space}: moving one unit alone leaves it, so "
            f"that {what} of the decoder with respect to single units has no meaning. Use a "
            "posterior over real codes, such as diagonal-gaussian"
        )
    if isinstance(model.likelihood, Columns):
        named = [column.name for column in model.likelihood.columns if KINDS[column.kind].named]
        if named:
            raise IncompatibleError(
                f"{what} is of the mean of p(x|z), and columns of categories have no mean: "
                f"{', '.join(map(str, named))}. Leave them out of the data"
            )
    return model


def _apart(J: Tensor) -> PrincipalDirections:
    S, V = decomposed(gram(J))
    length = S[:, None]
    return PrincipalDirections(torch.where(length > 0, _exact(J) @ V / length, 0.0), S, V)


def _in_parts(model: LatentModel, z: Tensor) -> Iterator[Tensor]:
    vae = check_differentiable(model)
    if z.dim() != 2 or z.shape[1] != vae.latent:
        raise ShapeError(
            f"codes must have shape (examples, {vae.latent}), a row for each example; these have "
            f"shape {tuple(z.shape)}"
        )
    if not len(z):
        raise DataError("there are no codes to take the Jacobian at")
    size = max(_VALUES // (prod(vae.event_shape) * vae.latent), 1)
    with evaluating(vae):
        for here, part in vae.divided(z, size):
            yield _jacobian(here, part)


def _jacobian(model: LatentModel, z: Tensor) -> Tensor:
    """Return the Jacobians at codes that are few enough to be held at once.

    J v by two reverse passes: G(u) = J'u is linear in u, and the gradient of G(u)'v with respect
    to u is J v, whatever u is. The first pass is made once, the second for each unit; as each
    example has a code of its own, one v for all codes gives a column of every Jacobian. Forward
    differentiation decodes anew for each v, and torch lacks it for group normalisation.
    """
    with torch.inference_mode(False), torch.enable_grad():
        z = z.detach().clone().requires_grad_()
        mean = model.generate(given=z).px.mean.flatten(1)
        u = torch.zeros_like(mean, requires_grad=True)
        (back,) = torch.autograd.grad(mean, z, u, create_graph=True)
        units = torch.eye(z.shape[1], dtype=z.dtype, device=z.device)
        columns = [
            torch.autograd.grad(back, u, unit.expand_as(z), retain_graph=True)[0] for unit in units
        ]
    return torch.stack(columns, -1).detach()
