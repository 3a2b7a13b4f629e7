"""Every address there is. A test holds that the app has no other."""

from web import jobs_api, openapi_api
from web.endpoint import AnyEndpoint

ENDPOINTS: tuple[AnyEndpoint, ...] = (
    *jobs_api.ENDPOINTS,
    *openapi_api.ENDPOINTS,
)
