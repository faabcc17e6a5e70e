import { Configuration } from "@/components/configuration/configuration";
import { configurationQuery } from "@/components/data/queries";
import { showConfiguration } from "@/lib/actions/show-configuration";
import { Prefetched } from "../prefetch";

export const metadata = { title: "Configuration" };

export default function ConfigurationPage() {
  return (
    <Prefetched reads={[{ queryKey: configurationQuery().queryKey, read: (ctx) => showConfiguration(ctx, {}) }]}>
      <Configuration />
    </Prefetched>
  );
}
