"""Webhooks over HTTP: say whom to tell when a job or a batch is over, see how the telling goes, take it back."""

from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from jobs.addresses import URL_CHARS_MAX
from jobs.errors import Reason
from jobs.keys import Scope
from jobs.webhooks import ENDS, OWNED_MAX, EventType, Webhook
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.sender import webhooks_of

PATH = "/v1/webhooks"


class WebhookRequest(BaseModel):
    """Whom to tell, and what."""

    model_config = ConfigDict(frozen=True)

    url: Annotated[str, Field(min_length=1, max_length=URL_CHARS_MAX, description="A public address under https.")]
    events: Annotated[
        tuple[EventType, ...],
        Field(min_length=1, max_length=len(EventType), description="Which ends of jobs and batches."),
    ] = ENDS


class WebhookAnswer(BaseModel):
    """A webhook and how the telling goes. Its secret is not shown again."""

    id: str
    url: str
    events: list[EventType]
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None = Field(description="When it answered 410, and so asked for no more.")
    failures: int = Field(ge=0, description="Runs of deliveries that failed since the last that did not.")
    last_error: str = Field(description="Why the last one failed; empty when it did not.")

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookAnswer":
        return cls.model_validate(webhook, from_attributes=True)


class WebhookMade(WebhookAnswer):
    """A new webhook."""

    secret: str = Field(description="What its messages are signed with. Keep it: it is shown this once.")


class WebhookList(BaseModel):
    """The caller's webhooks, the oldest first: there are never more than fit into one answer."""

    webhooks: Annotated[list[WebhookAnswer], Field(max_length=OWNED_MAX)]


def add_webhook(asked: Asked[Nothing, WebhookRequest]) -> Answer:
    """Be told of every end of a job or a batch of yours from now on, by a signed POST (standardwebhooks.com)."""
    made = webhooks_of(asked.house).add(asked.caller.owner, asked.body.url, asked.body.events)
    answer = WebhookMade.model_validate(made, from_attributes=True)
    return Answer(answer, HTTPStatus.CREATED, {"Location": f"{PATH}/{made.id}"})


def list_webhooks(asked: Asked[Nothing, Nothing]) -> Answer:
    """Your webhooks."""
    found = webhooks_of(asked.house).of(asked.caller.owner)
    return Answer(WebhookList(webhooks=[WebhookAnswer.of(each) for each in found]))


def get_webhook(asked: Asked[Nothing, Nothing]) -> Answer:
    """A webhook of yours."""
    return Answer(WebhookAnswer.of(webhooks_of(asked.house).get(asked.caller.owner, asked.path["webhook_id"])))


def remove_webhook(asked: Asked[Nothing, Nothing]) -> Answer:
    """Be told no more, also not of what has ended already."""
    webhooks_of(asked.house).remove(asked.caller.owner, asked.path["webhook_id"])
    return Answer(status=HTTPStatus.NO_CONTENT)


ENDPOINTS = (
    Endpoint(
        "POST",
        PATH,
        add_webhook,
        "Add a webhook",
        scope=Scope.SUBMIT,
        body=WebhookRequest,
        answers={201: WebhookMade},
        costs="submit",
    ),
    Endpoint("GET", PATH, list_webhooks, "List webhooks", scope=Scope.SUBMIT, answers={200: WebhookList}),
    Endpoint(
        "GET",
        f"{PATH}/<webhook_id>",
        get_webhook,
        "Get a webhook",
        scope=Scope.SUBMIT,
        answers={200: WebhookAnswer},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "DELETE",
        f"{PATH}/<webhook_id>",
        remove_webhook,
        "Remove a webhook",
        scope=Scope.SUBMIT,
        answers={204: None},
        reasons=(Reason.NOT_FOUND,),
    ),
)
