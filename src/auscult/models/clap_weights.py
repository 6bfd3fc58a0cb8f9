"""Pretrained weights of CLAP's audio side."""

from typing import Any

from torch import Tensor
from transformers import ClapAudioConfig, ClapAudioModelWithProjection, ClapConfig

from auscult.errors import AuscultError
from auscult.models.checkpoint import load_network, refuse_other_shape, setting_value, settings_that_fit

_OPTIONS = {  # of transformers' configuration → of ours
    "patch_embeds_hidden_size": "model.options.width",
    "depths": "model.options.depths",
    "num_attention_heads": "model.options.heads",
    "window_size": "model.options.window",
    "patch_size": "model.options.patch",
    "spec_size": "model.options.size",
    "projection_dim": "model.options.embedding",
    "num_mel_bins": "features.bands",
}
_FIXED = ("enable_fusion", "patch_stride", "mlp_ratio", "qkv_bias", "hidden_act", "projection_hidden_act", "layer_norm_eps")
_CHANNELS = "patch_embed_input_channels"


def read_clap_audio(source: str, wanted: ClapAudioModelWithProjection) -> dict[str, Tensor]:
    """Read pretrained weights.

    Parameters
    ----------
    source
        A name on the Hugging Face hub such as ``laion/clap-htsat-unfused``, or a folder written by transformers, of a whole
        ``ClapModel`` or of its audio side alone; see `auscult.models.hub.find_checkpoint`.
    wanted
        The network that the weights are for.

    Returns
    -------
    dict
        Names and shapes of ``wanted``.

    Raises
    ------
    AuscultError
        When there is no such checkpoint, it is of another architecture or size, or something in it is missing or broken.
    """
    theirs = load_network(source, ClapAudioModelWithProjection, _audio_config, kind="a CLAP")
    _check(theirs.config, wanted.config, source)
    state: dict[str, Tensor] = theirs.state_dict()
    return state


def _audio_config(config: Any) -> ClapAudioConfig | None:
    part = config.audio_config if isinstance(config, ClapConfig) else config
    return part if isinstance(part, ClapAudioConfig) else None


def _check(theirs: ClapAudioConfig, wanted: ClapAudioConfig, source: str) -> None:
    """Say in one sentence what has to be set where the sizes differ, or that nothing helps."""
    if theirs.enable_fusion:
        raise AuscultError(
            f"The weights {source} are of a CLAP that fuses views of long recordings: take an unfused one such as "
            "laion/clap-htsat-unfused."
        )
    settings = settings_that_fit(theirs, wanted, _OPTIONS)
    refuse_other_shape(source, settings + (["features.deltas=false"] if getattr(wanted, _CHANNELS) != 1 else []))
    for name in _FIXED:
        if (value := setting_value(theirs, name)) != setting_value(wanted, name):
            raise AuscultError(f"The weights {source} have {name}={value}, which clap-audio cannot have.")
