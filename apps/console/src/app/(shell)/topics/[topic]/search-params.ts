import { parseAsStringLiteral } from 'nuqs'

export const topicTabs = ['overview', 'commits', 'names'] as const

export const topicParams = { tab: parseAsStringLiteral(topicTabs).withDefault('overview') }
