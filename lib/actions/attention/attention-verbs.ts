import { attentionCountsSchema } from "@/lib/shapes/attention";
import { verb } from "../verbs/verb";
import {
  acknowledgeAttention,
  acknowledgeAttentionAnswer,
  acknowledgeAttentionInput,
  acknowledgeCause,
  acknowledgeCauseAnswer,
  acknowledgeCauseInput,
} from "./acknowledge-attention";
import { countAttention, countAttentionInput } from "./count-attention";
import { listAttention, listAttentionAnswer, listAttentionInput } from "./list-attention";

/** What needs somebody: the part of the registry that the inbox is made of. */
export const attentionVerbs = {
  listAttention: verb({
    method: "GET",
    kind: "read",
    name: "listAttention",
    role: "viewer",
    summary: "What needs somebody, over all history: open until its cause is gone or somebody has acknowledged it.",
    path: "/attention",
    input: listAttentionInput,
    output: listAttentionAnswer,
    run: listAttention,
  }),
  countAttention: verb({
    method: "GET",
    kind: "read",
    name: "countAttention",
    role: "viewer",
    summary: "How much needs somebody, by cause.",
    path: "/attention/count",
    input: countAttentionInput,
    output: attentionCountsSchema,
    run: countAttention,
  }),
  acknowledgeAttention: verb({
    method: "POST",
    kind: "write",
    name: "acknowledgeAttention",
    role: "operator",
    summary: "Takes an item out of what needs somebody; who did, and when, is kept.",
    path: "/attention/{id}/acknowledge",
    input: acknowledgeAttentionInput,
    output: acknowledgeAttentionAnswer,
    run: acknowledgeAttention,
  }),
  acknowledgeCause: verb({
    method: "POST",
    kind: "write",
    name: "acknowledgeCause",
    role: "operator",
    summary: "Acknowledges everything that is open of one cause.",
    path: "/attention/acknowledge",
    input: acknowledgeCauseInput,
    output: acknowledgeCauseAnswer,
    run: acknowledgeCause,
  }),
};
