import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl p-6 pt-24">
      <h1 className="text-xl font-semibold">There is no page at this address</h1>
      <p className="mt-2 text-soft">
        Links of this console keep their filter and selection in the address: a part of it may have been lost
        when it was copied.
      </p>
      <ul className="mt-4 flex gap-4">
        {[
          ['/topics', 'Topics'],
          ['/dead-letters', 'Dead letters'],
          ['/operations', 'Operations'],
        ].map(([href, label]) => (
          <li key={href}>
            <Link href={href ?? '/'} className="text-accent underline underline-offset-2">
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </main>
  )
}
