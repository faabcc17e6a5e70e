import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { withQuery } from "../page-route";

/** The address that the page Migrate had before: links that were kept lead there. */
export default async function FormerAddress({ searchParams }: { searchParams: Promise<SearchParams> }) {
  redirect(withQuery("/migrate", await searchParams));
}
