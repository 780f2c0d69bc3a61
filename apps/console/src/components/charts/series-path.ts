export type Point = { at: string; value: number | null }

export type Plot = {
  /** SVG path of the line; gaps where values are unknown. */
  line: string
  /** SVG path of the filled area under the line. */
  area: string
  max: number
}

/** Draws a series into a box of `width` × `height`. Unknown values leave a gap: a line across would be invented. */
export function plotSeries(points: readonly Point[], width: number, height: number): Plot {
  const max = points.reduce((highest, { value }) => Math.max(highest, value ?? 0), 0)
  const x = (index: number) => (points.length < 2 ? width : (index / (points.length - 1)) * width)
  const y = (value: number) => height - (max === 0 ? 0 : (value / max) * height)
  const round = (value: number) => Math.round(value * 10) / 10
  const runs: { index: number; value: number }[][] = []
  let run: { index: number; value: number }[] = []
  points.forEach(({ value }, index) => {
    if (value === null) {
      if (run.length > 0) runs.push(run)
      run = []
    } else run.push({ index, value })
  })
  if (run.length > 0) runs.push(run)
  const draw = (steps: { index: number; value: number }[]) =>
    steps.map(({ index, value }, i) => `${i === 0 ? 'M' : 'L'}${round(x(index))} ${round(y(value))}`).join('')
  const close = (steps: { index: number; value: number }[]) => {
    const [first, last] = [steps[0], steps.at(-1)]
    if (!first || !last) return ''
    return `${draw(steps)}L${round(x(last.index))} ${height}L${round(x(first.index))} ${height}Z`
  }
  return { line: runs.map(draw).join(''), area: runs.map(close).join(''), max }
}
