/** Lower-case letters, digits and single dashes, as names are made of: `Docs (2024).json` as `docs-2024-json`; `otherwise` where nothing is left. */
export function slug(text: string, otherwise = ""): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || otherwise
  );
}
