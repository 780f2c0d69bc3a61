import type { SelectedLetter } from '@lean-ops/common/control-plane/operations/list-selected'
import { maskAttributes } from '@lean-ops/common/masking/mask-attributes'
import { maskBody } from '@lean-ops/common/masking/mask-body'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'

/** A dead letter as someone without a right to its clear text may see it: what the contract leaves open, else keys and shape. */
export const maskLetter = (
  letter: SelectedLetter,
  body: string | undefined,
  registry: Pick<TopicRegistry, 'findByTopic'>,
): { letter: SelectedLetter; body: string | undefined } => ({
  letter: { ...letter, attributes: maskAttributes(letter.attributes) },
  body:
    body === undefined
      ? undefined
      : maskBody(body, registry.findByTopic(letter.topic)?.clearPaths ?? null).text,
})
