"""The networks inside our assets. Tiny, and of words that were read in assets which Houdini saved:

Copernicus (20.5.410, 20.5.487 and 21.0.512, in deferred_diffusion::Cop/image, ::Cop/shot and
xxx::Cop/comfyui_compound_graph_submit; the same in each unless said):
  input, output      no parms; one connector for each of the asset's; one may be open
  null               outputs, outputname1; one input, one output
  file               source "file", filename by a channel, missingdata "error" or "color", aovs,
                     aov1, type1 "vector4", precision1 "default", raw1; one output "C"
  switch             input by a channel; its output is "chosen"
  switchifwired      rule "firstwire"; its output is "chosen"
  constant           signature "auto", f1 to f4; its output is "constant"
  rop_image          coppath beside it, copoutput by backticks, trange "off",
                     colorconversion "ocio", setprecision, precision "b32", mkpath,
                     vm_image_exr_compression, outputaovs, aov1, size1 "auto", raw1; flags as
                     of a Driver. Both toggles were seen off, and are on here; the compression
                     was "piz", and "zips" on other image ROPs
TOP (SideFXLabs, labs::Top/concatenate_text, archive_project, wedge):
  pythonprocessor    pdg_workitemgeneration "2", generate, cooktask; output outputidx
SOP (SideFXLabs; gltf in xxx::Cop/comfyui_compound_graph_submit's sopimport):
  file               filemode "read", file by backticks, missingframe "empty" or "error", loadtype
  gltf               filename by a channel, loadby "scene", geotype "flattenedgeo"
  switch, null, xform (scale, r), error (numerror, errormsg1, severity1 "warn", enable1), output

Not read anywhere, and so not used: an `error` node in Copernicus, other words for colour
conversion, and a missing frame that is held.
"""

from __future__ import annotations

from collections.abc import Sequence

from .dialog_script import Connector
from .network import DRIVER, Node, Value, Wire

EXPORT = "export"  # the ROP that writes an input
PROCESS = "process"
NOT_GENERATED = "not_generated"  # the node whose message the SOP shows

EXPORT_INPUT, EXPORT_FILE = "export_input", "export_file"
"""Hidden parms that the ROP follows, for nothing inside a locked asset can be set."""


def file_parm(output: int) -> str:
    """The parm with the path that is read for an output; outputs count from 1."""
    return f"file{output}"


def raw_parm(output: int) -> str:
    """The toggle that says that an output is data, and no colour."""
    return f"raw{output}"


def result_node(output: int) -> str:
    """The node that reads it, and does so again when its `reload` is pressed."""
    return f"result{output}"


def picture_network(inputs: Sequence[Connector], outputs: Sequence[Connector]) -> Sequence[Node]:
    """Each output is a file that the artist's version has, or else what comes in first:

    inputs ──> in1 ──> plate (the first that is wired) ──┐
               in2 ..                     black ──> plate ┴──> show1 ──> outputs
               export (ROP, follows in1 ..)     result1 ──────> show1
    """
    nodes = [Node("input", "inputs", outputs=_numbered("output", len(inputs)), at=(-6, 0))]
    nodes += [_way_in(number) for number in range(1, len(inputs) + 1)]
    nodes += [
        Node(
            "constant", "black", {"signature": "auto", "f1": 0, "f4": (0, 0, 0, 0)},
            outputs=["constant"], at=(-2, 1),
        ),
        Node(
            "switchifwired", "plate", {"rule": "firstwire"},
            inputs=[*([Wire("in1")] if inputs else []), Wire("black")], outputs=["chosen"],
            at=(0, 0),
        ),
    ]  # fmt: skip
    for number in range(1, len(outputs) + 1):
        nodes += [_result(number), _show(number)]
    last = [Wire(f"show{number}") for number in range(1, len(outputs) + 1)]
    nodes.append(Node("output", "outputs", inputs=last, shown=True, at=(6, 0)))
    return [*nodes, _rop()] if inputs else nodes[1:]


def _way_in(number: int) -> Node:
    return Node(
        "null", f"in{number}", {"outputs": 1, "outputname1": ""},
        inputs=[Wire("inputs", number - 1)], outputs=["output1"], at=(-4, 1 - number),
    )  # fmt: skip


def _result(number: int) -> Node:
    """A frame that is missing is an error, never black."""
    parms: dict[str, Value] = {
        "source": "file", "filename": "default.pic", "reload": 0, "missingdata": "error",
        "missingcolor": (0, 0, 0, 1), "colorspace": "ocio", "addaovs": 0, "aovs": 1, "aov1": "C",
        "type1": "vector4", "precision1": "default", "raw1": 0,
    }  # fmt: skip
    follows = {
        "filename": f'chs("../{file_parm(number)}")',
        "raw1": f'ch("../{raw_parm(number)}")',
    }
    name = result_node(number)
    return Node("file", name, parms, follows, outputs=["C"], at=(2, 1 - 2 * number))


def _show(number: int) -> Node:
    chosen = 'strcmp(chs("../show"), "result") == 0'
    there = f'strcmp(chs("../{file_parm(number)}"), "") != 0'
    return Node(
        "switch", f"show{number}", {"input": 0}, {"input": f"{chosen} && {there}"},
        inputs=[Wire("plate"), Wire(result_node(number))], outputs=["chosen"],
        at=(4, 1 - 2 * number),
    )  # fmt: skip


def _rop() -> Node:
    """32-bit float, as it is: what a host is sent is decided, and written, by the plugin."""
    parms: dict[str, Value] = {
        "trange": "off",
        "coppath": f'../in`ch("../{EXPORT_INPUT}")`',
        "copoutput": f'`chs("../{EXPORT_FILE}")`',
        "setprecision": "on",
        "precision": "b32",
        "colorconversion": "ocio",
        "mkpath": "on",
        "vm_image_exr_compression": "zips",
        "outputaovs": 1,
        "aov1": "C",
        "size1": "auto",
        "raw1": "on",
    }
    return Node("rop_image", EXPORT, parms, context=DRIVER, at=(-2, -2))


def item_network() -> Sequence[Node]:
    """One job for each work item. The code is a call, and `self` is the `pdg.Node`."""
    parms: dict[str, Value] = {
        "pdg_workitemgeneration": "2",  # automatic
        "generate": "from comfyrelay_houdini.asset import add_items\n\n"
        "add_items(self, item_holder, upstream_items)",
        "cooktask": "from comfyrelay_houdini.asset import cook_item\n\ncook_item(self, work_item)",
    }
    return (
        Node("pythonprocessor", PROCESS, parms, inputs=[Wire()], outputs=["output1"], shown=True,
             at=(0, 1)),
        Node("output", "output0", {"outputidx": 0}, inputs=[Wire(PROCESS)], at=(0, 0)),
    )  # fmt: skip


def mesh_network() -> Sequence[Node]:
    """A file by its kind, in the scene's scale and axis; nothing, with a word, if there is none."""
    path = file_parm(1)
    is_scene = " || ".join(f'strmatch("*.{end}", chs("../{path}"))' for end in ("glb", "gltf"))
    kind = f'if(strcmp(chs("../{path}"), "") == 0, 2, {is_scene})'
    return (
        Node(
            "file", "polygons",
            {"filemode": "read", "file": f'`chs("../{path}")`', "missingframe": "error",
             "loadtype": "full"},
            outputs=["output1"], at=(-2, 4),
        ),
        Node(
            "gltf", "scene",
            {"filename": "default.gltf", "loadby": "scene", "geotype": "flattenedgeo",
             "promotepointattrs": "on", "materialassigns": "off"},
            {"filename": f'chs("../{path}")'}, outputs=["output1"], at=(0, 4),
        ),
        Node("null", "nothing", inputs=[None], outputs=["output1"], at=(2, 4)),
        Node(
            "switch", "kind", {"input": 0}, {"input": kind},
            inputs=[Wire("polygons"), Wire("scene"), Wire("nothing")], outputs=["output1"],
            at=(0, 3),
        ),
        Node(
            "xform", "placed", {"scale": 1, "r": (0, 0, 0)},
            {"scale": 'ch("../scale")'}, inputs=[Wire("kind")], outputs=["output1"], at=(0, 2),
        ),
        Node(
            "xform", "upright", {"r": (-90, 0, 0)}, inputs=[Wire("placed")], outputs=["output1"],
            at=(2, 1.5),
        ),
        Node(
            "switch", "axis", {"input": 0},
            {"input": 'strcmp(chs("../up_axis"), "z") == 0'},
            inputs=[Wire("placed"), Wire("upright")], outputs=["output1"], at=(0, 1),
        ),
        Node(
            "error", NOT_GENERATED,
            {"numerror": 1, "errormsg1": "Not generated yet: press Generate.", "severity1": "warn",
             "enable1": 0},
            {"enable1": f'strcmp(chs("../{path}"), "") == 0'},
            inputs=[Wire("axis")], outputs=["output1"], shown=True, at=(0, 0.5),
        ),
        Node("output", "output0", {"outputidx": 0}, inputs=[Wire(NOT_GENERATED)], at=(0, 0)),
    )  # fmt: skip


def _numbered(name: str, count: int) -> Sequence[str]:
    return [f"{name}{number}" for number in range(1, count + 1)]
