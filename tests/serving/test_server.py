import http.client
import threading
from contextlib import contextmanager

import pytest

from auscult.errors import AuscultError
from auscult.serving.files import collect_files
from auscult.serving.server import PageServer
from tests.serving.making import build_page


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return collect_files(build_page(tmp_path_factory.mktemp("page")))


@contextmanager
def running(files):
    with PageServer(files, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server, path, *, method="GET", headers=None):
    connection = http.client.HTTPConnection(*server.server_address, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_files_are_given_out_with_their_kinds_and_a_policy_that_keeps_everything_here(files):
    with running(files) as server:
        assert server.address.startswith("http://127.0.0.1:")
        answer, content = ask(server, "/")
        assert (answer.status, content) == (200, files["index.html"].content)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        answer, content = ask(server, "/models/lung.onnx?again")
        assert content == files["models/lung.onnx"].content
        assert ask(server, "/assets/run.wasm")[0].headers["Content-Type"] == "application/wasm"


def test_what_the_browser_has_is_not_sent_again(files):
    with running(files) as server:
        tag = ask(server, "/models/lung.onnx")[0].headers["ETag"]
        answer, content = ask(server, "/models/lung.onnx", headers={"If-None-Match": tag})
        assert (answer.status, content) == (304, b"")


def test_head_has_no_content(files):
    with running(files) as server:
        answer, content = ask(server, "/index.html", method="HEAD")
        assert (answer.status, content) == (200, b"")
        assert int(answer.headers["Content-Length"]) == len(files["index.html"].content)


@pytest.mark.parametrize(
    "path",
    ["/../files.py", "/assets/../../files.py", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/assets", "/models/", "/nothing"],
)
def test_nothing_else_is_given_out(files, path):
    with running(files) as server:
        answer, content = ask(server, path)
        assert answer.status == 404
        assert b"root:" not in content


def test_nothing_is_taken_in(files):
    with running(files) as server:
        assert ask(server, "/index.html", method="POST")[0].status == 501


def test_a_busy_port_is_one_sentence(files):
    with (
        PageServer(files, 0) as first,
        pytest.raises(AuscultError, match=r"The port \d+ cannot be used .* choose another with --port"),
    ):
        PageServer(files, first.server_address[1])
