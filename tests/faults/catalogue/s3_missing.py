"""Objects are deleted before ingest can read them: their events speak of nothing."""

from tests.faults.fault import Fault
from tests.faults.records import arrival, file_of, vanished_key
from tests.faults.system import BUCKET, System

OBJECTS = 5


def vanish(system: System) -> None:
    system.proxy.away = True  # nobody reads while they come and go
    for number in range(len(system.vanished), len(system.vanished) + OBJECTS):
        key = vanished_key(number)
        system.s3.put_object(Bucket=BUCKET, Key=key, Body=file_of(arrival(0)))
        system.s3.delete_object(Bucket=BUCKET, Key=key)
        system.vanished.append(key)


def cure(system: System) -> None:
    system.proxy.away = False


FAULT = Fault(
    name="s3_missing",
    title="S3: objects deleted before they are read",
    expected="reads 0 failed, nothing of them stored, all other files within 60 s",
    break_=vanish,
    cure=cure,
    lasts_s=2,
)
