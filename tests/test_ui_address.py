"""Where the page is served, and by which names it may be called."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from index.errors import UnderlineError
from qa.ui.address import is_private, listen, local_address, read_names, read_root_path


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.2", "127.255.255.254", "localhost", "::1", "::ffff:127.0.0.1"]
)
def test_loopback_is_for_this_machine_only(host):
    assert is_private(host)
    assert not read_names(host).any


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "128.0.0.1", "::ffff:192.168.1.5", "fe80::1"]
)
def test_any_other_address_serves_others(host):
    assert not is_private(host)
    assert read_names(host).any
    assert not read_names(host, ["docs.example.com"]).any


def test_a_name_is_for_this_machine_only_if_all_its_addresses_are(monkeypatch):
    found = {"mine": ["127.0.0.1", "::1"], "both": ["127.0.0.1", "192.168.1.5"]}

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert is_private("mine")
    assert not is_private("both")
    assert read_names("mine").include("mine:7860")


@pytest.mark.parametrize("host", ["nowhere.invalid", "", " ", "a..b", "x" * 300])
def test_a_host_that_there_is_not_is_named_with_the_remedy(host):
    for try_it in (is_private, lambda host: listen(host, 0)):
        with pytest.raises(UnderlineError, match=r"There is no host .* --host 127"):
            try_it(host)


@pytest.mark.parametrize("port", [-1, 65_536, 10**10])
def test_a_port_that_there_is_not_is_named_with_the_remedy(port):
    with pytest.raises(UnderlineError, match="There is no port"):
        listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::ffff:127.0.0.1"])
def test_a_free_port_is_found_and_then_taken(host):
    sockets = listen(host, 0)
    ports = {one.getsockname()[1] for one in sockets}
    assert len(ports) == 1
    for one in sockets:
        one.listen()
    with pytest.raises(UnderlineError, match=r"cannot be used: .*--port \d+"):
        listen(host, ports.pop())
    for one in sockets:
        one.close()


def test_what_is_bound_already_is_let_go_when_the_rest_cannot_be(monkeypatch):
    with closing(socket.create_server(("127.0.0.2", 0))) as taken:
        port = taken.getsockname()[1]
        places = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in ("127.0.0.1", "127.0.0.2")
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        with pytest.raises(UnderlineError):
            listen("both", port)
        monkeypatch.undo()
        listen("127.0.0.1", port)[0].close()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", ""),
        ("/", ""),
        ("/underline", "/underline"),
        ("underline/", "/underline"),
        ("/a/b-c/~d.e/", "/a/b-c/~d.e"),
    ],
)
def test_the_path_at_a_proxy_is_read_however_it_is_written(given, read):
    assert read_root_path(given) == read


@pytest.mark.parametrize(
    "given", ["https://docs.example.com/", "/a/../b", "/a//b", "/a?b", "/a b", "/ü", "/a#b", "/."]
)
def test_what_is_no_path_is_named_with_the_remedy(given):
    with pytest.raises(UnderlineError, match=r"--root-path takes .* such as /underline"):
        read_root_path(given)


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("docs.example.com", "docs.example.com:7860"),
        ("Docs.Example.com.", "docs.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("192.168.1.5", "192.168.1.5:80"),
        ("fe80::1", "[fe80::1]:7860"),
        ("[FE80::1]", "[fe80::1]"),
    ],
)
def test_a_name_is_read_however_it_is_written(given, called):
    names = read_names("127.0.0.1", [given])
    assert names.include(called)
    assert names.are_of(f"https://{called}", "127.0.0.1:7860")
    assert not read_names("127.0.0.1").include(called)


@pytest.mark.parametrize(
    "given", ["", "*", "https://docs.example.com", "a:80", "a/b", "a b", "a..b"]
)
def test_what_is_no_name_is_named_with_the_remedy(given):
    with pytest.raises(UnderlineError, match=r"--allow-host takes .* such as docs"):
        read_names("127.0.0.1", [given])


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860/"),
        ("0.0.0.0", "http://localhost:7860/"),
        ("::", "http://localhost:7860/"),
        ("::1", "http://[::1]:7860/"),
    ],
)
def test_the_address_that_is_told_can_be_opened(host, address):
    assert local_address(host, 7860) == address
