export const help = `npm run contracts -- <command> [options]

  lint                         judges every contract: the standard's JSON Schema, then our rules
  diff [topic…]                what changed since a commit, and whether it breaks anybody
  diff OLD.yaml NEW.yaml       the same for two files
  plan [topic…]                the exact DDL of a topic's tables, or what applying the change alters
  new <topic>                  a draft contract from observed data, or from the old system's schema files
  what-if <topic>              rows of the last days and every open reject, judged by the file's version: what heals, newly
                               fails, changes value
  pull [topic…]                writes the active version into its file, where it leads git

Options
  --against REF                commit to compare with (default HEAD)
  --dir FOLDER                 folder of the contracts (default contracts/, or LEAN_OPS_CONTRACTS_DIR)
  --stage NAME --lake BUCKET   where the tables of plan are (default: local, <lake-bucket>)
  --from TOPIC [--rows N]      new: from the newest N messages in RAW (default 100000)
  --sample FILE                new: one JSON message per line
  --openapi FILE --metadata FILE   new: an OpenAPI 3 model (YAML or JSON) and its metadata.json
  --json-schema FILE           new: envelope_columns/payload_columns/cde_fields, or columns/json_paths
  --owner TEAM --out FILE      new: the owning team; where to write (default: print)
  --days N --file FILE         what-if: days of RAW (default 7); the candidate (default: the topic's own file)
  --force                      pull: also over changes that are not committed
  --url ADDRESS                what-if, pull: the console (or LEAN_OPS_URL); sign in with npm run ops -- login
  --json                       for scripts

Exit codes: 0 ok · 1 breaking, or rows newly fail · 2 invalid
what-if and new --from read RAW with your own AWS rights (AWS_PROFILE …); stage local needs none.

Examples
  npm run contracts -- lint
  npm run contracts -- diff --against main
  npm run contracts -- diff orders --json
  npm run contracts -- plan orders --stage production --lake my-lake
  npm run contracts -- new invoices --sample invoices.ndjson --owner billing --out contracts/invoices.odcs.yaml
  npm run contracts -- new events --from events --owner platform
  npm run contracts -- what-if orders --days 3
  npm run contracts -- what-if orders --file orders-next.yaml --json
  npm run contracts -- pull
  npm run contracts -- new trades --openapi swagger.yaml --metadata metadata.json
`
