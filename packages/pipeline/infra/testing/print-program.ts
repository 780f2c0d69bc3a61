import { evaluateProgram } from './evaluate-program.ts'
import type { EvaluationRequest } from './recorded-program.ts'

/** Entry of a process of its own: the request as JSON in argv, the recorded program as the last line of stdout. */
const request: EvaluationRequest = JSON.parse(process.argv[2] ?? '{"stage":"local"}')
const program = await evaluateProgram(request)
process.stdout.write(`\n${JSON.stringify(program)}\n`, () => process.exit(0))
