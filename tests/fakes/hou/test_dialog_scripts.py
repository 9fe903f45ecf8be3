"""The reader of DialogScripts takes what Houdini takes, and nothing else."""

from __future__ import annotations

import pytest

from tests.fakes.hou_app import dialog_script
from tests.fakes.hou_app.ds_text import DialogScriptError


def parm(body: str) -> str:
    return f"{{\nname x\nlabel x\nparm {{\n{body}\n}}\n}}\n"


def test_a_template_has_what_its_block_says() -> None:
    (template,) = dialog_script.read(
        parm(
            'name "prompt"\nlabel "A \\"prompt\\""\ntype string\njoinnext\ninvisible\n'
            'help "what\\nto draw"\ndefault { [ "return 3" python ] }\n'
            'disablewhen "{ a == 1 b != 2 } { c > 3 }"\nparmtag { "editor" "1" }'
        )
    ).entries
    assert template.label() == 'A "prompt"'
    assert template.help() == "what\nto draw"
    assert (template.isHidden(), template.joinsWithNext()) == (True, True)
    assert template.tags() == {"editor": "1"}
    assert template._expressions == {0: ("return 3", "python")}
    assert template.disableWhen() == "{ a == 1 b != 2 } { c > 3 }"


def test_connectors_have_names_labels_and_types() -> None:
    script = dialog_script.read(
        "{\nname x\nlabel x\ninput a Plate\ninput b Matte\noutput c Result\n"
        "signature default Default { RGBA Mono } { RGBA }\n"
        "signature other Other { UV Mono } { RGBA }\n}"
    )
    assert script.inputs == [("a", "Plate"), ("b", "Matte")]
    assert script.input_types == ["RGBA", "Mono"]
    assert script.output_types == ["RGBA"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{\nname x\nlable x\n}", "'lable' is unknown"),
        ("{\nname x\n", "missing"),
        ("{\nname x\n}\n}", "too many"),
        ('{\nname x\nlabel "x\n}', "without its end"),
        (parm("name a\ntype strnig"), "no parm type 'strnig'"),
        (parm("name a\ntype string\njoin"), "'join' is unknown"),
        (parm("type string"), "without name"),
        (parm("name a\ntype vector\nsize 4"), "has the size 3"),
        (parm('name a\ntype ordinal\nmenu {\n"one"\n}'), "without a label"),
        ("{\nname x\nparm {\nname a\ntype float\n}\nparm {\nname a\ntype float\n}\n}", "one name"),
        ("{\nname x\ninput a A\nsignature d D { RGBA Mono } { }\n}", "for each connector"),
        ("{\nname x\nmultiparm {\nname m\nparm {\nname a\ntype float\n}\n}\n}", "no #"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(DialogScriptError, match=told):
        dialog_script.read(text)
