"""The pictures of a report: what the model remembers, makes up, and where it puts things."""

import numpy as np

from elbowroom.report import figures
from elbowroom.report.by_label import samples_by_label
from elbowroom.report.figures import CodeMap
from elbowroom.report.material import Material
from elbowroom.report.page.numbers import error_table
from elbowroom.report.page.section import Plate, Section
from elbowroom.report.words import counted

_SHOWN = 12
_SAMPLES = 70
_TRAVERSED = 8
_STEPS = 11
_PAIRS = 5
_BY_LABEL = 12


def reconstructions(material: Material) -> Section:
    """Return examples beside what the model and PCA make of them."""
    chosen = material.varied(_SHOWN)
    figure = figures.reconstructions(
        material.look,
        material.originals[chosen],
        material.reconstructions[chosen],
        material.pca_reconstructions(chosen),
        name=_name(material),
    )
    code = counted(material.run.model.latent, "number")
    redefined = material.run.preprocessing.redefines
    seen = ", as the model sees them after preprocessing" if redefined else ""
    by_class = material.data.label_names is not None
    picked = "the first of each class in turn" if by_class else "spaced evenly over the set"
    caption = (
        f"Examples of the {material.split} set, what the model rebuilds from the {code} it keeps "
        "of each, and what principal component analysis (PCA) rebuilds from as many. Nothing was "
        f"picked: these are {picked}{seen}."
    )
    return Section(
        "What it keeps of an example",
        [Plate("reconstructions", figure, caption), error_table(material)],
    )


def samples(material: Material) -> Section | None:
    """Return samples from the prior; an autoencoder has none."""
    if not material.probabilistic:
        return None
    count = 2_000 if material.look.draws else _SAMPLES
    figure = figures.samples(material.look, material.samples(count), material.originals)
    caption = f"Codes drawn at random from the prior, decoded. {material.look.reading}"
    return Section("What it makes up", [Plate("samples", figure, caption)])


def by_label(material: Material) -> Section | None:
    """Return what a conditional model makes for each label."""
    found = samples_by_label(material, _BY_LABEL) if material.probabilistic else None
    if found is None:
        return None
    names, made = found
    marks = [str(number + 1) for number in range(_BY_LABEL)]
    figure = figures.traversals(
        material.look, made, names, marks, along="codes drawn from the prior", of="label"
    )
    caption = (
        "The model is conditional: it is told the label. The same codes, decoded for each label: "
        "what stays the same along a column is what the code says, what changes is the label's."
    )
    return Section("What it makes of each label", [Plate("labels", figure, caption)])


def code_map(material: Material) -> Section:
    """Return the map of the codes, with the map of PCA beside it."""
    ours, pca = _map(material), CodeMap.of_components(material.pca_codes, "PCA")
    data = material.data
    figure = figures.code_maps([ours, pca], data.labels, data.label_names)
    shown = "PCA was not shown it" if material.run.labelling else "which neither method was shown"
    coloured = "" if data.labels is None else f", coloured by label ({shown})"
    circle = (
        " The dashed circle holds 86% of the codes that the prior draws; where examples lie far "
        "outside it, or it is empty, samples are poor."
        if ours.prior is not None and ours.points.shape[1] == 2
        else ""
    )
    level = material.units.mapped(material.active)
    which = f" at the level {level}, the topmost in use" if material.units.deep else ""
    caption = (
        f"Each point is one of {len(data):,} {material.split} examples{coloured}. Left: the mean "
        f"of its code{which}. Right: PCA of the same number of dimensions.{circle}"
    )
    return Section("Where it puts things", [Plate("code-map", figure, caption)])


def units(material: Material) -> Section:
    """Return the rate of each unit, and what the most used units do."""
    section = Section("What the latent units do")
    if material.rates is not None:
        caption = (
            "The rate of a unit is what it tells about an example, in nats (1 nat is 1.44 bits). "
            "A unit is active if its mean varies between examples (variance above 0.01); one that "
            "is not has been switched off by training and costs nothing."
        )
        figure = figures.rates(material.rates, material.active, material.units.labels)
        section.parts.append(Plate("rates", figure, caption))
    section.parts.append(_traversals(material))
    return section


def interpolation(material: Material) -> Section | None:
    """Return the way from one example to another, for some pairs."""
    chosen = material.varied(2 * _PAIRS)
    if len(chosen) < 2:
        return None
    pairs = len(chosen) // 2
    first, second = chosen[0 : 2 * pairs : 2], chosen[1 : 2 * pairs : 2]
    weight = np.linspace(0, 1, 9, dtype=np.float32)[None, :, None]
    start, end = material.codes[first][:, None], material.codes[second][:, None]
    given = material.conditions
    if given is not None:  # the label changes as gradually as the code
        given = (1 - weight) * given[first][:, None] + weight * given[second][:, None]
    between = material.decode((1 - weight) * start + weight * end, given)
    ends = material.originals[first][:, None], material.originals[second][:, None]
    frames = np.concatenate([ends[0], between, ends[1]], axis=1)
    caption = (
        f"The outermost are {material.split} examples; between them, the straight line between "
        "their codes, decoded. A good latent space passes through plausible examples."
    )
    figure = figures.interpolations(material.look, frames)
    return Section("From one example to another", [Plate("interpolations", figure, caption)])


def _traversals(material: Material) -> Plate:
    shown = material.by_use[:_TRAVERSED]
    shown_example = material.varied(1)[0]
    start = material.codes[shown_example]
    given = None if material.conditions is None else material.conditions[shown_example]
    if material.probabilistic:
        mean, sd = material.prior()
        away = np.linspace(-3, 3, _STEPS)
        values = mean[:, None] + sd[:, None] * away
        marks = [f"{step:+.1f}".replace("-", "\u2212").replace("+0.0", "0") for step in away]
        along = "value of the unit, in standard deviations of the prior"
    else:
        values = np.quantile(material.codes, np.linspace(0.01, 0.99, _STEPS), axis=0).T
        marks = ["lowest", *[""] * (_STEPS - 2), "highest"]
        along = "value of the unit, from its 1st to its 99th percentile"
    codes = np.stack([material.units.turned(start, unit, values[unit]) for unit in shown])
    names = [material.units.labels[unit] for unit in shown]
    made = material.decode(codes, given)
    figure = figures.traversals(material.look, made, names, marks, along=along)
    below = (
        " A unit 2_3 is the fourth of level z2; the levels below it are what the prior expects."
        if material.units.deep else ""
    )  # fmt: skip
    order = "rate" if material.rates is not None else "variance"
    caption = (
        "The code of one example with one unit changed at a time, decoded: the units as knobs. "
        f"Shown are {len(shown)} of {counted(material.latent, 'unit')}, in the order of their "
        f"{order}.{below}"
    )
    return Plate("traversals", figure, caption)


def _map(material: Material) -> CodeMap:
    name, level = _name(material), material.units.mapped(material.active)
    part = material.units.levels[level]
    if material.units.deep:
        name = f"{name}, {level}"
    codes, used = material.codes[:, part], material.active[part]
    busiest = [unit - part.start for unit in material.by_use if part.start <= unit < part.stop]
    if codes.shape[1] <= 2 or used.sum() == 2:
        units = busiest if used.sum() == 2 else range(codes.shape[1])
        laid_out = CodeMap.of_units(codes, list(units), name)
    else:
        laid_out = CodeMap.of_directions(codes, name)
    # Below the top each code has a prior of its own.
    return laid_out.with_prior(2.0) if material.probabilistic and part.start == 0 else laid_out


def _name(material: Material) -> str:
    return "VAE" if material.probabilistic else "autoencoder"
