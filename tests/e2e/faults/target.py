"""The system on the cluster, seen as tests/faults sees the one on this machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import requests

from infra.cluster import database, functions, secrets
from infra.cluster.kubectl import Kubectl, Object
from infra.cluster.secrets import DATABASE, FUNCTIONS
from infra.cluster.waiting import reason_not_ready
from local.errors import StackError
from tests.e2e.gateway import Gateway
from tests.faults.records import BASE_FILE, KEPT, base, file_of
from tests.faults.target import Target
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WHOLE_S_MAX = 600
QUERY_PODS = "serving.knative.dev/service=query"
_QUEUE_PROXY = 8012


class ClusterTarget(Target):
    """What `make up` has made, and a node's way to it: this machine must be one of the cluster's. Raises StackError."""

    def __init__(self, folder: Path, cluster: Kubectl, gateway: Gateway, s3: S3Client, bucket: str) -> None:
        super().__init__(folder)
        self.cluster, self.s3, self.bucket = cluster, s3, bucket
        self._gateway = gateway
        self.host = gateway.name_of("query")
        if self.host.endswith(".svc.cluster.local"):
            raise StackError(
                "no gateway answers to query's name; make operators DOMAIN=example.com gives it one"
            )
        service = cluster.get("service", f"{database.NAME}-rw", DATABASE) or {}
        owner = secrets.wanted(cluster, f"{database.NAME}-app", DATABASE)
        self._connection = {
            "host": service["spec"]["clusterIP"],
            "dbname": owner["dbname"],
            "user": owner["username"],
            "password": owner["password"],
            "sslmode": "require",
        }

    @property
    def port(self) -> int:
        return self._gateway.port

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        connected = closing(psycopg2.connect(connect_timeout=5, **self._connection))
        with connected as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows

    def begin(self) -> None:
        """Put the movies there that are there before any fault."""
        self.s3.put_object(Bucket=self.bucket, Key=BASE_FILE, Body=file_of(base()))
        wait_until(self.has_all_files, WHOLE_S_MAX, 1)

    def make_whole(self) -> None:
        self.found, self.late = [], []
        self.wait_until_ready()
        wait_until(self.has_all_files, WHOLE_S_MAX, 1, not_yet=(psycopg2.Error,))
        wait_until(self._keep, WHOLE_S_MAX, 1, not_yet=(requests.RequestException,))

    def _keep(self) -> bool:
        """Ask every pod of query what the prober asks again and again, so that it has that in memory."""
        for pod in self.query_pods():
            for path in KEPT:
                # As the prober asks: an answer in another coding is another one.
                requests.get(
                    f"http://{pod['status']['podIP']}:{_QUEUE_PROXY}{path}",
                    headers={"Host": self.host, "Accept-Encoding": "identity"},
                    timeout=10,
                ).raise_for_status()
        return True

    def wait_until_ready(self) -> None:
        """Three instances and two pods of query take traffic, and none still ends."""
        wait_until(lambda: not self._reason_not_ready(), WHOLE_S_MAX, 1)

    def _reason_not_ready(self) -> str:
        reason = database.reason_not_ready(self.cluster.get(database.KIND, database.NAME, DATABASE))
        reason = reason or reason_not_ready(self.cluster.get(functions.KIND, "query", FUNCTIONS))
        pods = self.query_pods()
        if not reason and [is_ready(pod) for pod in pods] != [True, True]:
            reason = f"{len(pods)} pods of query, or one is not ready"
        return reason

    def query_pods(self) -> list[Object]:
        """Those that end, too."""
        return self.cluster.list("pods", FUNCTIONS, QUERY_PODS)

    def primary(self) -> Object:
        """The pod that takes writes."""
        return self.cluster.list("pods", DATABASE, "cnpg.io/instanceRole=primary")[0]


def is_ready(pod: Object) -> bool:
    """Whether traffic may go to a pod."""
    conditions = pod["status"].get("conditions", ())
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]
