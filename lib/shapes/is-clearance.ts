import type { ClearanceSettings } from "./clearance";
import type { AnySettings } from "./run";

export const isClearance = (settings: AnySettings): settings is ClearanceSettings => "kind" in settings;
