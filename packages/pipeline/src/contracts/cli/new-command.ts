import { exitCodes, type Outcome, type Settings } from './exit-codes.ts'
export async function newCommand(_n: readonly string[], _s: Settings): Promise<Outcome> {
  return { exitCode: exitCodes.invalid, text: '', json: null }
}
