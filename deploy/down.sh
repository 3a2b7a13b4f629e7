#!/usr/bin/env bash
# Takes away what deploy/up.sh made, last things first, so that nothing runs against what is gone.
#
#   deploy/down.sh --project my-project [--region us-central1] [--with-data] [--dry-run]
#
# What holds data stays: documents, files, weights, images and the topics with what is on them. --with-data takes these too, after
# the project's name was typed. --dry-run prints every command and asks Google nothing. The APIs stay enabled.

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
	options "$@"
	local data=""
	case "${REST[*]}" in
	"") ;;
	--with-data) data=yes ;;
	*) die "${REST[0]} is no option; see the head of this file" ;;
	esac
	[ -z "$data" ] || sure

	what_is_seen
	what_wakes
	what_runs
	[ -z "$data" ] || what_is_kept
	accounts
}

sure() {
	[ -z "$DRY_RUN" ] || return 0
	printf 'Every document, file and image of Lumen in %s goes, for good. Type the name of the project: ' "$PROJECT" >&2
	local typed_name
	read -r typed_name
	[ "$typed_name" = "$PROJECT" ] || die "nothing was done"
}

what_is_seen() {
	step "Monitoring"
	each_of POLICIES gcloud alpha monitoring policies list --filter='userLabels.lumen:*' -- gcloud alpha monitoring policies delete
	each_of DASHBOARDS gcloud monitoring dashboards list --filter='displayName=Lumen' -- gcloud monitoring dashboards delete
	each_of CHANNELS gcloud beta monitoring channels list --filter='userLabels.lumen:*' -- gcloud beta monitoring channels delete
}

what_wakes() {
	step "Nothing sweeps, nothing pushes: jobs wait in their documents"
	gone gcloud scheduler jobs describe "$SWEEP_JOB" --location="$REGION" -- gcloud scheduler jobs delete "$SWEEP_JOB" \
		--location="$REGION"
	local name
	for name in "$PUSH_SUBSCRIPTION" "$PULL_SUBSCRIPTION"; do
		gone gcloud pubsub subscriptions describe "$name" -- gcloud pubsub subscriptions delete "$name"
	done
}

what_runs() {
	step "Cloud Run: a running job is handed back"
	gone gcloud alpha run worker-pools describe "$POOL_NAME" --region="$REGION" -- gcloud alpha run worker-pools delete \
		"$POOL_NAME" --region="$REGION"
	local name
	for name in "$WORKER" "$WEB"; do
		gone gcloud run services describe "$name" --region="$REGION" -- gcloud run services delete "$name" --region="$REGION"
	done
}

what_is_kept() {
	step "Data"
	gone gcloud pubsub subscriptions describe "$DEAD_LETTER_SUBSCRIPTION" -- gcloud pubsub subscriptions delete \
		"$DEAD_LETTER_SUBSCRIPTION"
	local name
	for name in "$TOPIC" "$DEAD_LETTER_TOPIC"; do
		gone gcloud pubsub topics describe "$name" -- gcloud pubsub topics delete "$name"
	done
	for name in "$BUCKET" "$WEIGHTS"; do
		gone gcloud storage buckets describe "gs://$name" -- gcloud storage rm --recursive "gs://$name"
	done
	gone gcloud artifacts repositories describe "$REPOSITORY" --location="$REGION" -- gcloud artifacts repositories delete \
		"$REPOSITORY" --location="$REGION"
	if [ -n "$DRY_RUN" ] || has gcloud firestore databases describe --database="$DATABASE" --project="$PROJECT"; then
		run gcloud firestore databases update --database="$DATABASE" --no-delete-protection --project="$PROJECT"
		run gcloud firestore databases delete --database="$DATABASE" --project="$PROJECT" --quiet
	fi
}

accounts() {
	step "Accounts, after all that ran as them. Google keeps their roles in its policies as 'deleted:', harmless"
	local name
	for name in "$WORKER" "$WEB" "$PUSHER" "$SWEEPER" "$BUILDER"; do
		gone gcloud iam service-accounts describe "$(email "$name")" -- gcloud iam service-accounts delete "$(email "$name")"
	done
}

# --- one thing, or each of a list -------------------------------------------------------------------------

# Delete what is there. In a dry run everything is. Two commands of gcloud with -- between them: the look, the deletion.
gone() {
	local look=()
	while [ "$1" != -- ]; do look+=("$1") && shift; done
	shift
	if [ -n "$DRY_RUN" ] || has "${look[@]}" --project="$PROJECT"; then run "$@" --project="$PROJECT" --quiet; fi
}

# Delete each whose name a list gives: NAME, the list, --, the deletion.
each_of() {
	local into=$1 list=()
	shift
	while [ "$1" != -- ]; do list+=("$1") && shift; done
	shift
	ask "$into" "${list[@]}" --format='value(name)' --project="$PROJECT"
	local name
	for name in ${!into}; do run "$@" "$name" --project="$PROJECT" --quiet; done
}

main "$@"
