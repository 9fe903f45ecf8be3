"""An asset as a studio might have it, which the tests of the fake look at."""

from __future__ import annotations

from .assets import Asset, Inner, value

PARMS = """
    input background Background
    input matte Matte
    output result Result
    signature default Default { RGBA Mono } { RGBA }

    groupsimple {
        name "folder_job"
        label "Job"
        parm {
            name "generate"
            label "Generate"
            type button
            default { "0" }
            disablewhen "{ busy == 1 }"
            parmtag { "script_callback" "hou.phm().generate(kwargs)" }
            parmtag { "script_callback_language" "python" }
        }
        parm {
            name "busy"
            label "Busy"
            type toggle
            invisible
            default { "off" }
        }
        parm {
            name "status"
            label "Status"
            type string
            default { "idle" }
        }
        parm {
            name "shown"
            label "Status"
            type label
            default { "`chs(\\"status\\")`" }
        }
        parm {
            name "result_path"
            label "Result"
            type image
            default { "" }
        }
    }
    group {
        name "tab_form"
        label "Form"
        parm {
            name "seed"
            label "Seed"
            type integer
            default { "7" }
            range { 0! 100 }
        }
        parm {
            name "strength"
            label "Strength"
            type float
            default { "0.5" }
            range { 0 1 }
        }
        parm {
            name "mode"
            label "Mode"
            type ordinal
            default { "single" }
            menu {
                "single" "Single frame"
                "sequence" "Frame range"
            }
        }
        parm {
            name "frames"
            label "Frames"
            type intvector2
            size 2
            default { "1" "10" }
            hidewhen "{ mode != sequence }"
        }
        parm {
            name "workflow"
            label "Workflow"
            type string
            default { "" }
            menureplace {
                [ "return hou.phm().workflows(kwargs)" ]
                language python
            }
        }
        multiparm {
            name "loras"
            label "LoRAs"
            default 0
            parmtag { "multistartoffset" "1" }
            parm {
                name "lora#"
                label "LoRA #"
                type string
                default { "none" }
            }
            parm {
                name "weight#"
                label "Weight #"
                type float
                default { "1" }
            }
        }
    }
"""
MODULE = """
asked, known = [], ["upscale", "Upscale", "relight", "Relight"]


def generate(kwargs):
    asked.append((kwargs["node"].path(), kwargs["parm"].name(), kwargs["script_value"]))
    kwargs["node"].parm("status").set("queued")


def workflows(kwargs):
    return known


def heard(name, kwargs):
    hou.session.__dict__.setdefault("heard", []).append((name, kwargs["node"].path()))
"""


def _heard(name: str) -> str:
    return f'kwargs["node"].hdaModule().heard("{name}", kwargs)'


BLEND = Asset(
    name="studio::blend::1.0",
    parms=PARMS,
    inputs=2,
    sections={
        "PythonModule": MODULE,
        **{name: _heard(name) for name in ("OnCreated", "OnLoaded", "OnDeleted", "OnUpdated")},
        "OnNameChanged": _heard("OnNameChanged"),
        "OnInputChanged": _heard("OnInputChanged"),
        "MessageNodes": "failed",
        "EditableNodes": "notes",
    },
    network=(
        Inner("inputs", "input", outputs=("background", "matte")),
        Inner(
            "result", "file",
            value("source", '"file"') + value("filename", '"`chs(\\"../result_path\\")`"')
            + value("missingdata", '"error"'),
            outputs=("C",),
        ),
        Inner(
            "pick", "switch", value("input", "[ input 0 ]"),
            {"input": 'strcmp(chs("../result_path"), "") != 0'},
            wires={0: ("inputs", 0), 1: ("result", 0)}, outputs=("chosen",),
        ),
        Inner("failed", "error", value("enable1", '"off"') + value("errormsg1", '"it failed"')),
        Inner("notes", "null"),
        Inner("send", "rop_image", value("coppath", "../inputs") + value("trange", '"off"')),
        Inner("outputs", "output", wires={0: ("pick", 0)}, inputs=("result",)),
    ),
)  # fmt: skip
