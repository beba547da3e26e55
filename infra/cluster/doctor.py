"""`make doctor`: looks at the cluster before `make up`, and says how to mend what is amiss."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from infra.aws import road as aws_road
from infra.aws.errors import AwsError
from infra.cluster import checks, kubectl
from infra.cluster.checks import Finding
from infra.cluster.errors import ClusterError, told
from infra.cluster.kubectl import Kubectl

_NEEDED = (checks.kubernetes, checks.operators, checks.gateway, checks.storage)


def main() -> None:
    with told("doctor"):
        findings = [*examine(kubectl.find(), checks.ALL), aws()]
        for each in findings:
            mark = "ok  " if not each.mend else "BAD " if each.grave else "warn"
            print(f"{mark}  {each.what:<20} {each.seen}")
            if each.mend:
                print(f"      {'':<20} -> {each.mend}")
        sys.exit(1 if any(each.mend and each.grave for each in findings) else 0)


def require(cluster: Kubectl) -> None:
    """Raise ClusterError for the first thing without which `make up` cannot work."""
    for each in examine(cluster, _NEEDED):
        if each.mend and each.grave:
            raise ClusterError(f"{each.what}: {each.seen}; {each.mend}")


def examine(cluster: Kubectl, wanted: tuple[checks.Check, ...]) -> Iterator[Finding]:
    """Every finding; a check that fails is one, too."""
    for check in wanted:
        try:
            found = check(cluster)
        except ClusterError as error:
            found = Finding(check.__name__, str(error), "see the message")
        yield from found if isinstance(found, list) else [found]


def aws() -> Finding:
    """Whether the credentials may read the bucket's notifications; the right to set them cannot be tried."""
    region, bucket = os.environ.get("AWS_REGION", ""), os.environ.get("AWS_BUCKET_NAME", "")
    if not (region and bucket):
        return Finding(
            "AWS", "not looked at", "name AWS_REGION and AWS_BUCKET_NAME to have it looked at", grave=False
        )
    try:
        return Finding("AWS", aws_road.examine(region, bucket, os.environ.get("AWS_ENDPOINT_URL") or None))
    except AwsError as error:
        return Finding("AWS", str(error), "`make aws-policy` prints the rights that are needed")


if __name__ == "__main__":
    main()
