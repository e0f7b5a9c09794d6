"""JSON Schemas of the content's files, so that an editor's program checks and completes while somebody types."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from handout.load.files import FOLDERS
from handout.model.content import Content


class _LooseStrings(GenerateJsonSchema):
    """Texts may look like numbers: the loader reads ``value: 90`` as the text 90."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {**super().str_schema(schema), "type": ["string", "number"]}


def make_schemas() -> dict[str, str]:
    """Return each schema as JSON by its file name below ``schemas/``."""
    annotations: dict[str, Any] = {name: info.annotation for name, info in Content.model_fields.items()}
    annotations |= {folder: get_args(annotations[folder])[1] for folder in FOLDERS}
    schemas = {}
    for name, annotation in annotations.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"content: {name}"}
        schema |= TypeAdapter(annotation).json_schema(schema_generator=_LooseStrings)
        schemas[f"{name}.schema.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return schemas


def write_schemas(folder: Path) -> Iterator[Path]:
    """Write every schema into ``folder`` and yield the files that changed."""
    folder.mkdir(exist_ok=True)
    for name, text in make_schemas().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            yield path
