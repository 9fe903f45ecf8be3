"""What the shipped digital assets are, from which their files are written.

The picture path is native nodes only: a cook reads the file of the chosen version, or shows what is
connected, and never waits for a relay.
"""

from __future__ import annotations

from collections.abc import Sequence

from comfyrelay import controls, face
from comfyrelay.controls import Control, Shown

from . import inner, network
from .definition import Asset
from .dialog_script import Connector, Signature

INPUTS, OUTPUTS = 8, 4  # of the asset for any workflow: an instance cannot get more
SHOWS = (("result", "result"), ("input", "what is connected"))
PRIORITIES = (("batch", "batch"), ("shot", "shot"), ("interactive", "interactive"))
FRESH, COLOURS = "fresh", "colours"  # parms: whether the result is, and whether a colour says so
NOT_GENERATED = "not generated"
ITEM_CALLS = ("add_items", "cook_item")  # of a work item

NO_WAIT = (
    "Generate sends what goes in and returns at once. The result comes as a new version,"
    " and this node cooks again. A cook only reads files: a farm renders the chosen version and"
    " needs no relay."
)
KEPT = "Results are never overwritten; the job goes on, and is found again, if the scene is closed."


def workflow() -> Asset:
    """Any published workflow with pictures."""
    inputs = [Connector(f"input{n}", f"input{n}") for n in range(1, INPUTS + 1)]
    outputs = [Connector(f"output{n}", f"output{n}") for n in range(1, OUTPUTS + 1)]
    return Asset(
        network.COP, "workflow", "1.0", "Comfy Relay Workflow",
        "Runs any published workflow on the pictures that are connected.",
        [*face.hidden(), *face.choosing(), *picture_parms(OUTPUTS, texts=True)],
        inner.picture_network(inputs, outputs), inputs=inputs, outputs=outputs,
        signatures=any_kind(INPUTS, OUTPUTS),
        more=(NO_WAIT, KEPT, "Which connector feeds which picture of the workflow is chosen below;"
              " a published workflow of your own has its connectors by name: build-hda."),
    )  # fmt: skip


def process() -> Asset:
    """One job for each work item."""
    return Asset(
        network.TOP, "process", "1.0", "Comfy Relay Process",
        "Runs a published workflow once for each work item.",
        [*face.hidden(), *face.choosing(), *face.telling(), *item_parms(), face.log()],
        inner.item_network(), input_labels=("Work items",), calls=ITEM_CALLS,
        more=("A param takes the item's attribute of its name, else its parm, in which @strength"
              " works as everywhere in TOPs. A seed that nobody set is drawn for each item, and is"
              " the same when it cooks again.",
              "An input takes the item's attribute of its name, else the file that is named here,"
              " else the item's own files with the input tag, in their order.",
              "An item whose result is there already is answered with it: cooking again runs only"
              " what is missing. Canceling the cook cancels the jobs, and frees the hosts."),
    )  # fmt: skip


def mesh() -> Asset:
    """A picture becomes geometry."""
    return Asset(
        network.SOP, "mesh", "1.0", "Comfy Relay Mesh",
        "Runs a published workflow that makes a mesh, and shows the mesh.",
        [*face.hidden(), *face.choosing(), *face.telling(), *face.running(), *face.versions(),
         *freshness(), *mesh_parms(), *result_files(1, colours=False), face.log()],
        inner.mesh_network(), messages=(inner.NOT_GENERATED,),
        more=(NO_WAIT, "A .glb or .gltf is read by a glTF node, anything else by a File node."),
    )  # fmt: skip


ASSETS = (workflow, process, mesh)


def any_kind(inputs: int, outputs: int) -> Sequence[Signature]:
    """A picture in each, or masks beside the picture, or masks alone.

    What fits none is extended as Copernicus does: Mono to RGBA has its value in each channel.
    """
    pictures = ["RGBA"] * outputs
    return (
        Signature("default", "Pictures", ["RGBA"] * inputs, pictures),
        Signature("masked", "Masks", ["RGBA", *["Mono"] * (inputs - 1)], pictures),
        Signature("mono", "Mono", ["Mono"] * inputs, pictures),
    )


def picture_parms(outputs: int, texts: bool = False) -> Sequence[Shown]:
    """Everything of a node with pictures but the choice of its workflow, and the form."""
    return (
        *face.telling(),
        *face.running(),
        Control(controls.TOGGLE, "auto", "Auto", "Generate when an input or a parm changed and then"
                " stayed for a moment.", controls.OFF, does="auto_changed"),
        *face.versions(SHOWS, "The result, or what is connected."),
        *freshness(),
        *(face.texts() if texts else ()),
        controls.Group("result_group", "Result", (
            *face.sending(),
            *result_files(outputs),
        ), opened=False),
        face.frames(),
        face.log(),
        Control(controls.INT, inner.EXPORT_INPUT, value="1", hidden=True),
        Control(controls.STRING, inner.EXPORT_FILE, hidden=True),
    )  # fmt: skip


def freshness() -> Sequence[Control]:
    """Whether the result was made of what is there now."""
    return (
        Control(controls.TEXT, FRESH, "Result", "Whether it was made of what is connected and"
                " set now.", NOT_GENERATED),
        Control(controls.TOGGLE, COLOURS, "Colour the node", "While its result is missing or"
                " stale; then its own colour comes back.", controls.OFF, does="colour"),
    )  # fmt: skip


def result_files(outputs: int, colours: bool = True) -> Sequence[Control]:
    """What the nodes inside read, and whether they have colours."""
    found = []
    for number in range(1, outputs + 1):
        found.append(
            Control(controls.FILE, inner.file_parm(number), f"File {number}", "What a render"
                    " reads for this output. Choose a version instead of a path.")
        )  # fmt: skip
        if colours:
            found.append(
                Control(controls.TOGGLE, inner.raw_parm(number), f"Data {number}", "Read without"
                        " colour conversion.", controls.OFF, beside=True)
            )  # fmt: skip
    return found


def item_parms() -> Sequence[Shown]:
    """What a work item brings, what it gets, and what it may cost."""
    return (
        Control(controls.RULE, "items_rule"),
        Control(controls.TOGGLE, "reuse", "Reuse results", "An item that asks for what is there"
                " already is answered with it.", controls.ON),
        Control(controls.MENU, "priority", "Priority", "In the relay's queue, against the jobs of"
                " others.", "batch", menu=PRIORITIES),
        Control(controls.STRING, "input_tag", "Input tag", "Of the files that go in.",
                "file/image"),
        Control(controls.STRING, "output_tag", "Output tag", "Of the files that come out.",
                "file/image"),
        controls.Group("sending_group", "Pictures that go in", face.sending(), opened=False),
    )  # fmt: skip


def mesh_parms() -> Sequence[Control]:
    """The picture that goes in, and how the mesh stands in the scene."""
    return (
        Control(controls.RULE, "mesh_rule"),
        Control(controls.FILE, "picture", "Picture", "The file that goes in.", does=face.DESCRIBE),
        Control(controls.FLOAT, "scale", "Scale", "Of the whole mesh.", "1", bounds=(0.0, None)),
        Control(controls.MENU, "up_axis", "Up axis of the file", "A glTF has Y by its standard.",
                "y", menu=(("y", "Y"), ("z", "Z"))),
    )  # fmt: skip
