"""The classes of the nodes that make a film from a still, and write films."""

from __future__ import annotations

from dataclasses import dataclass

from . import pretended, sampling
from .node import Input, NodeCall, NodeClass, NodeResult, number, pure, told
from .nodes_files import PREFIX_HELP
from .nodes_images import MAX_BATCH, MAX_SIZE
from .resize import Floats
from .videofiles import save_mp4

_MODEL = "comfy_extras.nodes_video_model"
_FILES = "comfy_extras.nodes_video"


@dataclass(frozen=True)
class Video:
    """Frames and their speed, not yet a file."""

    images: Floats
    fps: float


def _create_video(images: Floats, fps: float, audio: object = None) -> Video:
    return Video(images, fps)


def _save_video(call: NodeCall) -> NodeResult:
    video: Video = call.inputs["video"]
    height, width = video.images.shape[1:3]
    place = call.folders.save_place("output", call.inputs["filename_prefix"], width, height)
    name = f"{place.name}_{place.counter:05}_.mp4"
    save_mp4(video.images, place.folder / name, video.fps)
    file = {"filename": name, "subfolder": place.subfolder, "type": "output"}
    return NodeResult(ui={"images": [file], "animated": [True]})


def _choice(name: str, options: tuple[str, ...], tooltip: str) -> Input:
    return Input(name, "COMBO", {
        "tooltip": tooltip, "default": "auto", "multiselect": False, "options": list(options),
    })  # fmt: skip


CLASSES = (
    NodeClass(
        "SVD_img2vid_Conditioning",
        pure(sampling.start_video),
        inputs=(
            Input("clip_vision", "CLIP_VISION"),
            Input("init_image", "IMAGE"),
            Input("vae", "VAE"),
            number("width", "INT", 1024, 16, MAX_SIZE, 8),
            number("height", "INT", 576, 16, MAX_SIZE, 8),
            number("video_frames", "INT", 14, 1, MAX_BATCH),
            number("motion_bucket_id", "INT", 127, 1, 1023),
            number("fps", "INT", 6, 1, 1024),
            number("augmentation_level", "FLOAT", 0.0, 0.0, 10.0, 0.01),
        ),
        outputs=("CONDITIONING", "CONDITIONING", "LATENT"),
        output_names=("positive", "negative", "latent"),
        category="conditioning/video_models",
        module=_MODEL,
    ),
    NodeClass(
        "VideoLinearCFGGuidance",
        pure(pretended.guided),
        inputs=(
            Input("model", "MODEL"),
            number("min_cfg", "FLOAT", 1.0, 0.0, 100.0, 0.5, round=0.01),
        ),
        outputs=("MODEL",),
        category="sampling/video_models",
        module=_MODEL,
    ),
    NodeClass(
        "CreateVideo",
        pure(_create_video),
        inputs=(
            told("images", "IMAGE", "The images to create a video from."),
            number("fps", "FLOAT", 30.0, 1.0, 120.0, 1.0),
            Input("audio", "AUDIO", {"tooltip": "The audio to add to the video."}, optional=True),
        ),
        outputs=("VIDEO",),
        title="Create Video",
        category="image/video",
        module=_FILES,
        description="Create a video from images.",
        new_style=True,
    ),
    NodeClass(
        "SaveVideo",
        _save_video,
        inputs=(
            told("video", "VIDEO", "The video to save."),
            Input("filename_prefix", "STRING", {
                "tooltip": PREFIX_HELP, "default": "video/ComfyUI", "multiline": False,
            }),
            _choice("format", ("auto", "mp4"), "The format to save the video as."),
            _choice("codec", ("auto", "h264"), "The codec to use for the video."),
        ),
        title="Save Video",
        category="image/video",
        module=_FILES,
        description="Saves the input images to your ComfyUI output directory.",
        is_output=True,
        saves_metadata=True,
        new_style=True,
    ),
)  # fmt: skip
