"use client";

import { usePathname } from "next/navigation";
import { Link } from "@/components/ui/link";

const pages = [
  { href: "/configuration", label: "Settings" },
  { href: "/configuration/connections", label: "Connections" },
  { href: "/configuration/routes", label: "Routes" },
  { href: "/configuration/account", label: "Account" },
  { href: "/configuration/members", label: "Members" },
  { href: "/configuration/audit", label: "Audit trail" },
];

/** The pages of the configuration, one beside the other. */
export function ConfigurationTabs() {
  const pathname = usePathname();
  return (
    <nav aria-label="Configuration" className="mb-5 flex gap-5 overflow-x-auto border-b border-line">
      {pages.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={
            pathname === href || (href.endsWith("/routes") && pathname.startsWith(`${href}/`)) ? "page" : undefined
          }
          className="-mb-px flex h-9 shrink-0 items-center border-b-2 border-transparent font-medium text-quiet -outline-offset-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
