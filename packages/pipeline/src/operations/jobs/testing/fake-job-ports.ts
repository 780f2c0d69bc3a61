import type { JobPorts } from '../job-ports.ts'

/** Ports of which a test gives those it expects to be used; any other call fails the test. */
export function fakeJobPorts(over: Partial<JobPorts> = {}): JobPorts {
  const unexpected = (name: string) => () => {
    throw new Error(`nobody expected ${name}`)
  }
  return {
    stage: 'test',
    lakeBucket: 'lake',
    lakeJob: unexpected('lakeJob'),
    readLakeResult: unexpected('readLakeResult'),
    startRun: unexpected('startRun'),
    stopRun: unexpected('stopRun'),
    refreshSnowflake: unexpected('refreshSnowflake'),
    whatIf: unexpected('whatIf'),
    migrateTables: unexpected('migrateTables'),
    account: unexpected('account'),
    putKeys: unexpected('putKeys'),
    listSettled: unexpected('listSettled'),
    ...over,
  }
}
