import { expect, test } from 'vitest'
import { assertLoopback } from './assert-loopback.ts'

test.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566', 'http://127.0.0.1:4566/'])(
  '%s is this machine',
  (endpoint) => {
    expect(assertLoopback(endpoint)).toBe(endpoint.replace(/\/$/, ''))
  },
)

test.each([
  undefined,
  '',
  'localhost',
  'https://sqs.us-east-1.amazonaws.com',
  'http://127.0.0.1.example.com',
  'http://127.evil.example',
  'http://localhost.example.com',
  'http://user@10.0.0.1',
])('%s is refused', (endpoint) => {
  expect(() => assertLoopback(endpoint)).toThrow(/AWS_ENDPOINT_URL/)
})
