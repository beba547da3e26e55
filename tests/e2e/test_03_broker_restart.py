"""The in-memory Broker drops what it holds; the queue and reconcile bring it back."""

from __future__ import annotations

import json
from collections.abc import Callable

from infra.cluster.kubectl import Kubectl
from tests.e2e.conftest import Make, Record
from tests.e2e.gateway import Gateway
from tests.e2e.settings import BROKER, BROKER_NAMESPACE
from tests.e2e.waiting import eventually

FILES = 40


def test_a_broker_restarted_with_events_in_flight_is_healed(
    put: Callable[[str, bytes], None], cluster: Kubectl, make: Make, gateway: Gateway, record: Record
) -> None:
    for number in range(FILES):
        put(f"flight/{number}.json", json.dumps([{"title": f"In Flight {number}", "year": 1999}]).encode())
        if number == FILES // 2:
            for name in BROKER:
                cluster.run("rollout", "restart", f"deployment/{name}", "-n", BROKER_NAMESPACE, timeout_s=30)

    def there() -> int:
        answer = gateway.get("/movies?year=1999&limit=1000")
        return sum(each["title"].startswith("In Flight") for each in answer.json()) if answer.ok else 0

    for name in BROKER:
        cluster.run(
            "rollout",
            "status",
            f"deployment/{name}",
            "-n",
            BROKER_NAMESPACE,
            "--timeout=120s",
            timeout_s=130,
        )
    seen = there()
    make("reconcile", CLUSTER="yes")
    seconds = eventually(lambda: there() == FILES, 120)
    record(
        f"{FILES} files, Broker restarted halfway: {seen} there after the restart, all {FILES} after reconcile"
    )
    record(f"the last of them {seconds:.0f} s after reconcile answered")
