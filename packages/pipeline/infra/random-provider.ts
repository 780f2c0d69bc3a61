/** Pulumi's provider of random values, which comes with SST's platform folder. */
export type RandomProvider = typeof import('@pulumi/random')

/**
 * Loaded when the program runs, never when the config file is read: `sst install`, which fetches the provider, reads that file first, and in
 * a fresh clone a plain import would stop it.
 */
export const loadRandomProvider = (): Promise<RandomProvider> => import('@pulumi/random')
