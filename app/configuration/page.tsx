import { Configuration } from "@/components/configuration/configuration";
import { Prefetched } from "../prefetch";
import { configurationRead } from "../reads";

export const metadata = { title: "Configuration" };

export default function ConfigurationPage() {
  return (
    <Prefetched reads={[configurationRead]}>
      <Configuration />
    </Prefetched>
  );
}
