import { filterHelp } from './filter-options.ts'

export const help = `Lean-Ops from the command line: the same API, permissions and audit as the console.

  npm run ops -- login                       sign in with the browser
  npm run ops -- logout | whoami
  npm run ops -- dead-letters list           newest first            [--limit N]
  npm run ops -- dead-letters groups         by error
  npm run ops -- dead-letters show ID        [--body]
  npm run ops -- dead-letters export         --reason WHY [--format ndjson|csv] [--out FILE]
  npm run ops -- replay [ID …]               --reason WHY [--dry-run] [--rate N] [--canary N] [--return-rate-max 0.05] [--yes] [--detach]
  npm run ops -- transform [ID …]            --patch '[{"op":"add","path":"/userId","value":"u-1"}]' --reason WHY …
  npm run ops -- discard [ID …] | restore [ID …]   --reason WHY [--dry-run] [--yes]
  npm run ops -- operations list             [--live] [--mine]
  npm run ops -- operations show|watch|pause|resume|cancel ID
  npm run ops -- operations rate ID N        messages per second
  npm run ops -- runs list                   [--topic NAME] [--state FAILED]
  npm run ops -- runs show|watch|states RUN | logs RUN [--pass PASS]
  npm run ops -- runs start TOPIC …          --reason WHY [--layer curated|semantic: recompute it]
                                             [--held release|discard: decide on the pass that is held]
  npm run ops -- runs rerun|redrive|stop RUN --reason WHY [--dry-run] [--yes] [--detach]
  npm run ops -- rebuild TOPIC …             --layer curated|semantic --reason WHY
                                             or --from-raw compare|swap: all tables anew, beside the live ones or in their place
  npm run ops -- maintain TOPIC …            --reason WHY     compaction and expiry; the worker does it by itself, too
  npm run ops -- re-evaluate-rejects [ID …]  --reason WHY     the active contract judges them again; nothing is sent
  npm run ops -- contracts list | show TOPIC [VERSION] | findings TOPIC
  npm run ops -- contracts diff TOPIC [VERSION] [--against VERSION]
  npm run ops -- contracts propose TOPIC --file FILE --reason WHY
  npm run ops -- contracts what-if TOPIC VERSION --reason WHY [--days N] | activate TOPIC VERSION --reason WHY [--accept-cut-what-if]
  npm run ops -- trace ID [--topic NAME] [--day 2026-11-23] [--key]   the way of a message, a dead letter, a replay or a key
  npm run ops -- topics list                 [--paused]
  npm run ops -- topics pause TOPIC …        --reason WHY [--part ingest|processing] [--for 4h]   its queue is not read, no run is started
  npm run ops -- topics resume TOPIC …       --reason WHY [--part ingest|processing]
  npm run ops -- account TOPIC [--compute --reason WHY] | snapshots TOPIC
  npm run ops -- snowflake | refresh-snowflake TOPIC … --reason WHY
  npm run ops -- hold status | on --reason WHY | off --reason WHY
  npm run ops -- audit verify                every hash, and the exports of the archive

Which dead letters (list, groups, export, replay, transform, discard, restore, re-evaluate-rejects):
${filterHelp}

Everywhere: --json (one JSON result on standard output), --url ADDRESS (or LEAN_OPS_URL), --help.
LEAN_OPS_TOKEN holds a service's token for scripts.
Exit codes: 0 done · 1 failed or declined · 2 wrong usage · 3 ended with failures or paused · 4 sign in first · 5 conflict or blocked.

Examples:
  npm run ops -- dead-letters groups --topic orders --last 24h
  npm run ops -- replay --topic orders --code SINK_THROTTLED --dry-run
  npm run ops -- replay --topic orders --code SINK_THROTTLED --canary 50 --rate 200 --reason "firehose is back" --yes
  npm run ops -- topics pause orders --part ingest --for 2h --reason "the consumer's schema is wrong"
  npm run ops -- operations list --live --json
  npm run ops -- runs redrive slot-29384-0-1 --reason "quota raised" --yes
  npm run ops -- re-evaluate-rejects --topic orders --code TYPE_CAST --reason "amount is wider now" --dry-run
  npm run ops -- contracts what-if orders 1.1.0 --reason "before activating" && npm run ops -- contracts activate orders 1.1.0 --reason "agreed"
  npm run ops -- trace 5f1c0a5e-order-17 --topic orders
`
