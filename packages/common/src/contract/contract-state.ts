import { z } from 'zod'

/** draft = known, gate closed · active = what the jobs obey · ahead_of_git = active, and git does not have it yet · superseded. */
export const ContractState = z.enum(['draft', 'active', 'ahead_of_git', 'superseded'])
export type ContractState = z.infer<typeof ContractState>

export const ContractSource = z.enum(['git', 'console'])
export type ContractSource = z.infer<typeof ContractSource>
