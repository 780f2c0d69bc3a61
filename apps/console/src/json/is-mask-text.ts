/** Whether a text stands for a value that was masked. */
export function isMaskText(value: string): boolean {
  return value === '•••' || value.startsWith('•••')
}
