import { Namespaces } from "@/components/namespaces/namespaces";

export const metadata = { title: "Namespaces" };

export default function NamespacesPage() {
  return <Namespaces />;
}
