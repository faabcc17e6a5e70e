import {
  Activity,
  ArrowRightLeft,
  Columns3,
  FolderSearch,
  Gauge,
  GitCompareArrows,
  Inbox,
  Layers,
  ListTree,
  type LucideIcon,
  Route,
  Scale,
  Search,
  ShieldCheck,
  SlidersHorizontal,
} from "lucide-react";

export type Place = {
  href: string;
  label: string;
  icon: LucideIcon;
  keys: string;
  words: string[];
  also?: string[];
  short?: string;
  /** On a phone it stands behind "More": the bar holds five places. */
  more?: true;
};

/** The pages that there are: sidebar, phone bar and command palette read this list. */
export const places: readonly Place[] = [
  { href: "/", label: "Dashboard", icon: Gauge, keys: "g d", words: ["overview", "home", "progress"] },
  {
    href: "/attention",
    label: "Needs attention",
    icon: Inbox,
    keys: "g a",
    words: ["inbox", "failed", "review", "problems", "acknowledge"],
    more: true,
  },
  {
    href: "/migrate",
    label: "Migrate",
    icon: ArrowRightLeft,
    keys: "g e",
    words: ["re-embed", "copy", "estimate", "dry run"],
  },
  {
    href: "/fill",
    label: "Fill",
    icon: Columns3,
    keys: "g p",
    words: ["table", "rows", "missing vectors", "coverage", "postgresql", "pgvector"],
    more: true,
  },
  {
    href: "/mirror",
    label: "Mirroring",
    icon: GitCompareArrows,
    keys: "g m",
    words: ["analyse", "differences", "plan", "review", "apply", "sync"],
    also: ["/plans"],
  },
  {
    href: "/search",
    label: "Search",
    icon: Search,
    keys: "g s",
    words: ["ask", "compare answers", "both sides", "neighbours", "ranks"],
    more: true,
  },
  {
    href: "/gate",
    label: "Gate",
    icon: Scale,
    keys: "g t",
    words: ["verdict", "go", "no-go", "recall", "overlap", "quality"],
    more: true,
  },
  {
    href: "/move",
    label: "Move",
    icon: Route,
    keys: "g v",
    words: ["switch", "cut over", "back", "steps", "story"],
    more: true,
  },
  {
    href: "/clearance",
    label: "Clearance",
    icon: ShieldCheck,
    keys: "g l",
    words: ["level", "documents", "elasticsearch", "clearance_level", "mapping"],
  },
  {
    href: "/fleet",
    label: "Sync status",
    icon: Activity,
    keys: "g f",
    words: ["fleet", "schedules", "cron", "webhook", "in sync", "differences", "all namespaces"],
    more: true,
  },
  { href: "/runs", label: "Runs", icon: ListTree, keys: "g r", words: ["history", "findings", "log"] },
  {
    href: "/namespaces",
    label: "Namespaces",
    icon: Layers,
    keys: "g n",
    words: ["counts", "look up", "customers"],
    more: true,
  },
  {
    href: "/inspect",
    label: "Inspect",
    icon: FolderSearch,
    keys: "g i",
    words: ["files", "folders", "chroma", "faiss", "pickle", "csv", "what is there"],
    more: true,
  },
  {
    href: "/configuration",
    label: "Configuration",
    short: "Settings",
    icon: SlidersHorizontal,
    keys: "g c",
    words: [
      "settings",
      "keys",
      "doctor",
      "connections",
      "routes",
      "stores",
      "embedders",
      "account",
      "sign out",
      "tokens",
      "members",
      "audit",
    ],
    more: true,
  },
];

/** Whether `pathname` lies within the place: the dashboard only when it is itself open. */
export function isWithin(pathname: string, { href, also = [] }: Pick<Place, "href" | "also">): boolean {
  if (href === "/") return pathname === "/";
  return [href, ...also].some((start) => pathname === start || pathname.startsWith(`${start}/`));
}
