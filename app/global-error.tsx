"use client";

import "./globals.css";

/** When even the frame fails: words alone, with the reference. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto max-w-140 px-6 py-16">
          <title>Portage</title>
          <h1 className="text-xl font-semibold">Portage's pages failed</h1>
          <p className="mt-2 text-quiet">Runs go on in the server; nothing was changed by this.</p>
          {error.digest && (
            <p className="mt-2 text-xs text-quiet">
              Reference <span className="font-mono">{error.digest}</span>
            </p>
          )}
          <button
            type="button"
            onClick={reset}
            className="mt-4 h-8 rounded-md bg-accent-fill px-3 text-sm font-medium text-on-accent"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
