# syntax=docker/dockerfile:1
# Two images: `docker build --target web .` and `docker build --target worker .`; docs/images.md says what is in them.

# Tags move as Debian and NVIDIA mend things. A build that can be repeated names digests, which an earlier one printed:
# --build-arg PYTHON=python:3.11-slim-bookworm@sha256:...
ARG PYTHON=python:3.11-slim-bookworm
ARG CUDA=nvidia/cuda:13.0.2-base-ubuntu22.04


# ---- packages: everything of a lock into /venv, nothing else ---------------------------------------------------------

# Without a pip of its own: the base's fills it, and no image has one in its /venv.
FROM ${PYTHON} AS venv
RUN python3.11 -m venv --without-pip /venv
WORKDIR /build

FROM venv AS web-packages
COPY requirements-web.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv/bin/python install --no-deps --require-hashes -r requirements-web.txt

FROM venv AS worker-packages
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv/bin/python install --no-deps --require-hashes -r requirements.txt


# ---- Lumen itself: one wheel for both images -------------------------------------------------------------------------

FROM venv AS wheel
COPY requirements-build.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv/bin/python install --no-deps -r requirements-build.txt
COPY . ./
RUN pip --python /venv/bin/python wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels .


# ---- PartCrafter's code, which no package has ------------------------------------------------------------------------

FROM ${PYTHON} AS partcrafter
# Versions of Debian's packages are not pinned: its mirrors keep the newest alone.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/partcrafter
ARG PARTCRAFTER=269bd4164fbe35b17a6e58f8d6934262822082eb
# image-dry: not tried: it fetches from GitHub.
RUN git init --quiet . \
    && git fetch --quiet --depth 1 https://github.com/wgsxm/PartCrafter "$PARTCRAFTER" \
    && test "$(git rev-parse FETCH_HEAD)" = "$PARTCRAFTER" \
    && git checkout --quiet FETCH_HEAD -- src LICENSE \
    && rm -rf .git \
    && python3.11 -m compileall -q --invalidation-mode unchecked-hash src


# ---- what both images are --------------------------------------------------------------------------------------------

FROM ${PYTHON} AS lumen
RUN groupadd --gid 10001 lumen \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin lumen
# pip compiled all modules when it installed them. What Python would write beside them costs an instance its memory.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /home/lumen
EXPOSE 8080
# `lumen` becomes gunicorn by exec, so that SIGTERM reaches who has to hand a job back. For another command: arguments.
ENTRYPOINT ["lumen"]


FROM lumen AS web
COPY --from=web-packages /venv /venv
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip --python /venv/bin/python install --no-deps --no-index --no-cache-dir /wheels/*.whl
USER 10001:10001
CMD ["web", "--host", "0.0.0.0", "--port", "8080"]
ARG SOURCE=""
ARG REVISION=""
LABEL org.opencontainers.image.title="lumen-web" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.source="$SOURCE" \
    org.opencontainers.image.revision="$REVISION"


# On Debian, not on NVIDIA's image: torch brings CUDA 13 in its wheels, and one Python is in both images. What is wanted
# of NVIDIA's is one folder, the driver's library for CUDA 13: Cloud Run's L4 machines have driver 535, made for CUDA
# 12.2, and what LD_LIBRARY_PATH names goes before theirs. For a driver of 580 or later set it to nothing.
FROM ${CUDA} AS cuda

FROM lumen AS worker
# hy3dgen imports pymeshlab, which is linked against OpenGL. No other package asks Debian for anything.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libopengl0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=cuda /usr/local/cuda-13.0/compat /usr/local/cuda-13.0/compat
ENV LD_LIBRARY_PATH=/usr/local/cuda-13.0/compat
COPY --from=partcrafter /opt/partcrafter /opt/partcrafter
COPY --from=worker-packages /venv /venv
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip --python /venv/bin/python install --no-deps --no-index --no-cache-dir /wheels/*.whl
USER 10001:10001
CMD ["worker", "--host", "0.0.0.0", "--port", "8080"]
ARG SOURCE=""
ARG REVISION=""
LABEL org.opencontainers.image.title="lumen-worker" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.source="$SOURCE" \
    org.opencontainers.image.revision="$REVISION"


# With the weights in it, for who has no bucket to mount: --build-arg LUMEN_ACCEPT_LICENSES=..., and the hub's token as
# --secret id=HF_TOKEN. Deployed without a volume at /weights, which would hide them.
FROM worker AS worker-baked
USER 0:0
ARG LUMEN_ACCEPT_LICENSES=""
ENV LUMEN_WEIGHTS=/weights
# image-dry: not tried: it fetches gigabytes from the hub.
RUN --mount=type=secret,id=HF_TOKEN,env=HF_TOKEN \
    lumen weights fetch
USER 10001:10001


# Last, so that it is what a build without --target makes: the one that runs anywhere.
FROM web
