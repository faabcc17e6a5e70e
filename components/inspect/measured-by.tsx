"use client";

import { EmbedderSelect } from "@/components/connections/embedder-select";
import { Field } from "@/components/ui/field";

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
          <EmbedderSelect
            {...props}
            none="The route's embedder"
            value={embedder ?? ""}
            onChoose={(one) => onChoose(one || null)}
          />
        )}
      </Field>
    </div>
  );
}
