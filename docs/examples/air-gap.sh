#!/bin/sh
# A distribution that is signed offline, from the command line: a desk and a signer with a data folder each, that tell
# each other nothing but the files in a third. Nothing real is touched: the desk works in a Sandbox, a simulated chain,
# node and AMP of this machine.
#
#   sh docs/examples/air-gap.sh [DIR]
#
# DIR is kept; without it a folder of its own is made and removed at the end. DIR/desk and DIR/signer are the data folders,
# which would be on two machines; DIR/carried is what a person carries between them. It all takes two or three minutes.
set -eu

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  dir=$(cd "$1" && pwd)
else
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  trap 'exit 1' HUP INT TERM
fi
cd "$(dirname "$0")/../.."
mkdir -p "$dir/carried"

# Secrets go into a vault of each folder, so that the example leaves this machine's keychain alone. For real keys, type
# the passphrase into the app.
export SLUICE_SECRETS=vault SLUICE_VAULT_PASSPHRASE='an example, not a secret'

say() { printf '\n%s\n' "$1"; }

# One call of the contract, `at desk area.verb '{…}'`. A failure prints {"error":{…}} and ends this script.
at() {
  folder=$1
  shift
  if answer=$(npm run --silent sluice -- "$@" --data "$dir/$folder"); then
    printf '%s\n' "$answer"
  else
    printf '%s\n' "$answer" >&2
    return 1
  fi
}

# Reads the JSON text $1 as `answer` and prints the value of the JavaScript expression $2.
get() {
  printf '%s' "$1" | node -e '
    const answer = JSON.parse(require("fs").readFileSync(0, "utf8"));
    console.log(String(new Function("answer", `return (${process.argv[1]})`)(answer)));
  ' "$2"
}

# Saves the bundle in the JSON text $1 as the file $2 on the medium that is carried.
save() {
  get "$1" answer.content | node -e '
    const fs = require("fs");
    fs.writeFileSync(process.argv[1], Buffer.from(fs.readFileSync(0, "utf8"), "base64"));
  ' "$dir/carried/$2"
}

# Takes in the file $2 at $1; the contract carries the bytes of a bundle as base64.
load() {
  node -e '
    const fs = require("fs");
    console.log(JSON.stringify({ content: fs.readFileSync(process.argv[1]).toString("base64") }));
  ' "$dir/carried/$2" | at "$1" bundles.receive -
}

say '1. A desk, and a signer with a key of its own'
at desk secrets.createVault "{\"passphrase\":\"$SLUICE_VAULT_PASSPHRASE\"}" >"$dir/carried/done.json"
at signer secrets.createVault "{\"passphrase\":\"$SLUICE_VAULT_PASSPHRASE\"}" >"$dir/carried/done.json"
at desk profiles.create '{"name":"Front office","network":"sandbox","sandbox":{"blockSeconds":1,"seed":1}}'
at signer profiles.create '{"name":"Vault room","network":"sandbox","role":"signer"}'
# Words that everybody knows. In the app a new key is made: its words are shown once and asked for.
at signer signer.restoreKey '{"mnemonic":"zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"}'

say '2. Pairing: each takes in the card of the other, and the eight words are compared by eye'
ours=$(at desk pairing.identity)
theirs=$(at signer pairing.identity)
get "$ours" '`desk:   ${answer.words}`'
get "$theirs" '`signer: ${answer.words}`'
pair='JSON.stringify({ card: answer.card, words: answer.words })'
signer=$(get "$(at desk pairing.add "$(get "$theirs" "$pair")")" answer.id)
desk=$(get "$(at signer pairing.add "$(get "$ours" "$pair")")" answer.id)

say '3. The treasury: public keys to the desk, the treasury to the signer'
save "$(at signer signer.sendKeys "{\"peerId\":\"$desk\"}")" keys.sluice
get "$(load desk keys.sluice)" answer.sentence
treasury=$(at desk arrangement.create "{\"wallet\":\"vault\",\"name\":\"Vault\",\"threshold\":1,
  \"cosigners\":[{\"kind\":\"signer\",\"name\":\"Vault room\",\"peerId\":\"$signer\"}]}")
get "$treasury" '`${answer.name}: ${answer.fingerprint}`'
save "$(at desk arrangement.send "{\"peerId\":\"$signer\"}")" treasury.sluice
get "$(load signer treasury.sluice)" answer.sentence
# An address of the treasury, looked for on the signer before anybody pays to it.
address=$(at desk arrangement.address)
found=$(at signer signer.findAddress "{\"address\":\"$(get "$address" answer.address)\"}")
get "$found" answer.message
[ "$(get "$found" 'answer.found !== null')" = true ]

say '4. A distribution to three holders, prepared on the desk'
asset=$(get "$(at desk assets.list)" 'answer.assets.find((asset) => asset.ticker === "AG31").assetUuid')
holders=$(at desk assets.ownerships "{\"assetUuid\":\"$asset\"}")
allocation=$(get "$(at desk allocations.create "{\"assetUuid\":\"$asset\",\"name\":\"May\"}")" answer.id)
for holder in $(get "$holders" '
  answer.rows.map((row) => row.holderId).filter((id) => id !== null).slice(0, 3).join(" ")
'); do
  at desk allocations.addRow "{\"id\":\"$allocation\",\"holderId\":$holder,\"amount\":\"10000\"}" >"$dir/carried/done.json"
done
plan=$(at desk allocations.plan "{\"id\":\"$allocation\"}")
start="{\"allocationId\":\"$allocation\",\"fingerprint\":\"$(get "$plan" answer.fingerprint)\",\"confirm\":\"AG31\"}"
operation=$(get "$(at desk operations.start "$start")" answer.id)
# The desk asks AMP for the addresses, builds and blinds; then it waits for the signature.
until
  request=$(at desk operations.wait "{\"id\":\"$operation\",\"seconds\":5}")
  [ "$(get "$(at desk signing.round "{\"operationId\":\"$operation\"}")" answer.canAsk.length)" = 1 ]
do [ "$(get "$request" answer.state)" = running ]; done

say '5. The request goes to the signer, which checks everything for itself'
save "$(at desk signing.request "{\"operationId\":\"$operation\",\"peerId\":\"$signer\"}")" unsigned.sluice
request=$(get "$(load signer unsigned.sluice)" answer.goTo.id)
checked=$(at signer signer.request "{\"id\":\"$request\"}")
get "$checked" 'answer.review.checks.map((check) => `${check.verdict}: ${check.title}`).join("\n")'
# The same eight groups on both screens, and on the approval sheet.
shown=$(get "$(at desk signing.review "{\"operationId\":\"$operation\"}")" answer.fingerprint)
get "$checked" '`signer: ${answer.review.fingerprint}`'
printf 'desk:   %s\n' "$shown"
[ "$(get "$checked" answer.review.fingerprint)" = "$shown" ]

say '6. Signed there, and finished here'
save "$(at signer signer.sign "{\"id\":\"$request\",\"confirm\":\"AG31\"}")" signed.sluice
get "$(load desk signed.sluice)" answer.sentence
done=$(at desk operations.wait "{\"id\":\"$operation\",\"seconds\":300}")
get "$done" answer.sentence
get "$done" 'answer.batches.map((batch) => `batch ${batch.seq}: ${batch.step}, ${batch.txid}`).join("\n")'
[ "$(get "$done" answer.state)" = done ]
for each in desk signer; do get "$(at "$each" audit.verify)" '`Audit trail: ${answer.message}`'; done
