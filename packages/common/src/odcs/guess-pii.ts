import type { Classification } from './contract-model.ts'

/** Words of field names that usually hold personal data, and what is usually done with it. A guess, never a decision. */
const words: readonly [RegExp, Classification][] = [
  [/^(password|passwd|secret|token|cvv|cvc|pin)$/, 'drop'],
  [/^(email|mail|phone|mobile|msisdn|ssn|passport|iban|ip|device|tax)$/, 'hash'],
  [
    /^(firstname|lastname|surname|fullname|birthdate|dob|street|zip|postcode|card|pan|latitude|longitude)$/,
    'mask',
  ],
]
const pairs: readonly [RegExp, Classification][] = [
  [
    /(credit_card|card_number|card_last4|account_number|first_name|last_name|full_name|birth_date|date_of_birth|postal_code|zip_code|street_address)/,
    'mask',
  ],
  [/(ip_address|phone_number|email_address|device_id|user_agent|national_id|social_security|tax_id)/, 'hash'],
]
const shapes: readonly [RegExp, Classification][] = [
  [/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i, 'hash'],
  [/^(\d{1,3}\.){3}\d{1,3}$/, 'hash'],
  [/^\+\d{8,15}$/, 'hash'],
  [/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/, 'hash'],
]

/** What a column's name suggests; null = nothing. `name` in snake_case. */
export function guessPiiByName(name: string): Classification | null {
  const pair = pairs.find(([expression]) => expression.test(name))
  if (pair !== undefined) return pair[1]
  for (const word of name.split('_')) {
    const found = words.find(([expression]) => expression.test(word))
    if (found !== undefined) return found[1]
  }
  return null
}

/** What the values suggest: most of them look like an address, a phone number or an account. */
export function guessPiiByValues(values: readonly string[]): Classification | null {
  for (const [expression, classification] of shapes)
    if (values.length > 0 && values.filter((v) => expression.test(v)).length > values.length / 2)
      return classification
  return null
}
