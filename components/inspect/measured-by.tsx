"use client";

import { EmbedderOptions } from "@/components/connections/embedder-options";
import { Field, Select } from "@/components/ui/field";

/** By which model texts are measured and priced: the route's, or another that is connected. */
export function MeasuredBy({
  embedder,
  onChoose,
}: {
  embedder: string | null;
  onChoose(embedder: string | null): void;
}) {
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
            <EmbedderOptions none="The route's embedder" />
          </Select>
        )}
      </Field>
    </div>
  );
}
