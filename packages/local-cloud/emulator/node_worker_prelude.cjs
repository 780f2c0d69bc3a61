// Put in front of MiniStack's Node worker script; `__emulator_error` is ERROR_KEY of lambda_runtime.py.
// The name is what Lambda reports as errorType; a thrown non-Error is reported by its JavaScript type.
function __emulatorError(error) {
  const isError = error instanceof Error || (error && typeof error === 'object' && 'message' in error)
  return {
    __emulator_error: {
      errorType: isError ? String(error.name || 'Error') : typeof error,
      errorMessage: isError ? String(error.message) : String(error),
      trace: isError && error.stack ? String(error.stack).split('\n') : [],
    },
  }
}
// Lambda's response streaming: here the stream is collected and answered at once.
globalThis.awslambda = {
  streamifyResponse(handler) {
    return async (event, context) => {
      const { Writable } = require('node:stream')
      const chunks = []
      const stream = new Writable({
        write(chunk, _encoding, done) {
          chunks.push(Buffer.from(chunk))
          done()
        },
      })
      stream.setContentType = (type) => {
        stream.contentType = type
      }
      const finished = new Promise((resolve, reject) => {
        stream.on('finish', resolve)
        stream.on('error', reject)
      })
      await handler(event, stream, context)
      if (!stream.writableEnded) stream.end()
      await finished
      return Buffer.concat(chunks).toString('utf8')
    }
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.write(JSON.stringify(prelude) + '\0'.repeat(8))
      return stream
    },
  },
}
// When the emulator is killed its workers must not stay behind.
process.stdin.on('close', () => process.exit(0))
