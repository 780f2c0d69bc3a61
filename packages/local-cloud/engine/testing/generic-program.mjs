// A Pulumi program that registers what PROGRAM (JSON) lists; "$Name.property" stands for another resource's output.
import { randomBytes } from 'node:crypto'
import * as pulumi from '@pulumi/pulumi'

const made = new Map()

class Group extends pulumi.ComponentResource {}

function resolve(value) {
  if (Array.isArray(value)) return value.map(resolve)
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]))
  const reference = typeof value === 'string' ? /^\$(\w+)\.(\w+)$/.exec(value) : null
  if (!reference && typeof value === 'string') return value.replace('$random', randomBytes(4).toString('hex'))
  return reference ? made.get(reference[1])[reference[2]] : value
}

for (const { type, name, inputs, outputs = [], options = {} } of JSON.parse(process.env.PROGRAM)) {
  const { parent, dependsOn, ...rest } = options
  const opts = {
    ...rest,
    ...(parent && { parent: made.get(parent) }),
    ...(dependsOn && { dependsOn: dependsOn.map((other) => made.get(other)) }),
  }
  const declared = Object.fromEntries(outputs.map((key) => [key, undefined]))
  if (type === 'test:index:Group') made.set(name, new Group(type, name, {}, opts))
  else {
    const resource = new pulumi.CustomResource(type, name, { ...declared, ...resolve(inputs) }, opts)
    made.set(name, resource)
  }
}

export default { names: [...made.keys()] }
