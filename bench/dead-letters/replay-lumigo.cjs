// Loaded before lumigo-cli: its aws-sdk v2 knows no endpoint variable, and its telemetry has no place in a bench.
const Module = require('node:module')
const load = Module._load
let started
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest)
  if (request === 'aws-sdk' && !loaded.isPointed) {
    loaded.isPointed = true
    loaded.config.update({ sqs: { endpoint: process.env.AWS_ENDPOINT_URL } })
    // It would go to the host of the queue's URL, past the proxy.
    loaded.SQS.prototype.buildEndpoint = () => undefined
    // Measured as the others measure themselves: from the first call to the end, without the start of the process.
    const runTo = loaded.Request.prototype.runTo
    loaded.Request.prototype.runTo = function (...args) {
      started ??= performance.now()
      return runTo.apply(this, args)
    }
    process.on('exit', () => console.log(JSON.stringify({ seconds: (performance.now() - started) / 1_000 })))
  }
  if (request === 'analytics-node')
    return class {
      track(_, done) {
        done?.()
      }
      identify(_, done) {
        done?.()
      }
      flush(done) {
        done?.()
      }
    }
  return loaded
}
