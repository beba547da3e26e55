"""docs/query.md says what can be set, all of it."""

from dataclasses import fields

from query.settings import Settings

from local.settings import ROOT
from tests.support.documents import rows, shown

TEXT = (ROOT / "docs" / "query.md").read_text("utf-8")


def test_the_settings_documented_are_the_settings_that_exist_with_their_defaults():
    wanted = dict(shown(each.metadata["variable"], each.metadata["default"]) for each in fields(Settings))
    assert rows(TEXT, "variable") == wanted
