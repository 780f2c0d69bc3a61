import { expect, test } from 'vitest'
import { buildUrn } from './build-urn.ts'

const place = { stack: 'local', project: 'app' }
const stack = 'urn:pulumi:local::app::pulumi:pulumi:Stack::app-local'

test('the chain of parent types leaves the stack out', () => {
  const component = buildUrn({ ...place, parent: stack, type: 'sst:aws:Function', name: 'Api' })
  const child = buildUrn({ ...place, parent: component, type: 'aws:iam/role:Role', name: 'ApiRole' })

  expect(buildUrn({ ...place, parent: undefined, type: 'pulumi:pulumi:Stack', name: 'app-local' })).toBe(
    stack,
  )
  expect(component).toBe('urn:pulumi:local::app::sst:aws:Function::Api')
  expect(child).toBe('urn:pulumi:local::app::sst:aws:Function$aws:iam/role:Role::ApiRole')
})
