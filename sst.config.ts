/// <reference path="./.sst/platform/config.d.ts" />
export default $config({
  app(input) {
    if (input.stage === 'local' && !process.env.AWS_ENDPOINT_URL)
      throw new Error(
        'Stage "local" deploys onto the local cloud: run `npm start`, which sets AWS_ENDPOINT_URL.',
      )
    return {
      name: 'lean-ops',
      home: 'aws',
      removal: input.stage === 'production' ? 'retain' : 'remove',
      protect: input.stage === 'production',
      providers: {
        aws: { version: '7.20.0', region: (process.env.AWS_REGION ?? 'us-east-1') as 'us-east-1' },
      },
    }
  },
  async run() {
    const { program } = await import('./packages/pipeline/infra/program.ts')
    return program()
  },
})
