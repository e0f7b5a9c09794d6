"""The forms for telling what is wrong or new: well formed for GitHub, and asking for what the content needs."""

from __future__ import annotations

from typing import get_args

import pytest
import yaml

from handout.base.paths import FONTS, ROOT
from handout.model.reports import Report
from handout.validate.inspect import validate_content

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"
FORMS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FOLDER.glob("*.yml") if path.stem != "config"}
ATTRIBUTES = {
    "markdown": {"value"},
    "input": {"label", "description", "placeholder"},
    "textarea": {"label", "description", "placeholder", "render"},
    "dropdown": {"label", "description", "options"},
    "checkboxes": {"label", "description", "options"},
}


def test_there_is_a_form_for_each_matter():
    """A wrong fact, a report, a translation and a fault have a form each; nothing else is asked without one."""
    assert FORMS.keys() == {"wrong-fact", "report", "translation", "fault"}
    assert yaml.safe_load((FOLDER / "config.yml").read_text("utf-8")) == {"blank_issues_enabled": False}


@pytest.mark.parametrize("name", FORMS)
def test_form_is_well_formed(name):
    """Each form has a name, a description and fields with an id of their own, a label and what GitHub knows."""
    form = FORMS[name]
    assert form.keys() == {"name", "description", "title", "body"}
    assert all(isinstance(form[key], str) and form[key] for key in ("name", "description", "title"))
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields) > 0
    for field in form["body"]:
        assert field.keys() <= {"type", "id", "attributes", "validations"}
        assert field["attributes"].keys() <= ATTRIBUTES[field["type"]]
        assert isinstance(field["attributes"].get("placeholder", ""), str)
        assert field["attributes"].get("label") or field["type"] == "markdown"
        assert field.get("validations", {"required": True}) == {"required": True}
        options = field["attributes"].get("options", ["one"])
        assert options
        assert all(isinstance(option, dict if field["type"] == "checkboxes" else str) for option in options)


@pytest.mark.parametrize("name", FORMS)
def test_form_is_read_in_three_languages(name):
    """Each field says in Chinese and in Khmer, too, what it asks for."""
    for field in FORMS[name]["body"]:
        if field["type"] in ("input", "textarea", "dropdown") and field["attributes"].get("render") != "text":
            words = field["attributes"]["description"]
            assert any("\u4e00" <= letter <= "\u9fff" for letter in words), field["id"]
            assert any("\u1780" <= letter <= "\u17ff" for letter in words), field["id"]


def test_report_asks_what_a_report_file_has():
    """The form's fields are the keys of a report and the facts that page 1 asks; what a file needs is required."""
    fields = {field["id"]: field for field in FORMS["report"]["body"] if "id" in field}
    content = validate_content(ROOT / "content", FONTS)
    asked = {name for name, definition in content.guide.facts.operator.items() if definition.answer}
    keys = Report.model_fields.keys() - {"answers"}
    assert fields.keys() == keys | asked | {"other", "private"}
    assert keys <= {name for name, field in fields.items() if field.get("validations")}
    assert [option.split(" / ")[0] for option in fields["asked"]["attributes"]["options"]] == list(
        get_args(Report.model_fields["asked"].annotation)
    )


@pytest.mark.parametrize("name", ["report", "wrong-fact"])
def test_forms_warn_of_personal_data(name):
    """Before the first field it says to write no names and no numbers, and a tick confirms it."""
    assert "no names and no numbers" in FORMS[name]["body"][0]["attributes"]["value"]
    assert FORMS[name]["body"][-1]["attributes"]["options"][0]["required"] is True
