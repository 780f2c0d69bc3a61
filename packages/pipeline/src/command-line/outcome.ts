/** What a command found: `text` for people, `json` for scripts. */
export type Outcome = { exitCode: 0 | 1 | 2; text: string; json: unknown }
