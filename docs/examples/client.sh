#!/bin/sh
# Sends one payment and follows it to its end. Needs curl, awk and od.
#   URL=http://127.0.0.1:3000 KEY=tb_… sh client.sh ORDER TO WEI
# ORDER names the payment: run again with the same one, it is still made once. Prints "ID STATUS".
set -eu
umask 077

order=$1 to=$2 wei=$3
base_ms=${BASE_MS:-500}      # the first wait is anything up to this, each later one up to twice the one before
cap_ms=${CAP_MS:-30000}
most=${MOST_TRIES:-10}
timeout_s=${TIMEOUT_S:-30}   # a gateway cuts at 30 s: what took longer has to be asked again anyway
poll_s=${POLL_S:-2}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# In a file, so that the key does not stand in the list of processes.
printf 'Authorization: Bearer %s\n' "$KEY" >"$work/key"

# pause TRY: full jitter, on top of what Retry-After asks for.
pause() {
  after=$(awk 'tolower($1) == "retry-after:" { s = $2 + 0 } END { print s + 0 }' "$work/head")
  sleep "$(od -An -N4 -tu4 /dev/urandom | awk -v try="$1" -v base="$base_ms" -v cap="$cap_ms" -v after="$after" \
    '{ most = base * 2 ^ try; if (most > cap) most = cap; printf "%.3f", after + $1 / 4294967296 * most / 1000 }')"
}

# call CURL_ARGUMENTS…: the answer's body is in $work/body. Time-outs, 408, 429 and any 5xx are tried again, no other 4xx is.
call() {
  try=0
  while :; do
    : >"$work/head"
    status=$(curl -sS --max-time "$timeout_s" -o "$work/body" -D "$work/head" -w '%{http_code}' -H @"$work/key" "$@" 2>"$work/error") ||
      status=000 # no answer, or half of one: whether it arrived is not known, and the key makes that harmless
    case $status in
      2*) return 0 ;;
      000 | 408 | 429 | 5*) ;;
      *) cat "$work/body" >&2; return 1 ;;
    esac
    try=$((try + 1))
    if [ "$try" -ge "$most" ]; then
      echo "gave up after $try tries: $status $(cat "$work/error")" >&2
      return 1
    fi
    pause "$try"
  done
}

# field NAME: the first string of that name in the answer.
field() { sed -n 's/^[^{]*{.*"'"$1"'":"\([^"]*\)".*/\1/p; q' "$work/first"; }

call -X POST "$URL/v1/transactions" -H "Idempotency-Key: $order" -H 'Content-Type: application/json' \
  -d "{\"to\":\"$to\",\"value\":\"$wei\"}"
# The id and the status stand before anything that the caller may have chosen.
head -c 200 "$work/body" >"$work/first"
id=$(field id)

while :; do
  call "$URL/v1/transactions/$id"
  head -c 200 "$work/body" >"$work/first"
  status=$(field status)
  case $status in
    confirmed | reverted | cancelled | expired) break ;;
    # An operator may retry it: tell one, and do not pay in another way.
    failed) break ;;
  esac
  sleep "$poll_s"
done
echo "$id $status"
[ "$status" = confirmed ]
