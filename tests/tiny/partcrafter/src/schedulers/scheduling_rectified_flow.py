"""When each step is."""


class RectifiedFlowScheduler:
    def times(self, steps: int) -> list[float]:
        """From 1 to nearly 0."""
        return [1 - index / steps for index in range(steps)]
