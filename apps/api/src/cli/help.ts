import { filterHelp } from './filter-options.ts'

export const help = `Lean-Ops from the command line: the same API, permissions and audit as the console.

  npm run ops -- login                       sign in with the browser
  npm run ops -- logout | whoami
  npm run ops -- dead-letters list           newest first            [--limit N]
  npm run ops -- dead-letters groups         by error
  npm run ops -- dead-letters show ID        [--body]
  npm run ops -- dead-letters export         --reason WHY [--format ndjson|csv] [--out FILE]
  npm run ops -- replay [ID …]               --reason WHY [--dry-run] [--rate N] [--canary N] [--yes] [--detach]
  npm run ops -- transform [ID …]            --patch '[{"op":"add","path":"/userId","value":"u-1"}]' --reason WHY …
  npm run ops -- discard [ID …] | restore [ID …]   --reason WHY [--dry-run] [--yes]
  npm run ops -- operations list             [--live] [--mine]
  npm run ops -- operations show|watch|pause|resume|cancel ID
  npm run ops -- operations rate ID N        messages per second
  npm run ops -- hold status | on --reason WHY | off --reason WHY
  npm run ops -- audit verify                every hash, and the exports of the archive

Which dead letters (list, groups, export, replay, transform, discard, restore):
${filterHelp}

Everywhere: --json (one JSON result on standard output), --url ADDRESS (or LEAN_OPS_URL), --help.
LEAN_OPS_TOKEN holds a service's token for scripts.
Exit codes: 0 done · 1 failed or declined · 2 wrong usage · 3 ended with failures or paused · 4 sign in first · 5 conflict or blocked.

Examples:
  npm run ops -- dead-letters groups --topic orders --last 24h
  npm run ops -- replay --topic orders --code SINK_THROTTLED --dry-run
  npm run ops -- replay --topic orders --code SINK_THROTTLED --canary 50 --rate 200 --reason "firehose is back" --yes
  npm run ops -- operations list --live --json
`
