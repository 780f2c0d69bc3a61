import { describe, expect, it } from 'vitest'
import { rememberAnswers } from './remember-answers.ts'

describe('rememberAnswers', () => {
  it('asks once per key, also for requests at the same time', async () => {
    const remember = rememberAnswers<number>()
    let asked = 0
    const query = async () => {
      asked += 1
      return asked
    }

    const same = await Promise.all([remember([1, '*'], query), remember([1, '*'], query)])
    const next = await remember([2, '*'], query)
    const other = await remember([2, ['commerce']], query)

    expect([...same, next, other]).toEqual([1, 1, 2, 3])
  })

  it('does not keep a failure', async () => {
    const remember = rememberAnswers<string>()
    const failed = remember(['k'], async () => {
      throw new Error('away')
    })

    await expect(failed).rejects.toThrow('away')
    await expect(remember(['k'], async () => 'back')).resolves.toBe('back')
  })

  it('forgets the oldest beyond sixteen', async () => {
    const remember = rememberAnswers<number>()
    for (let i = 0; i <= 16; i += 1) await remember([i], async () => i)

    expect(await remember([0], async () => -1)).toBe(-1)
    expect(await remember([16], async () => -1)).toBe(16)
  })
})
