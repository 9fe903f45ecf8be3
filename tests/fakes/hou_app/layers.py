"""Layers: what a node of Copernicus puts out. One to four channels of float, any size."""

from __future__ import annotations

from typing import Any

from .enums import EnumValue, value
from .errors import OperationFailed
from .items import BoundingRect
from .session import NotModelled, current, model

_KINDS = {"Float32": "<f4", "Float16": "<f2", "Fixed8": "u1", "Fixed16": "<u2"}
_MOST = {"Fixed8": 255, "Fixed16": 65535}


@model("ImageLayer")
class ImageLayer:
    """`pixels` are (height, width, channels) of float32, bottom row first. They are copied only
    when a frozen copy is written."""

    def __init__(self, layer: Any = None) -> None:
        self._pixels: Any = layer._pixels if layer is not None else None
        self._storage = layer._storage if layer is not None else "Float32"
        self._frozen = layer is None

    @classmethod
    def _of(cls, pixels: Any) -> ImageLayer:
        made = cls()
        made._pixels, made._frozen = pixels, False
        return made

    def bufferResolution(self) -> tuple[int, int]:
        height, width = self._pixels.shape[:2]
        return width, height

    def channelCount(self) -> int:
        return int(self._pixels.shape[2])

    def storageType(self) -> EnumValue:
        return value("imageLayerStorageType", self._storage)

    def storesIntegers(self) -> bool:
        return False

    def dataWindow(self) -> BoundingRect:
        """In pixels. The window of what is displayed is the same here."""
        width, height = self.bufferResolution()
        return BoundingRect(0, 0, width, height)

    def displayWindow(self) -> BoundingRect:
        return self.dataWindow()

    def pixelAspectRatio(self) -> float:
        return 1.0

    def isConstant(self) -> bool:
        return bool((self._pixels == self._pixels[:1, :1]).all())

    def onCPU(self) -> bool:
        return True

    def onGPU(self) -> bool:
        return False

    def isFrozen(self) -> bool:
        return self._frozen

    def freeze(self) -> ImageLayer:
        made = ImageLayer(self)
        made._frozen = True
        return made

    def allBufferElements(self, storagetype: EnumValue, channels: int) -> bytes:
        """Converted as asked. A channel too many is 0, of an alpha 1."""
        import numpy as np

        height, width, count = self._pixels.shape
        wanted = np.zeros((height, width, channels), np.float32)
        if channels == 4:
            wanted[:, :, 3] = 1
        if count == 1 and channels >= 3:
            wanted[:, :, :3] = self._pixels
        else:
            shared = min(count, channels)
            wanted[:, :, :shared] = self._pixels[:, :, :shared]
        if current().layer_rows == "top":
            wanted = wanted[::-1]
        return bytes(_stored(wanted, storagetype.name()).tobytes())

    def setAllBufferElements(self, values: bytes) -> None:
        import numpy as np

        if not self._frozen:
            raise OperationFailed("The layer is read-only: freeze it first")
        shape = self._pixels.shape
        if len(values) != self._pixels.size * 4:
            raise OperationFailed(f"{len(values)} bytes are no layer of {shape}")
        pixels = np.frombuffer(values, "<f4").reshape(shape)
        self._pixels = pixels[::-1] if current().layer_rows == "top" else pixels


def _stored(pixels: Any, storage: str) -> Any:
    import numpy as np

    if storage not in _KINDS:
        raise NotModelled(f"a layer as {storage}")
    if storage in _MOST:
        pixels = np.rint(np.clip(pixels, 0, 1) * _MOST[storage])
    return pixels.astype(_KINDS[storage])
