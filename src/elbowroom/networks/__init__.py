"""Networks: things that have weights only.

An `Architecture` (`MLP`, `Conv`, `ResNet`) builds a `Network` from data to code and back.
"""

from elbowroom.networks.architecture import Activation, Architecture, activation_layer
from elbowroom.networks.conv import Conv
from elbowroom.networks.joint import Joint
from elbowroom.networks.mlp import MLP
from elbowroom.networks.network import Network
from elbowroom.networks.resnet import ResidualBlock, ResNet

__all__ = [
    "MLP",
    "Activation",
    "Architecture",
    "Conv",
    "Joint",
    "Network",
    "ResNet",
    "ResidualBlock",
    "activation_layer",
]
