"""Which read models a command is about."""

from collections.abc import Sequence
from typing import Any

from selfbill.cli.refusals import NameReadModels, NoSuchReadModel
from selfbill.projections.read_model import ReadModel
from selfbill.runtime.house import read_models


def chosen(names: Sequence[str], *, every: bool = False) -> list[ReadModel[Any]]:
    """Those with these names, or all. Raises NameReadModels and NoSuchReadModel."""
    models = {model.name: model for model in read_models()}
    if every:
        return list(models.values())
    if not names:
        raise NameReadModels(names=", ".join(models))
    return [_known(models, name) for name in dict.fromkeys(names)]


def the_one(name: str) -> ReadModel[Any]:
    """The one with this name. Raises NoSuchReadModel."""
    return _known({model.name: model for model in read_models()}, name)


def _known(models: dict[str, ReadModel[Any]], name: str) -> ReadModel[Any]:
    if name not in models:
        raise NoSuchReadModel(name=name, names=", ".join(models))
    return models[name]
