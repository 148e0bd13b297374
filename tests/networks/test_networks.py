"""Laws of every architecture: any image size, any leading shape, each example on its own."""

import pytest
import torch

from elbowroom.errors import ConfigError, ShapeError
from elbowroom.networks import MLP, Architecture, Conv, Network
from elbowroom.networks.architecture import activation_layer
from elbowroom.networks.pyramid import pyramid
from tests.cases import ARCHITECTURES, DEFAULT_ARCHITECTURES, parts

SHAPES = [(1, 7, 9), (3, 33, 20), (4, 64, 64), (1, 1, 5), (2, 1, 1), (1, 28, 28)]
IMAGE_ONLY = [name for name in DEFAULT_ARCHITECTURES if name != "MLP"]
CODE, PARAMETERS = (5,), (2, 5)

every = pytest.mark.parametrize("name", DEFAULT_ARCHITECTURES)


def both_ways(network: Architecture, shape: tuple[int, ...]) -> list[Network]:
    return [network.down(shape, PARAMETERS), network.up(CODE, (1, *shape))]


def move(net: Network) -> None:
    """Go away from the start, where some layers are zero and hide what they would do."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))


@every
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_goes_from_any_image_to_the_code_and_back(name, shape):
    down, up = both_ways(DEFAULT_ARCHITECTURES[name], shape)
    assert down(torch.randn(2, *shape)).shape == (2, *PARAMETERS)
    assert up(torch.randn(2, *CODE)).shape == (2, 1, *shape)


@pytest.mark.parametrize("shape", [(6,), (30, 2)], ids=str)
def test_the_mlp_takes_any_shape(shape):
    down, up = both_ways(MLP(), shape)
    assert up(down(torch.randn(3, *shape))[:, 0]).shape == (3, 1, *shape)


@pytest.mark.parametrize("name", IMAGE_ONLY)
def test_tables_are_refused_by_networks_for_images(name):
    network = DEFAULT_ARCHITECTURES[name]
    for build in (lambda: network.down((6,), PARAMETERS), lambda: network.up(CODE, (1, 6))):
        with pytest.raises(ConfigError, match="for images of shape.*use the mlp network"):
            build()


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("lead", [(), (3,), (2, 3), (2, 1, 3)], ids=str)
def test_leading_dimensions_are_batches_of_the_same(name, lead):
    for net in both_ways(ARCHITECTURES[name], (1, 7, 9)):
        x = torch.randn(*lead, *net.in_shape)
        flat = net(x.reshape(-1, *net.in_shape))
        torch.testing.assert_close(
            net(x), flat.reshape(*lead, *net.out_shape), rtol=1e-4, atol=1e-5
        )


@every
@pytest.mark.parametrize("shape", [(3, 33, 20), (1, 7, 9)], ids=str)
def test_an_output_does_not_depend_on_batch_mates(name, shape):
    for net in both_ways(DEFAULT_ARCHITECTURES[name], shape):
        net.train()
        move(net)
        x = torch.randn(4, *net.in_shape)
        others = torch.cat([x[:1], 100 * torch.randn(3, *net.in_shape)])
        torch.testing.assert_close(net(x)[0], net(others)[0], rtol=1e-4, atol=1e-5)


@every
def test_the_memory_layout_of_the_input_is_no_matter(name):
    down, _ = both_ways(DEFAULT_ARCHITECTURES[name], (3, 12, 10))
    x = torch.randn(4, 3, 12, 10)
    last = x.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(down(x), down(last), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", IMAGE_ONLY)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 5, 40)], ids=str)
def test_a_pyramid_may_be_deeper_than_the_image_is_large(name, shape):
    deep = type(DEFAULT_ARCHITECTURES[name])(channels=(4,) * 8)
    down, up = both_ways(deep, shape)
    assert up(down(torch.randn(2, *shape))[:, 0]).shape == (2, 1, *shape)


@pytest.mark.parametrize("depth", [1, 3, 8])
def test_every_stage_comes_back_to_where_it_came_from(depth):
    for side in range(1, 70):
        height = side
        for stage in pyramid(side, 2 * side + 1, depth):
            small = stage.down(1, 1)(torch.zeros(1, 1, stage.height.large, stage.width.large))
            assert tuple(small.shape[-2:]) == stage.small
            large = stage.up(1, 1)(small)
            assert tuple(large.shape[-2:]) == (stage.height.large, stage.width.large)
            assert stage.height.large == height
            height = stage.height.small


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("families", [1, 2], ids=["one parameter", "two parameters"])
def test_a_start_moves_the_output_by_just_as_much(name, families):
    net = ARCHITECTURES[name].up(CODE, (families, 3, 8, 8))
    z = torch.randn(4, *CODE)
    shape = (families, 3, 1, 1)  # constant over positions: a convolution has one bias a channel
    first, second = (torch.randn(shape).expand(net.out_shape) for _ in range(2))
    net.start_at(first)
    before = net(z)
    net.start_at(second)
    torch.testing.assert_close(net(z) - before, (second - first).expand(4, *net.out_shape),
                               rtol=1e-4, atol=1e-5)  # fmt: skip


def test_a_linear_map_is_an_mlp_without_hidden_layers():
    net = MLP(hidden=()).down((2, 3), (4,))
    x, y = torch.randn(5, 2, 3), torch.randn(5, 2, 3)
    zero = net(torch.zeros(1, 2, 3))
    torch.testing.assert_close(net(x + y) - zero, net(x) + net(y) - 2 * zero)


def test_hidden_layers_are_mirrored():
    down, up = both_ways(MLP(hidden=(30, 20)), (1, 7, 9))
    widths = [[m.out_features for m in net.modules() if isinstance(m, torch.nn.Linear)]
              for net in (down, up)]  # fmt: skip
    assert widths == [[30, 20, 10], [20, 30, 63]]


@every
def test_every_parameter_matters(name):
    for net in both_ways(DEFAULT_ARCHITECTURES[name], (1, 16, 12)):
        move(net)
        net(torch.randn(4, *net.in_shape)).square().sum().backward()
        assert not [n for n, p in net.named_parameters() if p.grad is None or not p.grad.any()]


@every
def test_a_wrong_shape_is_refused_with_the_right_one(name):
    down, up = both_ways(DEFAULT_ARCHITECTURES[name], (3, 8, 8))
    for x in (torch.zeros(2, 1, 8, 8), torch.zeros(8), torch.zeros(2, 8, 8, 3)):
        with pytest.raises(ShapeError, match=r"\(3, 8, 8\).*reshape"):
            down(x)
    with pytest.raises(ShapeError, match=r"\(5,\)"):
        up(torch.zeros(2, 4))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: MLP(hidden=(0,)), "hidden must be"),
        (lambda: MLP(hidden=(2.5,)), "2.5"),
        (lambda: MLP(activation="rleu"), "Did you mean 'relu'"),
        (lambda: Conv(activation="swish"), "no activation 'swish'.*silu"),
        (lambda: Conv(channels=()), "channels must be 1 or more"),
        (lambda: Conv(hidden=0), "hidden must be"),
        (lambda: activation_layer("Tanh"), "Did you mean 'tanh'"),
    ],
)
def test_options_out_of_range_are_refused(build, words):
    with pytest.raises(ConfigError, match=words):
        build()


@pytest.mark.parametrize("kind", parts("model.network"), ids=lambda kind: kind.__name__)
def test_an_architecture_shows_its_options(kind):
    assert eval(repr(kind()), {kind.__name__: kind}).__dict__ == kind().__dict__
