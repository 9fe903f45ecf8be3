"""A fake module is as strict as the stubs it is made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.stubs import Models, NotModelled, Stubs

STUB = """
from typing import overload

class Parm:
    name_of: str
    def eval(self) -> float: ...
    @overload
    def set(self, value: int) -> None: ...
    @overload
    def set(self, value: str, language: str = ...) -> None: ...
    @staticmethod
    def made(name: str) -> Parm: ...

class Toggle(Parm):
    def flip(self) -> None: ...

def node(path: str) -> Parm: ...
def save(path: str, *, quietly: bool = ...) -> None: ...
VERSION: str
"""


@pytest.fixture
def models(tmp_path: Path) -> Models:
    (tmp_path / "dcc.pyi").write_text(STUB)
    stubs = Stubs([tmp_path / "dcc.pyi"], {"save": "path, flip=False"})
    return Models("dcc", stubs, lambda where, receiver: None, lambda error: error)


@pytest.fixture
def toggle(models: Models) -> Any:
    @models.of("Toggle")
    class Toggle:
        def set(self, value: Any, language: str = "") -> Any:
            return value, language

    return Toggle()


def test_a_name_that_the_stubs_lack_is_unknown(models: Models, toggle: Any) -> None:
    module = models.module({"VERSION": "1"})
    with pytest.raises(AttributeError, match="no attribute 'nodes'"):
        module.nodes  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'flop'"):
        toggle.flop()


def test_a_name_that_no_model_has_is_not_modelled(models: Models, toggle: Any) -> None:
    module = models.module({"VERSION": "1"})
    with pytest.raises(NotModelled, match=r"dcc\.node"):
        module.node("/obj")
    with pytest.raises(NotModelled, match=r"Toggle\.eval"):
        toggle.eval()  # inherited in the stubs


def test_arguments_must_fit_an_overload(toggle: Any) -> None:
    assert toggle.set("3", language="python") == ("3", "python")
    with pytest.raises(TypeError, match=r"Toggle\.set"):
        toggle.set(3, 4, 5)
    with pytest.raises(TypeError, match=r"Toggle\.set"):
        toggle.set(frame=3)


def test_what_the_stubs_have_wrong_can_be_corrected(models: Models) -> None:
    module = models.module({"save": lambda path, flip=False: (path, flip)})
    assert module.save("a.exr", flip=True) == ("a.exr", True)
    with pytest.raises(TypeError):
        module.save("a.exr", quietly=True)


def test_a_model_that_the_stubs_do_not_know_cannot_be_made(models: Models) -> None:
    with pytest.raises(AttributeError, match=r"Parm\.evaluate"):

        @models.of("Parm")
        class Wrong:
            def evaluate(self) -> float:
                return 0.0

    with pytest.raises(AttributeError, match=r"dcc\.nodes"):
        models.module({"nodes": list})


def test_a_model_that_lacks_a_parameter_cannot_be_made(models: Models) -> None:
    with pytest.raises(TypeError, match="'language'"):

        @models.of("Parm")
        class Wrong:
            def set(self, value: Any) -> None: ...


def test_each_call_passes_the_guard_and_each_refusal_is_told(tmp_path: Path) -> None:
    (tmp_path / "dcc.pyi").write_text(STUB)
    called: list[str] = []
    told: list[Exception] = []

    def refused(error: Exception) -> Exception:
        told.append(error)
        return error

    models = Models(
        "dcc", Stubs([tmp_path / "dcc.pyi"]), lambda where, _: called.append(where), refused
    )

    @models.of("Parm", any_thread=("made",))
    class Parm:
        def eval(self) -> float:
            return 1.0

        @staticmethod
        def made(name: str) -> str:
            return name

    Parm().eval()
    assert Parm.made("p") == "p"
    assert called == ["dcc.Parm.eval"]
    with pytest.raises(TypeError):
        Parm.made()  # type: ignore[call-arg]
    assert [type(error) for error in told] == [TypeError]
