"""What is kept between prompts, and what makes a node run again."""

from __future__ import annotations

import numpy as np

from .driver import Driver, Graph, node, png, save

WHITE = png(np.full((4, 4, 3), 255, np.uint8))
BLACK = png(np.zeros((4, 4, 3), np.uint8))


def chain(image: str = "in.png", prefix: str = "t") -> Graph:
    return {
        "1": node("LoadImage", image=image),
        "2": node("ImageInvert", image=["1", 0]),
        "3": save("2", prefix=prefix),
    }


async def ran(host: Driver, graph: Graph) -> list[str]:
    """The nodes that really ran."""
    finished = await host.run(graph)
    return [n for kind, n in finished.socket.events() if kind == "executing" and n is not None]


async def test_nothing_runs_twice(host: Driver) -> None:
    host.put("in.png", WHITE)
    assert await ran(host, chain()) == ["1", "2", "3"]
    assert await ran(host, chain()) == []


async def test_only_what_changed_and_what_follows_runs(host: Driver) -> None:
    host.put("in.png", WHITE)
    await host.run(chain())
    assert await ran(host, chain(prefix="other")) == ["3"]


async def test_node_ids_do_not_matter(host: Driver) -> None:
    host.put("in.png", WHITE)
    await host.run(chain())
    renamed = {
        "7": node("LoadImage", image="in.png"),
        "8": node("ImageInvert", image=["7", 0]),
        "9": save("8"),
    }
    assert await ran(host, renamed) == []


async def test_a_file_with_other_bytes_is_loaded_again(host: Driver) -> None:
    host.put("in.png", WHITE)
    await host.run(chain())
    host.put("in.png", BLACK)
    (picture,) = await host.pictures(chain())
    assert picture.min() == 255


async def test_what_the_last_prompt_did_not_use_is_forgotten(host: Driver) -> None:
    host.put("in.png", WHITE)
    host.put("other.png", BLACK)
    await host.run(chain())
    await host.run(chain("other.png"))
    assert await ran(host, chain()) == ["1", "2", "3"]


async def test_free_forgets_all(host: Driver) -> None:
    host.put("in.png", WHITE)
    await host.run(chain())
    await host.post("/free", {"free_memory": True})
    await host.run({"1": node("PrimitiveInt", value=1), "2": node("PreviewAny", source=["1", 0])})
    assert await ran(host, chain()) == ["1", "2", "3"]


async def test_websocket_pictures_are_sent_every_time(host: Driver) -> None:
    graph = {
        "1": node("EmptyImage", width=4, height=4, batch_size=1, color=0),
        "2": node("SaveImageWebsocket", images=["1", 0]),
    }
    await host.run(graph)
    assert await ran(host, graph) == ["2"]
    assert await ran(host, graph | {"3": save("1")}) == ["2", "3"]


async def test_a_failed_node_is_not_kept(host: Driver) -> None:
    host.put("in.png", b"junk")
    first = await host.run(chain())
    assert first.last[1]["exception_type"] == "PIL.UnidentifiedImageError"
    host.put("in.png", WHITE)
    assert (await host.run(chain())).last[0] == "execution_success"


async def test_loaded_files_are_signed_in_the_saved_graph(host: Driver) -> None:
    """ComfyUI notes a file's digest in the graph that it writes into pictures."""
    host.put("in.png", WHITE)
    finished = await host.run(chain())
    text = await host.text_of(finished.files("3")[0])
    assert '"is_changed": ["' in text["prompt"]
    assert "is_changed" not in str(finished.history["prompt"])
