import webhooks from '@octokit/webhooks-examples' with { type: 'json' }

/** The package is one JSON file, but its types describe a module with a default export. */
const families = webhooks as unknown as { name: string; examples: object[] }[]

export type Webhook = { event: string; payload: object }

const topicOfEvent = (event: string): string => {
  if (['push', 'create', 'delete', 'commit_comment', 'fork', 'gollum'].includes(event)) return 'gh-push'
  if (event.startsWith('pull_request')) return 'gh-pull-request'
  if (['issues', 'issue_comment', 'label', 'milestone'].includes(event)) return 'gh-issues'
  if (event.startsWith('workflow') || event.startsWith('check_')) return 'gh-workflow'
  return 'user-events'
}

/** Real payloads by the topic that takes them; every example of the package has exactly one topic. */
export const webhooksByTopic: ReadonlyMap<string, readonly Webhook[]> = Map.groupBy(
  families.flatMap((f) => f.examples.map((payload) => ({ event: f.name, payload }))),
  (webhook) => topicOfEvent(webhook.event),
)
