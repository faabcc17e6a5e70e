import { AuditPage } from "@/components/team/audit-page";

export const metadata = { title: "Audit trail" };

export default function Audit() {
  return <AuditPage />;
}
