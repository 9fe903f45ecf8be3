from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.host_fit import HostFit
    from ..models.problem import Problem


T = TypeVar("T", bound="Publication")


@_attrs_define
class Publication:
    """A version that was published, or found to be there already.

    Attributes:
        name (str):
        version (int):
        new (bool): False: the same content was published before.
        restored (bool): True: it had been withdrawn, and is in use again.
        newest (int): The version of jobs that name none: perhaps a newer one.
        digest (str):
        schema_hash (str):
        notes (list[Problem]):
        hosts (list[HostFit]):
    """

    name: str
    version: int
    new: bool
    restored: bool
    newest: int
    digest: str
    schema_hash: str
    notes: list[Problem]
    hosts: list[HostFit]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        new = self.new

        restored = self.restored

        newest = self.newest

        digest = self.digest

        schema_hash = self.schema_hash

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        hosts = []
        for hosts_item_data in self.hosts:
            hosts_item = hosts_item_data.to_dict()
            hosts.append(hosts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "version": version,
                "new": new,
                "restored": restored,
                "newest": newest,
                "digest": digest,
                "schema_hash": schema_hash,
                "notes": notes,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.host_fit import HostFit  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        new = d.pop("new")

        restored = d.pop("restored")

        newest = d.pop("newest")

        digest = d.pop("digest")

        schema_hash = d.pop("schema_hash")

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = Problem.from_dict(notes_item_data)

            notes.append(notes_item)

        hosts = []
        _hosts = d.pop("hosts")
        for hosts_item_data in _hosts:
            hosts_item = HostFit.from_dict(hosts_item_data)

            hosts.append(hosts_item)

        publication = cls(
            name=name,
            version=version,
            new=new,
            restored=restored,
            newest=newest,
            digest=digest,
            schema_hash=schema_hash,
            notes=notes,
            hosts=hosts,
        )

        return publication
