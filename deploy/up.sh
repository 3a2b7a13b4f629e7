#!/usr/bin/env bash
# From an empty project to traffic, and from there to what this checkout says: as often as you like.
#
#   deploy/up.sh --project my-project --accept-licenses sai-nc-community,tencent-hunyuan-community \
#                --alerts-to ops@example.com [--region us-central1] [--pool GPUS] [--dry-run]
#
# --dry-run prints every command in its order, for an empty project, and asks Google nothing.
# What is there is left or corrected, never deleted: that is deploy/down.sh. A new revision of a service that is there takes
# deploy/release.sh. docs/deploy.md explains each step.

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# In the order in which one needs the other.
main() {
	options "$@"
	[ ${#REST[@]} -eq 0 ] || die "${REST[0]} is no option; see the head of this file"
	[ -n "$LICENSES" ] || die "--accept-licenses is needed: docs/weights.md has the licences, and they are yours to accept"
	[ -n "$ALERTS_TO" ] || die "--alerts-to is needed: an address that somebody reads"

	the_project
	accounts
	database
	buckets
	topics
	weights
	images
	services
	pushes
	sweeps
	alerts
	what_now
}

the_project() {
	step "The project: its number, and what it uses of Google"
	ask PROJECT_NUMBER gcloud projects describe "$PROJECT" --format="value(projectNumber)"
	run gcloud services enable --project="$PROJECT" run.googleapis.com pubsub.googleapis.com firestore.googleapis.com \
		storage.googleapis.com artifactregistry.googleapis.com cloudbuild.googleapis.com cloudscheduler.googleapis.com \
		iam.googleapis.com iamcredentials.googleapis.com firebaserules.googleapis.com monitoring.googleapis.com \
		logging.googleapis.com cloudtrace.googleapis.com telemetry.googleapis.com
	run gcloud beta services identity create --service=pubsub.googleapis.com --project="$PROJECT" # who asks for tokens
}

# --- who ------------------------------------------------------------------------------------------------

accounts() {
	step "One account each. Keys are made for none of them"
	account "$WORKER" "Lumen worker: makes jobs"
	account "$WEB" "Lumen web: the API and the page"
	account "$PUSHER" "Lumen push: whose token a push carries"
	account "$SWEEPER" "Lumen sweep: whose token the Scheduler carries"
	account "$BUILDER" "Lumen build: builds and releases"

	step "What they may do in the whole project"
	local who
	for who in "$WORKER" "$WEB"; do
		in_project "$who" roles/datastore.user
		in_project "$who" roles/cloudtrace.agent
		in_project "$who" roles/monitoring.metricWriter
	done
	in_project "$BUILDER" roles/datastore.user # the smoke test's jobs
	in_project "$BUILDER" roles/logging.logWriter
	in_project "$BUILDER" roles/run.developer

	step "Whom they may act for: links are signed by the web itself, releases run as the services do"
	act_for "$(email "$WEB")" "$WEB" roles/iam.serviceAccountTokenCreator
	act_for "service-$PROJECT_NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com" "$PUSHER" roles/iam.serviceAccountTokenCreator
	act_for "$(email "$BUILDER")" "$PUSHER" roles/iam.serviceAccountOpenIdTokenCreator
	act_for "$(email "$BUILDER")" "$WORKER" roles/iam.serviceAccountUser
	act_for "$(email "$BUILDER")" "$WEB" roles/iam.serviceAccountUser
}

account() { # NAME WHAT
	has gcloud iam service-accounts describe "$(email "$1")" --project="$PROJECT" ||
		run gcloud iam service-accounts create "$1" --display-name="$2" --project="$PROJECT"
}

in_project() { # ACCOUNT ROLE
	run_patiently gcloud projects add-iam-policy-binding "$PROJECT" --member="serviceAccount:$(email "$1")" --role="$2" \
		--condition=None --format=none
}

act_for() { # WHO ACCOUNT ROLE
	run_patiently gcloud iam service-accounts add-iam-policy-binding "$(email "$2")" --member="serviceAccount:$1" \
		--role="$3" --project="$PROJECT" --format=none
}

# --- where things are kept --------------------------------------------------------------------------------

database() {
	step "Firestore: kept from deletion, seven days back in time; its rules, indexes and the time to live of a job"
	has gcloud firestore databases describe --database="$DATABASE" --project="$PROJECT" ||
		run gcloud firestore databases create --database="$DATABASE" --location="$REGION" --type=firestore-native \
			--delete-protection --enable-pitr --project="$PROJECT"
	run npx --yes "firebase-tools@$FIREBASE_TOOLS" deploy --only=firestore --config=deploy/firebase.json \
		--project="$PROJECT" --non-interactive
}
FIREBASE_TOOLS=15.34.2

buckets() {
	step "Buckets: results, uploads and the shelf in one; weights in another, which workers only read"
	bucket "$BUCKET"
	run gcloud storage buckets update "gs://$BUCKET" --uniform-bucket-level-access --public-access-prevention \
		--lifecycle-file=deploy/bucket.lifecycle.json --cors-file=deploy/bucket.cors.json
	bucket "$WEIGHTS"
	local who
	for who in "$WORKER" "$WEB"; do in_bucket "$BUCKET" "$who" roles/storage.objectUser; done
	in_bucket "$BUCKET" "$BUILDER" roles/storage.objectUser # sources; what the smoke test made, looked at and removed
	in_bucket "$WEIGHTS" "$WORKER" roles/storage.objectViewer
}

bucket() { # NAME
	has gcloud storage buckets describe "gs://$1" ||
		run gcloud storage buckets create "gs://$1" --location="$REGION" --uniform-bucket-level-access \
			--public-access-prevention --project="$PROJECT"
}

in_bucket() { # BUCKET ACCOUNT ROLE
	run_patiently gcloud storage buckets add-iam-policy-binding "gs://$1" --member="serviceAccount:$(email "$2")" --role="$3" \
		--format=none
}

# --- who is told ------------------------------------------------------------------------------------------

topics() {
	step "Pub/Sub: the dead letters' subscription before anything can fail; a topic without one keeps nothing"
	topic "$DEAD_LETTER_TOPIC"
	subscription "$DEAD_LETTER_SUBSCRIPTION" "$DEAD_LETTER_TOPIC" --ack-deadline=60
	topic "$TOPIC"
	[ "$POOL" = 0 ] || subscription "$PULL_SUBSCRIPTION" "$TOPIC" --ack-deadline=60

	step "Workers and the web wake workers, announce dead letters and take them into the records"
	local who
	for who in "$WORKER" "$WEB"; do
		on_topic "$TOPIC" "$who"
		on_topic "$DEAD_LETTER_TOPIC" "$who"
		on_subscription "$DEAD_LETTER_SUBSCRIPTION" "$who"
	done
	[ "$POOL" = 0 ] || on_subscription "$PULL_SUBSCRIPTION" "$WORKER"
}

topic() { # NAME
	has gcloud pubsub topics describe "$1" --project="$PROJECT" || run gcloud pubsub topics create "$1" --project="$PROJECT"
}

# Kept as long as Pub/Sub keeps anything, never expires, redelivers at its slowest; and has no dead-letter policy: the nacks
# of a busy worker would bury healthy jobs.
subscription() { # NAME TOPIC FLAG ...
	local like=("${@:3}" --message-retention-duration=31d --expiration-period=never --min-retry-delay=10s
		--max-retry-delay=600s --project="$PROJECT")
	if has gcloud pubsub subscriptions describe "$1" --project="$PROJECT"; then
		run gcloud pubsub subscriptions update "$1" "${like[@]}" --clear-dead-letter-policy
	else
		run gcloud pubsub subscriptions create "$1" --topic="$2" "${like[@]}"
	fi
}

on_topic() { # TOPIC ACCOUNT
	run_patiently gcloud pubsub topics add-iam-policy-binding "$1" --member="serviceAccount:$(email "$2")" \
		--role=roles/pubsub.publisher --project="$PROJECT" --format=none
}

on_subscription() { # SUBSCRIPTION ACCOUNT
	run_patiently gcloud pubsub subscriptions add-iam-policy-binding "$1" --member="serviceAccount:$(email "$2")" \
		--role=roles/pubsub.subscriber --project="$PROJECT" --format=none
}

# --- what runs --------------------------------------------------------------------------------------------

weights() {
	step "Weights: fetched once by a person who accepted their licences, from a machine with room for them"
	if ! has gcloud storage objects describe "gs://$WEIGHTS/weights/sdxl-turbo/lumen.json"; then
		printf '# by hand: LUMEN_ACCEPT_LICENSES=%s lumen weights fetch\n' "$LICENSES"
		printf '# by hand: LUMEN_BACKEND=gcp LUMEN_PROJECT=%s LUMEN_BUCKET=%s lumen weights mirror\n' "$PROJECT" "$WEIGHTS"
		[ -n "$DRY_RUN" ] || die "do these two, then run this again: it goes on from here"
	fi
}

images() {
	step "Images: built and tested by Cloud Build, once for each commit; deployed by their digests"
	has gcloud artifacts repositories describe "$REPOSITORY" --location="$REGION" --project="$PROJECT" ||
		run gcloud artifacts repositories create "$REPOSITORY" --repository-format=docker --location="$REGION" \
			--project="$PROJECT"
	run_patiently gcloud artifacts repositories add-iam-policy-binding "$REPOSITORY" --location="$REGION" \
		--member="serviceAccount:$(email "$BUILDER")" --role=roles/artifactregistry.writer --project="$PROJECT" --format=none
	who_is_missing
	[ ${#MISSING[@]} -gt 0 ] || return 0
	ask TAG git rev-parse --short=12 HEAD
	has gcloud artifacts docker images describe "$IMAGES/worker:$TAG" --project="$PROJECT" ||
		run gcloud builds submit --config=cloudbuild.yaml --substitutions="_UNTIL=push,_TAG=$TAG,_REGION=$REGION" \
			--gcs-source-staging-dir="gs://$BUCKET/builds" --project="$PROJECT"
	image WEB_IMAGE web
	image WORKER_IMAGE worker
}

# Only the first revision is deployed from here. A later one has to prove itself before it gets traffic: deploy/release.sh.
who_is_missing() {
	MISSING=()
	has gcloud run services describe "$WEB" "${IN[@]}" || MISSING+=(web)
	has gcloud run services describe "$WORKER" "${IN[@]}" || MISSING+=(worker)
	[ "$POOL" = 0 ] || has gcloud alpha run worker-pools describe "$POOL_NAME" "${IN[@]}" || MISSING+=(pool)
}

image() { # VARIABLE NAME
	ask "$1" gcloud artifacts docker images describe "$IMAGES/$2:$TAG" --project="$PROJECT" \
		--format="value(image_summary.fully_qualified_digest)"
}

services() {
	step "Cloud Run: the web's door, and the worker behind Pub/Sub. Those that are there wait for a release"
	local each
	for each in "${MISSING[@]}"; do
		case $each in
		web) deploy_web "$WEB_IMAGE" ;;
		worker) deploy_worker "$WORKER_IMAGE" ;;
		pool) deploy_pool "$WORKER_IMAGE" ;;
		esac
	done
	run_patiently gcloud run services add-iam-policy-binding "$WORKER" "${IN[@]}" \
		--member="serviceAccount:$(email "$PUSHER")" --role=roles/run.invoker --format=none
}

pushes() {
	step "From here on jobs are made: Pub/Sub pushes to the worker"
	subscription "$PUSH_SUBSCRIPTION" "$TOPIC" --ack-deadline=600 --push-endpoint="$(url "$WORKER")/pubsub/push" \
		--push-auth-service-account="$(email "$PUSHER")" --push-auth-token-audience="$AUDIENCE"
}

sweeps() {
	step "Scheduler: a sweep every minute, also while no worker is up"
	local like=("$SWEEP_JOB" --location="$REGION" --project="$PROJECT" --schedule="* * * * *"
		--uri="$(url "$WEB")/internal/sweep" --http-method=POST --attempt-deadline=180s
		--oidc-service-account-email="$(email "$SWEEPER")" --oidc-token-audience="$(url "$WEB")")
	if has gcloud scheduler jobs describe "$SWEEP_JOB" --location="$REGION" --project="$PROJECT"; then
		run gcloud scheduler jobs update http "${like[@]}"
	else
		run gcloud scheduler jobs create http "${like[@]}"
	fi
}

# --- what is seen -----------------------------------------------------------------------------------------

alerts() {
	step "Monitoring: whom an alert reaches, the alerts with their pages in docs/runbook, one dashboard"
	find_one CHANNEL gcloud beta monitoring channels list --filter='userLabels.lumen="ops"' --format="value(name)" \
		--project="$PROJECT"
	[ -n "$CHANNEL" ] || ask CHANNEL gcloud beta monitoring channels create --display-name="Lumen ops" --type=email \
		--channel-labels="email_address=$ALERTS_TO" --user-labels=lumen=ops --format="value(name)" --project="$PROJECT"
	local file
	for file in deploy/alerts/*.yaml; do policy "$file" "$(basename "$file" .yaml)"; done
	dashboard
}

policy() { # FILE NAME
	find_one POLICY gcloud alpha monitoring policies list --filter="userLabels.lumen=\"$2\"" --format="value(name)" \
		--project="$PROJECT"
	if [ -n "$POLICY" ]; then
		run gcloud alpha monitoring policies update "$POLICY" --policy-from-file="$1" \
			--set-notification-channels="$CHANNEL" --project="$PROJECT"
	else
		run gcloud alpha monitoring policies create --policy-from-file="$1" --user-labels="lumen=$2" \
			--notification-channels="$CHANNEL" --project="$PROJECT"
	fi
}

dashboard() {
	find_one DASHBOARD gcloud monitoring dashboards list --filter="displayName=Lumen" --format="value(name)" \
		--project="$PROJECT"
	if [ -n "$DASHBOARD" ]; then
		run gcloud monitoring dashboards update "$DASHBOARD" --config-from-file=deploy/dashboard.json --project="$PROJECT"
	else
		run gcloud monitoring dashboards create --config-from-file=deploy/dashboard.json --project="$PROJECT"
	fi
}

what_now() {
	step "Up. What is left to a person: docs/deploy.md, 'The first day'"
	printf '# page and API: %s\n' "$(url "$WEB")"
	printf '# LUMEN_BACKEND=gcp LUMEN_PROJECT=%s LUMEN_BUCKET=%s lumen doctor --gcp\n' "$PROJECT" "$BUCKET"
}

main "$@"
