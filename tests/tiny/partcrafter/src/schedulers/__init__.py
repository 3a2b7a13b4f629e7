"""Where the original's weights find their scheduler."""

from src.schedulers.scheduling_rectified_flow import RectifiedFlowScheduler

__all__ = ["RectifiedFlowScheduler"]
