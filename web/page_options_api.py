"""What the page has to know before anybody has said who they are."""

from pydantic import BaseModel, ConfigDict, Field

from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.firebase import Firebase


class PageOptions(BaseModel):
    """What this server's page can do beyond the API."""

    model_config = ConfigDict(frozen=True)

    firebase: Firebase | None = Field(description="Sign-in and listening with Firebase; null: neither is set up.")


def get_page_options(asked: Asked[Nothing, Nothing]) -> Answer:
    """Public values, for whoever opens the page."""
    return Answer(PageOptions(firebase=asked.house.firebase))


ENDPOINTS = (Endpoint("GET", "/v1/page", get_page_options, "What the page can do here", answers={200: PageOptions}),)
