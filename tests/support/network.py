"""No test reaches a real network: connecting anywhere but to this machine is an error."""

import ipaddress
import sys


class NetworkReached(RuntimeError):
    """A test tried to reach another machine."""


def forbid_network() -> None:
    sys.addaudithook(_refuse_other_machines)


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            raise NetworkReached(f"a test tried to connect to {address[0]}")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
