#!/bin/sh
# A first distribution from the command line: 200 investors are registered and paid, and the treasury is compared with
# AMP's books. Nothing real is touched: everything happens in a Sandbox, a simulated chain, node and AMP of this machine.
#
#   sh docs/examples/first-distribution.sh [DIR]
#
# DIR is the data folder, to be kept; without it a folder of its own is made and removed at the end. Every step is one
# call of the contract, `npm run --silent sluice -- area.verb '{…}'`, which opens the desk, does its work and closes it
# again; what was begun goes on with the next call. `npm run --silent sluice -- help` lists all of them. Amounts are whole
# base units: AG31 has two decimals, so 100 is one note. It all takes about a minute.
set -eu

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  data=$(cd "$1" && pwd)
else
  data=$(mktemp -d)
  trap 'rm -rf "$data"' EXIT
  trap 'exit 1' HUP INT TERM
fi
cd "$(dirname "$0")/../.."

say() { printf '\n%s\n' "$1"; }

# One call. A failure prints {"error":{"code","message","next"}} and ends this script.
sluice() {
  if answer=$(npm run --silent sluice -- "$@" --data "$data"); then
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

say '1. A Sandbox profile, with a block each second'
# The files beside this script name accounts (GAIDs) of the world that grows from seed 1. `sandbox.gaids` names such
# accounts of any other world.
sluice profiles.create '{"name":"Sandbox","network":"sandbox","sandbox":{"blockSeconds":1,"seed":1}}'

say '2. 200 investors, from docs/examples/holders.csv'
# A preview reads and checks every row and sends nothing; the commit registers the holders at AMP, each with its GAID
# and in the categories that the asset requires of those who hold it.
import=$(sluice holders.importPreview '{"content":"@docs/examples/holders.csv"}')
get "$import" '`${answer.counts.good} of ${answer.counts.total} rows are good`'
sluice holders.importCommit "{\"id\":\"$(get "$import" answer.id)\"}"

say '3. What they are to get, from docs/examples/allocation.csv'
assets=$(sluice assets.list)
asset=$(get "$assets" 'answer.assets.find((asset) => asset.ticker === "AG31").assetUuid')
import=$(sluice allocations.importPreview "{\"assetUuid\":\"$asset\",\"content\":\"@docs/examples/allocation.csv\"}")
id=$(get "$import" answer.id)
get "$import" '`${answer.counts.wrong} of ${answer.counts.total} rows are wrong:`'
rows=$(sluice imports.rows "{\"id\":\"$id\",\"status\":\"wrong\",\"offset\":0,\"limit\":10}")
get "$rows" 'answer.rows.map((row) => `line ${row.line}: ${row.problems.map((each) => each.message).join(" ")}`).join("\n")'

say '4. The three wrong rows put right'
# Nothing is applied while a row is wrong. A name was misspelled, an amount was missing, and one had three decimals where
# the asset has two.
fix() { sluice imports.fixRow "{\"id\":\"$id\",\"line\":$1,\"cells\":$2}" >"$data/fixed.json"; }
fix 18 '{"holder":"Nora Urban","amount":"4500.00","note":""}'
fix 77 '{"holder":"Aaron Fischer","amount":"2400.00","note":""}'
fix 143 '{"holder":"Zoé Urban","amount":"1250.12","note":""}'
get "$(cat "$data/fixed.json")" '`${answer.summary.counts.good} rows are good, ${answer.summary.counts.wrong} are wrong`'
allocation=$(sluice allocations.importCommit "{\"id\":\"$id\",\"name\":\"First subscription\"}")
id=$(get "$allocation" answer.id)

say '5. The plan: what would happen, before anything does'
plan=$(sluice allocations.plan "{\"id\":\"$id\"}")
get "$plan" '`${answer.recipients} holders in ${answer.batches.length} batches of ${answer.batches.map((batch) => batch.recipients).join(", ")}`'
get "$plan" 'answer.checks.map((check) => `${check.verdict}: ${check.message}`).join("\n")'

say '6. The distribution'
# It is bound to the plan that was shown by its fingerprint, and confirmed by the ticker of what is paid.
operation=$(sluice operations.start "{\"allocationId\":\"$id\",\"fingerprint\":\"$(get "$plan" answer.fingerprint)\",\"confirm\":\"AG31\"}")
get "$operation" answer.title
# Each batch is assigned and created at AMP, built, blinded, signed, broadcast, confirmed twice and reported, while the
# desk is open: this call keeps it open until all is done.
operation=$(sluice operations.wait "{\"id\":\"$(get "$operation" answer.id)\",\"seconds\":900}")
get "$operation" answer.sentence
get "$operation" 'answer.batches.map((batch) => `batch ${batch.seq}: ${batch.step}, ${batch.txid}`).join("\n")'
[ "$(get "$operation" answer.state)" = done ]

say '7. Reconciliation'
# What the node holds against what it should hold by AMP's books.
treasury=$(sluice treasury.overview)
get "$treasury" '
  answer.lines
    .filter((line) => line.amp !== null)
    .map((line) => [
      line.name,
      `  issued      ${line.amp.issued}`,
      `  distributed ${line.amp.distributed}`,
      `  node holds  ${line.reconciliation.node}`,
      `  AMP expects ${line.reconciliation.expected}`,
      `  difference  ${line.reconciliation.difference}`,
      `  ${line.reconciliation.text}`,
    ].join("\n"))
    .join("\n")
'
owners=$(sluice assets.ownerships "{\"assetUuid\":\"$asset\"}")
get "$owners" '
  [answer.rows.filter((row) => row.holderId !== null)]
    .map((rows) => [rows.length, rows.reduce((sum, row) => sum + BigInt(row.amount), 0n)])
    .map(([holders, sum]) => `By AMP, ${holders} holders own ${sum} of AG31.`)
'
get "$(sluice audit.verify)" '`Audit trail: ${answer.message}`'
[ "$(get "$treasury" 'answer.lines.every((line) => line.reconciliation.difference === "0")')" = true ]
