import { Fleet } from "@/components/fleet/fleet";

export const metadata = { title: "Fleet" };

export default function FleetPage() {
  return <Fleet />;
}
