"""Who is asking, as the server sees it: a page asks so that it offers nobody what they may not do."""

from pydantic import BaseModel, ConfigDict, Field

from jobs.keys import Scope
from web.endpoint import Answer, Asked, Endpoint, Nothing


class Me(BaseModel):
    """Somebody, and what they may do."""

    model_config = ConfigDict(frozen=True)

    owner: str = Field(description="Whose jobs these are.")
    scopes: tuple[Scope, ...]
    key_id: str | None = Field(description="Of the key they came with; null for who came without one.")


def get_me(asked: Asked[Nothing, Nothing]) -> Answer:
    """Who the caller is taken for."""
    caller = asked.caller
    return Answer(Me(owner=caller.owner, scopes=tuple(sorted(caller.scopes)), key_id=caller.key_id))


ENDPOINTS = (Endpoint("GET", "/v1/me", get_me, "Who is asking", scope=Scope.READ, answers={200: Me}),)
