"""Ports for what a test starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from local.ports import free_port


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_no_outgoing_connection_is_given_a_port_that_a_server_may_start_again_on() -> None:
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split())
    assert not {free_port() for _ in range(100)} & set(range(low, high + 1))
