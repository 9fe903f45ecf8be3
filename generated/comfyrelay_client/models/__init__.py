"""Contains all the data models used in inputs/outputs"""

from .asset import Asset
from .asset_from_hash import AssetFromHash
from .attempt import Attempt
from .blob import Blob
from .error_body import ErrorBody
from .error_envelope import ErrorEnvelope
from .extra_data import ExtraData
from .form import Form
from .form_input import FormInput
from .form_output import FormOutput
from .form_param import FormParam
from .health import Health
from .host import Host
from .host_list import HostList
from .input_file import InputFile
from .input_kind import InputKind
from .job import Job
from .job_create import JobCreate
from .job_error import JobError
from .job_list import JobList
from .job_metadata import JobMetadata
from .job_metrics import JobMetrics
from .job_output import Output
from .job_summary import JobSummary
from .job_summary_metadata import JobSummaryMetadata
from .job_urls import JobUrls
from .job_workflow import JobWorkflow
from .me import Me
from .param_type import ParamType
from .patch import Patch
from .preview_event import PreviewEvent
from .priority import Priority
from .progress import Progress
from .published_workflow import PublishedWorkflow
from .readiness import Readiness
from .status_event import StatusEvent
from .target import Target
from .workflow_job_create import WorkflowJobCreate
from .workflow_job_create_inputs import WorkflowJobCreateInputs
from .workflow_list import WorkflowList
from .workflow_summary import WorkflowSummary

__all__ = (
    "Asset",
    "AssetFromHash",
    "Attempt",
    "Blob",
    "ErrorBody",
    "ErrorEnvelope",
    "ExtraData",
    "Form",
    "FormInput",
    "FormOutput",
    "FormParam",
    "Health",
    "Host",
    "HostList",
    "InputFile",
    "InputKind",
    "Job",
    "JobCreate",
    "JobError",
    "JobList",
    "JobMetadata",
    "JobMetrics",
    "JobSummary",
    "JobSummaryMetadata",
    "JobUrls",
    "JobWorkflow",
    "Me",
    "Output",
    "ParamType",
    "Patch",
    "PreviewEvent",
    "Priority",
    "Progress",
    "PublishedWorkflow",
    "Readiness",
    "StatusEvent",
    "Target",
    "WorkflowJobCreate",
    "WorkflowJobCreateInputs",
    "WorkflowList",
    "WorkflowSummary",
)
