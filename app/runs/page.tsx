import { Runs } from "@/components/runs/runs";

export const metadata = { title: "Runs" };

export default function RunsPage() {
  return <Runs />;
}
