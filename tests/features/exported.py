"""A module that makes pictures of samples, as ONNX Runtime runs it."""

import warnings

import onnx
import onnxruntime
import torch


def export_without_fft(module, file):
    """Trace a module into a file, see that no Fourier transform is left in its graph, and open it: samples → picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (torch.randn(2, 20000),),
            file,
            input_names=["samples"],
            output_names=["picture"],
            dynamic_axes={"samples": {0: "batch", 1: "n"}, "picture": {0: "batch", 2: "frames"}},
            opset_version=17,
            dynamo=False,
        )
    kinds = {node.op_type for node in onnx.load(file).graph.node}
    assert "Conv" in kinds
    assert not kinds & {"DFT", "STFT"}
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
