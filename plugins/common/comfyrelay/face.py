"""What every node of ours shows beside its form: the same words and buttons in every DCC.

Each function is one part; a skin takes those that its node needs, in its order, and adds what only
its DCC has. What a control does is the name of a function of the skin.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import controls
from .controls import Control, Group, Shown
from .dcc import WARNING, Status
from .form import Form
from .form_controls import form_controls
from .keeping import FORM_SHOWN, STATE

PARAMS = "params"  # the group of the form's own controls, which are made anew with it

DESCRIBE = "describe"  # the function that says what goes, when it is set otherwise
NOT_GENERATED = "not generated yet"
SIGNS = {"calm": "", "active": "> ", "done": "OK  ", "warning": "! ", "error": "X  "}
"""A status's mood as a sign before it, for those who do not see colours."""
RANGES = (("frame", "this frame"), ("input", "input's range"), ("custom", "custom"))
DEPTHS = (("32f", "32-bit EXR"), ("16f", "16-bit EXR"))
FITS = (("pad", "pad, and crop back"), ("stretch", "stretch"))
CHANNELS = tuple((each, each) for each in ("alpha", "red", "green", "blue"))


def hidden() -> Sequence[Control]:
    """The node's truth."""
    return tuple(_hidden(name) for name in (*STATE, FORM_SHOWN))


def choosing() -> Sequence[Control]:
    """The choice of a workflow."""
    return (
        Control(
            controls.MENU, "workflow", "Workflow", "What the relay offers. Another one keeps your"
            " wires and the values that both have.", menu_of="workflow_menu", does="choose",
            free=True,
        ),
        button("refresh", "Refresh", "Ask the relay again for its workflows.", beside=True),
    )  # fmt: skip


def telling() -> Sequence[Control]:
    """What the chosen workflow is, and what goes to it."""
    return (Control(controls.TEXT, "about"), Control(controls.TEXT, "sends", "Sends"))


def running() -> Sequence[Control]:
    """Begin, end, and how it goes."""
    return (
        Control(controls.RULE, "running_rule"),
        button("generate", "Generate", "Send what is connected to the relay."),
        button("cancel", "Cancel", "Cancel this node's job, and no other.", beside=True),
        button("get_result", "Get result", "Fetch the result again, or follow the job that this"
               " node knows.", beside=True),
        Control(controls.TEXT, "status", "Status", "What goes on, or what is wrong; the log has"
                " more.", NOT_GENERATED),
    )  # fmt: skip


def versions(shows: Sequence[tuple[str, str]] = (), told: str = "") -> Sequence[Control]:
    """Which result is seen; `shows` is what can be seen instead, and `told` says so."""
    found = [
        Control(controls.RULE, "version_rule"),
        Control(controls.MENU, "version", "Version", "Which result this node shows.",
                menu_of="version_menu", does="choose_version", free=True),
    ]  # fmt: skip
    if shows:
        first, _ = shows[0]
        found.append(Control(controls.MENU, "show", "Show", told, first, menu=shows, beside=True))
    return found


def sending() -> Sequence[Control]:
    """How pictures go to the relay."""
    return (
        Control(controls.MENU, "mask_channel", "Mask channel", "White means: change this.",
                value="alpha", menu=CHANNELS, does=DESCRIBE),
        Control(controls.TOGGLE, "send_alpha", "send alpha", "A stock loader makes a mask of it.",
                controls.OFF, does=DESCRIBE),
        Control(controls.MENU, "depth", "Float as", "Where a workflow reads and writes float.",
                value="32f", menu=DEPTHS, does=DESCRIBE),
        Control(controls.MENU, "fit", "Fit", "A model wants sides of a multiple of some pixels.",
                value="pad", menu=FITS, does=DESCRIBE),
    )  # fmt: skip


def frames() -> Group:
    """One frame, or many."""
    return Group("frames_group", "Frames", (
        Control(controls.MENU, "range", "Range", "What Generate does: one frame, or many.",
                value="frame", menu=RANGES),
        Control(controls.STRING, "frames", "Custom", "Such as 1001-1100, 1001-1100x2 or 1001,1010.",
                only_if=("range", "custom")),
        button("fill", "Fill", "Generate what is missing of the shown version, with its values."),
    ), opened=False)  # fmt: skip


def texts() -> Sequence[Control]:
    """What a workflow wrote."""
    return (
        Control(controls.LINES, "text", "Text", "What the workflow wrote. Link to it, or edit it."),
        button("use_as_prompt", "Use as prompt", "Set it as the prompt of the selected Comfy Relay"
               " nodes."),
    )  # fmt: skip


def log() -> Group:
    """What happened."""
    return Group("log_group", "Log", (
        Control(controls.LINES, "log"),
        button("copy_report", "Copy report", "What happened, for whoever helps you. It has no key"
               " in it."),
    ), opened=False)  # fmt: skip


def params(form: Form, more: Sequence[Shown] = ()) -> Group:
    """The form's own controls, after `more`."""
    return Group(PARAMS, "Parameters", (*more, *form_controls(form)))


def about(form: Form, newest: int = 0) -> Sequence[str]:
    """What a form says of itself, why it cannot run if it cannot, and whether it is the newest."""
    lines = [form.description or form.title]
    if not form.available:
        lines.append(f"! {form.reason}")
    if newest > form.version:
        lines.append(f"! This is version {form.version}; the relay has version {newest}.")
    return lines


def reformed(form: Form, lost: Sequence[str]) -> Status | None:
    """What a node says of another form, of which these values were lost; None: all is well."""
    if lost:
        more = f", and {len(lost) - 1} more: see the log" if len(lost) > 1 else ""
        return Status(f"{lost[0]}{more}", WARNING)
    return None if form.available else Status(form.reason, WARNING)


def button(name: str, label: str, help: str, beside: bool = False) -> Control:  # noqa: A002
    """One that runs the function of its own name."""
    return Control(controls.BUTTON, name, label, help, does=name, beside=beside)


def _hidden(name: str) -> Control:
    return Control(controls.STRING, name, hidden=True)
