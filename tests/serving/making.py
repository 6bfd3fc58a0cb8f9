"""A built page in small."""

from pathlib import Path


def build_page(folder: Path) -> Path:
    """Write what a build would leave; its folder."""
    built = folder / "built"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>auscult</title>")
    (built / "sw.js").write_text('importScripts("precache.js");')
    (built / "assets" / "run.wasm").write_bytes(b"\0asm")
    (built / "assets" / "run.mjs").write_text("export const one = 1;")
    return built
