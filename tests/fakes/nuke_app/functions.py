"""The functions of the `nuke` module."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from . import formats, interface, plugins
from .ranges import FrameRanges
from .session import NotModelled


class Functions:
    """The functions, each by its name in the module."""

    def __init__(self, app: Any) -> None:
        self._app = app

    # Where we are.

    def root(self) -> Any:
        self._app.refuse_root_while_loading()
        return self._app.root_node

    def thisNode(self) -> Any:
        return self._this().node

    def thisKnob(self) -> Any:
        return self._this().knob

    def thisClass(self) -> str:
        return str(self._this().node._class)

    def thisGroup(self) -> Any:
        return self._app.group

    def thisParent(self) -> Any:
        return self._this().node._parent

    def thisView(self) -> str:
        return str(self._app.renderer.view if self.executing() else self.views()[0])

    def thisRoot(self) -> Any:
        return self.root()

    def _this(self) -> Any:
        if not self._app.callbacks.contexts:
            raise NotModelled("thisNode and the like outside a callback")
        return self._app.callbacks.contexts[-1]

    # Nodes.

    def toNode(self, s: str) -> Any:
        if s == "root":
            return self.root()
        first, _, rest = s.partition(".")
        here = self._app.group
        if first in ("this", "parent", "root"):
            here = {"this": here, "parent": here._parent, "root": self._app.root_node}[first]
            return here if not rest else here._child(rest)
        found = here._child(s)
        return found if found is not None else self._app.root_node._child(s)

    def exists(self, s: str) -> bool:
        return self.toNode(s) is not None

    def allNodes(
        self, filter: Any = None, group: Any = None, recurseGroups: bool = False
    ) -> list[Any]:
        inside = group if group is not None else self._app.group
        found = inside._all_nodes(recurseGroups)
        return [node for node in found if filter is None or node._class == filter]

    def selectedNodes(self, filter: Any = None) -> list[Any]:
        found = self._app.group.selectedNodes()
        return [node for node in found if filter is None or node._class == filter]

    def selectedNode(self) -> Any:
        found = self._app.group.selectedNodes()
        if not found:
            raise ValueError("no node selected")
        return found[-1]

    def createNode(self, node: str, knobs: str = "", inpanel: bool = True) -> Any:
        """As the Tab menu does: after the selected node, selected, with its panel open."""
        app = self._app
        file = plugins.find_plugin(app, node)
        if file is not None:
            made = app.scripts.paste(file.read_text(encoding="utf-8"), app.group)
        else:
            made = self._made(node)
        if knobs:
            made._read_knobs(knobs)
        if app.gui:
            app.callbacks.run("onUserCreate", made)
            if inpanel:
                made.showControlPanel()
        return made

    def _made(self, class_name: str) -> Any:
        group = self._app.group
        upstream = group.selectedNodes()[-1:]
        made = self._app.population.make(class_name, group, numbered=True)
        if upstream and made.maxInputs():
            made._connect(0, upstream[0])
        made.selectOnly()
        self._app.population.created(made)
        return made

    def delete(self, node: Any) -> None:
        if node is not None:
            self._app.population.delete(node)

    def nodeDelete(self, s: bool = True) -> bool:
        for node in self._app.group.selectedNodes():
            self._app.population.delete(node)
        return True

    def nodeCopy(self, s: str = "") -> None:
        text = self._app.writer.copied(self._app.group.selectedNodes())
        if s and s != "%clipboard%":
            Path(s).write_text(text, encoding="utf-8")
        else:
            self._app.clipboard = text

    def nodePaste(self, s: str = "") -> Any:
        file = s and s != "%clipboard%"
        text = Path(s).read_text(encoding="utf-8") if file else self._app.clipboard
        return self._app.scripts.paste(text, self._app.group)

    def load(self, s: str) -> None:
        file = plugins.find_plugin(self._app, s)
        if file is None:
            raise RuntimeError(f"{s}: plugin not found")
        self._app.scripts.paste(file.read_text(encoding="utf-8"), self._app.group)

    def activeViewer(self) -> Any:
        """The window of the first Viewer; None if there is none."""
        self._app.need_interface("activeViewer")
        viewers = self.allNodes("Viewer", self._app.root_node)
        return interface.ViewerWindow(self._app, viewers[0]) if viewers else None

    def connectViewer(self, inputNum: int, node: Any) -> None:
        viewers = self.allNodes("Viewer", self._app.root_node)
        viewer = viewers[0] if viewers else self._made("Viewer")
        viewer.setInput(inputNum, node)

    def knobDefault(self, classknob: str, value: Any = None) -> Any:
        if value is None:
            return self._app.defaults.get(classknob)
        self._app.defaults[classknob] = value
        return None

    # Scripts.

    def scriptOpen(self, filename: Any = None) -> None:
        if not Path(filename).is_file():
            raise RuntimeError(f"{filename}: No such file or directory")
        self._app.open(Path(filename))

    def scriptReadFile(self, s: str) -> None:
        self._app.scripts.paste(Path(s).read_text(encoding="utf-8"), self._app.root_node)

    def scriptReadText(self, s: str) -> None:
        self._app.scripts.paste(s, self._app.root_node)

    def scriptSource(self, s: str) -> None:
        self.scriptReadFile(s)

    def scriptName(self) -> str:
        name = str(self._app.root_node._knobs["name"]._text)
        if not name:
            raise RuntimeError("no filename available, have you saved?")
        return name

    def scriptSave(self, filename: Any = None) -> bool:
        self._app.save(Path(filename or self.scriptName()))
        return True

    def scriptSaveAs(self, filename: Any = None, overwrite: Any = -1) -> None:
        if Path(filename).exists() and overwrite in (0, -1) and not self._app.gui:
            raise RuntimeError(f"{filename} exists")
        self._app.save(Path(filename))

    def scriptClear(self, *_args: Any) -> None:
        self._app.close()

    def scriptClose(self, *_args: Any) -> bool:
        self._app.close()
        return True

    def modified(self, state: Any = None) -> bool:
        if state is not None:
            self._app.root_node._modified = bool(state)
        return bool(self._app.root_node._modified)

    def undo(self) -> None:
        self._app.changes.undo()

    # Frames, formats, files.

    def frame(self, f: Any = None) -> int:
        if f is not None:
            self._app.root_node._knobs["frame"].setValue(f)
        return int(self._app.frame)

    def views(self) -> list[str]:
        return list(self._app.root_node._knobs["views"]._views())

    def formats(self) -> list[Any]:
        return list(self._app.formats)

    def addFormat(self, s: str) -> Any:
        made = formats.format_from(s)
        self._app.formats.append(made)
        return made

    def filename(self, node: Any, i: int = 0) -> Any:
        knob = node._knobs.get("file")
        if knob is None or not knob._text:
            return None
        return knob._path_at(self._app.frame) if i else knob.getEvaluatedValue()

    def script_directory(self) -> str:
        return str(Path(self.scriptName()).parent)

    def execute(self, nameOrNode: Any, *args: Any, **kwargs: Any) -> None:
        """Either first, last and increment, or FrameRanges; then views and continueOnError."""
        node = self.toNode(nameOrNode) if isinstance(nameOrNode, str) else nameOrNode
        ranges = kwargs.pop("frameRangeSet", args[0] if args else None)
        names = ["views", "continueOnError"]
        if isinstance(ranges, FrameRanges):
            given = dict(zip(names, args[1:]), **kwargs)
            frames = ranges.toFrameList()
        else:
            given = dict(zip(["start", "end", "incr", *names], args), **kwargs)
            step = given.pop("incr", 1)
            frames = list(range(int(given.pop("start")), int(given.pop("end")) + 1, step))
        views = list(given.get("views") or ())
        self._app.renderer.execute(node, frames, views, bool(given.get("continueOnError")))

    def executing(self, f: Any = None) -> bool:
        return self._app.renderer.frame is not None

    # Plugins, menus, dialogs.

    def pluginPath(self) -> list[str]:
        return [str(folder) for folder in self._app.plugin_path]

    def pluginAddPath(self, args: Any, addToSysPath: bool = True) -> None:
        for named in [args] if isinstance(args, (str, Path)) else args:
            folder = plugins.resolved(self._app, named)
            if folder not in self._app.plugin_path:
                self._app.plugin_path.insert(0, folder)
                plugins.run_file(self._app, folder / "init.py")
            if addToSysPath and str(folder) not in sys.path:
                sys.path.insert(0, str(folder))

    def pluginAppendPath(self, args: Any, addToSysPath: bool = True) -> None:
        folder = plugins.resolved(self._app, args)
        self._app.plugin_path.append(folder)
        if addToSysPath:
            sys.path.append(str(folder))

    def menu(self, name: str) -> Any:
        if not self._app.gui:
            return None
        return self._app.menus.setdefault(name, interface.Menu(name))

    def getPaneFor(self, panelName: str) -> Any:
        """The pane that shows this panel; the layout that Nuke comes with has the properties."""
        self._app.need_interface("getPaneFor")
        return panelName if panelName == "Properties.1" else None

    def zoomToFitSelected(self) -> None:
        self._app.need_interface("zoomToFitSelected")
        self._app.looked_at = [node.fullName() for node in self._app.group.selectedNodes()]

    def addFavoriteDir(self, name: str, directory: str = "", *_a: Any, **_k: Any) -> None:
        self._app.favorites[name] = directory

    def tprint(self, *args: Any, sep: str = " ", end: str = "\n", file: Any = None) -> None:
        self._app.printed.append(sep.join(map(str, args)))

    def warning(self, message: str) -> None:
        self._app.printed.append(message)

    def error(self, message: str) -> None:
        self._app.printed.append(message)

    def waitForThreadsToFinish(self) -> str:
        return ""
