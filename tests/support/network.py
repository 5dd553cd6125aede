"""No test reaches a real network: asking for another machine's address, or for it, is an error."""

import ipaddress
import sys


class NetworkReached(RuntimeError):
    """A test tried to reach another machine."""


def forbid_network() -> None:
    sys.addaudithook(_refuse_other_machines)


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    host = _host(event, arguments)
    if host is not None and not _is_here(host):
        raise NetworkReached(f"a test tried to reach {host}")


def _host(event: str, arguments: tuple[object, ...]) -> str | None:
    if event == "socket.getaddrinfo":
        asked = arguments[0]
        return asked.decode() if isinstance(asked, bytes) else str(asked or "localhost")
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        return str(address[0]) if isinstance(address, tuple) else None
    return None


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
