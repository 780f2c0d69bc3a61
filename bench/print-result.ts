import pc from 'picocolors'
import type { BenchResult, BenchTable } from './define-bench.ts'

/** Tables and promises, for people. */
export function printResult(result: BenchResult, write: (line: string) => void): void {
  for (const table of result.tables) printTable(table, write)
  write('')
  for (const check of result.checks)
    write(`${check.isKept ? pc.green('kept  ') : pc.red('broken')} ${check.name}: ${check.detail}`)
}

function printTable({ title, columns, rows }: BenchTable, write: (line: string) => void): void {
  const cells = [columns, ...rows.map((row) => row.map(cellText))]
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  write(`\n${pc.bold(title)}`)
  for (const [n, row] of cells.entries()) write(n === 0 ? pc.dim(line(row)) : line(row))
}

const cellText = (cell: string | number): string =>
  typeof cell === 'string' ? cell : cell.toLocaleString('en-GB', { maximumFractionDigits: 2 })
