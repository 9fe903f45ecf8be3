from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.problem import Problem


T = TypeVar("T", bound="RefusedFile")


@_attrs_define
class RefusedFile:
    """A file of the watched folder that could not be published.

    Attributes:
        file (str): Its name in the folder.
        problems (list[Problem]):
    """

    file: str
    problems: list[Problem]

    def to_dict(self) -> dict[str, Any]:
        file = self.file

        problems = []
        for problems_item_data in self.problems:
            problems_item = problems_item_data.to_dict()
            problems.append(problems_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "file": file,
                "problems": problems,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        file = d.pop("file")

        problems = []
        _problems = d.pop("problems")
        for problems_item_data in _problems:
            problems_item = Problem.from_dict(problems_item_data)

            problems.append(problems_item)

        refused_file = cls(
            file=file,
            problems=problems,
        )

        return refused_file
