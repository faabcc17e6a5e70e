import { Clearance } from "@/components/clearance/clearance";
import { documentsQuery } from "@/components/data/document-queries";
import { showDocuments } from "@/lib/actions/show-documents";
import { Prefetched } from "../prefetch";

export const metadata = { title: "Clearance" };

export default function ClearancePage() {
  return (
    <Prefetched reads={[{ queryKey: documentsQuery().queryKey, read: (ctx) => showDocuments(ctx, {}) }]}>
      <Clearance />
    </Prefetched>
  );
}
