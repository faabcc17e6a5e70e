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
    <Sheet open onClose={onClose} title="Set a schedule" description="When to mirror what by itself, and how far">
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
