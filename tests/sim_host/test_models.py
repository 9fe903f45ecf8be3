"""What a host says of its models: by kind, spelled in its own way, and held to that."""

from __future__ import annotations

import pytest

from relay_server.sim_host.__main__ import read_options
from relay_server.sim_host.options import MODELS
from relay_server.sim_host.pretended import Upscaler

from .conftest import StartHost
from .driver import Driver, Graph, node

FOLDERS = {"checkpoints": ("sdxl/base.safetensors", "a.safetensors"), "models": {}}


async def menu(driver: Driver, class_type: str, field: str) -> list[str]:
    about = (await driver.get(f"/object_info/{class_type}"))[class_type]
    names: list[str] = about["input"]["required"][field][0]
    return names


@pytest.mark.parametrize("kind", ["checkpoints", "loras", *MODELS])
async def test_there_is_something_of_every_kind_by_default(host: Driver, kind: str) -> None:
    names = await host.get(f"/models/{kind}")
    assert names
    assert names == sorted(names)
    assert all(name.startswith("sim-") for name in names)


@pytest.mark.parametrize(
    ("class_type", "field", "kind"),
    [
        ("CheckpointLoaderSimple", "ckpt_name", "checkpoints"),
        ("ImageOnlyCheckpointLoader", "ckpt_name", "checkpoints"),
        ("LoraLoader", "lora_name", "loras"),
        ("LoraLoaderModelOnly", "lora_name", "loras"),
        ("ControlNetLoader", "control_net_name", "controlnet"),
        ("UpscaleModelLoader", "model_name", "upscale_models"),
        ("UNETLoader", "unet_name", "diffusion_models"),
        ("CLIPLoader", "clip_name", "text_encoders"),
        ("CLIPVisionLoader", "clip_name", "clip_vision"),
    ],
)
async def test_menus_are_the_folders(host: Driver, class_type: str, field: str, kind: str) -> None:
    assert await menu(host, class_type, field) == await host.get(f"/models/{kind}")


async def test_the_menu_of_vaes_also_offers_none(host: Driver) -> None:
    assert await menu(host, "VAELoader", "vae_name") == ["sim-vae.safetensors", "pixel_space"]


async def test_a_windows_host_has_backslashes(start_host: StartHost) -> None:
    driver = await start_host(**FOLDERS, separator="\\")
    names = ["a.safetensors", "sdxl\\base.safetensors"]
    assert await driver.get("/models/checkpoints") == names
    assert await menu(driver, "CheckpointLoaderSimple", "ckpt_name") == names


@pytest.mark.parametrize(
    ("separator", "name", "status"),
    [
        ("/", "sdxl/base.safetensors", 200),
        ("/", "sdxl\\base.safetensors", 400),
        ("\\", "sdxl\\base.safetensors", 200),
        ("\\", "sdxl/base.safetensors", 400),
    ],
)
async def test_a_host_takes_only_its_own_spelling(
    start_host: StartHost, separator: str, name: str, status: int
) -> None:
    driver = await start_host(**FOLDERS, separator=separator)
    answered, answer = await driver.post("/prompt", {"prompt": _decoded(name)})
    assert answered == status
    if status != 200:
        (problem,) = answer["node_errors"]["1"]["errors"]
        assert problem["type"] == "value_not_in_list"


def _decoded(checkpoint: str) -> Graph:
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name=checkpoint),
        "2": node("EmptyLatentImage", width=16, height=16, batch_size=1),
        "3": node("VAEDecode", samples=["2", 0], vae=["1", 2]),
        "4": node("SaveImage", images=["3", 0], filename_prefix="x"),
    }


async def test_a_kind_that_comfyui_does_not_know_is_one_more_folder(
    start_host: StartHost,
) -> None:
    driver = await start_host(models={"LLM": ("talk.gguf",)})
    assert (await driver.get("/models"))[-1] == "LLM"
    assert await driver.get("/models/LLM") == ["talk.gguf"]


async def test_a_host_may_lack_node_classes(start_host: StartHost) -> None:
    driver = await start_host(without=("EmptyLatentImage",))
    assert await driver.get("/object_info/EmptyLatentImage") == {}
    status, answer = await driver.post("/prompt", {"prompt": _decoded("sim-dream.safetensors")})
    assert status == 400
    expected = "Cannot execute because node EmptyLatentImage does not exist."
    assert answer["error"]["message"] == expected


def test_models_on_the_command_line_replace_those_of_their_kind() -> None:
    given = ["--models", "vae=a.pt,b/c.pt", "--models", "upscale_models=", "--separator", "\\"]
    options = read_options([*given, "--without", "RMBG", "Florence2Run"])
    assert options.names("vae") == ["a.pt", "b\\c.pt"]
    assert options.names("upscale_models") == []
    assert options.names("controlnet") == sorted(MODELS["controlnet"])
    assert options.without == ("RMBG", "Florence2Run")


@pytest.mark.parametrize("text", ["vae", "=a.pt", ""])
def test_models_without_a_kind_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options(["--models", text])
    assert "is not of the form KIND=NAME,NAME" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "factor"),
    [("4x_foolhardy.pth", 4), ("RealESRGAN_x2.pth", 2), ("8X.pth", 8), ("sharp.pth", 4)],
)
def test_an_upscale_model_tells_its_factor_by_its_name(name: str, factor: int) -> None:
    assert Upscaler(name).factor == factor
