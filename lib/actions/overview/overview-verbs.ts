import { doctorSchema, overviewSchema } from "@/lib/shapes/overview";
import { checkConnections, checkConnectionsInput } from "../connections/check-connections";
import { configurationSchema, showConfiguration, showConfigurationInput } from "../connections/show-configuration";
import { verb } from "../verbs/verb";
import { showOverview, showOverviewInput } from "./show-overview";

const read = { method: "GET", kind: "read" } as const;

/** How all of it stands: the part of the registry that a first look asks. */
export const overviewVerbs = {
  showOverview: verb({
    ...read,
    name: "showOverview",
    role: "viewer",
    summary: "Both sides, progress, the last runs and what needs attention.",
    path: "/overview",
    input: showOverviewInput,
    output: overviewSchema,
    run: showOverview,
  }),
  showConfiguration: verb({
    ...read,
    name: "showConfiguration",
    role: "viewer",
    summary: "Every setting in force and where it comes from; secrets are masked.",
    path: "/configuration",
    input: showConfigurationInput,
    output: configurationSchema,
    run: showConfiguration,
  }),
  // Embeds a word: nothing that costs is done for a GET.
  checkConnections: verb({
    method: "POST",
    kind: "read",
    name: "checkConnections",
    role: "operator",
    summary: "Asks every service one cheap question and says what is wrong.",
    path: "/doctor",
    input: checkConnectionsInput,
    output: doctorSchema,
    run: checkConnections,
  }),
};
