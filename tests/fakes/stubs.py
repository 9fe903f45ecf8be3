"""A fake module made from type stubs.

What the stubs do not name raises AttributeError. Arguments that fit no overload raise TypeError.
What they name and no model has raises NotModelled. A model that names something the stubs lack, or
lacks a parameter that they have, cannot even be imported.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)
Guard = Callable[[str, object], None]
"""Called before each call with its name and, for a method, the object; raises to refuse it."""

_DUNDERS = {"__getitem__", "__setitem__", "__len__", "__enter__", "__exit__", "__call__"}
_ANY = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}


class NotModelled(NotImplementedError):
    """The application has this; the fake does not."""


class WrongThread(AssertionError):
    """A call that belongs on the main thread came from another one."""


class StubClass:
    def __init__(self, parents: Iterable[str]) -> None:
        self.parents = list(parents)
        self.methods: dict[str, list[Signature]] = {}
        self.attributes: set[str] = set()


class Stubs:
    """What some stub files declare. `corrections` replaces signatures that are known to be wrong:
    "Class.method" or "function" to its parameters as they stand in a definition."""

    def __init__(self, files: Iterable[Path], corrections: Mapping[str, str] | None = None) -> None:
        self.functions: dict[str, list[Signature]] = {}
        self.classes: dict[str, StubClass] = {}
        self.constants: set[str] = set()
        for file in files:
            for statement in ast.parse(file.read_text(encoding="utf-8")).body:
                self._read(statement)
        for name, parameters in (corrections or {}).items():
            self._correct(name, parameters)

    def __contains__(self, name: str) -> bool:
        return name in self.functions or name in self.classes or name in self.constants

    def signatures(self, owner: str, member: str) -> list[Signature] | None:
        """The overloads of a method, [] of an attribute, None of what is not declared."""
        for stub in self._lineage(owner):
            if member in stub.methods:
                return stub.methods[member]
            if member in stub.attributes:
                return []
        return None

    def _lineage(self, name: str) -> Iterator[StubClass]:
        stub = self.classes.get(name)
        if stub is not None:
            yield stub
            for parent in stub.parents:
                yield from self._lineage(parent)

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.FunctionDef):
            self.functions.setdefault(statement.name, []).append(_signature(statement))
        elif isinstance(statement, ast.ClassDef):
            parents = [base.id for base in statement.bases if isinstance(base, ast.Name)]
            stub = self.classes.setdefault(statement.name, StubClass(parents))
            for member in statement.body:
                _read_member(stub, member)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            self.constants.add(statement.target.id)
        elif isinstance(statement, ast.Assign):
            self.constants |= {t.id for t in statement.targets if isinstance(t, ast.Name)}

    def _correct(self, name: str, parameters: str) -> None:
        owner, _, member = name.rpartition(".")
        table = self.classes[owner].methods if owner else self.functions
        (definition,) = ast.parse(f"def {member}({parameters}): ...").body
        assert isinstance(definition, ast.FunctionDef)
        table[member] = [_signature(definition, bound=bool(owner))]


class Models:
    """The models of one application: what `of` marks, and the module they make up."""

    def __init__(
        self, name: str, stubs: Stubs, guard: Guard, refused: Callable[[Exception], Exception]
    ) -> None:
        """`refused` is told each refusal of a call, since a plugin may swallow it."""
        self.name, self.stubs, self.guard, self.refused = name, stubs, guard, refused

    def of(self, stub: str, any_thread: Iterable[str] = ()) -> Callable[[Class], Class]:
        """Mark a class as the model of the stub's class. `any_thread` names unguarded methods."""
        free = set(any_thread)

        def marked(model: Class) -> Class:
            for name, member in list(vars(model).items()):
                if name in _DUNDERS or not name.startswith("_"):
                    guard = _unguarded if name in free else self.guard
                    self._check_member(model, stub, name, member, guard)
            model.__getattr__ = self._missing_member(stub)  # type: ignore[attr-defined]
            model.__module__ = self.name
            return model

        return marked

    def module(
        self,
        members: Mapping[str, object],
        any_thread: Iterable[str] = (),
        beyond_stubs: Mapping[str, object] | None = None,
    ) -> ModuleType:
        """The module. `beyond_stubs` are real names that the stubs are known to lack."""
        module, free = ModuleType(self.name, "A fake."), set(any_thread)
        for name, member in members.items():
            if name not in self.stubs:
                raise AttributeError(f"{self.name}.{name} is not in the stubs")
            if name in self.stubs.functions and callable(member):
                guard = _unguarded if name in free else self.guard
                member = self._checked(member, self.stubs.functions[name], name, guard, False)
            setattr(module, name, member)
        for name, member in (beyond_stubs or {}).items():
            setattr(module, name, member)
        module.__getattr__ = self._missing_name  # type: ignore[method-assign]
        return module

    def _check_member(
        self, model: type, stub: str, name: str, member: object, guard: Guard
    ) -> None:
        signatures = self.stubs.signatures(stub, name)
        if signatures is None:
            raise AttributeError(f"{self.name}.{stub}.{name} is not in the stubs")
        kind = type(member)
        call = getattr(member, "__func__", member)
        if not isinstance(call, FunctionType):
            return
        _same_parameters(call, signatures, f"{self.name}.{stub}.{name}")
        bound = kind is not staticmethod
        checked = self._checked(call, signatures, f"{stub}.{name}", guard, bound)
        setattr(model, name, checked if kind is FunctionType else kind(checked))  # type: ignore[call-arg]

    def _checked(
        self, call: Any, signatures: list[Signature], name: str, guard: Guard, bound: bool
    ) -> Callable[..., Any]:
        where = f"{self.name}.{name}"

        @functools.wraps(call)
        def checked(*args: Any, **kwargs: Any) -> Any:
            guard(where, args[0] if bound else None)
            problem = _misfit(signatures, args[1:] if bound else args, kwargs)
            if problem:
                raise self.refused(TypeError(f"{where}: {problem}"))
            return call(*args, **kwargs)

        return checked

    def _missing_member(self, stub: str) -> Callable[[object, str], Any]:
        def missing(_model: object, name: str) -> Any:
            if name.startswith("_") or self.stubs.signatures(stub, name) is None:
                raise AttributeError(f"{self.name}.{stub} has no attribute {name!r}")
            raise self.refused(NotModelled(f"{self.name}.{stub}.{name} is not modelled"))

        return missing

    def _missing_name(self, name: str) -> Any:
        if name.startswith("__") or name not in self.stubs:
            raise AttributeError(f"module {self.name!r} has no attribute {name!r}")
        raise self.refused(NotModelled(f"{self.name}.{name} is not modelled"))


def _read_member(stub: StubClass, member: ast.stmt) -> None:
    if isinstance(member, ast.FunctionDef):
        decorators = {d.id for d in member.decorator_list if isinstance(d, ast.Name)}
        signature = _signature(member, bound="staticmethod" not in decorators)
        stub.methods.setdefault(member.name, []).append(signature)
    elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
        stub.attributes.add(member.target.id)


def _signature(definition: ast.FunctionDef, bound: bool = False) -> Signature:
    arguments = definition.args
    positional = arguments.posonlyargs + arguments.args
    required = len(positional) - len(arguments.defaults)
    parameters = [
        Parameter(
            argument.arg,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=Parameter.empty if index < required else None,
        )
        for index, argument in enumerate(positional)
    ][1 if bound else 0 :]
    if arguments.vararg:
        parameters.append(Parameter(arguments.vararg.arg, Parameter.VAR_POSITIONAL))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        empty = Parameter.empty if default is None else None
        parameters.append(Parameter(argument.arg, Parameter.KEYWORD_ONLY, default=empty))
    if arguments.kwarg:
        parameters.append(Parameter(arguments.kwarg.arg, Parameter.VAR_KEYWORD))
    return Signature(parameters)


def _same_parameters(call: FunctionType, signatures: list[Signature], where: str) -> None:
    """A model takes all that the stub takes, by the same names."""
    mine = inspect.signature(call).parameters
    if any(parameter.kind in _ANY for parameter in mine.values()):
        return
    for signature in signatures:
        for name, parameter in signature.parameters.items():
            if parameter.kind not in _ANY and name not in mine:
                raise TypeError(f"the model of {where} lacks the stub's parameter {name!r}")


def _misfit(
    signatures: list[Signature], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> TypeError | None:
    """Why the arguments fit no overload; None if they fit one."""
    problem: TypeError | None = None
    for signature in signatures:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            problem = error
        else:
            return None
    return problem


def _unguarded(_where: str, _receiver: object) -> None:
    """Any thread may call this."""
