"""Debian's chromium without a screen, driven by its chromedriver: pages opened, clicked, photographed and printed."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OPTIONS = (
    "--headless",
    "--no-sandbox",  # which chromium wants of root
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--autoplay-policy=no-user-gesture-required",
)
_START_SECONDS = 20.0


class Browser:
    """One window.

    Parameters
    ----------
    address
        Of the chromedriver's session.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def open(self, page: Path) -> None:
        _ask(f"{self._address}/url", {"url": page.absolute().as_uri()})

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Give the page so many pixels, of a phone too; a window by itself is never narrower than 500."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._devtools("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._devtools("Emulation.setEmulatedMedia", {"features": [scheme]})

    def run(self, script: str) -> Any:
        """Run a script in the page; what it returns."""
        return _ask(f"{self._address}/execute/sync", {"script": script, "args": []})

    def photograph(self, *, whole: bool = False) -> bytes:
        """What is seen, or the whole page, as a png."""
        picture = self._devtools("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        return base64.b64decode(picture["data"])

    def print(self) -> bytes:
        """The page on paper, as a pdf of A4 pages."""
        paper = {"preferCSSPageSize": True, "printBackground": True}
        return base64.b64decode(self._devtools("Page.printToPDF", paper)["data"])

    def log(self) -> list[str]:
        """What the page complained of since it was last asked."""
        return [entry["message"] for entry in _ask(f"{self._address}/se/log", {"type": "browser"})]

    def _devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return _ask(f"{self._address}/goog/cdp/execute", {"cmd": command, "params": parameters})


def is_there() -> bool:
    """Whether chromium and its driver are installed (Debian: apt-get install chromium chromium-driver)."""
    return shutil.which("chromium") is not None and shutil.which("chromedriver") is not None


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that is gone, with all it has written, when the block ends."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            root = f"http://127.0.0.1:{_port(driver)}"
            chromium = {"args": [*_OPTIONS, f"--user-data-dir={folder}"]}
            wanted = {"browserName": "chrome", "goog:chromeOptions": chromium, "goog:loggingPrefs": {"browser": "ALL"}}
            session = _ask(f"{root}/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            try:
                yield Browser(f"{root}/session/{session}")
            finally:
                _ask(f"{root}/session/{session}", None, method="DELETE")
        finally:
            driver.terminate()
            driver.wait()


def _port(driver: subprocess.Popen[str]) -> int:
    """The port that the driver says it listens on."""
    assert driver.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and (line := driver.stdout.readline()):
        if "successfully on port" in line:
            return int(line.rstrip(".\n").rpartition(" ")[2])
    raise RuntimeError("chromedriver did not start")


def _ask(address: str, body: Any, *, method: str = "POST") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{address}: {json.load(error)['value']['message']}") from None
