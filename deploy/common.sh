# What the scripts of deploy/ share: their options and names, and how a command is run. Sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the names are used by whoever sources this

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PROJECT=""
REGION=us-central1
LICENSES=""
ALERTS_TO=""
POOL=0
DRY_RUN=""

REPOSITORY=lumen
TOPIC=lumen-jobs
PUSH_SUBSCRIPTION=lumen-jobs-push
PULL_SUBSCRIPTION=lumen-jobs-pull
DEAD_LETTER_TOPIC=lumen-dead-letters
DEAD_LETTER_SUBSCRIPTION=lumen-dead-letters-ops
AUDIENCE=lumen-worker
SWEEP_JOB=lumen-sweep
DATABASE='(default)'

# The accounts, each with what it may do and nothing else (up.sh has their roles).
WORKER=lumen-worker
WEB=lumen-web
POOL_NAME=lumen-pool
PUSHER=lumen-push
SWEEPER=lumen-sweep
BUILDER=lumen-build

# --- running -------------------------------------------------------------------------------------------

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

step() { printf '\n# %s\n' "$*"; }

# Say a command as one would type it, and run it unless this is a dry run.
run() {
	typed "$@"
	[ -n "$DRY_RUN" ] || "$@"
}

# The same for one whose target may be so new that Google does not know it everywhere yet.
run_patiently() {
	typed "$@"
	[ -z "$DRY_RUN" ] || return 0
	local tries
	for ((tries = 1; tries < TRIES_MAX; tries++)); do
		"$@" && return
		sleep "$REST_S"
	done
	"$@"
}
TRIES_MAX=${DEPLOY_TRIES:-10}
REST_S=${DEPLOY_REST_S:-6}

# Put into a variable what a command answers; in a dry run its name in capitals, since there is nobody to ask.
ask() {
	local into=$1 said
	shift
	printf "%s=\$(%s)\n" "$into" "$(typed "$@")"
	if [ -n "$DRY_RUN" ]; then said=$into; else said=$("$@") || die "no answer, so nothing more is done"; fi
	printf -v "$into" '%s' "$said"
}

# The same for what may not be there: then the variable is empty, as it always is in a dry run.
find_one() {
	local into=$1
	ask "$@"
	[ -z "$DRY_RUN" ] || printf -v "$into" '%s' ""
}

# Whether a thing is there. In a dry run nothing is: the plan is that of an empty project.
has() {
	[ -z "$DRY_RUN" ] || return 1
	local said
	said=$("$@" 2>&1 >/dev/null) && return 0
	grep -qiE 'not.?found|does not exist|cannot find' <<<"$said" || die "$(typed "$@"): $said"
	return 1
}

# A command as one types it: quoted where a shell would read something else.
typed() {
	local word words=() plain='^[A-Za-z0-9_./:=@,%+-]+$' flag='^(--[a-z-]+=)(.*)$'
	for word; do
		if [[ $word =~ $plain ]]; then
			words+=("$word")
		elif [[ $word =~ $flag ]]; then
			words+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]@Q}")
		else
			words+=("${word@Q}")
		fi
	done
	printf '%s\n' "${words[*]}"
}

# --- options -------------------------------------------------------------------------------------------

# Reads the options of a script; those that it does not know are left in REST, for the script.
options() {
	REST=()
	while [ $# -gt 0 ]; do
		case $1 in
		--project | --region | --accept-licenses | --alerts-to | --pool) [ $# -gt 1 ] || die "$1 needs a value" ;;&
		--project) PROJECT=$2 && shift ;;
		--region) REGION=$2 && shift ;;
		--accept-licenses) LICENSES=$2 && shift ;;
		--alerts-to) ALERTS_TO=$2 && shift ;;
		--pool) POOL=$2 && shift ;;
		--dry-run) DRY_RUN=yes ;;
		*) REST+=("$1") ;;
		esac
		shift
	done
	[ -n "$PROJECT" ] || die "--project is needed"
	BUCKET=$PROJECT-lumen
	WEIGHTS=$PROJECT-lumen-weights
	IMAGES=$REGION-docker.pkg.dev/$PROJECT/$REPOSITORY
	IN=(--project="$PROJECT" --region="$REGION")
}

# The address of an account of ours.
email() { printf '%s@%s.iam.gserviceaccount.com' "$1" "$PROJECT"; }

# The address that Cloud Run gives a service, before it is there: it is made of the project's number.
url() { printf 'https://%s-%s.%s.run.app' "$1" "$PROJECT_NUMBER" "$REGION"; }

# --- the services, as up.sh and release.sh deploy them ----------------------------------------------------

deploy_web() { # IMAGE [FLAG ...]
	run gcloud run deploy "$WEB" "${IN[@]}" --flags-file=deploy/web.yaml --image="$1" \
		--service-account="$(email "$WEB")" "$(environment \
			"LUMEN_PUBLIC_URL=$(url "$WEB")" "LUMEN_SWEEP_ACCOUNT=$(email "$SWEEPER")")" "${@:2}"
}

deploy_worker() { # IMAGE [FLAG ...]
	run gcloud run deploy "$WORKER" "${IN[@]}" --flags-file=deploy/worker.yaml --image="$1" \
		--service-account="$(email "$WORKER")" "$(mount)" "$(environment \
			"LUMEN_PUSH_ACCOUNT=$(email "$PUSHER")" "LUMEN_ACCEPT_LICENSES=$LICENSES")" "${@:2}"
}

deploy_pool() { # IMAGE [FLAG ...]
	run gcloud alpha run worker-pools deploy "$POOL_NAME" "${IN[@]}" --flags-file=deploy/pool.yaml --image="$1" \
		--service-account="$(email "$WORKER")" "$(mount)" --scaling="$POOL" \
		"$(environment "LUMEN_ACCEPT_LICENSES=$LICENSES")" "${@:2}"
}

# The settings that depend on the project, beside those of the flags file. Lists have commas, so | stands between two.
environment() {
	local IFS='|' all=("LUMEN_PROJECT=$PROJECT" "LUMEN_BUCKET=$BUCKET" "$@"
		"OTEL_RESOURCE_ATTRIBUTES=gcp.project_id=$PROJECT,cloud.region=$REGION")
	printf -- '--set-env-vars=^|^%s' "${all[*]}"
}

mount() {
	printf -- '--add-volume=name=weights,type=cloud-storage,bucket=%s,readonly=true' "$WEIGHTS"
}
