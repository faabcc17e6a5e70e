"use client";

import { Sheet } from "@/components/ui/sheet";
import { toast } from "@/components/ui/toast";
import { ScheduleForm } from "./schedule-form";

/** Setting a schedule, beginning with a namespace where one was chosen. */
export function NewSchedule({
  namespace,
  onClose,
  onSet,
}: {
  namespace: string | null;
  onClose(): void;
  onSet(id: string): void;
}) {
  return (
    <Sheet
      open
      onClose={onClose}
      title="New schedule"
      description="When to sync, and what may be applied without review"
    >
      <ScheduleForm
        initial={namespace === null ? null : { namespaces: [namespace] }}
        onSet={({ id }, replaced) => {
          toast(replaced ? "The schedule of the same namespaces was changed." : "The schedule is set.");
          onSet(id);
        }}
        onCancel={onClose}
      />
    </Sheet>
  );
}
