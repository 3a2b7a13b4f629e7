"""Every address there is. A test holds that the app has no other."""

from web import (
    audit_api,
    batches_api,
    dead_letters_api,
    events_api,
    files_api,
    health_api,
    internal_api,
    jobs_api,
    me_api,
    metrics_api,
    openapi_api,
    ops_api,
    page_api,
    page_options_api,
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
    *audit_api.ENDPOINTS,
    *health_api.ENDPOINTS,
    *internal_api.ENDPOINTS,
    *me_api.ENDPOINTS,
    *metrics_api.ENDPOINTS,
    *openapi_api.ENDPOINTS,
    *page_api.ENDPOINTS,
    *page_options_api.ENDPOINTS,
)
