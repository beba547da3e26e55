"""`make aws-up`, `make aws-down`, `make aws-policy`: AWS_REGION and AWS_BUCKET_NAME say where."""

from __future__ import annotations

import json
import sys

from infra.aws import policy, road
from infra.cluster import settings
from infra.cluster.errors import ClusterError, told


def main() -> None:
    command = sys.argv[1]
    with told(f"aws-{command}"):
        chosen = settings.load()
        if not (chosen.region and chosen.bucket):
            raise ClusterError("name AWS_REGION and AWS_BUCKET_NAME")
        where = (chosen.region, chosen.bucket, chosen.queue)
        if command == "up":
            print(road.up(*where, chosen.endpoint or None))
        elif command == "down":
            print(
                "\n".join(f"removed {each}" for each in road.down(*where, chosen.endpoint or None))
                or "nothing was there"
            )
        else:
            print("to install (`make up`, `make aws-up`, `make aws-down`):")
            print(json.dumps(policy.for_installing(*where), indent=2))
            print("to run (the keys of the Secret aws-auth):")
            print(json.dumps(policy.for_running(*where), indent=2))


if __name__ == "__main__":
    main()
