#!/usr/bin/env bash
# A release: both images, tried as candidates without traffic, then traffic; and back by itself where it does not hold.
#
#   deploy/release.sh --project my-project --accept-licenses sai-nc-community,tencent-hunyuan-community
#                     [--region us-central1] [--pool GPUS] [--tag TAG] [--until STEP] [--dry-run] [STEP ...]
#
# Steps, in this order: build try push candidate smoke migrate. Without one, all of them. `back` is none of them: it sends
# traffic where it was before. cloudbuild.yaml calls them one by one; what one of them found out the next reads in out/release.
# --dry-run prints every command in its order and asks Google nothing. docs/release.md explains each step.

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

STEPS=(build try push candidate smoke migrate)
UNTIL=migrate
TAG=""
TAGGED=candidate # what the address of a revision without traffic begins with
STATE=out/release/state
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

main() {
	options "$@"
	local wanted=() last each
	while [ ${#REST[@]} -gt 0 ]; do
		case ${REST[0]} in
		--tag) TAG=${REST[1]-} && REST=("${REST[@]:1}") ;;
		--until) UNTIL=${REST[1]-} && REST=("${REST[@]:1}") ;;
		*) wanted+=("${REST[0]}") ;;
		esac
		REST=("${REST[@]:1}")
	done
	last=$(place "$UNTIL")
	[ ${#wanted[@]} -gt 0 ] || wanted=("${STEPS[@]}")
	for each in "${wanted[@]}"; do [ "$each" = back ] || place "$each" >/dev/null; done
	for each in "${wanted[@]}"; do
		if [ "$each" != back ] && [ "$(place "$each")" -gt "$last" ]; then
			step "No $each: this is to end with $UNTIL"
		else
			remember
			"$each"
		fi
	done
}

# Where a step is in their row.
place() {
	local at
	for at in "${!STEPS[@]}"; do
		[ "${STEPS[at]}" != "$1" ] || {
			printf '%s' "$at"
			return
		}
	done
	die "'$1' is no step: ${STEPS[*]}, or back"
}

# --- what the steps know of each other ------------------------------------------------------------------

keep() { # VARIABLE ...
	[ -z "$DRY_RUN" ] || return 0
	local name
	mkdir -p "$(dirname "$STATE")"
	for name; do printf '%s=%q\n' "$name" "${!name}" >>"$STATE"; done
}

remember() {
	# shellcheck source=/dev/null
	[ -n "$DRY_RUN" ] || [ ! -e "$STATE" ] || source "$STATE"
}

need() { # STEP VARIABLE ...
	local name
	for name in "${@:2}"; do [ -n "${!name-}" ] || die "$name is not known: $1 comes first"; done
}

# --- images ---------------------------------------------------------------------------------------------

build() {
	step "Images, with the layers of the last build where nothing changed"
	[ -n "$DRY_RUN" ] || rm -f "$STATE"
	[ -n "$TAG" ] || TAG=$(git rev-parse --short=12 HEAD)
	keep TAG
	export DOCKER_BUILDKIT=1
	image web
	image worker
}

image() { # TARGET
	local commit=${COMMIT_SHA:-}
	[ -n "$commit" ] || commit=$(git rev-parse HEAD 2>/dev/null || true)
	run docker build --target="$1" --tag="$IMAGES/$1:$TAG" --tag="$IMAGES/$1:cache" --cache-from="$IMAGES/$1:cache" \
		--build-arg=BUILDKIT_INLINE_CACHE=1 --build-arg="REVISION=$commit" \
		--build-arg="SOURCE=$(git config --get remote.origin.url || true)" .
}

try() {
	need build TAG
	step "What is in the images starts and makes something, without a cloud and without a GPU"
	run docker run --rm "$IMAGES/web:$TAG" doctor
	run docker run --rm "$IMAGES/worker:$TAG" doctor
	run docker run --rm "$IMAGES/worker:$TAG" make "office chair" --quality=draft --out=/tmp/out
}

push() {
	need build TAG
	step "Into the registry. What is deployed is named by its digest: a tag may move"
	pushed WEB_IMAGE web
	pushed WORKER_IMAGE worker
	keep WEB_IMAGE WORKER_IMAGE
}

pushed() { # VARIABLE IMAGE
	run docker push "$IMAGES/$2:$TAG"
	run docker push "$IMAGES/$2:cache"
	ask DIGEST gcloud artifacts docker images describe "$IMAGES/$2:$TAG" --format="value(image_summary.digest)" \
		--project="$PROJECT"
	[ -n "$DRY_RUN" ] || [[ $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]] || die "the registry has no digest of $2: '$DIGEST'"
	printf -v "$1" '%s' "$IMAGES/$2@$DIGEST"
}

# --- candidates -----------------------------------------------------------------------------------------

candidate() {
	need push WEB_IMAGE WORKER_IMAGE
	[ -n "$LICENSES" ] || die "--accept-licenses is needed: docs/weights.md has the licences, and they are yours to accept"
	number
	step "Where traffic is now, to go back to. The very first revisions are deployed by deploy/up.sh"
	earlier WEB_EARLIER "$WEB"
	earlier WORKER_EARLIER "$WORKER"

	step "Candidates: revisions without traffic, each at an address of its own"
	local suffix
	suffix=$(date -u +%Y%m%d-%H%M%S)
	WEB_REVISION=$WEB-$suffix
	WORKER_REVISION=$WORKER-$suffix
	keep WEB_EARLIER WORKER_EARLIER WEB_REVISION WORKER_REVISION
	trap 'fell gone' EXIT
	deploy_web "$WEB_IMAGE" --no-traffic --tag="$TAGGED" --revision-suffix="$suffix"
	deploy_worker "$WORKER_IMAGE" --no-traffic --tag="$TAGGED" --revision-suffix="$suffix"
	trap - EXIT
}

# Cloud Build has it, and says so in the environment.
number() {
	[ -z "${PROJECT_NUMBER:-}" ] || return 0
	ask PROJECT_NUMBER gcloud projects describe "$PROJECT" --format="value(projectNumber)"
}

# All revisions with traffic, as `update-traffic --to-revisions` takes them.
earlier() { # VARIABLE SERVICE
	ask TRAFFIC gcloud run services describe "$2" "${IN[@]}" --flatten=status.traffic \
		--format='csv[no-heading,separator="="](status.traffic.revisionName,status.traffic.percent)'
	[ -z "$DRY_RUN" ] || TRAFFIC=$2-BEFORE=100
	TRAFFIC=$(sed -n '/=[1-9][0-9]*$/p' <<<"$TRAFFIC" | paste -sd, -)
	[ -n "$TRAFFIC" ] || die "no revision of $2 has traffic: the first one is deployed by deploy/up.sh"
	printf -v "$1" '%s' "$TRAFFIC"
}

gone() {
	step "The candidates go. Traffic never moved"
	untag
}

untag() {
	local name
	for name in "$WEB" "$WORKER"; do
		run gcloud run services update-traffic "$name" "${IN[@]}" --remove-tags="$TAGGED" || true
	done
}

# --- the proof ------------------------------------------------------------------------------------------

smoke() {
	need candidate WEB_IMAGE WEB_REVISION WORKER_REVISION
	number
	trap 'fell gone' EXIT
	step "The web's candidate answers"
	web_answers "$(url "$TAGGED---$WEB")"
	step "The worker's candidate makes a job, by the route that comes first"
	worker_proves "$(url "$TAGGED---$WORKER")" --route="$(first_route)"
	trap - EXIT
}

# Whether it is up and reaches its store; what it is; whether the page is in the image.
web_answers() { # ADDRESS
	local path
	for path in /health/ready /v1/version /; do
		run curl --fail --silent --show-error --output /dev/null --max-time 30 --retry 5 --retry-all-errors "$1$path"
	done
}

worker_proves() { # ADDRESS FLAG ...
	ask LUMEN_SMOKE_TOKEN gcloud auth print-identity-token --impersonate-service-account="$(email "$PUSHER")" \
		--audiences="$AUDIENCE" --include-email
	[ -n "$LUMEN_SMOKE_TOKEN" ] || die "no token of $PUSHER: who releases may make tokens for it"
	export LUMEN_SMOKE_TOKEN
	lumen smoke "$1" --revision="$WORKER_REVISION" "${@:2}"
}

# In Cloud Build the image that was just built, as the build's account; by hand whatever `lumen` is on the PATH.
lumen() {
	local where=(LUMEN_BACKEND=gcp "LUMEN_PROJECT=$PROJECT" "LUMEN_BUCKET=$BUCKET")
	if [ -n "${BUILD_ID:-}" ]; then
		run docker run --rm --network=cloudbuild --env=LUMEN_SMOKE_TOKEN "${where[@]/#/--env=}" "$WEB_IMAGE" "$@"
	else
		run env "${where[@]}" lumen "$@"
	fi
}

first_route() { sed -n 's/^ *LUMEN_ROUTES: *\([a-z0-9_-]*\).*/\1/p' deploy/worker.yaml; }

# --- traffic --------------------------------------------------------------------------------------------

# The web first: where that does not hold, no worker has changed and no job was touched.
migrate() {
	need candidate WEB_IMAGE WORKER_IMAGE WEB_REVISION WORKER_REVISION WEB_EARLIER WORKER_EARLIER
	number
	trap 'fell back' EXIT
	step "Traffic to the web's candidate, and a look"
	traffic "$WEB" "$WEB_REVISION=100"
	web_answers "$(url "$WEB")"
	step "Traffic to the worker's, and a job"
	traffic "$WORKER" "$WORKER_REVISION=100"
	worker_proves "$(url "$WORKER")"
	trap - EXIT
	untag
	[ "$POOL" = 0 ] || deploy_pool "$WORKER_IMAGE"

	step "Released. To go back:"
	DRY_RUN=yes traffic "$WORKER" "$WORKER_EARLIER"
	DRY_RUN=yes traffic "$WEB" "$WEB_EARLIER"
}

traffic() { # SERVICE REVISION=PERCENT,...
	run gcloud run services update-traffic "$1" "${IN[@]}" --to-revisions="$2"
}

back() {
	need candidate WEB_EARLIER WORKER_EARLIER
	local failed=""
	step "Back: traffic goes where it was"
	traffic "$WORKER" "$WORKER_EARLIER" || failed=$WORKER
	traffic "$WEB" "$WEB_EARLIER" || failed="$failed $WEB"
	untag
	[ -z "$failed" ] || die "NOT BACK: $failed. Traffic may still be with what failed: do these lines by hand"
}

# At the end of a step that did not come to its end, whatever the reason: undo, and fail.
fell() { # UNDO
	local status=$?
	trap - EXIT
	"$1"
	[ "$status" -ne 0 ] || status=1
	exit "$status"
}

main "$@"
