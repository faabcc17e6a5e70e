/** The route of a page: its name, or `null` for the one that is meant where none is named. */
export type PageRoute = string | null;

/** What an address names, told apart from what is meant anyway. */
export const pageRouteOf = (asked: string | null | undefined, meant: string): PageRoute =>
  asked === null || asked === undefined || asked === "" || asked === meant ? null : asked;

/** A key of what is asked along a route. */
export const onRoute = <Key extends readonly unknown[]>(route: PageRoute, ...key: Key) =>
  ["route", route, ...key] as const;

/** Whether a query is one of these, along any route. */
export const isOf =
  (...names: readonly string[]) =>
  ({ queryKey: [first, , name] }: { queryKey: readonly unknown[] }): boolean =>
    first === "route" && names.some((one) => one === name);

/** The route as a verb takes it. */
export const along = (route: PageRoute): { route?: string } => (route === null ? {} : { route });

/** Whether a route was made by Back up. */
const isBackup = (name: string) => /^backup-.*-[0-9a-f]{6}-[0-9a-f]{6}$/.test(name);

/**
 * The routes that a page may be switched to, and whether there is one to choose. Those into backups are many and hardly worked on: they
 * stand under Configuration. A page along a route that isn't there (any more) leads to the others.
 */
export function choiceOf<R extends { name: string }>(all: readonly R[], name: string): { routes: R[]; many: boolean } {
  const routes = all.filter((route) => route.name === name || !isBackup(route.name));
  return { routes, many: routes.length > 1 || routes.every((route) => route.name !== name) };
}
