"use client";

import { useQuery } from "@tanstack/react-query";
import { connectionsQuery } from "@/components/data/route-queries";
import { Field, Select } from "@/components/ui/field";

/** By which model texts are measured and priced: the route's, or another that is connected. */
export function MeasuredBy({
  embedder,
  onChoose,
}: {
  embedder: string | null;
  onChoose(embedder: string | null): void;
}) {
  const { data } = useQuery(connectionsQuery());
  const embedders = data?.connections.filter(({ role }) => role === "embedder") ?? [];
  return (
    <div className="mb-5 max-w-80">
      <Field label="Texts measured for">
        {(props) => (
          <Select
            {...props}
            className="w-full"
            value={embedder ?? ""}
            onChange={(event) => onChoose(event.target.value || null)}
          >
            <option value="">The route's embedder</option>
            {embedders.map(({ name, service }) => (
              <option key={name} value={name}>
                {`${name} (${service})`}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}
