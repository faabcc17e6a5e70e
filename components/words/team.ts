import type { Role } from "@/lib/shapes/team/role";

/** What each role may, in a few words. */
export const roleWords: Record<Role, { title: string; may: string }> = {
  viewer: { title: "Viewer", may: "look at everything, change nothing" },
  operator: { title: "Operator", may: "plan, compare, pause and resume" },
  approver: { title: "Approver", may: "approve and apply plans, set schedules" },
  admin: { title: "Admin", may: "change connections, routes and members" },
};
