"""Every address there is. A test holds that the app has no other."""

from web import (
    batches_api,
    dead_letters_api,
    events_api,
    files_api,
    health_api,
    internal_api,
    jobs_api,
    openapi_api,
    ops_api,
    replays_api,
    uploads_api,
    webhooks_api,
)
from web.endpoint import AnyEndpoint

ENDPOINTS: tuple[AnyEndpoint, ...] = (
    *jobs_api.ENDPOINTS,
    *events_api.ENDPOINTS,
    *files_api.ENDPOINTS,
    *uploads_api.ENDPOINTS,
    *webhooks_api.ENDPOINTS,
    *batches_api.ENDPOINTS,
    *ops_api.ENDPOINTS,
    *dead_letters_api.ENDPOINTS,
    *replays_api.ENDPOINTS,
    *health_api.ENDPOINTS,
    *internal_api.ENDPOINTS,
    *openapi_api.ENDPOINTS,
)
