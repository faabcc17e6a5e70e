import { z } from "zod";

/** What became of a record: questions that it asks, or that should find it. */
export const mapStates = ["found", "lost", "missing", "only-target", "not-asked"] as const;
export type MapState = (typeof mapStates)[number];

const place = z.tuple([z.number(), z.number()]).nullable();

/** A sample of both sides, laid into a plane: near there is near here, as far as two of many directions tell. */
export const gateMapSchema = z.object({
  /** Records that the sample was taken from, of both sides together. */
  of: z.number().int(),
  /** Both sides lie in one plane: their vectors are of one model. Else each has its own, turned to be alike. */
  shared: z.boolean(),
  /** Share of what sets the vectors apart that the plane shows. */
  shows: z.object({ source: z.number().nullable(), target: z.number().nullable() }),
  /** Keys of metadata that colour tells apart, with their values. */
  keys: z.array(z.object({ key: z.string(), values: z.array(z.string()) })),
  points: z.array(
    z.object({
      id: z.string(),
      /** As the source calls it. */
      namespace: z.string(),
      state: z.enum(mapStates),
      /** From -1 to 1; `null`: it isn't there. */
      source: place,
      target: place,
      /** Which value of each key; `null`: it has none, or one that isn't among them. */
      values: z.array(z.number().int().nullable()),
      /** The beginning of its text. */
      text: z.string(),
    }),
  ),
});
export type GateMap = z.infer<typeof gateMapSchema>;
