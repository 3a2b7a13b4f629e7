"""For processes under faketime: libfaketime 0.9.10 (Debian 12) leaves the monotonic clock alone when told to, but
turns an absolute time of it by the skew all the same in `clock_nanosleep`, which is what Python sleeps with."""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
