"""The schemas are those of the content types, each file names its own, and the content keeps to them."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from handout.base.paths import ROOT
from handout.tools.schema import make_schemas


def make_validator(schema):
    """Return the schema's validator; its library takes seconds to import, which other processes need not spend."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema)


CONTENTS = (ROOT / "content", ROOT / "tests" / "content")
FILES = [(content, path) for content in CONTENTS for path in sorted(content.rglob("*.yaml"))]


def test_schemas_are_up_to_date():
    """The schemas of the repository are the ones made from the content types."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").glob("*.json")}
    assert kept == make_schemas(), "run: python build.py schema"


@pytest.mark.parametrize(("content", "path"), FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_names_its_schema(content, path):
    """The first line names a schema that is there, and the file, read as an editor's program reads it, is valid."""
    first, text = path.read_text(encoding="utf-8").split("\n", 1)
    name = path.stem if path.parent == content else path.parent.name
    up = "../" * len(path.relative_to(ROOT).parents[:-1])
    assert first == f"# yaml-language-server: $schema={up}schemas/{name}.schema.json"
    schema = path.parent / first.partition("=")[2]
    make_validator(json.loads(schema.read_text(encoding="utf-8"))).validate(
        json.loads(json.dumps(yaml.load(text, CoreLoader)))  # where all keys are words
    )


def test_schema_refuses_and_describes():
    """An unknown key and an unknown value are refused; the kinds of entries and their odd keys are described."""
    schema = json.loads(make_schemas()["documents.schema.json"])
    text = {"en": "a"}
    validator = make_validator(schema)
    good = [{"id": "doc-a", "name": text, "why": text, "who": "asked"}]
    assert validator.is_valid(good)
    assert not validator.is_valid([{**good[0], "titel": text}])
    assert not validator.is_valid([{**good[0], "who": "nobody"}])
    assert schema["$defs"]["Document"]["description"]
    assert schema["$defs"]["Document"]["properties"]["if_known"]["description"]


class CoreLoader(yaml.SafeLoader):
    """Reads YAML by the 1.2 core schema, as the YAML language server does: months and "no" are texts."""


CoreLoader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in known if not tag.endswith((":timestamp", ":bool"))]
    for key, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
