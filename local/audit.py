"""`make audit`: whether anything that is pinned has a known vulnerability.

pip-audit passes over what its feed does not answer for, and ends well: here that is no answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from local.settings import ROOT, urls

FEED = "https://api.osv.dev/v1/query"  # AUDIT_FEED_URL takes another, such as a mirror
# The developers' environment holds both functions' dependencies, in the same versions.
REQUIREMENTS = "requirements-dev.txt"
FOUND, AWAY = 1, 75  # exit codes; 75 is EX_TEMPFAIL


def main() -> None:
    (feed,) = urls(os.environ, "AUDIT_FEED_URL", FEED)
    command = [sys.executable, "-m", "pip_audit", "--requirement", REQUIREMENTS]
    command += ["--disable-pip", "--vulnerability-service", "osv", "--osv-url", feed, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except ValueError:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        print(f"audit: NOT AUDITED: the feed {feed} cannot be asked ({last})", file=sys.stderr)
        sys.exit(AWAY)
    skipped = [each["name"] for each in answers if "skip_reason" in each]
    if skipped or not answers:
        print(f"audit: NOT AUDITED: {feed} did not answer for {', '.join(skipped)}", file=sys.stderr)
        sys.exit(AWAY)
    found = [(each, vulnerability["id"]) for each in answers for vulnerability in each["vulns"]]
    for package, name in found:
        print(f"audit: {package['name']} {package['version']} has {name}")
    print(f"audit: {len(answers)} packages, {len(found)} vulnerabilities")
    sys.exit(FOUND if found else 0)


if __name__ == "__main__":
    main()
