"""Where the page is served: the sockets, and the names it may be called by."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from index.errors import UnderlineError

NAME = re.compile(r"[\w.-]+", re.ASCII)
HOST = re.compile(r"([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
ROOT_PATH = re.compile(r"(/[\w.~-]+)*", re.ASCII)
PORTS = {"http": 80, "https": 443}  # of an address that names none


@dataclass(frozen=True, slots=True)
class Names:
    """The names the page may be called by: the host it listens on, those `allowed` besides, and
    those of this machine for itself; or `any` name."""

    host: str = ""
    allowed: frozenset[str] = frozenset()
    any: bool = False

    def include(self, host: str) -> bool:
        """Whether a request with this Host header is meant for the page."""
        name, _ = _split(host)
        known = name in self.allowed or name in (self.host, "localhost") or _is_loopback(name)
        return bool(name) and (self.any or known)

    def are_of(self, origin: str, host: str) -> bool:
        """Whether a page of this Origin is ours, where the request has this Host header.

        Another page of this machine is not ours: it has another port. A proxy may have any.
        """
        scheme, _, rest = origin.partition("://")
        name, port = _split(rest)
        if scheme not in PORTS or not name:
            return False
        own, own_port = _split(host)
        default = PORTS[scheme]
        return name in self.allowed or (name, port or default) == (own, own_port or default)


def read_names(host: str, allowed: Sequence[str] = ()) -> Names:
    """The names of a page that listens on `host`; any, where others are served and none is allowed.

    Raises UnderlineError for what is no name, and for a host that there is not.
    """
    more = frozenset(map(_read_name, allowed))
    return Names(host.lower(), more, any=not more and not is_private(host))


def is_private(host: str) -> bool:
    """Whether what listens on `host`, a name or an address, is reached from this machine only."""
    return all(_is_loopback(str(address[0])) for *_, address in _resolve(host, 0))


def read_root_path(text: str) -> str:
    """`underline/` → `/underline`: the path of the page at a proxy; empty for the root itself."""
    path = f"/{text.strip('/')}".rstrip("/")
    if not ROOT_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise UnderlineError(
            f"--root-path takes the path of the page at a proxy, such as /underline, not {text!r}."
        )
    return path


def local_address(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    name = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - not bound to here
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets bound to every address of `host`, on the port or, for 0, on any free one.

    Raises UnderlineError if the page cannot be served there.
    """
    if not 0 <= port <= 65_535:  # the system would take it for another one
        raise UnderlineError(f"There is no port {port}; choose one up to 65535, such as 7860.")
    places = _resolve(host, port)
    bound: list[socket.socket] = []
    for family, kind, protocol, _, address in places:
        listener = None
        try:
            listener = socket.socket(family, kind, protocol)
            _bind(listener, (address[0], port or address[1], *address[2:]))
        except OSError as error:
            if listener:
                listener.close()
            # "localhost" names an IPv6 address also where there is no IPv6.
            if len(places) > 1 and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                continue
            for other in bound:
                other.close()
            raise _unusable(host, port, error) from None
        bound.append(listener)
        port = listener.getsockname()[1]
    if not bound:
        raise _unusable(host, port, OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL)))
    return bound


def _bind(listener: socket.socket, address: tuple[Any, ...]) -> None:
    if os.name == "posix":  # elsewhere the option lets two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6 and not _mapped(str(address[0])):
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(address)


def _resolve(host: str, port: int) -> list[tuple[int, int, int, str, tuple[Any, ...]]]:
    try:
        if not host.strip():  # the system would take it for every address it has
            raise UnicodeError
        found: Sequence[tuple[int, int, int, str, tuple[Any, ...]]]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise UnderlineError(
            f"There is no host {host!r} to serve on; use --host 127.0.0.1 for this machine only."
        ) from None
    return list(dict.fromkeys(found))  # a name may stand twice in the file of hosts


def _unusable(host: str, port: int, error: OSError) -> UnderlineError:
    reason = error.strerror or str(error)
    other = port + 1 if 1023 < port < 65_535 else 7861
    return UnderlineError(
        f"Port {port} on {host} cannot be used: {reason}. Choose another one, such as "
        f"--port {other}"
    )


def _is_loopback(address: str) -> bool:
    """Whether a text is an address of this machine itself, also one of IPv4 written as IPv6."""
    with suppress(ValueError):
        return ip_address(_mapped(address) or address.partition("%")[0]).is_loopback
    return False


def _mapped(address: str) -> str:
    """`::ffff:127.0.0.1` → `127.0.0.1`; empty for any other address."""
    with suppress(ValueError):
        return str(IPv6Address(address).ipv4_mapped or "")
    return ""


def _split(host: str) -> tuple[str, int | None]:
    """The name and the port of a Host header; no name for what is not one."""
    with suppress(ValueError):  # a port may be too large, an address none
        if HOST.fullmatch(host):
            parts = urlsplit(f"//{host}")
            return (parts.hostname or "").rstrip("."), parts.port
    return "", None


def _read_name(text: str) -> str:
    """A name as browsers write it: in small letters of ASCII."""
    with suppress(ValueError):
        return str(ip_address(text.strip("[]")))
    with suppress(UnicodeError):
        name = text.encode("idna").decode("ascii").lower().rstrip(".")
        if NAME.fullmatch(name):
            return name
    raise UnderlineError(
        f"--allow-host takes a name without port and path, such as docs.example.com, not {text!r}."
    )
