"""`make down` keeps the data; `make up` finds it again and loads nothing twice."""

from __future__ import annotations

from infra.cluster import forwarding
from infra.cluster.kubectl import Kubectl
from infra.cluster.secrets import DATABASE
from tests.e2e.conftest import Make, Record
from tests.e2e.gateway import Gateway
from tests.e2e.waiting import eventually


def test_the_data_is_there_again_and_nothing_is_loaded_twice(
    make: Make, gateway: Gateway, cluster: Kubectl, record: Record
) -> None:
    before, state = gateway.get("/movies?limit=1000").content, gateway.get("/status").json()
    record(make("down"))
    eventually(lambda: not cluster.list("pods", DATABASE, "cnpg.io/cluster=movie-db-cluster"), 120, 1)
    make("up")
    eventually(lambda: gateway.get("/status").status_code == 200, 60)
    assert gateway.get("/movies?limit=1000").content == before
    forwarding.wake(cluster, "ingest")
    make("reconcile", CLUSTER="yes")
    after = gateway.get("/status").json()
    assert {name: after[name] for name in ("data_version", "movies", "files")} == {
        name: state[name] for name in ("data_version", "movies", "files")
    }
    record(f"before {state}\nafter  {after}")
