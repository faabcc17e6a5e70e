import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { Privileges } from "../target-shape";
import type { Call, Connection } from "./connection";

const wanted = ["read", "write", "view_index_metadata", "maintenance", "manage", "auto_configure"] as const;
const answered = z.object({
  username: z.string(),
  cluster: z.object({ monitor: z.boolean() }),
  index: z.record(z.string(), z.record(z.enum(wanted), z.boolean())),
});

/** What the key may do with these indexes; `null` when the server's security is off and so everybody may do everything. */
export async function readPrivileges(
  connection: Connection,
  call: Call,
  indices: readonly string[],
): Promise<Privileges | null> {
  try {
    const { username, cluster, index } = await connection.call(call, answered, (client, options) =>
      client.security.hasPrivileges(
        { cluster: ["monitor"], index: [{ names: [...indices], privileges: [...wanted] }] },
        options,
      ),
    );
    const byIndex = Object.entries(index).map(([name, may]) => {
      const { read, write, view_index_metadata: metadata, maintenance: refresh, manage: mapping, auto_configure } = may;
      return [name, { read, write, metadata, refresh, mapping, recreate: auto_configure }] as const;
    });
    return { user: username, monitor: cluster.monitor, indices: Object.fromEntries(byIndex) };
  } catch (error) {
    // Without security there is no such endpoint: 400, 404, 405 or 410 by version.
    if (isServiceFailure(error) && (error.code === "invalid" || error.code === "not-found")) return null;
    throw error;
  }
}
