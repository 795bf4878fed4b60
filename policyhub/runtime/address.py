"""Where the web server listens, and what follows from it for the site."""

from __future__ import annotations

import argparse
import ipaddress
import os
import secrets
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from policyhub.runtime.refusal import BAD_INPUT, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognized, not listened on


@dataclass(frozen=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address written as host:port, an IPv6 host in brackets."""
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal():
            raise Refusal(f"POLICYHUB_BIND is {text!r}: write a host and a port, like 127.0.0.1:8000.", BAD_INPUT)
        return cls(host.strip("[]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """What a person opens."""
        return f"http://{self}/"

    @property
    def asked_at(self) -> str:
        """The URL to ask from this machine, also when the server listens on every address."""
        return Address(EVERYWHERE.get(self.host, self.host), self.port).url

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine can reach it."""
        return is_loopback(self.host)

    def settled(self) -> Address:
        """The same address with a port that can be listened on, chosen where 0 was asked for."""
        family, kind, _, _, where = _resolved(self.host, self.port)
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(where)
            except OSError as error:
                raise Refusal(
                    f"PolicyHub cannot listen on {self}: {(error.strerror or str(error)).lower()}. "
                    "Stop the program that uses this port, or choose another one with --port."
                ) from None
            return Address(self.host, probe.getsockname()[1])

    def environment(self) -> dict[str, str]:
        """What the site must know: its address, whom it answers to, and whether only this machine reaches it."""
        site = os.environ.get("POLICYHUB_SITE_URL", "") or self.url.rstrip("/")
        only_here = self.is_loopback and is_loopback(urlsplit(site).hostname or "")
        names = [] if self.is_loopback else _names_of_this_machine(self.host)
        return {
            "POLICYHUB_BIND": str(self),
            "POLICYHUB_SITE_URL": site,
            "POLICYHUB_LOOPBACK": "1" if only_here else "0",
            "POLICYHUB_HOSTS": ",".join(filter(None, [os.environ.get("POLICYHUB_HOSTS", ""), *names])),
            "POLICYHUB_RUN_ID": secrets.token_hex(16),
        }


def is_loopback(host: str) -> bool:
    """Whether every address of a host is this machine's own loopback."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in found)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The parser knows what `up` understands."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on; 0 chooses a free one")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")


def requested(arguments: Sequence[str]) -> Address:
    """The address that the arguments of `up` ask for."""
    parser = _Parser(add_help=False)
    add_arguments(parser)
    options, _ = parser.parse_known_args(arguments)
    if not 0 <= options.port <= 65535:
        raise Refusal(f"--port {options.port} is no port: choose 1 to 65535, or 0 for any that is free.", BAD_INPUT)
    return Address(options.host, options.port)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refusal(f"up: {message}.", BAD_INPUT)


def _resolved(host: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise Refusal(f"{host} is no address of this machine: choose another one with --host.", BAD_INPUT) from None


def _names_of_this_machine(host: str) -> list[str]:
    name = socket.gethostname()
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    return [host, *sorted({name, socket.getfqdn()} | addresses)]
