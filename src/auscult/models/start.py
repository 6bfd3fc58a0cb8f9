"""Where an encoder starts from: published weights, or a finished run of the same architecture."""

from pathlib import Path

from auscult.errors import AuscultError
from auscult.models.base import Encoder
from auscult.models.trained import load_trained


def start_from(encoder: Encoder, source: str) -> None:
    """Give an encoder its first weights.

    Parameters
    ----------
    encoder
        Gets them.
    source
        The folder of a finished run whose model has the same architecture and options, to go on from what it learned (its
        classifier is left out, since the classes may be others); or what `Encoder.load_pretrained` takes.

    Raises
    ------
    AuscultError
        When the run's model is another one, or the published weights do not fit.
    """
    if not (Path(source) / "model.json").is_file():
        encoder.load_pretrained(source)
        return
    trained = load_trained(Path(source))
    theirs, ours = trained.classifier.encoder.state_dict(), encoder.state_dict()
    if {name: one.shape for name, one in theirs.items()} != {name: one.shape for name, one in ours.items()}:
        options = ", ".join(f"{name}={value}" for name, value in trained.facts.options.items())
        raise AuscultError(
            f"The run {source} has a model of another shape ({trained.facts.model}; {options or 'no options'}; "
            f"{trained.facts.features.bands} bands): set model and features as it has them, or start from other weights."
        )
    encoder.load_state_dict(theirs)
