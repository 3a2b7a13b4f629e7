"""What an hour of one GPU worker costs, from a file with a platform's prices and the size of a worker."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from jobs.errors import InvalidRequest
from jobs.request import Frozen, refusal

HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Price:
    """Of one GPU worker for an hour, busy or not."""

    per_hour: float
    currency: str = ""  #: empty: nobody said

    def of(self, amount: float) -> str:
        """An amount of money, for people."""
        return f"{amount:,.2f} {self.currency}".rstrip()


class Worker(Frozen):
    """What one worker is given."""

    vcpu: float = Field(gt=0)
    gib: float = Field(gt=0)
    gpu: str = Field(description="A key of the prices of GPUs.")


class PerSecond(Frozen):
    """What is billed for as long as a worker is there, busy or not."""

    vcpu: float = Field(ge=0)
    gib: float = Field(ge=0)
    gpu: dict[str, float]


class Prices(Frozen):
    """A price file: `deploy/prices.json` is one."""

    currency: str = Field(min_length=1, max_length=8)
    source: str = Field(description="Where the prices were read.")
    read_on: str = Field(description="When, for prices change.")
    per_second: PerSecond
    worker: Worker

    @property
    def price(self) -> Price:
        """Of the worker with its GPU."""
        each, worker = self.per_second, self.worker
        second = each.vcpu * worker.vcpu + each.gib * worker.gib + each.gpu[worker.gpu]
        return Price(HOUR_S * second, self.currency)


def read_prices(path: Path) -> Prices:
    """Raises: InvalidRequest, naming the field that is wrong; OSError."""
    try:
        prices = Prices.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise refusal(error) from None
    if prices.worker.gpu not in prices.per_second.gpu:
        raise InvalidRequest("worker.gpu", f"{prices.worker.gpu!r} has no price under per_second.gpu")
    return prices
