"""Every address there is. A test holds that the app has no other."""

from web import events_api, files_api, health_api, jobs_api, openapi_api, ops_api, uploads_api, webhooks_api
from web.endpoint import AnyEndpoint

ENDPOINTS: tuple[AnyEndpoint, ...] = (
    *jobs_api.ENDPOINTS,
    *events_api.ENDPOINTS,
    *files_api.ENDPOINTS,
    *uploads_api.ENDPOINTS,
    *webhooks_api.ENDPOINTS,
    *ops_api.ENDPOINTS,
    *health_api.ENDPOINTS,
    *openapi_api.ENDPOINTS,
)
