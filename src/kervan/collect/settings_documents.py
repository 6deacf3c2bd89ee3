"""The settings documents without which browser and mobile SDKs send nothing."""

from typing import Any
from urllib.parse import urlsplit

Document = dict[str, Any]


def segment(write_key: str, base_url: str) -> Document:
    """For analytics-next, Swift, Kotlin and React Native: where to send, with which key.

    `apiHost` has no scheme, so off https the scheme stands beside it.
    """
    parts = urlsplit(base_url)
    destination = {"apiKey": write_key, "apiHost": f"{parts.netloc}{parts.path.rstrip('/')}/v1"}
    if parts.scheme != "https":
        destination["protocol"] = "http"
    return {
        "integrations": {"Segment.io": destination},
        "plan": {"track": {"__default": {"enabled": True}}, "identify": {}, "group": {}},
        "edgeFunction": {},
        "metrics": {"sampleRate": 0},
    }


def rudderstack(write_key: str, source: int, name: str) -> Document:
    """For rudder-js and the RudderStack mobile SDKs: an enabled source without destinations."""
    return {
        "source": {
            "id": f"kervan-{source}",
            "name": name,
            "writeKey": write_key,
            "enabled": True,
            "workspaceId": "kervan",
            "config": {
                "statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}
            },
            "dataplanes": [],
            "destinations": [],
        }
    }


def posthog(write_key: str) -> Document:
    """For posthog-js: gzip is read here, everything but events is off."""
    return {
        "token": write_key,
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": False,
        "captureDeadClicks": False,
        "capturePerformance": False,
        "autocapture_opt_out": True,
        "autocaptureExceptions": False,
        "analytics": {"endpoint": "/i/v0/e/"},
        "elementsChainAsString": True,
        "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
        "sessionRecording": False,
        "heatmaps": False,
        "conversations": False,
        "productTours": False,
        "logs": {"captureConsoleLogs": False},
        "surveys": False,
        "defaultIdentifiedOnly": True,
        "siteApps": [],
        "siteAppsJS": [],
    }


def posthog_flags() -> Document:
    """For `/flags` and `/decide`: no feature flags, in the words of both versions."""
    return {
        "flags": {},
        "featureFlags": {},
        "featureFlagPayloads": {},
        "errorsWhileComputingFlags": False,
        "supportedCompression": ["gzip", "gzip-js"],
        "sessionRecording": False,
        "config": {"enable_collect_everything": False},
        "toolbarParams": {},
        "isAuthenticated": False,
        "requestId": "",
    }
