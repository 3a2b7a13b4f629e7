"""Small bars and spans of time, for a terminal."""

EIGHTHS = " ▏▎▍▌▋▊▉█"
TENTHS_UP_TO_S = 100  # from here on tenths of a second tell nobody anything
HUNDREDTHS_UP_TO_S = 10
DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
#: from how many seconds on, a unit and its seconds, and the smaller one beside it; a day is said as 24 h
UNITS = (
    (2 * DAY_S, DAY_S, "d", HOUR_S, "h"),
    (HOUR_S, HOUR_S, "h", MINUTE_S, "min"),
    (MINUTE_S, MINUTE_S, "min", 1, "s"),
)


def bar(value: float, of: float, cells: int) -> str:
    """A bar of `value` where `of` fills all cells; whatever is not nothing is seen."""
    if value <= 0 or of <= 0:
        return ""
    eighths = min(max(round(8 * cells * value / of), 1), 8 * cells)
    return EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def seconds_text(seconds: float) -> str:
    """As many digits as tell something: 0.04, 12.3, 480."""
    digits = 2 if seconds < HUNDREDTHS_UP_TO_S else 1 if seconds < TENTHS_UP_TO_S else 0
    return f"{seconds:.{digits}f}"


def span_text(seconds: float) -> str:
    """In its two largest units: 4 s, 3 min 20 s, 24 h, 3 d 4 h."""
    whole = round(seconds)
    for least, size, unit, small, smaller in UNITS:
        if whole >= least:
            rest = whole % size // small
            return f"{whole // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s" if whole else "less than a second"
