import path from 'node:path'
import { startPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import type { Bench, BenchCheck } from '../define-bench.ts'
import { listTools } from './list-tools.ts'
import { measureDrain } from './measure-drain.ts'
import { measureElasticMq } from './measure-elasticmq.ts'
import { measureQueries } from './measure-queries.ts'
import { openControlPlane } from './open-control-plane.ts'
import { measureReplay } from './replay.ts'

export const bench: Bench = {
  title:
    'Dead letters: pages, groups and facets over a seeded index; queue → archive → index; replays beside other tools',
  async run(options) {
    const volume = {
      topics: options.isQuick ? 100 : 700,
      deadLetters: options.isQuick ? 20_000 : 1_000_000,
      seed: 1,
    }
    // The data directory is kept: seeding a million rows takes minutes, and the rows are the same every time.
    const postgres = await startPostgres({
      dataDir: path.join(options.workFolder, 'postgres'),
      // Memory for the whole index and no images of pages in the log: as in Aurora, whose storage needs none.
      settings: ['shared_buffers=2GB', 'max_wal_size=4GB', 'random_page_cost=1.1', 'full_page_writes=off'],
      logFile: path.join(options.workFolder, 'postgres.log'),
    })
    try {
      const index = await openControlPlane(postgres, `seeded_${volume.deadLetters}`, volume, options.say)
      const queries = await measureQueries(index, options.isQuick ? 3 : 20, options.say).finally(() =>
        index.close(),
      )
      const drain = await measureDrain(postgres, options.isQuick ? 3_000 : 100_000, options.say)
      const tools = await listTools(options.workFolder, options.say)
      const replay = await measureReplay({
        postgres,
        template: `seeded_${volume.deadLetters}`,
        messages: options.isQuick ? 5_000 : 100_000,
        faultMessages: options.isQuick ? 1_000 : 10_000,
        kills: options.isQuick ? 2 : 5,
        visibilitySeconds: options.isQuick ? 2 : 5,
        tools,
        say: options.say,
      })
      const elasticMq = options.isQuick
        ? []
        : await measureElasticMq(
            {
              postgres,
              template: `seeded_${volume.deadLetters}`,
              messages: 20_000,
              workFolder: options.workFolder,
              say: options.say,
            },
            tools,
          )
      const checks: BenchCheck[] = [
        ...replay.checks,
        ...queries.map(({ name, p95Ms, budgetMs }) => ({
          name: `${name}: p95 < ${budgetMs} ms`,
          isKept: p95Ms < budgetMs,
          detail: `${p95Ms.toFixed(0)} ms`,
        })),
        {
          name: 'drain at least 1,000 messages per second',
          isKept: drain.perSecond >= 1_000,
          detail: `${drain.perSecond.toFixed(0)} per second`,
        },
        { name: 'drain loses nothing', isKept: drain.lost === 0, detail: `${drain.lost} lost` },
      ]
      return {
        tables: [
          {
            title: `${volume.deadLetters} dead letters, ${volume.topics} topics`,
            columns: ['query', 'calls', 'p50 ms', 'p95 ms', 'slowest ms'],
            rows: queries.map((q) => [
              q.name,
              q.calls,
              q.p50Ms.toFixed(1),
              q.p95Ms.toFixed(1),
              q.slowestMs.toFixed(1),
            ]),
          },
          {
            title: 'Drain, batches of 500, archive in memory',
            columns: ['messages', 'seconds', 'per second', 'per CPU second of ours'],
            rows: [
              [
                drain.messages,
                drain.seconds.toFixed(1),
                drain.perSecond.toFixed(0),
                drain.perCpuSecond.toFixed(0),
              ],
            ],
          },
          ...replay.tables,
          ...elasticMq,
        ],
        checks,
        figures: {
          deadLetters: volume.deadLetters,
          ...replay.figures,
          drainPerSecond: Math.round(drain.perSecond),
          ...Object.fromEntries(queries.map((q) => [`p95Ms ${q.name}`, Math.round(q.p95Ms)])),
        },
      }
    } finally {
      await postgres.stop()
    }
  },
}
