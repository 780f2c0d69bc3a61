import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describeResources } from './describe-resources.ts'

const file = path.join(import.meta.dirname, '../../../docs/local-cloud-resources.md')
await writeFile(file, describeResources())
console.log(`wrote ${path.relative(process.cwd(), file)}`)
