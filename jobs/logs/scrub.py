"""What never gets into a log: keys, tokens, signatures, cookies, whoever wrote them down and wherever.

Most are known by how they begin, so that half of one, where a text was cut, is known too. Rather too much than too
little.
"""

import re

SCRUBBED = "[scrubbed]"

_QUOTED = r"""\\*"(?:[^"\\\r\n]|\\.)*"?|\\*'(?:[^'\\\r\n]|\\.)*'?"""
# name: value, name=value, name%3Dvalue, 'name': b'value', ('name', 'value')
_IS = r"""(?:\\*["']?\s*(?:[:=]|%3[AaDd])\s*|\\*["']\s*,\s*)(?:b(?=["']))?"""
_HEADERS = r"(?:proxy-)?authorization|(?:set-)?cookie"
_NAMES = (
    r"x-goog-(?:signature|credential|security-token|api-key)|x-amz-(?:signature|credential|security-token)|x-api-key"
    r"|googleaccessid|(?:access|refresh|id|auth|session|bearer)[_-]?token|client[_-]?secret|webhook[_-]?secret"
    r"|api[_-]?key|private[_-]?key|passw(?:or)?d|passphrase|secret"
)

PATTERNS = tuple(
    (re.compile(pattern), replaced)
    for pattern, replaced in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z ]*PRIVATE KEY-----)?", SCRUBBED),
        # whole values, by the name before them
        (rf"(?i)({_HEADERS})({_IS})(?:{_QUOTED}|[^\r\n]*)", rf"\1\2{SCRUBBED}"),
        (rf"(?i)({_NAMES})({_IS})(?:{_QUOTED}|[^\s&\"'<>]*)", rf"\1\2{SCRUBBED}"),
        (r"(?i)([?&](?:key|sig|signature|token|code|secret)=)[^\s&\"'<>]*", rf"\1{SCRUBBED}"),
        (r"(?i)(bearer\s+)[^\s\"',;]+", rf"\1{SCRUBBED}"),
        # user:password@, and what may be one where the text ends
        (r"(://)[^\s/@:\[\"'<>]*:(?!\d{1,5}\Z)[^\s/@\"'<>]*(?:@|\Z)", rf"\1{SCRUBBED}@"),
        # things that say themselves what they are
        (r"(lk_[a-z2-7]{16}_)[a-z2-7]+", rf"\1{SCRUBBED}"),  # a key of ours: its id is no secret (jobs/keys.py)
        (r"whsec_[A-Za-z0-9+/=_-]+", f"whsec_{SCRUBBED}"),  # a webhook's secret (Standard Webhooks)
        (r"eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)*", SCRUBBED),  # a JWT: base64url of {" (RFC 7519)
        (r"AIza[A-Za-z0-9_-]*", SCRUBBED),  # a Google API key
        (r"ya29\.[A-Za-z0-9._-]*", SCRUBBED),  # Google's access token
        (r"GOCSPX-[A-Za-z0-9_-]*", SCRUBBED),  # a Google client secret
        (r"1//0[A-Za-z0-9_-]*", SCRUBBED),  # Google's refresh token
        (r"\bhf_[A-Za-z0-9]{8,}", SCRUBBED),  # a token of Hugging Face
    )
)
# Where none of these is, neither a pattern nor the name below finds anything. To look takes a tenth of the time.
SIGNS = (
    "private", "authorization", "cookie", "x-goog-", "x-amz-", "googleaccessid", "token", "signature", "secret", "api",
    "pass", "?", "&", "bearer", "://", "lk_", "whsec_", "eyj", "aiza", "ya29.", "gocspx-", "1//0", "hf_",
)  # fmt: skip
SECRET_NAME = re.compile(rf"(?i)^[a-z_-]*?(?:{_HEADERS}|{_NAMES}|token|signature)$")


def scrubbed(text: str) -> str:
    """The text without any secret that can be told as one."""
    if may_hold_a_secret(text):
        for pattern, replaced in PATTERNS:
            text = pattern.sub(replaced, text)
    return text


def may_hold_a_secret(text: str) -> bool:
    """Most texts of a line may not: a method, a path, a number of milliseconds."""
    # Beyond ASCII, (?i) takes more for equal than lower() does.
    return not text.isascii() or any(map(text.lower().__contains__, SIGNS))


def is_secret(name: object, value: object) -> bool:
    """Whether a field of that name is nobody's business. A number is not: a lease's `token` counts claims."""
    if isinstance(value, int | float | None):
        return False
    text = str(name)
    return may_hold_a_secret(text) and SECRET_NAME.search(text) is not None
