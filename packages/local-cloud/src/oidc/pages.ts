const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** One plain page: no script, no font, nothing from another host. `body` is HTML of ours. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Lean-Ops local sign-in</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 24rem; margin: 12vh auto; padding: 0 1rem }
h1 { font-size: 1.375rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input:not([type=hidden]) { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; margin-top: .25rem }
button { font: inherit; font-weight: 600; padding: .5rem 1rem; margin-top: 1.25rem }
[role=alert] { border-inline-start: .25rem solid; padding-inline-start: .75rem }
</style>
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>
`

/** The form that asks for name and password. */
export const signInPage = (action: string, failure?: { name: string; message: string }): string =>
  page(
    'Sign in to Lean-Ops',
    `${failure === undefined ? '' : `<p role="alert" id="failure">${escapeHtml(failure.message)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<label for="name">User</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required
 value="${escapeHtml(failure?.name ?? '')}"${failure === undefined ? ' autofocus' : ' aria-describedby="failure"'}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${failure === undefined ? '' : ' autofocus'}>
<button type="submit">Sign in</button>
</form>
<p>Demo users: <strong>viewer</strong>, <strong>operator</strong>, <strong>admin</strong>.
<code>npm start</code> prints their passwords.</p>`,
  )

/** An error of the provider. */
export const errorPage = (title: string, facts: Record<string, unknown>): string =>
  page(
    title,
    `<dl>${Object.entries(facts)
      .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd>`)
      .join('')}</dl>`,
  )
