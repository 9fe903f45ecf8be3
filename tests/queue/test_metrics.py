"""Figures of the queue and the hosts."""

from __future__ import annotations

import httpx

from tests.queue.asking import full, submit
from tests.rig import eventually


def test_hosts_and_classes_are_counted(ann: httpx.Client, root: httpx.Client) -> None:
    full(ann)
    submit(ann, priority="batch")
    root.patch("/relay/v1/hosts/sim0", json={"state": "draining"})
    wanted = {
        'comfy_relay_host_state{host="sim0",state="draining"} 1.0',
        'comfy_relay_host_state{host="sim0",state="up"} 0.0',
        'comfy_relay_host_up{host="sim0"} 0.0',
        'comfy_relay_jobs_waiting_of_class{class="batch"} 1.0',
        'comfy_relay_jobs_waiting_of_class{class="shot"} 0.0',
        "comfy_relay_dispatcher_leads 1.0",
    }

    def told() -> bool:
        return wanted <= set(ann.get("/metrics").text.splitlines())

    eventually("the figures are so", told)
