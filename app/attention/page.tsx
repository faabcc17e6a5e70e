import { AttentionPage } from "@/components/attention/attention-page";

export const metadata = { title: "Needs attention" };

export default function NeedsAttentionPage() {
  return <AttentionPage />;
}
