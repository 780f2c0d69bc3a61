type Normaliser = { name: string; apply: (text: string) => string }

const replace = (name: string, pattern: RegExp, by: string): Normaliser => ({
  name,
  apply: (text) => text.replace(pattern, by),
})

/** Longer texts are stack dumps and payloads; what tells causes apart stands at the beginning. */
const lengthMax = 2_000
const identifier = /^[A-Za-z_$][A-Za-z_$.:/[\]*-]{0,48}$/

const quotes = `(?:"[^"]*"|'[^']*')`
/** What stands in quotes after these is a name, and names tell causes apart. */
const names =
  '(?:keys?|propert(?:y|ies)|fields?|columns?|attributes?|names?|parameters?|arguments?|options?|types?|constraint|class|KeyError)'
/** What stands in quotes after these came in with this one message. */
const values =
  '(?:value|data|got|received|input|near|found|literal|string|text|number|integer|float|double|decimal|boolean|date|time|timestamp|datetime|duration|digit|char(?:acter)?|byte|token|variant|was)'
/** Said of a value that was judged; of a name one says that it is missing, unknown or not allowed. */
const verdicts =
  "is (?:an )?invalid|is not (?:an? )?(?:valid|legal)|is not an? (?:number|integer|float|decimal|date|time|timestamp|boolean|string|array|object|list|uuid|ur[il]|email)\\b|is not (?:of type|one of)|(?:is|was) out of range|(?:is|was) too (?:long|short|large|small|big)|does not match|did not match|(?:cannot|can't|could not|couldn't) be (?:converted|parsed|cast|coerced|read|decoded)|exceeds"

/** `'orders'` names something and stays; `'4711'` or `'John Smith'` is a value of this one message and goes. */
const quoted = (text: string): string =>
  text.replace(/"([^"]*)"|'((?:[^']|(?<=\w)'(?=\w))*)'|`([^`]*)`/g, (whole, double, single, back) => {
    const inner: string = double ?? single ?? back ?? ''
    // Commas and brackets in quotes are grammar, not data.
    if (/^[^\w\s]{1,2}$/.test(inner)) return `'${inner}'`
    return identifier.test(inner) ? `'${inner}'` : inner === '' ? whole : '<text>'
  })

/** Objects as JSON, Python or Java print them, from the innermost outwards. */
function payloads(text: string): string {
  let current = text
  for (let depth = 0; depth < 3; depth += 1)
    current = current.replace(/\{\s*(?:(?:["'][^"'{}]*["']\s*:|\w+=)[^{}]*)?\}/g, '<object>')
  return current
}

/**
 * In order: what is specific goes before what is general, or a URL would be torn into words and numbers. Each is a pure
 * function of the text. Changing any of them changes fingerprints: then raise the version in fingerprint-error.ts.
 */
export const messageNormalisers: readonly Normaliser[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control characters
  replace('colours', /\u001b\[[0-9;]*m/g, ''),
  { name: 'length', apply: (text) => text.slice(0, lengthMax) },
  // Spark repeats the statement, Java the whole trace: the cause is said before.
  replace('statement', /\s*== ?(?:SQL|Physical Plan)[\s\S]*$/, ''),
  replace('trace', /\n\s*(?:at |File "|\.\.\. \d+ more|Traceback )[\s\S]*$/, ''),
  replace('excerpt', /(\bat line \d+,? column \d+):[\s\S]*$/, '$1'),
  // A line of the source with a mark below it: the document, not the fault.
  replace('marked line', /\n+ *LINE \d+:[\s\S]*$/, ''),
  replace('caret', /\n[^\n]*\n[ \t|]*[\^~][\^~ \t]*(?=\n|$)/g, ''),
  replace('source', /\s*(?:at )?\[Source: [\s\S]*?line: ?-?\d+, column: ?-?\d+\]/g, ''),
  replace('space', /\s+/g, ' '),
  replace(
    'request ids',
    /(?:\(|\[|,|;)? ?\b(?:extended |aws |host )*request ?-?ids?[:=]? ?[\w+/=-]{8,}[)\],;]?/gi,
    '',
  ),
  replace('service suffix', / ?\(Service: [^)]*\)/g, ''),
  // V8 quotes the document around the fault, in two forms.
  replace('json excerpt', /(?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/, '<text> is not valid JSON'),
  replace(
    'json token',
    /Unexpected (token|non-whitespace character) (?:'.'|"."|\S(?= in JSON))/u,
    'Unexpected $1 <token>',
  ),
  replace(
    'peers',
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH) \S+/g,
    '$1 <host>',
  ),
  { name: 'payloads', apply: payloads },
  replace(
    'pairs',
    /\b((?:\w+_)?(?:value|input|data|text|string|got|actual|received))=(?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^\s,;)\]}]+)/gi,
    '$1=<text>',
  ),
  replace('keyed', /\)=\([^()]*\)/g, ')=(<text>)'),
  replace(
    'quoted operands',
    new RegExp(
      `\\b((?:convert|pars|cast|decod|deseriali[sz]|coerc|interpret)(?:e|ing)?) ${quotes}(?=:| (?:to|as|into|in|from|with)\\b)`,
      'gi',
    ),
    '$1 <text>',
  ),
  replace('judged', new RegExp(`(?<!\\b${names}:? )${quotes}(?= (?:${verdicts}))`, 'gi'), '<text>'),
  replace(
    'converted values',
    /\b(convert|parse|cast) (?!string |value |the )\S{1,80} (?=to an? |as an? )/gi,
    '$1 <text> ',
  ),
  replace('arns', /arn:aws[\w-]*:([a-z0-9-]+):[^\s'",)\]]*/g, '<arn $1>'),
  replace('urls', /\b[a-z][a-z0-9+.-]*:\/\/[^\s'",)\]>]+/gi, '<url>'),
  replace('emails', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'),
  replace('uuids', /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>'),
  replace(
    'times',
    /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?/g,
    '<time>',
  ),
  replace(
    'dates',
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,4}(?:,? \d{4})?(?: \d{2}:\d{2}:\d{2})?(?: GMT)?/g,
    '<time>',
  ),
  replace(
    'addresses',
    /(?:\b\d{1,3}(?:\.\d{1,3}){3}\b|\[?(?:[0-9a-f]{0,4}:){3,}[0-9a-f]{0,4}\]?|\blocalhost)(?::\d+)?/gi,
    '<host>',
  ),
  replace(
    'hosts',
    /\b(?:[a-z0-9-]+\.)+(?:amazonaws\.com(?:\.cn)?|internal|local|com|net|org|io)(?::\d+)?\b/gi,
    '<host>',
  ),
  replace(
    'spark tasks',
    /Task \d+(?:\.\d+)? in stage \d+(?:\.\d+)?|task \d+\.\d+ in stage \d+\.\d+|\(TID \d+\)|executor (?:driver|\d+)/g,
    '<task>',
  ),
  // Suggestions depend on the table, not on the fault.
  replace(
    'suggestions',
    /(?:Did you mean|Perhaps you meant|candidates?(?: are)?|one of the following)[^.?\n]*\??:? ?\[[^\]]*\]/gi,
    '<suggestions>',
  ),
  // After these words stands what came in, after a colon too, unless the word before it says it is a name.
  replace('quoted values', new RegExp(`\\b(${values})(:? )(?:${quotes}|\`[^\`]*\`)`, 'gi'), '$1$2<text>'),
  replace('quoted ends', new RegExp(`(?<!\\b${names}): ${quotes}$`, 'gi'), ': <text>'),
  replace('ends', new RegExp(`\\b(${values}|remains): [^\\s"'<\`]\\S*$`, 'i'), '$1: <text>'),
  { name: 'quoted', apply: quoted },
  replace(
    'named things',
    /\b(table|database|stream|delivery stream|queue|bucket|topic|partition|shard|function|log group|consumer group|branch|view|namespace|entity|relation|object|schema|subject|index|user|role|cluster|host)( name)?:? (?:'[^']+'|<text>|(?!not |does |is |was |has |have |or |and |for |in |with |already |cannot |can |must |could |of |to |on |the |name |format )[a-z0-9]+(?:[._-][a-z0-9]+)+)/gi,
    '$1 <name>',
  ),
  replace('qualified names', /\b[a-z0-9]+_\w*(?:\.\w+)+\b|\b[a-z]\w*(?:-\w+){2,}\b/g, '<name>'),
  replace('grants', /\b(Required \w+(?:, \w+)*) on \S+/g, '$1 on <name>'),
  replace('places', /\((?:[^()<>]*\/)?([\w.-]+?):\d+(?::\d+)?\)/g, '($1)'),
  replace('files', /(?:[A-Za-z]:)?(?:\/[\w.@+-]+){2,}\/?/g, '<path>'),
  replace('hex', /\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '<id>'),
  replace('tokens', /\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])[\w+/=-]{20,}/g, '<id>'),
  replace('objects', /\bo\d+\.(?=\w)/g, 'o.'),
  // 400 and 503 are different stories; every other number is of this one message.
  replace(
    'status',
    /\b(status(?: ?code)?|http(?:\/\d(?:\.\d)?)?|statuscode)(:| =|=)? ?(\d{3})\b/gi,
    '$1 #$3',
  ),
  replace('numbers', /(?<![\w#<.])[-+]?\d[\d,_]*(?:\.\d+)*(?:e[-+]?\d+)?/gi, '<n>'),
  replace('units', /<n> ?(?:ms|s|sec|seconds?|milliseconds?|minutes?|bytes|[KMG]i?B|%)(?![\w<])/g, '<n>'),
  replace('numbers in words', /(?<=[A-Za-z_-])\d{2,}(?![\w#])/g, '<n>'),
  replace('lists', /<n>(?:, ?<n>)+/g, '<n>'),
  { name: 'trim', apply: (text) => text.trim().replace(/[.:;, ]+$/, '') },
]

/** Error text → its constant part: everything that differs from message to message is a placeholder. */
export const normaliseMessage = (text: string): string =>
  messageNormalisers.reduce((current, { apply }) => apply(current), text)
