"""Contains all the data models used in inputs/outputs"""

from .asked_state import AskedState
from .asset import Asset
from .asset_from_hash import AssetFromHash
from .attempt import Attempt
from .blob import Blob
from .change import Change
from .error_body import ErrorBody
from .error_envelope import ErrorEnvelope
from .extra_data import ExtraData
from .form import Form
from .form_input import FormInput
from .form_output import FormOutput
from .form_param import FormParam
from .generation_create import GenerationCreate
from .health import Health
from .held_job import HeldJob
from .host import Host
from .host_change import HostChange
from .host_fit import HostFit
from .host_list import HostList
from .host_reason import HostReason
from .input_file import InputFile
from .input_kind import InputKind
from .job import Job
from .job_change import JobChange
from .job_create import JobCreate
from .job_error import JobError
from .job_explanation import JobExplanation
from .job_list import JobList
from .job_metadata import JobMetadata
from .job_metrics import JobMetrics
from .job_output import Output
from .job_retry import JobRetry
from .job_summary import JobSummary
from .job_summary_metadata import JobSummaryMetadata
from .job_urls import JobUrls
from .job_workflow import JobWorkflow
from .jobs_cancel import JobsCancel
from .jobs_cancel_metadata import JobsCancelMetadata
from .jobs_canceled import JobsCanceled
from .lora import Lora
from .me import Me
from .model_file import ModelFile
from .model_kind import ModelKind
from .model_kinds import ModelKinds
from .model_name import ModelName
from .param_type import ParamType
from .patch import Patch
from .preview_event import PreviewEvent
from .priority import Priority
from .problem import Problem
from .progress import Progress
from .publication import Publication
from .published_workflow import PublishedWorkflow
from .quarantine import Quarantine
from .quarantined import Quarantined
from .queue import Queue
from .queue_host import QueueHost
from .queue_row import QueueRow
from .queue_total import QueueTotal
from .readiness import Readiness
from .refused_file import RefusedFile
from .status_event import StatusEvent
from .target import Target
from .withdrawal import Withdrawal
from .workflow_diff import WorkflowDiff
from .workflow_inspection import WorkflowInspection
from .workflow_job_create import WorkflowJobCreate
from .workflow_job_create_inputs import WorkflowJobCreateInputs
from .workflow_list import WorkflowList
from .workflow_publish import WorkflowPublish
from .workflow_summary import WorkflowSummary
from .workflow_version import WorkflowVersion
from .workflow_versions import WorkflowVersions

__all__ = (
    "AskedState",
    "Asset",
    "AssetFromHash",
    "Attempt",
    "Blob",
    "Change",
    "ErrorBody",
    "ErrorEnvelope",
    "ExtraData",
    "Form",
    "FormInput",
    "FormOutput",
    "FormParam",
    "GenerationCreate",
    "Health",
    "HeldJob",
    "Host",
    "HostChange",
    "HostFit",
    "HostList",
    "HostReason",
    "InputFile",
    "InputKind",
    "Job",
    "JobChange",
    "JobCreate",
    "JobError",
    "JobExplanation",
    "JobList",
    "JobMetadata",
    "JobMetrics",
    "JobRetry",
    "JobsCancel",
    "JobsCanceled",
    "JobsCancelMetadata",
    "JobSummary",
    "JobSummaryMetadata",
    "JobUrls",
    "JobWorkflow",
    "Lora",
    "Me",
    "ModelFile",
    "ModelKind",
    "ModelKinds",
    "ModelName",
    "Output",
    "ParamType",
    "Patch",
    "PreviewEvent",
    "Priority",
    "Problem",
    "Progress",
    "Publication",
    "PublishedWorkflow",
    "Quarantine",
    "Quarantined",
    "Queue",
    "QueueHost",
    "QueueRow",
    "QueueTotal",
    "Readiness",
    "RefusedFile",
    "StatusEvent",
    "Target",
    "Withdrawal",
    "WorkflowDiff",
    "WorkflowInspection",
    "WorkflowJobCreate",
    "WorkflowJobCreateInputs",
    "WorkflowList",
    "WorkflowPublish",
    "WorkflowSummary",
    "WorkflowVersion",
    "WorkflowVersions",
)
