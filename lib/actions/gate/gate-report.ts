import { z } from "zod";
import { reportHtml } from "@/lib/gate/report/html";
import { gateReportFormats } from "@/lib/shapes/cut-over/gate";
import { idInput, parseInput } from "../verbs/parse-input";
import type { AnyDownload } from "../verbs/verb";
import { readGate } from "./gate-rows";

const gateReportInput = z.strictObject({ id: idInput, format: z.enum(gateReportFormats).default("html") });

/** A verdict to hand on. */
export const gateReport: AnyDownload = {
  name: "exportGate",
  role: "viewer",
  summary: "A verdict with its figures, plots and lost questions: one file of HTML, or JSON.",
  path: "/gates/{id}/report",
  input: gateReportInput,
  async open(ctx, raw) {
    const { id, format } = parseInput(gateReportInput, raw);
    const gate = await readGate(ctx, id);
    const text = format === "html" ? reportHtml(gate) : `${JSON.stringify(gate, null, 2)}\n`;
    const type = format === "html" ? "text/html; charset=utf-8" : "application/json";
    return { type, fileName: `${id}.${format}`, chunks: once(text) };
  },
};

async function* once(text: string) {
  yield text;
}
