"""Which Internet addresses are somebody else's, and which are our own or nobody's. Pure."""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Special-purpose registries of IANA, and the metadata services of clouds.
_INSIDE_4 = [
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",
    )
]
_GLOBAL_6 = IPv6Network("2000::/3")  # all else is loopback, local, multicast or unassigned
_INSIDE_6 = [
    IPv6Network(text)  # 6to4 and Teredo carry addresses of any network in them
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
_NAT64 = IPv6Network("64:ff9b::/96")


def is_inside(address: Address) -> bool:
    """Whether a call there could reach this machine, its network, or a cloud's metadata."""
    address = _carried(address)
    if isinstance(address, IPv4Address):
        return any(address in network for network in _INSIDE_4)
    return address not in _GLOBAL_6 or any(address in network for network in _INSIDE_6)


def is_listed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether it lies in one of the networks; what stands for many or for none never does."""
    address = _carried(address)
    if address.is_multicast or address.is_unspecified:
        return False
    return any(address.version == network.version and address in network for network in networks)


def _carried(address: Address) -> Address:
    """The address of version 4 that one of version 6 stands for."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def parse_address(text: str) -> Address:
    """As the resolver gives it: fe80::1%eth0 has a zone, which says nothing about where it is."""
    return ip_address(text.partition("%")[0])
