import type { AnySettings } from "../runs/run";
import type { ClearanceSettings } from "./clearance";

export const isClearance = (settings: AnySettings): settings is ClearanceSettings => "kind" in settings;
