const lengthMax = 1_000
const fieldName = /^[A-Za-z_$][\w$.[\]*/-]{0,63}$/

/**
 * Error text as operators may read it without the right to see payloads: values (quoted texts, excerpts of documents,
 * e-mail addresses, long numbers, tokens) become `•••`, names and positions stay.
 */
export function scrubMessage(text: string): string {
  return (
    text
      .slice(0, 4 * lengthMax)
      .replace(/(?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/, '"•••" is not valid JSON')
      .replace(/"([^"]*)"|'((?:[^']|(?<=\w)'(?=\w))*)'|`([^`]*)`/g, (whole, double, single, back) => {
        const inner: string = double ?? single ?? back ?? ''
        return inner === '' || inner === '•••' || fieldName.test(inner) ? whole : `${whole[0]}•••${whole[0]}`
      })
      .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '•••')
      // Spark and parsers say `value 4711`, `input: …` without quotes.
      .replace(
        /\b(value|input|received|got)( ?[:=] ?| )(?!(?:string|number|boolean|object|array|null|undefined|of|is|at|in|for|to|does|cannot|must|may|has|was|from|exceeds|too)\b)[^\s,;()•'"`]{3,}/gi,
        '$1$2•••',
      )
      .replace(/\d[\d -]{7,}\d/g, '•••')
      .replace(/\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}/g, '•••')
      .slice(0, lengthMax)
  )
}
